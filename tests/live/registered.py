"""Every resource type the knowledge base knows, against the types the installed LocalStack registers."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

from comparison import Difference
from prediction import Target, predict

_PROVIDERS = "localstack.cloudformation.resource_providers"
# CloudFormation's limit for one template.
_RESOURCES = 500


def compare_types(lscompat: Path, knowledge: Path, folder: Path) -> tuple[int, list[Difference]]:
    """How many types were compared, and those whose support is not what LocalStack registers.

    `knowledge` is the knowledge base's folder, `folder` one for the templates that are written to ask with.
    """
    # LocalStack registers types in lower case.
    registered = {it.name for it in entry_points(group=_PROVIDERS)}
    known = sorted(_known_types(knowledge))
    support = _predicted(lscompat, known, folder)
    differences = []
    for name in known:
        predicted, there = support[name], name.lower() in registered
        if predicted != "custom" and (predicted == "supported") != there:
            differences.append(Difference(name, predicted, "registered" if there else "not registered"))
    for name in registered - {it.lower() for it in known}:
        differences.append(Difference(name, "not in the knowledge base", "registered"))
    return len(known), differences


def _known_types(knowledge: Path) -> set[str]:
    files = (knowledge / "coverage").glob("*.toml")
    return {name for it in files for name in tomllib.loads(it.read_text(encoding="utf-8"))["types"]}


def _predicted(lscompat: Path, types: list[str], folder: Path) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for start in range(0, len(types), _RESOURCES):
        resources = {f"R{start + i}": {"Type": it} for i, it in enumerate(types[start : start + _RESOURCES])}
        path = folder / f"types-{start}.json"
        path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
        paths.append(path)
    support: dict[str, str] = {}
    for prediction in predict(lscompat, paths, Target()).values():
        support |= {prediction.types[it]: answer for it, answer in prediction.support.items()}
    return support
