"""Brings the generated part of the knowledge base up to date, and tells what changes."""

import argparse
import sys
from pathlib import Path

from schemas import public_types, schema_files

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "compat-db"
# Written by hand, in a folder that is generated otherwise.
BY_HAND = {"schemas/template.toml"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/sync/run", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when something would change")
    arguments = parser.parse_args()

    files = {f"schemas/{name}": text for name, text in schema_files(public_types()).items()}
    changed = changes(files)
    for name in changed:
        print(name)
    if not arguments.check:
        write(files, changed)
    print(f"{len(changed)} of {len(files)} generated files {'would change' if arguments.check else 'changed'}")
    return 1 if arguments.check and changed else 0


def changes(files: dict[str, str]) -> list[str]:
    """The generated files that are not as they should be, and those that should not be."""
    folders = {Path(name).parent for name in files}
    there = {str(it.relative_to(KNOWLEDGE)) for folder in folders for it in (KNOWLEDGE / folder).glob("*.toml")}
    wrong = [name for name, text in files.items() if name not in there or (KNOWLEDGE / name).read_text() != text]
    return sorted([*wrong, *(there - files.keys() - BY_HAND)])


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
