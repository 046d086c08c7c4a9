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
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import machine
from cloudformation import CloudFormation, Deployment
from comparison import Difference, compare, compare_support
from coverage import compare_types
from localstack import NotStarted, running, stop_on_signals
from parallel import in_parallel
from prediction import RELEASE, NoAnswer, Prediction, Target, predict, read_target

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What the suite promises to have shown at the least; fewer means that stacks stopped being deployed.
LEAST_CREATED_TYPES = 40
LEAST_PRETENDED_TYPES = 20

PATTERNS = (
    "tests/limitations/*/bad.yaml",
    "tests/limitations/*/good.yaml",
    "templates/examples/*.yaml",
    "templates/examples/*.yml",
    "templates/examples/*.json",
    "tests/live/stacks/*.yaml",
)


@dataclass(frozen=True)
class Case:
    """A template to deploy and what is predicted for it."""

    path: Path
    template: str
    target: Target
    prediction: Prediction

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def stack_name(self) -> str:
        letters = "".join(it if it.isalnum() else "-" for it in self.path.relative_to(ROOT).with_suffix("").as_posix())
        return letters.removeprefix("tests-")[-100:].strip("-")


@dataclass(frozen=True)
class Result:
    """A template that was deployed, or the reason why it was not."""

    case: Case
    outcome: Deployment
    differences: list[Difference]
    not_run: str | None = None


def main() -> int:
    options = _options()
    stop_on_signals()
    started = time.monotonic()
    folder = Path(os.environ["LSCOMPAT_LIVE_DIR"])

    compared_types, type_differences = compare_types(options.lscompat, ROOT / "compat-db", folder / "types")
    cases, skipped, unread = _cases(options.lscompat, options.only)
    results: list[Result] = []
    for config, group in _by_config(cases).items():
        with running(folder / "run", dict(config)) as instance:
            if instance.version != RELEASE:
                raise NotStarted(f"this is LocalStack {instance.version}, predictions are for {RELEASE}")
            cloudformation = CloudFormation(instance.endpoint)
            results += _deploy(cloudformation, group)

    return _report(
        results, dict(skipped), unread, compared_types, type_differences,
        whole=options.only is None, seconds=time.monotonic() - started,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/live/run live.py", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--lscompat", type=Path, required=True, help="the program under test")
    parser.add_argument("--only", metavar="TEXT", help="deploy only the templates whose path contains this text")
    return parser.parse_args()


def _cases(lscompat: Path, only: str | None) -> tuple[list[Case], list[tuple[str, str]], list[str]]:
    """The templates to deploy, those for another LocalStack with the reason, and those that lscompat cannot read."""
    by_target: dict[Target, list[tuple[Path, str]]] = defaultdict(list)
    skipped, unread = [], []
    for path in sorted(path for it in PATTERNS for path in ROOT.glob(it)):
        name = path.relative_to(ROOT).as_posix()
        if only and only not in name:
            continue
        template = path.read_text(encoding="utf-8")
        target = read_target(template)
        if target.plan != "community" or target.release not in (RELEASE, "2026.3"):
            skipped.append((name, f"for release {target.release}, plan {target.plan}"))
        else:
            by_target[target].append((path, template))
    cases = []
    for target, found in by_target.items():
        predictions = predict(lscompat, [path for path, _ in found], target)
        for path, template in found:
            if path in predictions:
                cases.append(Case(path, template, target, predictions[path]))
            else:
                unread.append(path.relative_to(ROOT).as_posix())
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


def _report(
    results: list[Result], skipped: dict[str, str], unread: list[str], compared_types: int,
    type_differences: list[Difference], *, whole: bool, seconds: float,
) -> int:
    explained = {
        (it["template"], it["subject"]): it["reason"]
        for it in tomllib.loads((HERE / "explained.toml").read_text(encoding="utf-8")).get("difference", [])
    }
    not_run = skipped | {it.case.name: it.not_run for it in results if it.not_run}
    found = {(it.case.name, d.subject): d for it in results for d in it.differences}
    found |= {("compat-db/coverage", it.subject): it for it in type_differences}
    unexplained = {key: it for key, it in found.items() if key not in explained}

    _list_by_reason("could not be compared here", not_run)
    _list("explained differences", [(*key, explained[key]) for key in sorted(found.keys() & explained.keys())])
    problems = 0
    problems += _list(
        "differences",
        [(*key, f"predicted {it.predicted}, observed {it.observed}") for key, it in sorted(unexplained.items())],
    )
    problems += _list("not readable for lscompat", [(it,) for it in unread])
    if whole:
        gone = sorted(explained.keys() - found.keys())
        problems += _list("explained differences that are no more: remove them from explained.toml", gone)

    resources = [resource for it in results for resource in it.outcome.resources if resource.created]
    pretended = {it.type for it in resources if it.pretended}
    created = {it.type for it in resources} - pretended
    if whole and (len(created) < LEAST_CREATED_TYPES or len(pretended) < LEAST_PRETENDED_TYPES):
        problems += _list("too little was deployed", [(f"at least {LEAST_CREATED_TYPES} types created, {LEAST_PRETENDED_TYPES} pretended expected",)])

    verdicts = Counter(it.case.prediction.verdict for it in results if not it.not_run)
    print(f"resource types: {compared_types} compared with the {RELEASE} package, {len(type_differences)} differences")
    print(f"deployed: {len(created)} types created for real, {len(pretended)} only pretended")
    print(f"stacks: {len(results)} deployed, {len(results) - len({it.case.name for it in results if it.not_run})} compared "
          f"({', '.join(f'{count} {verdict}' for verdict, count in sorted(verdicts.items()))}), {len(not_run)} could not be compared")
    agreed = sum(1 for it in results if not it.differences and not it.not_run)
    print(f"live result: {'ok' if not problems else 'FAILED'}. {agreed} stacks agree; {problems} problems; {seconds:.0f} s")
    return 1 if problems else 0


def _list_by_reason(title: str, reasons: dict[str, str]) -> None:
    """Prints the names under the reason they share, one line a folder."""
    names = defaultdict(lambda: defaultdict(list))
    for name, reason in sorted(reasons.items()):
        folder, _, file = name.rpartition("/")
        names[reason][folder].append(file)
    for reason, folders in names.items():
        print(f"{title}: {reason} ({sum(map(len, folders.values()))}):")
        for folder, files in folders.items():
            print(f"  {folder}/ {', '.join(files)}")
        print()


def _list(title: str, rows: list[tuple[str, ...]]) -> int:
    """Prints rows in aligned columns under a title, nothing when there are none; returns how many there are."""
    if not rows:
        return 0
    print(f"{title} ({len(rows)}):")
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
    return len(rows)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NotStarted, NoAnswer, machine.UnexpectedFailure) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
