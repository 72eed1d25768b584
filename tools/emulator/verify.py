"""Deploys the built functions into the emulator and tries them there: `verify.py --binaries DIR`

1. A right that a function lacks is missed: rights are enforced.
2. The project's tests, all in one deployment; those in `gaps.txt` fail, as it says.
3. Tests that want a deployment for themselves, each in one of its own.

It fails if any of it does, or if nothing was tried.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "deployed"))

import run as tests  # noqa: E402  (it stands beside the lists that it reads)

# Everybody here comes from one address, and some write much.
RAISED = {
    "RegistrationsPerSource": 1_000_000,
    "FailedLoginsPerSource": 1_000_000,
    "ResetRequestsPerSource": 1_000_000,
    "EntriesPerSender": 1_000,
}
# The one status that it refuses sockets with.
ENVIRONMENT = os.environ | {"EMOTECHAT_SOCKET_REFUSAL": "403"}


def within(binaries: Path, options: list[str], command: list[str]) -> bool:
    """Runs a command beside a new deployment; whether it succeeded."""
    deployed = [sys.executable, str(HERE / "run.py"), "--binaries", str(binaries), *options, "--", *command]
    return subprocess.run(deployed, env=ENVIRONMENT, cwd=ROOT, check=False).returncode == 0


def heading(text: str) -> None:
    """Says what comes."""
    print(f"\n-- {text}", flush=True)


def main() -> int:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, required=True, help="holds <name>/bootstrap for each function")
    binaries = parser.parse_args().binaries.resolve()
    register = [sys.executable, str(HERE / "register.py")]
    raised = [part for name, value in RAISED.items() for part in ("--parameter", f"{name}={value}")]
    suite = [sys.executable, str(ROOT / "tests" / "deployed" / "run.py"), "--gaps", str(HERE / "gaps.txt"), "--prove"]
    alone = tests.names(ROOT / "tests" / "deployed" / "alone.txt")

    heading("without the right to put items nobody registers")
    results = [within(binaries, ["--without", "AuthFunction", "dynamodb:PutItem"], [*register, "500"])]
    heading("the project's tests, with rights enforced")
    results.append(within(binaries, raised, suite))
    for name in alone:
        heading(f"alone: {name}")
        results.append(within(binaries, [], [*tests.cargo("--exact", name)]))
    print(f"\nemulator: {sum(results)} passed, {len(results) - sum(results)} failed", flush=True)
    return 0 if all(results) and alone else 1


if __name__ == "__main__":
    sys.exit(main())
