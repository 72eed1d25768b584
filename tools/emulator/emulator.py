"""Runs the emulator as a separate process, on a free port of 127.0.0.1. It ends when this process ends."""

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

# Seconds to wait for the first response.
TIMEOUT = 60

# Starts the emulator. Without this setting, each event reaches its function 40 ms late, because the emulator's Runtime API
# writes the head and the body of a response separately.
LAUNCH = """
import socketserver
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
from ministack.app import main
main()
"""

# Ends a process group and removes a folder when its input closes: because we close it, or because we were killed.
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
    """A running emulator."""

    endpoint: str
    # The process group of the emulator. It ends with the emulator.
    group: int


@contextmanager
def running(region: str, log: Path, enforce_rights: bool) -> Iterator[Emulator]:
    """Runs the emulator. When the block ends, all processes of its group end, including the functions."""
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
        # Disables the only other listener that the emulator opens by default.
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
        wait_until_ready(emulator, f"{endpoint}/_ministack/health", log)
        yield Emulator(endpoint, group=emulator.pid)
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()
        emulator.wait()


def free_port() -> int:
    """Returns an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(emulator: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Waits until the emulator responds."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and emulator.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit(f"the emulator does not respond; see {log}")
