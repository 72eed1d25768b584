"""Measures cold starts: runs each function behind a Lambda Runtime API, with TLS endpoints on loopback instead of AWS.

    python3 tools/bench

builds the functions for release and measures them. For comparison, it also measures an empty function and a Node.js
function with the AWS SDK. Prints the figures and compares them with the goals. Requires Linux, openssl and, for the
Node.js function, node and npm.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from certificates import Certificates
from measure import Run, Runnable, run_once
from report import Measured, events, goals, table
from services import Services
from subjects import SECRET, SECRET_VERSION, VARIABLES, Exchange, Subject, rows, subjects

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HELLO = Subject("hello", Exchange("any event", {}, 200), None, None, None)
NODE = Subject("node", Exchange("any event; it reads an item", {}, 200), None, None, None)


def main() -> None:
    """Measures the functions that the arguments name."""
    functions = subjects()
    names = [subject.name for subject in [*functions, HELLO, NODE]]
    parser = argparse.ArgumentParser(prog="python3 tools/bench", description=__doc__.splitlines()[0])
    parser.add_argument("function", nargs="*", help=f"functions to measure, from: {', '.join(names)} (default: all)")
    parser.add_argument("--starts", type=int, default=15, help="starts per function (default: 15)")
    parser.add_argument("--warm", type=int, default=50, help="events per start after the first one (default: 50)")
    parser.add_argument("--no-build", action="store_true", help="use existing binaries")
    parser.add_argument("--bootstraps", type=Path, metavar="DIR", help="use DIR/NAME/bootstrap, as built by cargo-lambda")
    chosen = parser.parse_args()
    if unknown := set(chosen.function) - set(names):
        parser.error(f"unknown function: {', '.join(sorted(unknown))}")
    if chosen.starts < 1 or chosen.warm < 1:
        parser.error("--starts and --warm must be at least 1")
    wanted = [subject for subject in [*functions, HELLO, NODE] if not chosen.function or subject.name in chosen.function]

    binaries = {subject.name: release() / subject.name for subject in wanted if subject is not NODE}
    if chosen.bootstraps is not None:
        binaries |= {name: chosen.bootstraps / name / "bootstrap" for name in binaries if name != HELLO.name}
    if not chosen.no_build:
        build([name for name, path in binaries.items() if path.parent == release()])
    if missing := [str(path) for path in binaries.values() if not path.is_file()]:
        raise SystemExit(f"not found: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="emotechat-bench-") as name:
        measured = measure(wanted, binaries, Path(name), chosen.starts, chosen.warm)

    print(f"`{shlex.join(['python3', 'tools/bench', *sys.argv[1:]])}`: medians (minimum to maximum) of {chosen.starts} starts ")
    print(f"with {chosen.warm + 1} events each.\n")
    print(table(measured))
    print("\nEvents:\n")
    print(events(measured))
    if any(subject.has_goals for subject in measured):
        print("\nGoals:\n")
        print(goals(measured))
    if NODE in wanted:
        print("\n`node` runs under a loop of a few lines instead of Amazon's runtime, so it looks faster than it would be.")


def measure(wanted: list[Subject], binaries: dict[str, Path], folder: Path, starts: int, warm: int) -> list[Measured]:
    """Runs all starts of all functions in turns, so that a busy moment of the machine affects every function."""
    certificates = Certificates(folder)
    services = Services(certificates.context(), rows(), (SECRET_VERSION, SECRET))
    code = {subject.name: bundled(folder) if subject is NODE else binaries[subject.name] for subject in wanted}
    runs: dict[str, list[Run]] = {subject.name: [] for subject in wanted}
    # The first start only loads the binary into the page cache. It does not count.
    for number in range(starts + 1):
        print(f"\r{number} of {starts} starts ", end="", file=sys.stderr, flush=True)
        for subject in wanted:
            trust = "NODE_EXTRA_CA_CERTS" if subject is NODE else "AWS_CA_BUNDLE"
            variables = VARIABLES | {trust: str(certificates.root)} | services.variables()
            command = [node(), str(code[subject.name])] if subject is NODE else [str(code[subject.name])]
            runnable = Runnable(subject.name, command, subject.usual, subject.heaviest, reads=subject is not HELLO)
            runs[subject.name].append(run_once(runnable, variables, services, warm, folder))
    print(file=sys.stderr)
    services.close()
    return [
        Measured(
            name=subject.name,
            usual=subject.usual,
            heaviest=subject.heaviest,
            runs=runs[subject.name][1:],
            binary_size=None if subject is NODE else code[subject.name].stat().st_size,
            zip_size=zipped(code[subject.name], folder),
            goal_memory=subject.goal_memory,
            goal_zip=subject.goal_zip,
            has_goals=subject not in (HELLO, NODE),
        )
        for subject in wanted
    ]


def zipped(code: Path, folder: Path) -> int:
    """Returns the size of the archive that is uploaded."""
    packed = folder / "code.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(code, "bootstrap")
    return packed.stat().st_size


def release() -> Path:
    """Returns the folder of release binaries."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def build(names: list[str]) -> None:
    """Builds binaries with the release profile, and always with the features that all of them together turn on."""
    packages = [argument for subject in [*subjects(), HELLO] for argument in ("-p", subject.name)]
    binaries = [argument for name in names for argument in ("--bin", name)]
    if binaries:
        subprocess.run(["cargo", "build", "--release", "--locked", *packages, *binaries], cwd=ROOT, check=True)


def bundled(folder: Path) -> Path:
    """Bundles the Node.js function into one file."""
    source = folder / "node"
    shutil.copytree(HERE / "node", source, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent", "--no-fund", "--no-audit"], cwd=source, check=True)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=source, check=True, env=os.environ | {"OUT": str(folder)})
    return folder / "function.mjs"


def node() -> str:
    """Returns the path of node."""
    path = shutil.which("node")
    if path is None:
        raise SystemExit("node is not installed; name the other functions to measure without it")
    return path


if __name__ == "__main__":
    main()
