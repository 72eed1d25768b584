"""Runs the project's tests against a deployment: `EMOTECHAT_URL=… EMOTECHAT_SOCKET_URL=… python3 tests/deployed/run.py`

Tests that a deployment elsewhere cannot be tried with are left out by name: those in the lists beside this file, and
those of `--gaps`. All others run, new ones too. Nothing of the deployment has to be empty; what the tests write stays there.

It fails if a test fails, if a name in a list is no test, and if no test ran.
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
    """The tests that lists name."""
    lines = (line.strip() for path in lists for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def cargo(*arguments: str) -> list[str]:
    """The command that runs the tests, with arguments of theirs."""
    return ["cargo", "test", "--quiet", "--test", "emotechat", "--", *arguments]


def run(*arguments: str) -> tuple[int, int, int, str]:
    """Runs tests; gives the exit code, how many passed, how many failed, and what they wrote."""
    print("+", " ".join(cargo(*arguments))[:160], flush=True)
    ran = subprocess.run(cargo(*arguments), cwd=ROOT, text=True, capture_output=True, check=False)
    found = SUMMARY.search(ran.stdout)
    passed, failed = (int(found[1]), int(found[2])) if found else (0, 0)
    return ran.returncode, passed, failed, ran.stdout + ran.stderr


def known() -> set[str]:
    """All tests there are."""
    listed = subprocess.run(cargo("--list"), cwd=ROOT, text=True, capture_output=True, check=True).stdout
    return {line.removesuffix(": test") for line in listed.splitlines() if line.endswith(": test")}


def prove(left_out: list[str]) -> list[str]:
    """What is wrong with the lists: each of these tests has to fail here, or it is left out for no reason."""
    _, passed, failed, output = run("--exact", *left_out)
    print(f"{failed} that are left out were tried all the same, and failed as listed", flush=True)
    if (passed, failed) == (0, len(left_out)):
        return []
    failing = set(re.findall(r"^    (\S+::\S+)$", output, re.MULTILINE))
    return ["left out for no reason: " + " ".join(name for name in left_out if name not in failing)]


def main() -> int:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gaps", type=Path, help="names more tests to leave out")
    parser.add_argument("--prove", action="store_true", help="see that what is left out fails indeed")
    given = parser.parse_args()
    if not os.environ.get("EMOTECHAT_URL"):
        parser.error("EMOTECHAT_URL names no deployment")
    own_stack = names(HERE / "own_stack.txt")
    gaps = names(given.gaps) if given.gaps else []
    left_out = own_stack + gaps + names(HERE / "alone.txt", HERE / "sources.txt")
    if not os.environ.get("EMOTECHAT_MAIL_URL"):
        left_out += names(HERE / "mail.txt")
    if unknown := set(left_out) - known():
        print("no tests:", *sorted(unknown))
        return 1

    # One test after the other spends its time waiting for the network.
    skips = [argument for name in left_out for argument in ("--skip", name)]
    code, passed, failed, output = run("--test-threads=4", "--exact", *skips)
    print(output[-30_000:] if code else "", end="")
    wrong = [] if passed else ["no test ran"]
    if given.prove:
        wrong += prove(own_stack + gaps)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"deployed: {passed} passed, {failed} failed, {len(left_out)} left out by name", flush=True)
    return 1 if code or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
