"""A function as a process that can be started, measured and stopped."""

import os
import time
from pathlib import Path

# How often to check, once a millisecond, whether a process is idle.
CHECKS = 2000


class Process:
    """A process with its own environment. Its output goes to a file."""

    def __init__(self, command: list[str], environment: dict[str, str], output: Path) -> None:
        self._output = output
        written = (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.started = time.perf_counter_ns()
        # Not with `subprocess`, because its work between fork and exec would count as the function's.
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=[written, (os.POSIX_SPAWN_DUP2, 1, 2)])

    def cpu(self) -> int:
        """Returns the CPU time of all threads, in nanoseconds, from the clock of `clock_getcpuclockid(3)` on Linux."""
        return time.clock_gettime_ns((~self.pid << 3) | 2)

    def cpu_when_idle(self) -> int:
        """Waits until the function is idle, and returns its CPU time."""
        before = self.cpu()
        for _ in range(CHECKS):
            time.sleep(0.001)
            if (now := self.cpu()) == before:
                return now
            before = now
        raise TimeoutError("the function did not become idle")

    def peak_memory(self) -> int:
        """Returns the peak of resident memory in bytes, including mapped pages of the binary."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def output(self) -> str:
        """Returns the output so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Kills the process, as Lambda ends a sandbox."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
