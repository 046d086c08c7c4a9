//! `AWS::Serverless-2016-10-31`: SAM resources to the resources that CloudFormation makes of them.
//!
//! Follows the open-source translator that AWS runs: the same logical ids, types and, where they matter, properties.
//! A local path of code counts as packaged. Never checks more of a template than it needs to expand it.

mod api;
mod body;
mod capacity;
mod connector;
mod deployment;
mod domain;
mod events;
mod function;
mod function_parts;
mod globals;
mod graphql;
mod http_api;
mod implicit;
mod parameters;
mod policies;
mod references;
mod role;
mod simple;
mod source;
mod state_machine;
#[cfg(test)]
mod tests;
mod usage_plan;
mod web_socket;

pub(crate) use implicit::implicit_api;

use std::collections::{BTreeMap, HashMap};

use super::make::{At, Entries, Made, put};
use super::shape;
use crate::source::{Entry, Node, NodeKind};
use crate::stack::{Inputs, Problem};
use body::Route;
use deployment::Deployments;
use domain::RecordSets;
use parameters::Parameters;
use references::Renames;
use source::Source;
use usage_plan::SharedPlan;

/// The name of the transform.
pub(in crate::stack) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// A template after the transform.
pub(super) struct Generated {
    /// The template with generated resources in the place of those they come from.
    pub(super) tree: Node,
    /// The logical id that a generated resource comes from, by its own.
    pub(super) origins: BTreeMap<String, String>,
    /// What the transform refuses.
    pub(super) problems: Vec<Problem>,
    /// What could not be expanded, and why: these resources stand in the tree as they were.
    pub(super) unexpanded: Vec<Problem>,
}

/// Why a SAM resource is not expanded.
enum Declined {
    /// The transform refuses it.
    Wrong(Problem),
    /// It is not understood here.
    Unknown(Problem),
}

impl Declined {
    fn wrong(at: At, message: impl Into<String>) -> Self {
        Self::Wrong(Problem::new(at.0, message))
    }

    fn unknown(at: At, message: impl Into<String>) -> Self {
        Self::Unknown(Problem::new(at.0, message))
    }
}

/// What one SAM resource becomes, or why not.
type Outcome = Result<Vec<Made>, Declined>;

/// A template while it is expanded.
struct Sam<'i> {
    inputs: &'i Inputs,
    parameters: Parameters,
    sources: Vec<Source>,
    /// The first source of each logical id, once there are no more to come.
    by_id: HashMap<String, usize>,
    /// The methods that events add to an API, by its logical id.
    routes: BTreeMap<String, Vec<Route>>,
    conditions: Vec<Entry>,
    deployments: Deployments,
    record_sets: RecordSets,
    shared_plan: SharedPlan,
    renames: Renames,
    problems: Vec<Problem>,
    unexpanded: Vec<Problem>,
}

/// Expands every SAM resource of `tree`, when it asks for the transform.
///
/// Every generated node carries the span of what caused it: a copied value its own, everything else that of the key of
/// the property, event or resource. Parameters count as far as a value is given or declared.
pub(super) fn expand(tree: &Node, inputs: &Inputs) -> Option<Generated> {
    if !source::asks_for(tree, TRANSFORM) {
        return None;
    }
    let mut sam = Sam {
        inputs,
        parameters: Parameters::new(tree, inputs),
        sources: source::sources(tree),
        by_id: HashMap::new(),
        routes: BTreeMap::new(),
        conditions: Vec::new(),
        deployments: Deployments::default(),
        record_sets: RecordSets::default(),
        shared_plan: SharedPlan::default(),
        renames: Renames::default(),
        problems: Vec::new(),
        unexpanded: Vec::new(),
    };
    sam.add_implicit_apis();
    sam.merge_globals(tree.get("Globals"));
    sam.add_embedded_connectors();
    sam.by_id = sam.sources.iter().enumerate().rev().map(|(at, it)| (it.id.clone(), at)).collect();
    for position in sam.order() {
        let outcome = sam.expand_one(position);
        sam.settle(position, outcome);
    }
    let rest = sam.finish();
    Some(sam.assemble(tree, rest))
}

