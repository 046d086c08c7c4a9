"""Deploys templates before and after `lscompat adapt` and prints the two rates, with the reasons for the rest.

    tests/live/run adapt.py --lscompat PATH [--endpoint URL] [--only TEXT] [FOLDER]...

Without folders: the fixtures that fail or are pretended on the open core, the example stacks and the stacks of this
folder; a variant that does not deploy although lscompat says so fails the run. With folders: every template below
them that deploys with its defaults; local artefacts of SAM are not uploaded, and nothing is changed there.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine
from adaptation import Result, adapt, explain, summarise, works
from cloudformation import CloudFormation, Deployment
from instance import NotStarted, running, stop_on_signals
from parallel import in_parallel
from prediction import RELEASE, NoAnswer, Prediction, Target, predict_each, read_target

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent
_COMMITTED = (
    "tests/limitations/*/bad.yaml",
    "templates/examples/*.yaml",
    "templates/examples/*.yml",
    "templates/examples/*.json",
    "tests/live/stacks/*.yaml",
)
_ENDINGS = (".yaml", ".yml", ".json", ".template")
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """A template and what is predicted for it."""

    name: str
    path: Path
    target: Target
    prediction: Prediction

    def stack_name(self) -> str:
        """A name that no stack had before: one that LocalStack cannot delete keeps its own."""
        letters = "".join(it if it.isalnum() else "-" for it in self.name.rpartition(".")[0])
        # LocalStack makes names of resources from it, which have limits of their own.
        return f"a{next(_NUMBERS)}-{letters.removeprefix('tests-limitations-')[-37:].strip('-')}"


def main() -> int:
    options = _options()
    stop_on_signals()
    cases = _cases(options)
    with _cloudformation(options.endpoint) as cloudformation:
        limits = machine.limits(cloudformation, {it for case in cases for it in case.prediction.types.values()})
        run = Run(options.lscompat, cloudformation, limits)
        answers = in_parallel(run.one, cases)
        # Templates may use the same resource names, and a loaded machine may be slow: what fails is tried once more
        # with nothing beside it.
        again = [isinstance(it, Result) and it.reason is not None for it in answers]
        answers = [run.one(case) if retry else it for case, it, retry in zip(cases, answers, again, strict=True)]
    results = [it for it in answers if isinstance(it, Result)]
    not_run = {case.name: it for case, it in zip(cases, answers, strict=True) if isinstance(it, str)}
    passed = summarise(results, sum(1 for it in answers if it is None), not_run)
    return 0 if passed or options.folders else 1


@dataclass(frozen=True)
class Run:
    """What templates are adapted and deployed with."""

    lscompat: Path
    cloudformation: CloudFormation
    limits: machine.Limits

    def one(self, case: Case) -> Result | str | None:
        """What adapting did; a text when this machine cannot tell, `None` when the template deploys as it is."""
        before = self._deploy(case, case.path.read_text(encoding="utf-8"))
        if isinstance(before, Deployment) and works(before):
            return None
        text, why = adapt(self.lscompat, case.path, case.target)
        if not text:
            return Result(case.name, why)
        after = self._deploy(case, text)
        if isinstance(after, str):
            return after
        if works(after):
            return Result(case.name)
        return explain(self.lscompat, case.name, case.path, text, case.target, after)

    def _deploy(self, case: Case, template: str) -> Deployment | str:
        """What became of a template; a text when it is the machine that stopped it."""
        # What is left of a type after a change cannot be seen in the text: one that hangs counts when it is named.
        types = {it for it in case.prediction.types.values() if it in template}
        if reason := self.limits.before(types):
            return reason
        outcome = self.cloudformation.deploy(case.stack_name(), template, dict(case.target.parameters))
        return self.limits.after(outcome) or outcome


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests/live/run adapt.py", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="templates of your own")
    parser.add_argument("--lscompat", type=Path, required=True, help="the program under test")
    parser.add_argument("--endpoint", help="a LocalStack that runs already; one is started otherwise")
    parser.add_argument("--only", metavar="TEXT", help="only the templates whose path contains this text")
    return parser.parse_args()


@contextmanager
def _cloudformation(endpoint: str | None) -> Iterator[CloudFormation]:
    if endpoint:
        yield CloudFormation(endpoint)
        return
    with running(Path(os.environ["LSCOMPAT_LIVE_DIR"]) / "run", {}) as instance:
        if instance.version != RELEASE:
            raise NotStarted(f"this is LocalStack {instance.version}, the variants are for {RELEASE}")
        yield CloudFormation(instance.endpoint)


def _cases(options: argparse.Namespace) -> list[Case]:
    """The templates for the open core with its default configuration that fail or are pretended there."""
    targets = {path: read_target(path.read_text(encoding="utf-8")) for path in _paths(options)}
    plain = {path: it for path, it in targets.items() if it.plan == "community" and not it.config}
    plain = {path: it for path, it in plain.items() if it.release in (RELEASE, "2026.3")}
    predictions = predict_each(options.lscompat, plain)
    found = ((path, it) for path, it in predictions.items() if options.folders or _is_refused_or_pretended(it))
    return [Case(_name(path), path, plain[path], it) for path, it in found]


def _paths(options: argparse.Namespace) -> list[Path]:
    if options.folders:
        found = [it for folder in options.folders for it in folder.rglob("*") if it.suffix in _ENDINGS]
    else:
        found = [it for pattern in _COMMITTED for it in _ROOT.glob(pattern)]
    return sorted(it for it in found if it.is_file() and (options.only or "") in str(it))


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.as_posix()


def _is_refused_or_pretended(prediction: Prediction) -> bool:
    return prediction.verdict == "fails" or bool({"unsupported", "needs-plan"} & set(prediction.support.values()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NotStarted, NoAnswer, machine.UnexpectedFailure) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
