"""What a cold start costs: starts each function behind a Lambda Runtime API, with TLS endpoints on loopback for AWS.

    python3 tools/bench

builds the functions as they are deployed, measures them beside a function that does nothing and one of Node with the AWS
SDK, and prints the figures and how far they are from the goals. Needs Linux, openssl and, for the last, node and npm.
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
from measure import Life, Runnable, live
from report import Measured, events, goals, table
from services import Services
from subjects import SECRET, SECRET_VERSION, VARIABLES, Exchange, Subject, rows, subjects

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HELLO = Subject("hello", Exchange("any event", {}, 200), None, None, None)
NODE = Subject("node", Exchange("any event, which makes it read an item", {}, 200), None, None, None)


def main() -> None:
    """Measures what is asked for."""
    ours = subjects()
    names = [one.name for one in [*ours, HELLO, NODE]]
    parser = argparse.ArgumentParser(prog="python3 tools/bench", description=__doc__.splitlines()[0])
    parser.add_argument("function", nargs="*", help=f"some of: {', '.join(names)} (default: all)")
    parser.add_argument("--starts", type=int, default=15, help="starts of each function (default: 15)")
    parser.add_argument("--warm", type=int, default=50, help="events after the first of each start (default: 50)")
    parser.add_argument("--no-build", action="store_true", help="take the binaries that are there")
    parser.add_argument("--bootstraps", type=Path, metavar="DIR", help="take DIR/NAME/bootstrap, as cargo-lambda leaves them")
    chosen = parser.parse_args()
    if unknown := set(chosen.function) - set(names):
        parser.error(f"there is no function {', '.join(sorted(unknown))}")
    if chosen.starts < 1 or chosen.warm < 1:
        parser.error("there has to be a start, and an event after the first")
    wanted = [one for one in [*ours, HELLO, NODE] if not chosen.function or one.name in chosen.function]

    binaries = {one.name: release() / one.name for one in wanted if one is not NODE}
    if chosen.bootstraps is not None:
        binaries |= {name: chosen.bootstraps / name / "bootstrap" for name in binaries if name != HELLO.name}
    if not chosen.no_build:
        build([name for name, path in binaries.items() if path.parent == release()])
    if missing := [str(path) for path in binaries.values() if not path.is_file()]:
        raise SystemExit(f"there is no {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="emotechat-bench-") as name:
        measured = measure(wanted, binaries, Path(name), chosen.starts, chosen.warm)

    print(f"`{shlex.join(['python3', 'tools/bench', *sys.argv[1:]])}`: medians (least to most) of {chosen.starts} starts ")
    print(f"with {chosen.warm + 1} events each.\n")
    print(table(measured))
    print("\nEach was given:\n")
    print(events(measured))
    if any(one.has_goals for one in measured):
        print("\nAgainst the goals:\n")
        print(goals(measured))
    if NODE in wanted:
        print("\n`node` runs under a loop of a few lines in place of Amazon's runtime, which flatters it.")


def measure(wanted: list[Subject], binaries: dict[str, Path], folder: Path, starts: int, warm: int) -> list[Measured]:
    """All lives of all functions, in turns, so that a busy moment of the machine is nobody's alone."""
    certificates = Certificates(folder)
    services = Services(certificates.context(), rows(), (SECRET_VERSION, SECRET))
    code = {one.name: bundled(folder) if one is NODE else binaries[one.name] for one in wanted}
    lives: dict[str, list[Life]] = {one.name: [] for one in wanted}
    # The first brings each into the page cache, and does not count.
    for number in range(starts + 1):
        print(f"\r{number} of {starts} starts ", end="", file=sys.stderr, flush=True)
        for one in wanted:
            trust = "NODE_EXTRA_CA_CERTS" if one is NODE else "AWS_CA_BUNDLE"
            variables = VARIABLES | {trust: str(certificates.root)} | services.variables()
            command = [node(), str(code[one.name])] if one is NODE else [str(code[one.name])]
            what = Runnable(one.name, command, one.usual, one.heaviest, reads=one is not HELLO)
            lives[one.name].append(live(what, variables, services, warm, folder))
    print(file=sys.stderr)
    services.close()
    return [
        Measured(
            name=one.name,
            usual=one.usual,
            heaviest=one.heaviest,
            lives=lives[one.name][1:],
            binary_size=None if one is NODE else code[one.name].stat().st_size,
            zip_size=zipped(code[one.name], folder),
            goal_memory=one.goal_memory,
            goal_zip=one.goal_zip,
            has_goals=one not in (HELLO, NODE),
        )
        for one in wanted
    ]


def zipped(code: Path, folder: Path) -> int:
    """The size of what is uploaded."""
    packed = folder / "code.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(code, "bootstrap")
    return packed.stat().st_size


def release() -> Path:
    """Where cargo leaves binaries."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def build(names: list[str]) -> None:
    """Builds binaries with the profile that is deployed, and always with the features that all of them together turn on."""
    packages = [argument for one in [*subjects(), HELLO] for argument in ("-p", one.name)]
    binaries = [argument for name in names for argument in ("--bin", name)]
    if binaries:
        subprocess.run(["cargo", "build", "--release", "--locked", *packages, *binaries], cwd=ROOT, check=True)


def bundled(folder: Path) -> Path:
    """The function of Node, in one file."""
    source = folder / "node"
    shutil.copytree(HERE / "node", source, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent", "--no-fund", "--no-audit"], cwd=source, check=True)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=source, check=True, env=os.environ | {"OUT": str(folder)})
    return folder / "function.mjs"


def node() -> str:
    """Where node is."""
    path = shutil.which("node")
    if path is None:
        raise SystemExit("node is not installed; name the other functions to go without it")
    return path


if __name__ == "__main__":
    main()
