//! Whether the target has a resource type.

use super::Target;
use crate::db::{Coverage, Db, Edition, Plan, in_range};

/// Whether LocalStack has a resource type, on the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// A provider creates it.
    Supported,
    /// No LocalStack of this release has it.
    Unsupported,
    /// A higher plan has it.
    NeedsPlan,
    /// A custom resource, a module, or a type registered by a third party.
    Custom,
    /// Not known: unproven on this plan, or expanded by a transform that is not analysed.
    Unknown,
}

/// Whether `target` has `resource_type`, and the cheapest plan that has it where a plan matters.
///
/// A type that only the licensed edition registers is unproven ([`Support::Unknown`]) on the plan `hobby` although its
/// service is included there, and on every plan but the last when the plan of its service is not known. A type
/// that is not listed at all does not exist on AWS either and is [`Support::Unsupported`].
pub fn support(db: &Db, target: &Target, resource_type: &str) -> (Support, Option<Plan>) {
    if is_custom(resource_type) {
        return (Support::Custom, None);
    }
    if resource_type.starts_with("AWS::Serverless::") {
        return (Support::Unknown, None);
    }
    match db.coverage(resource_type) {
        Some(row) => by_coverage(db, target, row),
        None => (Support::Unsupported, None),
    }
}

/// A custom resource, a module, or a type that neither AWS nor one of its siblings owns.
fn is_custom(resource_type: &str) -> bool {
    let is_public = ["AWS::", "Alexa::", "AMZN::"].iter().any(|it| resource_type.starts_with(it));
    !is_public || resource_type.ends_with("::MODULE") || resource_type == "AWS::CloudFormation::CustomResource"
}

fn by_coverage(db: &Db, target: &Target, row: &Coverage) -> (Support, Option<Plan>) {
    let Some(release) = target.coverage_release(db) else { return (Support::Unknown, row.min_plan) };
    // Every licensed plan has what the open core has.
    if in_range(row.community.as_deref(), &release) {
        return (Support::Supported, None);
    }
    if !in_range(row.pro.as_deref(), &release) {
        return (Support::Unsupported, None);
    }
    let plan = target.plan;
    let support = match row.min_plan {
        _ if target.edition() == Edition::Community => Support::NeedsPlan,
        Some(min_plan) if plan < min_plan => Support::NeedsPlan,
        Some(_) if plan > Plan::Hobby => Support::Supported,
        None if plan == Plan::Enterprise => Support::Supported,
        _ => Support::Unknown,
    };
    (support, row.min_plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Word;
    use crate::target::TargetOptions;

    fn on(release: &str, plan: &str, resource_type: &str) -> (Support, Option<Plan>) {
        with(release, plan, &[], resource_type)
    }

    fn with(release: &str, plan: &str, config: &[String], resource_type: &str) -> (Support, Option<Plan>) {
        let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
        let options = TargetOptions { release: Some(release), plan: Some(plan), config, ..TargetOptions::default() };
        support(&db, &Target::new(&db, &options).unwrap(), resource_type)
    }

    #[test]
    fn the_open_core_s_types_are_on_every_plan() {
        for (plan, _) in Plan::WORDS {
            assert_eq!(on("2026.3", plan, "AWS::S3::Bucket"), (Support::Supported, None), "{plan}");
        }
    }

    #[test]
    fn the_community_plan_has_nothing_else() {
        let needs_base = (Support::NeedsPlan, Some(Plan::Base));
        assert_eq!(on("2026.3", "community", "AWS::ApiGatewayV2::Api"), needs_base);
        assert_eq!(on("2026.3", "community", "AWS::EC2::EIP"), (Support::NeedsPlan, Some(Plan::Hobby)));
        assert_eq!(on("2026.3", "community", "AWS::EC2::Fleet"), (Support::Unsupported, None));
        let off = ["ACTIVATE_PRO=0".to_owned()];
        assert_eq!(with("2026.3", "ultimate", &off, "AWS::ApiGatewayV2::Api"), needs_base);
    }

    #[test]
    fn a_licensed_type_needs_the_plan_of_its_service() {
        let on = |plan| on("2026.3", plan, "AWS::ApiGatewayV2::Api");
        assert_eq!(on("hobby"), (Support::NeedsPlan, Some(Plan::Base)));
        for plan in ["base", "ultimate", "enterprise"] {
            assert_eq!(on(plan), (Support::Supported, Some(Plan::Base)), "{plan}");
        }
    }

    #[test]
    fn a_licensed_type_is_unproven_on_hobby() {
        assert_eq!(on("2026.3", "hobby", "AWS::EC2::EIP"), (Support::Unknown, Some(Plan::Hobby)));
        assert_eq!(on("2026.3", "base", "AWS::EC2::EIP"), (Support::Supported, Some(Plan::Hobby)));
    }

    #[test]
    fn a_licensed_type_of_unknown_plan_is_certain_only_on_the_last() {
        for plan in ["hobby", "base", "ultimate"] {
            assert_eq!(on("2026.3", plan, "AWS::QLDB::Ledger"), (Support::Unknown, None), "{plan}");
        }
        assert_eq!(on("2026.3", "community", "AWS::QLDB::Ledger"), (Support::NeedsPlan, None));
        assert_eq!(on("2026.3", "enterprise", "AWS::QLDB::Ledger"), (Support::Supported, None));
    }

    #[test]
    fn types_come_and_go_with_releases() {
        assert_eq!(on("3.0", "ultimate", "AWS::ApiGatewayV2::Api"), (Support::Unsupported, None));
        assert_eq!(on("4.9", "ultimate", "AWS::ApiGatewayV2::Api").0, Support::Supported);
        assert_eq!(on("3.0", "ultimate", "AWS::EC2::Spot").0, Support::Supported);
        assert_eq!(on("4.9", "ultimate", "AWS::EC2::Spot"), (Support::Unsupported, None));
        assert_eq!(on("2027.1", "ultimate", "AWS::ApiGatewayV2::Api").0, Support::Supported);
    }

    #[test]
    fn what_is_not_aws_s_own_is_custom() {
        for name in ["Custom::Thing", "Acme::Web::MODULE", "AWS::S3::Bucket::MODULE", "Datadog::Monitors::Monitor"] {
            assert_eq!(on("2026.3", "community", name), (Support::Custom, None), "{name}");
        }
        assert_eq!(on("2026.3", "base", "AWS::CloudFormation::CustomResource"), (Support::Custom, None));
    }

    #[test]
    fn a_transform_decides_about_serverless_types() {
        assert_eq!(on("2026.3", "base", "AWS::Serverless::Function"), (Support::Unknown, None));
    }

    #[test]
    fn a_type_that_does_not_exist_is_unsupported() {
        assert_eq!(on("2026.3", "enterprise", "AWS::S3::Buckett"), (Support::Unsupported, None));
    }

    #[test]
    fn a_dearer_plan_never_has_less() {
        let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
        let rank = |it| match it {
            Support::Unsupported | Support::NeedsPlan => 0,
            Support::Unknown => 1,
            Support::Supported | Support::Custom => 2,
        };
        for row in db.coverage_rows() {
            let ranks = Plan::WORDS.iter().map(|(plan, _)| rank(on("2026.3", plan, &row.resource_type).0));
            assert!(ranks.is_sorted(), "{}", row.resource_type);
        }
    }
}
