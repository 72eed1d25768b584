"""Starts the local stack, tries every operation of its OpenAPI document by Schemathesis, and says what that covered.

Fails on what Schemathesis finds, on errors that the stack logged, and where it covered too little: a phase of few cases, an
operation that was not called in a phase or never did what it is for, links that were not followed.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import requests
from accepted import ACCEPTED
from people import Person

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
OUT = ROOT / "target/ci/calls"

# Limits of a source and of a sender, which would end the tries early: whether they hold is for the tests.
PARAMETERS = {
    "EntriesPerSender": 1000,
    "FailedLoginsPerSource": 1_000_000,
    "RegistrationsPerSource": 1_000_000,
    "ResetRequestsPerSource": 1_000_000,
}

# Phases and seeds of the runs, each with people of its own, for an account may begin sixty conversations an hour. Hypothesis walks
# along links no more once the same choices led elsewhere than before, as they do where calls change things: hence several.
RUNS = [("examples,coverage,fuzzing", 20), *(("stateful", seed) for seed in range(20, 26))]

# Fewer cases of a phase mean that something is amiss, not that chance had it so.
LEAST = {"examples": 30, "coverage": 700, "fuzzing": 500, "stateful": 500}

# The checks that Schemathesis has, all of which are on.
CHECKS = 14

# Of the links, so many have to be followed: which ones is chance.
FOLLOWED = 0.75


@contextlib.contextmanager
def stack(program: str) -> Iterator[str]:
    """The local stack, by its address."""
    parameters = [f"--parameter={name}={value}" for name, value in PARAMETERS.items()]
    command = [program, "--ephemeral", "--port=0", "--socket-port=0", *parameters]
    with (OUT / "stack.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            for line in process.stdout:
                if found := re.search(r"HTTP\s+(http://\S+)/api", line):
                    yield found[1]
                    return
            raise RuntimeError(f"the local stack did not start: see {log.name}")
        finally:
            process.terminate()
            process.wait()


def schemathesis(base: str, phases: str, seed: int) -> bool:
    """Whether it found nothing."""
    run = OUT / f"{phases.split(',')[0]}-{seed}"
    run.mkdir()
    alice, bob, mallory = (Person(base, name) for name in ("Alice", "Bob", "Mallory"))
    people = run / "people.json"
    people.write_text(json.dumps({"auth": [alice.credentials(), mallory.credentials()]}), encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")])),
        "EMOTECHAT_BASE": base,
        "EMOTECHAT_BOB": bob.id,
        "EMOTECHAT_GROUP": alice.group_with(bob),
        "EMOTECHAT_PEOPLE": str(people),
        "EMOTECHAT_COUNTS": str(run / "counts.json"),
        "EMOTECHAT_EVENTS": str(run / "events.ndjson"),
    }
    config = f"--config-file={HERE / 'schemathesis.toml'}"
    options = [f"--url={base}", f"--phases={phases}", f"--seed={seed}", "--no-color"]
    command = ["schemathesis", config, "run", f"{base}/openapi.json", *options]
    return subprocess.run(command, cwd=run, env=environment, check=False).returncode == 0


def recorded() -> tuple[Counter, Counter]:
    """How often each link was followed, and each check made."""
    links: Counter = Counter()
    checks: Counter = Counter()
    for events in OUT.glob("*/events.ndjson"):
        for event in map(json.loads, events.open(encoding="utf-8")):
            recorder = event.get("ScenarioFinished", {}).get("recorder", {})
            cases = recorder.get("cases", {}).values()
            links.update(case["transition"]["id"] for case in cases if case.get("transition"))
            checks.update(check["name"] for made in recorder.get("checks", {}).values() for check in made)
    return links, checks


def counted() -> tuple[Counter, Counter]:
    """How often each operation was answered so in a phase, and each refusal accepted."""
    answers: Counter = Counter()
    accepted: Counter = Counter()
    for file in OUT.glob("*/counts.json"):
        counts = json.loads(file.read_text(encoding="utf-8"))
        for counter, kind in (answers, "answers"), (accepted, "accepted"):
            for *key, count in counts[kind]:
                counter[tuple(key)] += count
    return answers, accepted


def judge(document: dict) -> list[str]:
    """Says what was covered, and gives what was not."""
    described = [operation for item in document["paths"].values() for operation in item.values()]
    operations = {operation["operationId"]: operation for operation in described}
    links = sum(len(answer.get("links", {})) for one in described for answer in one["responses"].values())
    answers, accepted = counted()
    cases: Counter = Counter()
    called, succeeded = defaultdict(set), Counter()
    for (phase, operation, status), count in answers.items():
        cases[phase] += count
        called[phase].add(operation)
        if 200 <= status < 300:
            succeeded[operation] += count

    print("\nCovered:")
    for phase in LEAST:
        print(f"  {phase}: {cases[phase]} calls, of {len(called[phase])} operations")
    walked, checks = recorded()
    print(f"  {len(walked)} of {links} links followed, {walked.total()} times")
    print(f"  {len(checks)} checks made, {checks.total()} times")
    least = min(succeeded.values(), default=0)
    print(f"  {len(succeeded)} of {len(operations)} operations succeeded, {least} times or more each")
    print("Refusals that no schema can tell of:")
    for key, reason in ACCEPTED.items():
        print(f"  {' '.join(filter(None, key))}: {accepted[key]} times ({reason})")

    gaps = [f"{phase}: only {cases[phase]} calls" for phase, least in LEAST.items() if cases[phase] < least]
    for phase in ("coverage", "fuzzing"):
        gaps += [f"{phase}: {name} was not called" for name in sorted(operations.keys() - called[phase])]
    gaps += [f"{name} never succeeded" for name in sorted(operations.keys() - succeeded.keys())]
    if len(checks) < CHECKS:
        gaps.append(f"of the checks only {sorted(checks)} were made")
    if not links or len(walked) < FOLLOWED * links:
        gaps.append(f"of the links only {sorted(walked)} were followed")
    return gaps


def logged() -> list[str]:
    """The errors that the stack logged."""
    with (OUT / "stack.log").open(encoding="utf-8") as log:
        return [line.strip() for line in log if " ERROR " in line or "panicked" in line]


def main() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with stack(sys.argv[1]) as base:
        document = requests.get(f"{base}/openapi.json", timeout=30).json()
        clean = [schemathesis(base, phases, seed) for phases, seed in RUNS]
        gaps = judge(document)
    errors = logged()
    for gap in gaps:
        print(f"not covered: {gap}", file=sys.stderr)
    for error in errors:
        print(f"logged: {error}", file=sys.stderr)
    return 0 if all(clean) and not gaps and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
