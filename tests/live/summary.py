"""What was deployed, how it compares, and whether that is good enough: the text a run of the suite ends with."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudformation import Deployment
from comparison import Difference
from prediction import RELEASE, Prediction, Target

# What the suite promises to have shown at the least; fewer means that stacks stopped being deployed.
_LEAST_CREATED_TYPES = 40
_LEAST_PRETENDED_TYPES = 20
# The key under which differences about types, not stacks, are explained.
_TYPES = "compat-db/coverage"


@dataclass(frozen=True)
class Case:
    """A template to deploy and what is predicted for it; `name` is its path in the repository."""

    name: str
    template: str
    target: Target
    prediction: Prediction

    @property
    def stack_name(self) -> str:
        letters = "".join(it if it.isalnum() else "-" for it in self.name.rpartition(".")[0])
        return letters.removeprefix("tests-")[-100:].strip("-")


@dataclass(frozen=True)
class Result:
    """A template that was deployed; `not_run` says why its outcome is no statement about LocalStack."""

    case: Case
    outcome: Deployment
    differences: list[Difference]
    not_run: str | None = None


@dataclass(frozen=True)
class Run:
    """Everything one run of the suite found."""

    results: list[Result]
    # Templates for another LocalStack, with the reason.
    skipped: dict[str, str]
    # Templates that lscompat could not read.
    unread: list[str]
    compared_types: int
    type_differences: list[Difference]
    # Whether every template was asked for.
    whole: bool
    seconds: float


def summarise(run: Run, explanations: Path) -> bool:
    """Prints the report of a run and returns whether it passes; `explanations` is the file of tolerated differences."""
    explained = _explained(explanations)
    found = {(it.case.name, difference.subject): difference for it in run.results for difference in it.differences}
    found |= {(_TYPES, it.subject): it for it in run.type_differences}
    not_run = run.skipped | {it.case.name: it.not_run for it in run.results if it.not_run}

    _print_by_reason("could not be compared here", not_run)
    _print_rows("explained differences", [(*key, explained[key]) for key in sorted(found.keys() & explained.keys())])
    problems = 0
    problems += _print_rows(
        "differences",
        [
            (*key, f"predicted {it.predicted}, observed {it.observed}")
            for key, it in sorted(found.items())
            if key not in explained
        ],
    )
    problems += _print_rows("not readable for lscompat", [(it,) for it in run.unread])
    if run.whole:
        gone = sorted(explained.keys() - found.keys())
        problems += _print_rows("no longer different, remove the explanation", gone)
        problems += _print_rows("too little was deployed", _shortfall(run.results))
    _print_totals(run, len(not_run))
    agreed = sum(1 for it in run.results if not it.differences and not it.not_run)
    word = "FAILED" if problems else "ok"
    print(f"live result: {word}. {agreed} stacks agree; {problems} problems; {run.seconds:.0f} s")
    return not problems


def _explained(path: Path) -> dict[tuple[str, str], str]:
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("difference", [])
    return {(it["template"], it["subject"]): it["reason"] for it in entries}


def _types(results: list[Result]) -> tuple[set[str], set[str]]:
    """The types that were created for real, and those that were only pretended."""
    resources = [resource for it in results for resource in it.outcome.resources if resource.created]
    pretended = {it.type for it in resources if it.pretended}
    return {it.type for it in resources} - pretended, pretended


def _shortfall(results: list[Result]) -> list[tuple[str, ...]]:
    created, pretended = _types(results)
    counts = ((len(created), _LEAST_CREATED_TYPES, "created"), (len(pretended), _LEAST_PRETENDED_TYPES, "pretended"))
    return [(f"{count} types {word}, at least {least} expected",) for count, least, word in counts if count < least]


def _print_totals(run: Run, not_run: int) -> None:
    created, pretended = _types(run.results)
    compared = [it for it in run.results if not it.not_run]
    verdicts = Counter(it.case.prediction.verdict for it in compared)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"types: {run.compared_types} held against the {RELEASE} package, {len(run.type_differences)} differences")
    print(f"deployed: {len(created)} types created for real, {len(pretended)} only pretended")
    print(f"stacks: {len(compared)} compared ({counts}), {not_run} could not be compared here")


def _print_by_reason(title: str, reasons: dict[str, str]) -> None:
    """Prints names under the reason they share, one line a folder."""
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, reason in sorted(reasons.items()):
        folder, _, file = name.rpartition("/")
        names[reason][folder].append(file)
    for reason, folders in names.items():
        print(f"{title}: {reason} ({sum(map(len, folders.values()))})")
        for folder, files in folders.items():
            print(f"  {folder}/ {', '.join(files)}")
        print()


def _print_rows(title: str, rows: Sequence[tuple[str, ...]]) -> int:
    """Prints rows in aligned columns under a title, nothing when there are none; returns how many there are."""
    if not rows:
        return 0
    print(f"{title} ({len(rows)}):")
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
    return len(rows)
