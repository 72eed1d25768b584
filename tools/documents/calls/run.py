"""Starts the local stack, calls every operation of its OpenAPI document with Schemathesis, and prints what that covered.

Fails if Schemathesis finds a failure, if the stack logs an error, or if too little was covered: a phase with few cases, an
operation that a phase did not call or that never succeeded, or links that were not followed.
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

# Raised limits of sources and senders, which would otherwise stop the calls early. Other tests check the limits.
PARAMETERS = {
    "EntriesPerSender": 1000,
    "FailedLoginsPerSource": 1_000_000,
    "RegistrationsPerSource": 1_000_000,
    "ResetRequestsPerSource": 1_000_000,
}

# Phases and seeds of the runs. Each run has its own users, because an account may create only sixty conversations an hour.
# There are several stateful runs, because Hypothesis stops following links when the same choices have a different outcome than
# before. That happens whenever calls change the data.
RUNS = [("examples,coverage,fuzzing", 20), *(("stateful", seed) for seed in range(20, 26))]

# The minimum number of cases in each phase. Chance alone never results in fewer.
MINIMUM = {"examples": 30, "coverage": 700, "fuzzing": 500, "stateful": 500}

# The number of checks in Schemathesis. All are enabled.
CHECKS = 14

# The fraction of links that must be followed. Which ones is chance.
FOLLOWED = 0.75


@contextlib.contextmanager
def stack(program: str) -> Iterator[str]:
    """Runs the local stack, and yields its URL."""
    parameters = [f"--parameter={name}={value}" for name, value in PARAMETERS.items()]
    command = [program, "--ephemeral", "--port=0", "--socket-port=0", *parameters]
    with (OUT / "stack.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            for line in process.stdout:
                if found := re.search(r"HTTP\s+(http://\S+)/api", line):
                    yield found[1]
                    return
            raise RuntimeError(f"the local stack did not start; see {log.name}")
        finally:
            process.terminate()
            process.wait()


def schemathesis(base: str, phases: str, seed: int) -> bool:
    """Runs Schemathesis. Returns true if it found no failure."""
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
    """Returns how often each link was followed, and how often each check ran."""
    links: Counter = Counter()
    checks: Counter = Counter()
    for events in OUT.glob("*/events.ndjson"):
        for event in map(json.loads, events.open(encoding="utf-8")):
            recorder = event.get("ScenarioFinished", {}).get("recorder", {})
            cases = recorder.get("cases", {}).values()
            links.update(case["transition"]["id"] for case in cases if case.get("transition"))
            checks.update(check["name"] for ran in recorder.get("checks", {}).values() for check in ran)
    return links, checks


def counted() -> tuple[Counter, Counter]:
    """Returns how often each operation returned each status in each phase, and how often each error was accepted."""
    responses: Counter = Counter()
    accepted: Counter = Counter()
    for file in OUT.glob("*/counts.json"):
        counts = json.loads(file.read_text(encoding="utf-8"))
        for counter, kind in (responses, "responses"), (accepted, "accepted"):
            for *key, count in counts[kind]:
                counter[tuple(key)] += count
    return responses, accepted


def judge(document: dict) -> list[str]:
    """Prints what was covered, and returns what was not."""
    described = [operation for item in document["paths"].values() for operation in item.values()]
    operations = {operation["operationId"]: operation for operation in described}
    links = sum(len(response.get("links", {})) for operation in described for response in operation["responses"].values())
    responses, accepted = counted()
    cases: Counter = Counter()
    called, succeeded = defaultdict(set), Counter()
    for (phase, operation, status), count in responses.items():
        cases[phase] += count
        called[phase].add(operation)
        if 200 <= status < 300:
            succeeded[operation] += count

    print("\nCovered:")
    for phase in MINIMUM:
        print(f"  {phase}: {cases[phase]} calls, of {len(called[phase])} operations")
    followed, checks = recorded()
    print(f"  {len(followed)} of {links} links followed, {followed.total()} times")
    print(f"  {len(checks)} checks ran, {checks.total()} times")
    fewest = min(succeeded.values(), default=0)
    print(f"  {len(succeeded)} of {len(operations)} operations succeeded, each at least {fewest} times")
    print("Errors that a schema cannot describe:")
    for key, reason in ACCEPTED.items():
        print(f"  {' '.join(filter(None, key))}: {accepted[key]} times ({reason})")

    gaps = [f"{phase}: only {cases[phase]} calls" for phase, minimum in MINIMUM.items() if cases[phase] < minimum]
    for phase in ("coverage", "fuzzing"):
        gaps += [f"{phase}: {name} was not called" for name in sorted(operations.keys() - called[phase])]
    gaps += [f"{name} never succeeded" for name in sorted(operations.keys() - succeeded.keys())]
    if len(checks) < CHECKS:
        gaps.append(f"only these checks ran: {sorted(checks)}")
    if not links or len(followed) < FOLLOWED * links:
        gaps.append(f"only these links were followed: {sorted(followed)}")
    return gaps


def logged() -> list[str]:
    """Returns the errors that the stack logged."""
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
