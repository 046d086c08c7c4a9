"""What LocalStack cannot run on this machine, whatever the template.

Some resources need an engine that LocalStack downloads or runs in a container. One small stack for each engine tells
whether it works here; where it does not, a stack that stops at such a resource says nothing about LocalStack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cloudformation import CloudFormation, Deployment
from parallel import in_parallel

# How LocalStack words it that an engine could not be fetched, started or reached.
_KNOWN_REASONS = re.compile(
    r"Installation of .* failed|docker|Max retries exceeded|Connection refused|timed? ?out", re.I
)

_ASSUME_ROLE = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}
_TABLE = {
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@dataclass(frozen=True)
class Engine:
    """Something LocalStack needs beside itself, the types that need it, and a stack that tries it."""

    name: str
    types: tuple[str, ...]
    properties: dict
    others: tuple[tuple[str, dict], ...] = ()

    @property
    def stack_name(self) -> str:
        return "machine-" + self.name.lower().replace(" ", "-")

    @property
    def template(self) -> str:
        probe = {"Type": self.types[0], "Properties": self.properties}
        return json.dumps({"Resources": {"Probe": probe, **dict(self.others)}})


ENGINES = (
    Engine(
        "Lambda runtime",
        ("AWS::Lambda::Function",),
        {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": "def handler(event, context): return {}"},
        },
        (("Role", {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _ASSUME_ROLE}}),),
    ),
    Engine("DynamoDB Local", ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"), _TABLE),
    Engine("Kinesis server", ("AWS::Kinesis::Stream", "AWS::Kinesis::StreamConsumer"), {"ShardCount": 1}),
    Engine("OpenSearch", ("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"), {"DomainName": "probe"}),
)


class UnexpectedFailure(Exception):
    """A probe failed for a reason that is not the machine's: LocalStack or the probe is broken."""


@dataclass(frozen=True)
class Limits:
    """The types that cannot be created on this machine, each with the reason."""

    reasons: Mapping[str, str]
    # Types whose engine never answers: a stack with one would only sit out its time limit.
    hanging: frozenset[str]

    def before(self, types: Collection[str]) -> str | None:
        """Why there is no use in deploying a stack with resources of `types`."""
        return next((self.reasons[it] for it in types if it in self.hanging), None)

    def after(self, outcome: Deployment) -> str | None:
        """Why `outcome` says nothing about LocalStack: everything that stopped it needs an engine that is not here."""
        reasons = [self.reasons.get(it.type) for it in outcome.culprits]
        return reasons[0] if reasons and all(reasons) else None


def limits(cloudformation: CloudFormation, types: Collection[str]) -> Limits:
    """Tries the engines that resources of `types` need.

    Raises `UnexpectedFailure` when one fails for a reason that is not the machine's.
    """
    engines = [it for it in ENGINES if not set(it.types).isdisjoint(types)]
    outcomes = in_parallel(lambda it: cloudformation.deploy(it.stack_name, it.template, {}), engines)
    reasons: dict[str, str] = {}
    hanging: set[str] = set()
    for engine, outcome in zip(engines, outcomes, strict=True):
        if outcome.complete:
            continue
        if not outcome.finished:
            hanging |= set(engine.types)
        elif not _KNOWN_REASONS.search(outcome.explanation):
            raise UnexpectedFailure(f"{engine.name}: {outcome.explanation}")
        reasons |= {it: f"{engine.name} does not run here: {outcome.explanation}" for it in engine.types}
    return Limits(reasons, frozenset(hanging))
