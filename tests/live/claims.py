"""Makes every claim of kind `probe` again, with `lscompat db verify`, on the LocalStack of this environment."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from instance import NotStarted, running, stop_on_signals

# As many stacks at once as an instance on two cores takes without slowing down the checks that wait.
_JOBS = 6


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests/live/run claims.py", description=__doc__)
    parser.add_argument("--lscompat", type=Path, required=True, help="the program under test")
    parser.add_argument("--release", required=True, help="the release that this environment must hold")
    options = parser.parse_args()
    stop_on_signals()
    folder = Path(os.environ["LSCOMPAT_LIVE_DIR"]) / f"claims-{options.release}"
    with running(folder, {}) as localstack:
        # Starting another release than asked for would prove nothing about that one.
        if not localstack.version.startswith(options.release.removesuffix(".0")):
            print(f"error: LocalStack {localstack.version} came up instead of {options.release}", file=sys.stderr)
            return 2
        verify = ["db", "verify", "--endpoint", localstack.endpoint, "--jobs", str(_JOBS)]
        return subprocess.run([options.lscompat, *verify], check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotStarted as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
