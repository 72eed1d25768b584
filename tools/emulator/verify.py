"""Deploys the built functions into the emulator and tests them there: `verify.py --binaries DIR`

1. Checks that rights are enforced: without a right, a function fails.
2. Runs the project's tests in one deployment. Those in `gaps.txt` must fail.
3. Runs each test that needs an unused deployment in a new one.

Fails if any step fails, or if no test ran.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "deployed"))

import run as tests  # noqa: E402  (it must be imported after the path is set)

# All test users share one address, and some send many requests.
RAISED = {
    "RegistrationsPerSource": 1_000_000,
    "FailedLoginsPerSource": 1_000_000,
    "ResetRequestsPerSource": 1_000_000,
    "EntriesPerSender": 1_000,
}
# The emulator rejects sockets only with this status.
ENVIRONMENT = os.environ | {"EMOTECHAT_SOCKET_REFUSAL": "403"}


def succeeds(binaries: Path, options: list[str], command: list[str]) -> bool:
    """Runs a command against a new deployment. Returns true if it succeeded."""
    arguments = [sys.executable, str(HERE / "run.py"), "--binaries", str(binaries), *options, "--", *command]
    return subprocess.run(arguments, env=ENVIRONMENT, cwd=ROOT, check=False).returncode == 0


def heading(text: str) -> None:
    """Prints a heading."""
    print(f"\n-- {text}", flush=True)


def main() -> int:
    """Parses the arguments and runs all steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True, help="folder with <name>/bootstrap for each function")
    binaries = parser.parse_args().binaries.resolve()
    register = [sys.executable, str(HERE / "register.py")]
    raised = [part for name, value in RAISED.items() for part in ("--parameter", f"{name}={value}")]
    suite = [sys.executable, str(ROOT / "tests" / "deployed" / "run.py"), "--gaps", str(HERE / "gaps.txt"), "--prove"]
    alone = tests.names(ROOT / "tests" / "deployed" / "alone.txt")

    heading("registration fails without the right to put items")
    results = [succeeds(binaries, ["--without", "AuthFunction", "dynamodb:PutItem"], [*register, "500"])]
    heading("the project's tests with rights enforced")
    results.append(succeeds(binaries, raised, suite))
    for name in alone:
        heading(f"alone: {name}")
        results.append(succeeds(binaries, [], [*tests.cargo("--exact", name)]))
    print(f"\nemulator: {sum(results)} passed, {len(results) - sum(results)} failed", flush=True)
    return 0 if all(results) and alone else 1


if __name__ == "__main__":
    sys.exit(main())
