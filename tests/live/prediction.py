"""Asks lscompat what a running LocalStack would do with templates."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RELEASE = "2026.3.0"


@dataclass(frozen=True)
class Target:
    """The LocalStack a template is meant for, from the comment `# target: FLAGS` on its first line."""

    release: str = RELEASE
    plan: str = "community"
    region: str = "us-east-1"
    config: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def flags(self) -> list[str]:
        flags = ["--release", self.release, "--plan", self.plan, "--region", self.region]
        for option, pairs in (("--config-var", self.config), ("--parameter", self.parameters)):
            for name, value in pairs:
                flags += [option, f"{name}={value}"]
        return flags


@dataclass(frozen=True)
class Prediction:
    """What lscompat says of one stack on LocalStack."""

    verdict: str
    kind: str
    support: dict[str, str]
    types: dict[str, str]
    # The logical ids that the failure is blamed on; `None` when it is blamed on the template as a whole.
    failing: frozenset[str] | None = None
    # The ids of the findings that say so.
    findings: frozenset[str] = frozenset()


class NoAnswer(Exception):
    """lscompat could not do its job; the message is its own."""


def read_target(template: str) -> Target:
    """The target named by a template's first line, the open core otherwise."""
    first = template.lstrip("\ufeff").split("\n", 1)[0]
    if not first.startswith("# target:"):
        return Target()
    single: dict[str, str] = {}
    pairs: dict[str, list[tuple[str, str]]] = {"config-var": [], "parameter": []}
    words = iter(shlex.split(first.removeprefix("# target:")))
    for word in words:
        option, separator, value = word.removeprefix("--").partition("=")
        if not separator:
            value = next(words, "")
        if option in pairs:
            name, _, text = value.partition("=")
            pairs[option].append((name, text))
        elif option in ("release", "plan", "region"):
            single[option] = value
        else:
            raise ValueError(f"unknown option `--{option}` in `{first}`")
    return Target(config=tuple(pairs["config-var"]), parameters=tuple(pairs["parameter"]), **single)


def predict(lscompat: Path, paths: Sequence[Path], target: Target) -> dict[Path, Prediction]:
    """The prediction for each of `paths`; one that lscompat could not read is missing from the answer."""
    command = [str(lscompat), "check", "--format", "json", "--fail-on", "never", *target.flags, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise NoAnswer(
            f"`{shlex.join(command[:9])} ...` ended with status {done.returncode}:\n{done.stderr}"
        ) from error
    # A nested stack is reported as an element of its own, after the template that has the path asked for.
    stacks: dict[str, dict] = {}
    for stack in report["stacks"]:
        stacks.setdefault(stack["path"], stack)
    return {path: _read(stacks[str(path)]) for path in paths if str(path) in stacks}


def predict_each(lscompat: Path, targets: Mapping[Path, Target]) -> dict[Path, Prediction]:
    """The predictions for templates that are meant for different targets, in their order."""
    by_target: dict[Target, list[Path]] = defaultdict(list)
    for path, target in targets.items():
        by_target[target].append(path)
    found: dict[Path, Prediction] = {}
    for target, paths in by_target.items():
        found |= predict(lscompat, paths, target)
    return {path: found[path] for path in targets if path in found}


def _read(stack: dict) -> Prediction:
    included = [it for it in stack["resources"] if it["included"]]
    failures = [it for it in stack["findings"] if it["fails_on"] == "localstack" and it["certainty"] == "certain"]
    failing = {it["logical_id"] for it in failures}
    return Prediction(
        verdict=stack["verdict"]["localstack"],
        kind=stack["kind"],
        support={it["logical_id"]: it["support"] for it in included},
        types={it["logical_id"]: it["type"] for it in included},
        failing=None if None in failing else frozenset(failing),
        findings=frozenset(it["id"] for it in failures),
    )
