"""Starts LocalStack's open core on this machine, without a container, and stops exactly what it started.

Listens on loopback only, keeps every file below the live folder, and hands none of the caller's AWS or LocalStack
settings on. Run as a script it keeps one instance until it is interrupted:

    tests/live/run instance.py [NAME=VALUE]...
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 90
STOP_SECONDS = 20
# The caller's variables that installing a package may need; any other could change what LocalStack does.
_KEPT_VARIABLES = re.compile(
    r"PATH|HOME|USER|LANG|LC_ALL|SSL_\w+|\w+_CA_(BUNDLE|CERTS)|NODE_\w+|npm_config_\w+|\w+_proxy", re.I
)
# Long enough for every resource that can be created here, short enough to sit out those that cannot.
RESOURCE_SECONDS = 12


class NotStarted(Exception):
    """LocalStack did not come up; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Instance:
    """A running LocalStack."""

    endpoint: str
    version: str
    log: Path


@contextmanager
def running(folder: Path, config: Mapping[str, str]) -> Iterator[Instance]:
    """A LocalStack with the configuration variables `config`, for the length of a `with` block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    endpoint = f"http://127.0.0.1:{port}"
    log = folder / "localstack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("localstack-supervisor")],
            cwd=folder,
            env=_environment(folder, port, config),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own session: an interrupt from the keyboard reaches it through `_stop` only, in order.
            start_new_session=True,
        )
    try:
        yield Instance(endpoint, _wait_until_ready(process, endpoint, log), log)
    finally:
        _stop(process)


def stop_on_signals() -> None:
    """Turns the signals that end a program into an exception, so that `with` blocks are left properly."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def _environment(folder: Path, port: int, config: Mapping[str, str]) -> dict[str, str]:
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if _KEPT_VARIABLES.fullmatch(key)}
    first_service_port = _free_port_range()
    return (
        kept
        | {
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "LOCALSTACK_HOST": f"localhost:{port}",
            "EXTERNAL_SERVICE_PORTS_START": str(first_service_port),
            "EXTERNAL_SERVICE_PORTS_END": str(first_service_port + 50),
            # Inside a container LocalStack would otherwise write to the file system's root.
            "OVERRIDE_IN_DOCKER": "0",
            "FILESYSTEM_ROOT": str(folder / "filesystem"),
            "TMPDIR": str(temporary),
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "CFN_PER_RESOURCE_TIMEOUT": str(RESOURCE_SECONDS),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        | dict(config)
    )


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"LocalStack ended with status {process.returncode}:\n{_tail(log)}")
        try:
            with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=2) as answer:
                return str(json.load(answer)["version"])
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            time.sleep(0.2)
    raise NotStarted(f"LocalStack was not ready after {START_SECONDS} seconds:\n{_tail(log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    children = _children(process.pid)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # The supervisor cannot pass this one on, so its own children are ended with it.
        for pid in (*children, process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _free_port_range() -> int:
    """The first of 51 neighbouring ports of which none is taken; below the range that `_free_port` draws from."""
    for first in range(20_000, 32_000, 100):
        try:
            for port in range(first, first + 51):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise NotStarted("no 51 neighbouring free ports between 20000 and 32000")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _keep_running() -> None:
    stop_on_signals()
    config = dict(argument.split("=", 1) for argument in sys.argv[1:])
    folder = Path(os.environ["LSCOMPAT_LIVE_DIR"]) / "manual"
    with running(folder, config) as instance:
        print(f"LocalStack {instance.version}: {instance.endpoint} (log: {instance.log})", flush=True)
        signal.pause()


if __name__ == "__main__":
    _keep_running()
