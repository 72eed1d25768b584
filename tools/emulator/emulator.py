"""The emulator as a process of its own: on a free port of 127.0.0.1, and gone when we are."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Seconds that it may take to answer for the first time.
PATIENCE = 60

# Starts the emulator. Without the setting each event waits 40 ms on its way to a function: the emulator's Runtime API
# writes an answer's head and body apart.
LAUNCH = """
import socketserver
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
from ministack.app import main
main()
"""

# Ends a process group and removes a folder once its input ends: by us, or because we were killed.
GUARD = """
import os, shutil, signal, sys
group, folder = int(sys.argv[1]), sys.argv[2]
sys.stdin.buffer.read()
try:
    os.killpg(group, signal.SIGKILL)
except ProcessLookupError:
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True)
class Emulator:
    """One that runs."""

    endpoint: str
    # The process group that ends with it.
    group: int


@contextmanager
def running(region: str, log: Path, enforce_rights: bool) -> Iterator[Emulator]:
    """Runs the emulator; it, the functions' processes and all others of its group end with the block."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    folder = tempfile.mkdtemp(prefix="emulator-")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "TMPDIR": folder,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": region,
        "AUTH": str(enforce_rights).lower(),
        # The only other listener that it opens by itself.
        "IOT_MTLS_ENABLED": "0",
    }
    with log.open("wb") as output:
        emulator = subprocess.Popen(
            [sys.executable, "-c", LAUNCH],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    guard = subprocess.Popen(
        [sys.executable, "-c", GUARD, str(emulator.pid), folder], stdin=subprocess.PIPE, process_group=0
    )
    try:
        await_answer(emulator, f"{endpoint}/_ministack/health", log)
        yield Emulator(endpoint, group=emulator.pid)
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()
        emulator.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_answer(emulator: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Waits until the emulator answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and emulator.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit(f"the emulator does not answer: see {log}")
