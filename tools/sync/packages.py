"""Packages of the package index: which versions there are, and what is in their files. Nothing of them is run."""

import configparser
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from datetime import date
from pathlib import Path

CACHE = Path(os.environ.get("LSCOMPAT_SYNC_DIR", "target/sync")) / "packages"


class SyncError(Exception):
    """What stops the sync; the message says what to do."""


class Archive:
    """The files of a wheel or of a source distribution, named from the package's root."""

    def __init__(self, path: Path):
        if path.suffix == ".whl":
            self._wheel = zipfile.ZipFile(path)
            self._names = {name: name for name in self._wheel.namelist()}
        else:
            self._wheel, self._sdist = None, tarfile.open(path)
            files = [it for it in self._sdist.getmembers() if it.isfile()]
            self._names = {it.name.split("/", 1)[-1]: it for it in files}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def names(self) -> list[str]:
        return sorted(self._names)

    def read(self, name: str) -> str:
        member = self._names[name]
        data = self._wheel.read(member) if self._wheel else self._sdist.extractfile(member).read()
        return data.decode()

    def entry_points(self, group: str) -> dict[str, str]:
        """Each name of a group with `module:attribute`."""
        found = {}
        for name in self._names:
            if re.fullmatch(r"[^/]*(\.dist-info|\.egg-info)/entry_points\.txt", name):
                parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
                parser.optionxform = str
                parser.read_string(self.read(name))
                found |= dict(parser[group]) if parser.has_section(group) else {}
        return found

    def newest_file(self) -> date:
        """The day on which its newest file was written: when the package was built."""
        if self._wheel:
            return date(*max(it.date_time for it in self._wheel.infolist())[:3])
        return date.fromtimestamp(max(it.mtime for it in self._names.values()))


def versions(package: str) -> list[str]:
    """Every version of a package, newest first."""
    answer = _pip("index", "versions", package)
    listed = re.search(r"^Available versions: (.*)$", answer, re.MULTILINE)
    if not listed:
        raise SyncError(f"the package index lists no version of {package}")
    return listed.group(1).split(", ")


def open_package(package: str, version: str) -> Archive:
    """The package, downloaded unless it was before; a version of three numbers stands for its post-releases too."""
    if not (path := _cached(package, version)):
        print(f"downloading {package} {version}", file=sys.stderr)
        CACHE.mkdir(parents=True, exist_ok=True)
        _pip("download", "--quiet", "--no-deps", "--dest", str(CACHE), f"{package}=={version}.*")
        path = _cached(package, version)
    if not path:
        raise SyncError(f"the package index has no file of {package} {version}")
    return Archive(path)


def _cached(package: str, version: str) -> Path | None:
    name = rf"{package.replace('-', '[-_]')}-{re.escape(version)}(\.post\d+)?(-.*\.whl|\.tar\.gz)"
    found = sorted(it for it in CACHE.glob("*") if re.fullmatch(name, it.name))
    return found[-1] if found else None


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or "it gives no reason").splitlines()[-1]
        raise SyncError(f"pip {' '.join(arguments[:3])} failed: {reason}")
    return done.stdout
