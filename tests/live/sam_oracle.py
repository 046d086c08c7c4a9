"""Compares the expansion of SAM templates with the translator that AWS publishes.

    tests/live/run sam_oracle.py PATH_TO_LSCOMPAT TEMPLATE...

For every template both sides give a set of (logical id, type). A line is printed for each template where they differ,
and a summary at the end. The suffix of a REST API's deployment depends on the order an old Python gave to dictionaries
and is left out of the comparison, as is what neither side can expand. Code in a local folder counts as packaged:
the translator takes only addresses in buckets.

The environment of the live tests holds the translator and cfn-lint, whose decoder gives it the template.
"""

import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from cfnlint.decode import decode
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

logging.disable(logging.CRITICAL)

TRANSFORM = "AWS::Serverless-2016-10-31"
PACKAGED = "s3://bucket/value"
DEPLOYMENT = re.compile(r"(Deployment)[0-9a-f]{10}$")
# Where each type names what packaging puts in a bucket.
PLACES = {
    "AWS::Serverless::Function": ["CodeUri", "ImageUri"],
    "AWS::Serverless::LayerVersion": ["ContentUri"],
    "AWS::Serverless::Api": ["DefinitionUri"],
    "AWS::Serverless::HttpApi": ["DefinitionUri"],
    "AWS::Serverless::StateMachine": ["DefinitionUri"],
    "AWS::Serverless::GraphQLApi": ["SchemaUri"],
}


def package(template):
    """Puts what is in a local folder in a bucket, in place."""
    globals_ = template.get("Globals") or {}
    for kind, section in globals_.items():
        for place in PLACES.get(f"AWS::Serverless::{kind}", []):
            if isinstance(section, dict) and not in_bucket(section.get(place, PACKAGED)):
                section[place] = PACKAGED
    function = globals_.get("Function") or {}
    for resource in (template.get("Resources") or {}).values():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            continue
        properties = resource.get("Properties")
        if not isinstance(properties, dict):
            continue
        for place in PLACES.get(resource.get("Type"), []):
            if place in properties and not in_bucket(properties[place]):
                properties[place] = PACKAGED
        if resource.get("Type") == "AWS::Serverless::Function":
            is_image = properties.get("PackageType") == "Image"
            place = "ImageUri" if is_image else "CodeUri"
            given = set(properties) | set(function)
            if place not in given and "InlineCode" not in given:
                properties[place] = PACKAGED
        if resource.get("Type") == "AWS::Serverless::Application" and isinstance(properties.get("Location"), dict):
            # Only a deployment can ask the public repository for the address.
            properties["Location"] = PACKAGED


def in_bucket(place):
    if isinstance(place, dict):
        return "Bucket" in place
    return isinstance(place, str) and place.startswith("s3://")


def translated(path):
    """What the translator makes: a set of (logical id, type), or why it refuses."""
    template, problems = decode(str(path))
    if problems or not isinstance(template, dict):
        return None, "not decoded"
    template = json.loads(json.dumps(template, default=str))
    package(template)
    try:
        translator = Translator(managed_policy_map={}, sam_parser=Parser())
        result = translator.translate(sam_template=template, parameter_values={}, passthrough_metadata=True)
    except InvalidDocumentException as error:
        return None, "; ".join(cause.message for cause in error.causes)
    types = {name: it.get("Type") for name, it in result["Resources"].items()}
    return {(name, kind) for name, kind in types.items() if isinstance(kind, str)}, None


def expanded(binary, path):
    """What lscompat makes, and what it could not expand."""
    run = subprocess.run([binary, "check", "--format", "json", str(path)], capture_output=True, text=True, check=False)
    try:
        stack = json.loads(run.stdout)["stacks"][0]
    except (json.JSONDecodeError, IndexError, KeyError):
        return set(), run.stderr.strip()
    return {(it["logical_id"], it["type"]) for it in stack["resources"]}, None


def masked(resources):
    return {
        (DEPLOYMENT.sub(r"\1*", name) if kind == "AWS::ApiGateway::Deployment" else name, kind)
        for name, kind in resources
    }


def main():
    binary, *paths = sys.argv[1:]
    outcomes = Counter()
    for path in map(Path, paths):
        if TRANSFORM not in path.read_text(errors="replace"):
            outcomes["no SAM template"] += 1
            continue
        theirs, refusal = translated(path)
        ours, failure = expanded(binary, path)
        if refusal is not None:
            outcomes["refused by the translator"] += 1
            print(f"refused {path}: {refusal}")
            continue
        if failure:
            outcomes["failed"] += 1
            print(f"FAILED {path}: {failure}")
            continue
        if masked(theirs) == masked(ours):
            outcomes["equal"] += 1
            continue
        outcomes["different"] += 1
        print(f"DIFFERENT {path}")
        for name, kind in sorted(masked(theirs) - masked(ours)):
            print(f"  missing {kind} {name}")
        for name, kind in sorted(masked(ours) - masked(theirs)):
            print(f"  extra   {kind} {name}")
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())))
    return 1 if outcomes["different"] or outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