impl Sam<'_> {
    /// The SAM resources in the order that the translator takes them: events change APIs, and connectors see it all.
    fn order(&self) -> Vec<usize> {
        let rank = |kind: &str| match kind {
            "AWS::Serverless::Function" => Some(0),
            "AWS::Serverless::StateMachine" => Some(1),
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => Some(2),
            "AWS::Serverless::Connector" => Some(4),
            _ if kind.starts_with(source::PREFIX) => Some(3),
            _ => None,
        };
        let ranked = self.sources.iter().enumerate().filter_map(|(at, it)| Some((rank(&it.kind)?, at)));
        let mut ranked: Vec<(u8, usize)> = ranked.collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, at)| at).collect()
    }

    fn expand_one(&mut self, position: usize) -> Outcome {
        let Some(source) = self.sources.get(position).cloned() else { return Ok(Vec::new()) };
        match source.kind.as_str() {
            "AWS::Serverless::Function" => self.function(&source),
            "AWS::Serverless::StateMachine" => self.state_machine(&source),
            "AWS::Serverless::Api" => self.api(&source),
            "AWS::Serverless::HttpApi" => self.http_api(&source),
            "AWS::Serverless::WebSocketApi" => self.web_socket_api(&source),
            "AWS::Serverless::SimpleTable" => Ok(simple::table(&source)),
            "AWS::Serverless::LayerVersion" => Ok(self.layer(&source)),
            "AWS::Serverless::Application" => Ok(simple::application(&source)),
            "AWS::Serverless::CapacityProvider" => Ok(self.capacity_provider(&source)),
            "AWS::Serverless::GraphQLApi" => self.graphql_api(&source),
            "AWS::Serverless::Connector" => self.connector(&source),
            other => Err(Declined::unknown(source.at, format!("`{}`: type `{other}` is not expanded", source.id))),
        }
    }

    /// Keeps what became of one resource.
    fn settle(&mut self, position: usize, outcome: Outcome) {
        match outcome {
            Ok(made) => {
                self.check_ids(position, &made);
                if let Some(source) = self.sources.get_mut(position) {
                    self.renames.note_properties(&source.id, &source.kind, &made);
                    source.made = Some(made);
                }
            }
            Err(Declined::Unknown(problem)) => self.unexpanded.push(problem),
            Err(Declined::Wrong(problem)) => self.problems.push(problem),
        }
    }

    /// A generated logical id must not be taken by another resource of the template.
    fn check_ids(&mut self, position: usize, made: &[Made]) {
        let own = self.sources.get(position).map(|it| it.id.clone()).unwrap_or_default();
        for it in made.iter().filter(|it| it.id != own) {
            if let Some(taken) = self.source(&it.id) {
                let message = format!(
                    "`{}` is the logical id of an `{}` that `{own}` expands to; give this resource another name",
                    it.id, it.kind
                );
                self.problems.push(Problem::new(taken.at.0, message));
            }
        }
    }

    /// The generated resources that belong to several SAM resources, each with the one it comes from.
    fn finish(&mut self) -> Vec<(String, Made)> {
        let mut rest = self.deployments.take(&mut self.conditions);
        rest.extend(self.record_sets.take());
        rest
    }

    fn assemble(mut self, tree: &Node, rest: Vec<(String, Made)>) -> Generated {
        let mut origins = BTreeMap::new();
        let mut entries = Entries::default();
        let mut rest_entries = Vec::new();
        for (origin, made) in rest {
            let whole = self.source(&origin).map(|it| it.node.span);
            let entry = made.into_entry(whole.unwrap_or(tree.span));
            origins.insert(entry.key.clone(), origin);
            rest_entries.push(entry);
        }
        for source in std::mem::take(&mut self.sources) {
            let Some(made) = source.made else {
                entries.add(Entry { key: source.id, key_span: source.at.0, value: source.node });
                continue;
            };
            for it in made {
                if it.id != source.id {
                    origins.entry(it.id.clone()).or_insert_with(|| source.id.clone());
                }
                entries.put(it.into_entry(source.node.span));
            }
        }
        rest_entries.into_iter().for_each(|it| entries.put(it));
        let mut tree = tree.clone();
        if let NodeKind::Mapping(sections) = &mut tree.kind
            && let Some(section) = sections.iter_mut().find(|it| it.key == "Resources")
        {
            let others = section.value.entries().iter().filter(|it| !source::is_resource(it)).cloned();
            let all = others.chain(entries.all).collect();
            section.value = At(section.value.span).entries(all);
        }
        if let Some(first) = self.conditions.first() {
            let at = At(first.key_span);
            shape::change_child(&mut tree, "Conditions", at, |section| {
                shape::change(section, |entries| self.conditions.iter().for_each(|it| put(entries, it.clone())));
            });
        }
        self.renames.apply(&mut tree);
        Generated { tree, origins, problems: self.problems, unexpanded: self.unexpanded }
    }

    /// The position of the resource `id`.
    fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The resource `id`.
    fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(self.position(id)?)
    }

    /// The resource `id`, to change.
    fn source_mut(&mut self, id: &str) -> Option<&mut Source> {
        let at = self.position(id)?;
        self.sources.get_mut(at)
    }

    /// The ARN of a policy that AWS manages.
    fn managed_policy(&self, at: At, name: &str) -> Node {
        at.text(format!("arn:{}:iam::aws:policy/{name}", self.inputs.partition))
    }
}
