//! `Auth.UsagePlan` of REST APIs: plan, key and what ties them, per API or shared.

use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Made, put};
use crate::stack::expand::shape;

/// The condition under which the shared plan is there.
const SHARED_CONDITION: &str = "SharedUsagePlanCondition";

/// The APIs that share one plan so far.
#[derive(Default)]
pub(super) struct SharedPlan {
    apis: Vec<String>,
    stages: Vec<Node>,
    keys: Vec<Node>,
    conditions: Vec<String>,
    is_unconditional: bool,
    policies: Vec<Entry>,
}

impl Sam<'_> {
    /// The plan of an API whose stage has the logical id `stage`.
    pub(super) fn usage_plan(&mut self, source: &Source, properties: &Node, stage: &str) -> Outcome {
        let plan = properties.get("Auth").and_then(|it| shape::some(it, "UsagePlan"));
        let Some(plan) = plan else { return Ok(Vec::new()) };
        let at = At(plan.span);
        let prefix = match plan.get("CreateUsagePlan").and_then(Node::as_str) {
            Some("NONE") => return Ok(Vec::new()),
            Some("PER_API") => source.id.clone(),
            Some("SHARED") => "Serverless".to_owned(),
            _ => {
                let message =
                    format!("`UsagePlan` of `{}` needs `CreateUsagePlan`: PER_API, SHARED or NONE", source.id);
                return Err(Declined::wrong(at, message));
            }
        };
        let is_shared = prefix == "Serverless";
        let used = at.map([("ApiId", at.reference(&source.id)), ("Stage", at.reference(stage))]);
        let key = at.map([("RestApiId", at.reference(&source.id)), ("StageName", at.reference(stage))]);
        let (apis, stages, keys, attributes) = if is_shared {
            self.share(source, used, key, at)
        } else {
            (vec![source.id.clone()], vec![used], vec![key], source.passed_on())
        };
        let plan_id = format!("{prefix}UsagePlan");
        let key_id = format!("{prefix}ApiKey");
        let new = |id: &str, kind: &str| Made::new(at, id, kind).attributes(attributes.iter().cloned());
        let apis: Vec<&str> = apis.iter().map(String::as_str).collect();
        let usage_plan = new(&plan_id, "AWS::ApiGateway::UsagePlan")
            .depends_on(&apis)
            .with("ApiStages", at.list(stages))
            .copy(plan, &["UsagePlanName", "Description", "Quota", "Tags", "Throttle"]);
        let api_key = new(&key_id, "AWS::ApiGateway::ApiKey")
            .depends_on(&[&plan_id])
            .with("Enabled", at.bool(true))
            .with("StageKeys", at.list(keys));
        let tie = new(&format!("{prefix}UsagePlanKey"), "AWS::ApiGateway::UsagePlanKey")
            .depends_on(&[&key_id])
            .with("KeyId", at.reference(&key_id))
            .with("KeyType", at.text("API_KEY"))
            .with("UsagePlanId", at.reference(&plan_id));
        Ok(vec![usage_plan, api_key, tie])
    }

    /// Adds an API to the shared plan; everything the plan has now.
    fn share(
        &mut self,
        source: &Source,
        stage: Node,
        key: Node,
        at: At,
    ) -> (Vec<String>, Vec<Node>, Vec<Node>, Vec<Entry>) {
        let shared = &mut self.shared_plan;
        shared.apis.push(source.id.clone());
        shared.stages.push(stage);
        shared.keys.push(key);
        match source.condition() {
            None => shared.is_unconditional = true,
            Some(name) if !shared.conditions.iter().any(|it| it == name) => shared.conditions.push(name.to_owned()),
            Some(_) => {}
        }
        for policy in source.passed_on().into_iter().filter(|it| it.key.ends_with("Policy")) {
            let old = shared.policies.iter().find(|it| it.key == policy.key);
            if old.is_none() || policy.value.as_str() == Some("Retain") {
                put(&mut shared.policies, policy);
            }
        }
        let mut attributes = shared.policies.clone();
        self.conditions.retain(|it| it.key != SHARED_CONDITION);
        if !shared.is_unconditional {
            let mut all: Vec<Node> =
                shared.conditions.iter().map(|it| at.map([("Condition", at.text(it.as_str()))])).collect();
            let condition = match (all.len(), all.pop()) {
                (1, Some(only)) => only,
                (_, last) => at.map([("Fn::Or", at.list(all.into_iter().chain(last)))]),
            };
            self.conditions.push(at.entry(SHARED_CONDITION, condition));
            attributes.push(at.entry("Condition", at.text(SHARED_CONDITION)));
        }
        (shared.apis.clone(), shared.stages.clone(), shared.keys.clone(), attributes)
    }
}
