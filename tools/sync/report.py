"""What is different between two states of the generated knowledge, for people."""

from coverage import Row
from releases import Release
from shapes import TypeShape

# Longer lists end with their number.
MOST = 40


class Report:
    """Headed lists of lines; a list that is empty is left out."""

    def __init__(self):
        self._parts: list[str] = []

    def add(self, heading: str, lines) -> None:
        lines = sorted(lines)
        if lines:
            shown = [*lines[:MOST], *([f"and {len(lines) - MOST} more"] if len(lines) > MOST else [])]
            self._parts.append("\n".join([f"{heading} ({len(lines)})", *(f"  {it}" for it in shown)]))

    def __str__(self) -> str:
        return "\n\n".join(self._parts)


def difference(report: Report, old: dict[str, Row], new: dict[str, Row]) -> None:
    """What LocalStack registers, and how."""
    both = [it for it in new if it in old]
    report.add("new public types", (it for it in new if it not in old))
    report.add("types that are gone", (it for it in old if it not in new))
    for edition in ("community", "pro"):
        changed = [(it, getattr(old.get(it, Row()), edition), getattr(new[it], edition)) for it in new]
        report.add(f"added to {edition}", (f"{it}: {now}" for it, before, now in changed if now and not before))
        report.add(f"removed from {edition}", (f"{it}: was {before}" for it, before, now in changed if before and not now))
        moved = ((it, before, now) for it, before, now in changed if before and now and before != now)
        report.add(f"releases of {edition}", (f"{it}: {before} -> {now}" for it, before, now in moved))
    report.add("cheapest plan", _changes(both, lambda it, rows: rows[it].min_plan, old, new))
    for operation in ("create", "update", "delete"):
        report.add(operation, _changes(both, lambda it, rows: rows[it].flags.get(operation), old, new))
    report.add("properties that replace", (f"{it}: {said}" for it in both if (said := _lists(old[it].replaces, new[it].replaces))))


def todo(report: Report, new: dict[str, Row], curated: set[str], described: set[str]) -> None:
    """What somebody has to look at."""
    supported = [it for it in new if new[it].pro]
    report.add("no package tells what create, update and delete do: add a line to curated.toml",
               (it for it in supported if not new[it].flags and it not in curated))
    report.add("no plan is known: add the service to curated.toml",
               (it for it in supported if not new[it].min_plan and "<" not in new[it].pro))
    report.add("described in behaviour/ and registered by no release",
               (it for it in described if it not in new or not new[it].pro))


def release_difference(report: Report, old: list[Release], new: list[Release]) -> None:
    before = {it.version: it for it in old}
    report.add("releases", (f"{it.version}: {_release(before.get(it.version))} -> {_release(it)}"
                            for it in new if before.get(it.version) != it))


def schema_difference(report: Report, old: dict[str, TypeShape], new: dict[str, TypeShape]) -> None:
    """What AWS's types hold."""
    both = [it for it in new if it in old]
    report.add("new schemas", (it for it in new if it not in old))
    report.add("schemas that are gone", (it for it in old if it not in new))
    for what in ("properties", "attributes", "create_only"):
        report.add(f"schema: {what}", (f"{it}: {said}" for it in both
                                       if (said := _lists(_words(old[it], what), _words(new[it], what)))))
    report.add("schema: nested properties", (it for it in both if old[it].shapes != new[it].shapes))


def _words(shape: TypeShape, what: str) -> list[str]:
    value = getattr(shape, what)
    return value.split() if isinstance(value, str) else value


def _changes(names, value, old, new):
    return (f"{it}: {_shown(value(it, old))} -> {_shown(value(it, new))}" for it in names if value(it, old) != value(it, new))


def _shown(value) -> str:
    return {None: "unknown", True: "yes", False: "no"}.get(value, value)


def _lists(old: list[str], new: list[str]) -> str:
    added, removed = [f"+{it}" for it in new if it not in old], [f"-{it}" for it in old if it not in new]
    return " ".join(added + removed)


def _release(it: Release | None) -> str:
    if not it:
        return "not listed"
    return ", ".join([str(it.date or "no date"), *(["ignores unsupported types"] if it.ignores_unsupported else []),
                      *(["covered"] if it.covered else [])])
