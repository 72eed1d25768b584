"""Runs the project's tests against a deployment: `EMOTECHAT_URL=… EMOTECHAT_SOCKET_URL=… python3 tests/deployed/run.py`

Skips the tests that cannot run against a remote deployment. The lists next to this file and the file given with `--gaps`
name them. All other tests run, including new ones. The deployment may hold data. The tests' data stays in it.

Fails if a test fails, if a listed name is not a test, or if no test ran.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUMMARY = re.compile(r"test result: \w+\. (\d+) passed; (\d+) failed")


def names(*lists: Path) -> list[str]:
    """Returns the tests that the lists name."""
    lines = (line.strip() for path in lists for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def cargo(*arguments: str) -> list[str]:
    """Returns the command that runs the tests with the given arguments."""
    return ["cargo", "test", "--quiet", "--test", "emotechat", "--", *arguments]


def run(*arguments: str) -> tuple[int, int, int, str]:
    """Runs tests. Returns the exit code, the numbers of passed and failed tests, and the output."""
    print("+", " ".join(cargo(*arguments))[:160], flush=True)
    completed = subprocess.run(cargo(*arguments), cwd=ROOT, text=True, capture_output=True, check=False)
    found = SUMMARY.search(completed.stdout)
    passed, failed = (int(found[1]), int(found[2])) if found else (0, 0)
    return completed.returncode, passed, failed, completed.stdout + completed.stderr


def all_tests() -> set[str]:
    """Returns the names of all tests."""
    listed = subprocess.run(cargo("--list"), cwd=ROOT, text=True, capture_output=True, check=True).stdout
    return {line.removesuffix(": test") for line in listed.splitlines() if line.endswith(": test")}


def prove(skipped: list[str]) -> list[str]:
    """Runs skipped tests, each of which must fail. Returns a fault that names those that pass."""
    _, passed, failed, output = run("--exact", *skipped)
    print(f"of {len(skipped)} skipped tests, {failed} failed as expected", flush=True)
    if (passed, failed) == (0, len(skipped)):
        return []
    failing = set(re.findall(r"^    (\S+::\S+)$", output, re.MULTILINE))
    return ["skipped without need: " + " ".join(name for name in skipped if name not in failing)]


def main() -> int:
    """Parses the arguments and runs the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gaps", type=Path, help="a file that names more tests to skip")
    parser.add_argument("--prove", action="store_true", help="check that the skipped tests fail against the deployment")
    arguments = parser.parse_args()
    if not os.environ.get("EMOTECHAT_URL"):
        parser.error("EMOTECHAT_URL must name a deployment")
    own_stack = names(HERE / "own_stack.txt")
    gaps = names(arguments.gaps) if arguments.gaps else []
    skipped = own_stack + gaps + names(HERE / "alone.txt", HERE / "sources.txt")
    if not os.environ.get("EMOTECHAT_MAIL_URL"):
        skipped += names(HERE / "mail.txt")
    if unknown := set(skipped) - all_tests():
        print("not tests:", *sorted(unknown))
        return 1

    # Run several tests concurrently, because each mostly waits for the network.
    skips = [part for name in skipped for part in ("--skip", name)]
    code, passed, failed, output = run("--test-threads=4", "--exact", *skips)
    print(output[-30_000:] if code else "", end="")
    faults = [] if passed else ["no test ran"]
    if arguments.prove:
        faults += prove(own_stack + gaps)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"deployed: {passed} passed, {failed} failed, {len(skipped)} skipped by name", flush=True)
    return 1 if code or faults else 0


if __name__ == "__main__":
    sys.exit(main())
