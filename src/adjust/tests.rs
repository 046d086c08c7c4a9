//! Whole templates, before and after.

use std::path::Path;
use std::sync::Arc;

use super::{Adapted, Lost, Needs, Options, adapt};
use crate::analysis;
use crate::db::{Db, Schemas};
use crate::source::SourceFile;
use crate::stack::{self, Inputs};
use crate::target::{Target, TargetOptions};

fn adapted(text: &str) -> Adapted {
    let db = Db::from_dir(Path::new("tests/db/small")).unwrap().overlay(Path::new("tests/db/adjust")).unwrap();
    let target = Target::new(&db, &TargetOptions { plan: Some("community"), ..TargetOptions::default() }).unwrap();
    let read = |file: Arc<_>, tree: &_| {
        let stack = stack::read(file, tree, &Inputs::default());
        let report = analysis::analyse(&stack, &target, &db);
        (stack, report)
    };
    let file = Arc::new(SourceFile::new("t.yaml", text));
    let needs = Needs { db: &db, schemas: &Schemas::embedded().unwrap() };
    adapt(file, &read, needs, Options::default(), &|it| it.id.starts_with("resource-type-"), &Lost::default()).unwrap()
}

/// The names of what goes, each with the place that cannot do without another.
fn removed(adapted: &Adapted) -> Vec<String> {
    let because = |it: &super::Removed| it.because.as_ref().map(|(place, _)| format!(" ({place})")).unwrap_or_default();
    adapted.removed.iter().map(|it| format!("{}{}", it.name, because(it))).collect()
}

#[test]
fn what_needs_a_removed_resource_goes_with_it() {
    let adapted = adapted(
        "Resources:
  Eip: {Type: AWS::Test::Pretended}
  Nat:
    Type: AWS::Test::Needy
    Properties: {AllocationId: !GetAtt Eip.Id, SubnetId: !Ref Subnet}
  Subnet: {Type: AWS::Test::Plain}
  Route:
    Type: AWS::Test::Choice
    DependsOn: Nat
    Properties: {TableId: x, NatGatewayId: !Ref Nat}
  Other:
    Type: AWS::Test::Choice
    Properties: {NatGatewayId: !Ref Nat, GatewayId: igw-1}
  Last: {Type: AWS::Test::Plain, DependsOn: [Route, Subnet]}
Outputs:
  Id: {Value: !Sub '${Route}-x', Export: {Name: r}}
  Subnet: {Value: !Ref Subnet}
",
    );
    assert_eq!(
        removed(&adapted),
        ["Eip", "Nat (Nat.AllocationId)", "Route (Route.NatGatewayId)", "Outputs.Id (Outputs.Id.Value)"]
    );
    assert_eq!(
        adapted.text,
        "Resources:
  Subnet: {Type: AWS::Test::Plain}
  Other:
    Type: AWS::Test::Choice
    Properties: {GatewayId: igw-1}
  Last: {Type: AWS::Test::Plain, DependsOn: [Subnet]}
Outputs:
  Subnet: {Value: !Ref Subnet}
"
    );
    assert!(adapted.still.is_empty() && adapted.new.is_empty(), "{adapted:?}");
}

#[test]
fn what_can_do_without_it_is_cut() {
    let adapted = adapted(
        "Conditions:
  C: !Equals [!Ref AWS::Region, x]
Resources:
  Gone: {Type: AWS::Test::Pretended}
  Also: {Type: AWS::Test::Pretended}
  F:
    Type: AWS::Test::Plain
    DependsOn: Gone
    Properties:
      Environment:
        Variables:
          A: !GetAtt Gone.Url # only this
      Name: !Join ['-', [a, !Ref Gone]]
      Choice: !If [C, !Ref Gone, keep]
      Nothing: !If [C, !Ref Gone, !Ref AWS::NoValue]
      Both: !If [C, !Ref Gone, !Ref Also]
      List: [!Ref Gone, b]
      Kept: yes
  Policy:
    Type: AWS::Test::Plain
    Properties:
      Document:
        Statement:
          # reads
          - {Effect: Allow, Action: a, Resource: [!GetAtt Gone.Arn, !GetAtt F.Arn]}
          - {Effect: Allow, Action: b, Resource: !GetAtt Gone.Arn}
          - {Effect: Allow, Action: c, Resource: [!GetAtt Gone.Arn, !Sub '${Also.Arn}/*']}
",
    );
    assert_eq!(
        adapted.text,
        "Conditions:
  C: !Equals [!Ref AWS::Region, x]
Resources:
  F:
    Type: AWS::Test::Plain
    Properties:
      Choice: keep
      List: [b]
      Kept: yes
  Policy:
    Type: AWS::Test::Plain
    Properties:
      Document:
        Statement:
          # reads
          - {Effect: Allow, Action: a, Resource: [!GetAtt F.Arn]}
"
    );
    assert_eq!(removed(&adapted), ["Also", "Gone"]);
    let places: Vec<&str> = adapted.cuts.iter().map(|it| it.place.as_str()).collect();
    assert!(places.contains(&"F.Environment") && places.contains(&"Policy.Document.Statement[2]"), "{places:?}");
}

#[test]
fn adapting_again_changes_nothing() {
    let text = "Resources:\n  Gone: {Type: AWS::Test::Pretended}\n  A: {Type: AWS::Test::Plain, DependsOn: Gone}\n";
    let once = adapted(text).text;
    let twice = adapted(&once);
    assert_eq!((twice.text, twice.made), (once, Vec::new()));
}
