"""Whether adapting a template made it deploy: what a run of `adapt.py` finds, and the text it ends with."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudformation import Deployment
from prediction import Target, predict

_ASKS_FOR_VALUES = re.compile(r"Parameters: \[.*\] must have values")
# How many templates are named below a reason.
_EXAMPLES = 3


@dataclass(frozen=True)
class Result:
    """A template that did not deploy, or only with placeholders, and what became of its adapted variant.

    `reason` says why the variant does not deploy; `unexpected` when lscompat said that it would.
    """

    name: str
    reason: str | None = None
    unexpected: bool = False


def works(outcome: Deployment) -> bool:
    """Whether everything was created, and nothing only pretended."""
    return outcome.complete and not any(it.pretended for it in outcome.resources)


def adapt(lscompat: Path, path: Path, target: Target) -> tuple[str, str]:
    """The adapted text of the template at `path`, and why there is none."""
    command = [str(lscompat), "adapt", *target.flags, "--quiet", "--output", "-", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout, ""
    first = done.stderr.strip().splitlines()[:1]
    return "", "".join(first).removeprefix("error: ").replace(f"{path}:", "").strip() or "adapt gives no reason"


def explain(lscompat: Path, name: str, path: Path, text: str, target: Target, outcome: Deployment) -> Result:
    """The result for a variant that does not deploy: expected where lscompat names what stays in the way."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".lscompat-") as folder:
        variant = Path(folder) / path.name
        variant.write_text(text, encoding="utf-8")
        prediction = predict(lscompat, [variant], target).get(variant)
    pretended = sorted({it.type for it in outcome.resources if it.pretended})
    seen = f"only pretended: {', '.join(pretended)}" if outcome.complete else outcome.explanation
    if _ASKS_FOR_VALUES.search(outcome.explanation):
        return Result(name, "it has parameters without a default")
    if prediction is None or prediction.verdict == "undetermined":
        return Result(name, f"cannot be told before deployment: {seen}")
    if prediction.verdict == "fails":
        ids = ", ".join(sorted(prediction.findings))
        return Result(name, f"nothing known can be changed for it: {ids or 'the template itself'}")
    return Result(name, seen, unexpected=True)


def summarise(results: Sequence[Result], before: int, not_run: dict[str, str]) -> bool:
    """Prints the two rates and the reasons for the rest; `before` templates need no change. Whether nothing was
    unexpected."""
    total = before + len(results)
    after = before + sum(1 for it in results if it.reason is None)
    for title, reasons in (
        ("limits of this machine, not counted", not_run),
        ("do not deploy, as expected", {it.name: it.reason for it in results if it.reason and not it.unexpected}),
        ("UNEXPECTED", {it.name: it.reason for it in results if it.reason and it.unexpected}),
    ):
        _print_by_reason(title, reasons)
    print(f"before: {before} of {total} deploy without failure and placeholder ({_rate(before, total)})")
    print(f"after:  {after} of {total} ({_rate(after, total)}); {len(not_run)} could not be run here")
    unexpected = sum(1 for it in results if it.unexpected)
    print(f"adapt result: {'FAILED' if unexpected else 'ok'}. {unexpected} unexpected")
    return not unexpected


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _print_by_reason(title: str, reasons: dict[str, str | None]) -> None:
    counts = Counter(reasons.values())
    if counts:
        print(f"{title} ({len(reasons)}):")
    for reason, count in counts.most_common():
        names = sorted(name for name, it in reasons.items() if it == reason)
        more = ", ..." if count > _EXAMPLES else ""
        print(f"  {count:4} {str(reason)[:300]}\n       {', '.join(names[:_EXAMPLES])}{more}")
