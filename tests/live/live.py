"""Compares what lscompat predicts with what a running LocalStack does, and fails on unexplained differences.

    tests/live/run live.py --lscompat PATH [--only TEXT]

Deployed are the fixtures of every limitation, the example stacks and the stacks of this folder that cover resource
types. Differences listed in explained.toml are reported and tolerated; an entry there that no longer differs fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import machine
from cloudformation import CloudFormation, Deployment
from comparison import compare, compare_support
from instance import NotStarted, running, stop_on_signals
from parallel import in_parallel
from prediction import RELEASE, NoAnswer, Target, predict_each, read_target
from registered import compare_types
from summary import Case, Result, Run, summarise

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent
_PATTERNS = (
    "tests/limitations/*/bad.yaml",
    "tests/limitations/*/good.yaml",
    "templates/examples/*.yaml",
    "templates/examples/*.yml",
    "templates/examples/*.json",
    "tests/live/stacks/*.yaml",
)


def main() -> int:
    options = _options()
    stop_on_signals()
    started = time.monotonic()
    folder = Path(os.environ["LSCOMPAT_LIVE_DIR"])

    compared_types, type_differences = compare_types(options.lscompat, _ROOT / "compat-db", folder / "types")
    cases, skipped, unread = _cases(options.lscompat, options.only)
    results: list[Result] = []
    for config, group in _by_config(cases).items():
        with running(folder / "run", dict(config)) as instance:
            if instance.version != RELEASE:
                raise NotStarted(f"this is LocalStack {instance.version}, predictions are for {RELEASE}")
            cloudformation = CloudFormation(instance.endpoint)
            results += _deploy(cloudformation, group)

    run = Run(
        results,
        skipped,
        unread,
        compared_types,
        type_differences,
        whole=options.only is None,
        seconds=time.monotonic() - started,
    )
    return 0 if summarise(run, _HERE / "explained.toml") else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/live/run live.py", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--lscompat", type=Path, required=True, help="the program under test")
    parser.add_argument("--only", metavar="TEXT", help="deploy only the templates whose path contains this text")
    return parser.parse_args()


def _cases(lscompat: Path, only: str | None) -> tuple[list[Case], dict[str, str], list[str]]:
    """The templates to deploy, those for another LocalStack with the reason, and those that lscompat cannot read."""
    targets: dict[Path, Target] = {}
    templates: dict[Path, str] = {}
    skipped: dict[str, str] = {}
    for path in sorted(path for it in _PATTERNS for path in _ROOT.glob(it)):
        name = path.relative_to(_ROOT).as_posix()
        if only and only not in name:
            continue
        templates[path] = path.read_text(encoding="utf-8")
        target = read_target(templates[path])
        if target.plan != "community" or target.release not in (RELEASE, "2026.3"):
            skipped[name] = f"for release {target.release}, plan {target.plan}"
        else:
            targets[path] = target
    predictions = predict_each(lscompat, targets)
    cases, unread = [], []
    for path, target in targets.items():
        name = path.relative_to(_ROOT).as_posix()
        if path in predictions:
            cases.append(Case(name, templates[path], target, predictions[path]))
        else:
            unread.append(name)
    return cases, skipped, unread


def _by_config(cases: Iterable[Case]) -> dict[tuple[tuple[str, str], ...], list[Case]]:
    """Configuration variables are read when LocalStack starts: one instance for each set of them."""
    groups = defaultdict(list)
    for case in cases:
        groups[case.target.config].append(case)
    return dict(sorted(groups.items()))


def _deploy(cloudformation: CloudFormation, cases: list[Case]) -> list[Result]:
    limits = machine.limits(cloudformation, {it for case in cases for it in case.prediction.types.values()})
    first = in_parallel(lambda it: _deploy_one(cloudformation, it, limits), cases)
    # Templates may use the same resource names, and a loaded machine may be slow: a difference counts when it also
    # shows with nothing beside it.
    return [_deploy_one(cloudformation, it.case, limits) if it.differences else it for it in first]


def _deploy_one(cloudformation: CloudFormation, case: Case, limits: machine.Limits) -> Result:
    if reason := limits.before(case.prediction.types.values()):
        return Result(case, Deployment("NOT_DEPLOYED", reason), [], reason)
    outcome = cloudformation.deploy(case.stack_name, case.template, dict(case.target.parameters))
    reason = limits.after(outcome)
    differences = (compare_support if reason else compare)(case.prediction, outcome)
    return Result(case, outcome, differences, reason)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NotStarted, NoAnswer, machine.UnexpectedFailure) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
