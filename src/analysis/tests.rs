use super::testing::*;
use super::*;

const NAT: &str = "\
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Eip: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties:
      SubnetId: !Ref Subnet
      AllocationId: !GetAtt Eip.AllocationId
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
Outputs:
  Address: {Value: !Ref Eip}
  Gateway: {Value: !Ref Nat}
";

fn ids(report: &StackReport) -> Vec<(&str, &str)> {
    report.findings.iter().map(|it| (it.id.as_str(), it.logical_id.as_deref().unwrap_or_default())).collect()
}

#[test]
fn an_elastic_ip_fails_its_nat_gateway() {
    let report = report(NAT);
    assert_eq!(ids(&report), [(TYPE_NEEDS_PLAN, "Eip"), (PLACEHOLDER_REJECTED, "Nat")]);
    let (eip, nat) = (&report.findings[0], &report.findings[1]);
    assert_eq!(eip.impact, ["Nat", "Route", "Outputs.Address", "Outputs.Gateway"]);
    assert_eq!(nat.property.as_deref(), Some("AllocationId"));
    assert_eq!(nat.certainty, Certainty::Certain);
    assert_eq!(nat.impact, ["Route", "Outputs.Gateway"]);
    println!("{eip:#?} {nat:#?}");
    assert_eq!(report.localstack, LocalstackVerdict::Fails);
    assert_eq!(report.aws, AwsVerdict::NoKnownFailure);
}
