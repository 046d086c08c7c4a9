"""Brings the generated part of the knowledge base up to date with published packages, and tells what changes.

LocalStack's core and licensed packages of every examined release are downloaded once and kept; their code is read,
never run. The AWS side comes from the packages that requirements.txt pins.
"""

import argparse
import sys
import tomllib
from pathlib import Path

import coverage
import releases
import schemas
from packages import SyncError
from report import Report, difference, release_difference, schema_difference, todo
from shapes import TypeShape

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "compat-db"
# Written by hand, in a folder that is generated otherwise.
BY_HAND = {"schemas/template.toml"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/sync/run", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when something would change")
    parser.add_argument("--offline", action="store_true", help="look for no new release; use those that are covered")
    arguments = parser.parse_args()
    report, files = Report(), {}
    try:
        shapes = generate_schemas(report, files)
        generate_coverage(report, files, shapes, arguments.offline)
    except SyncError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = changes(files)
    if not arguments.check:
        write(files, changed)
    if str(report):
        print(report, end="\n\n")
    print(f"{len(changed)} of {len(files)} files {'would change' if arguments.check else 'changed'}")
    return 1 if arguments.check and changed else 0


def generate_schemas(report: Report, files: dict[str, str]) -> dict[str, TypeShape]:
    """Adds the schemas; gives them."""
    shapes = schemas.shapes(schemas.public_types())
    schema_difference(report, schemas.parse(on_disk("schemas")), shapes)
    files |= {f"schemas/{name}": text for name, text in schemas.schema_files(shapes).items()}
    return shapes


def generate_coverage(report: Report, files: dict[str, str], shapes: dict[str, TypeShape], offline: bool) -> None:
    """Adds coverage and releases."""
    known = releases.parse((KNOWLEDGE / "releases.toml").read_text())
    published = [] if offline else releases.published()
    packages = {it: releases.packages(it) for it in releases.to_examine(known, published)}
    examined = [coverage.examine(version, *both) for version, both in packages.items()]
    newest = packages[examined[-1].version]
    public = set(shapes) | set(coverage.available_types(newest[0])) | set(coverage.ALWAYS)
    coverage.respell(examined, public)
    curated = coverage.read_curated()
    rows = coverage.rows(examined, public, shapes, newest, curated)
    updated = releases.updated(known, {version: core for version, (core, _) in packages.items()})
    release_difference(report, known, updated)
    difference(report, coverage.parse(on_disk("coverage")), rows)
    described = {name for it in on_disk("behaviour").values() for name in tomllib.loads(it)}
    todo(report, rows, set(curated["flags"]), described)
    files["releases.toml"] = releases.text(updated)
    files |= {f"coverage/{name}": text for name, text in coverage.coverage_files(rows, curated).items()}


def on_disk(folder: str) -> dict[str, str]:
    """The files of a folder that is there already, those by hand left out."""
    paths = sorted((KNOWLEDGE / folder).glob("*.toml"))
    return {it.name: it.read_text() for it in paths if f"{folder}/{it.name}" not in BY_HAND}


def changes(files: dict[str, str]) -> list[str]:
    """The generated files that are not as they should be, and those that should not be."""
    there = {f"{folder}/{name}" for folder in ("schemas", "coverage") for name in on_disk(folder)} | {"releases.toml"}
    wrong = [name for name, text in files.items() if name not in there or (KNOWLEDGE / name).read_text() != text]
    return sorted([*wrong, *(there - files.keys())])


def write(files: dict[str, str], changed: list[str]) -> None:
    for name in changed:
        path = KNOWLEDGE / name
        if name in files:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[name])
        else:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main())
