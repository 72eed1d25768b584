"""A function as a process: started, looked at, stopped."""

import os
import time
from pathlib import Path

# Looks of a millisecond that a process may take to come to rest.
LOOKS = 2000


class Process:
    """One that runs under an environment of its own; what it prints goes into a file."""

    def __init__(self, command: list[str], environment: dict[str, str], output: Path) -> None:
        self._output = output
        written = (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.started = time.perf_counter_ns()
        # Not by `subprocess`: what that does between fork and exec would count as the function's.
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=[written, (os.POSIX_SPAWN_DUP2, 1, 2)])

    def cpu(self) -> int:
        """CPU time of all its threads, in nanoseconds: by the clock that `clock_getcpuclockid(3)` gives, on Linux."""
        return time.clock_gettime_ns((~self.pid << 3) | 2)

    def cpu_at_rest(self) -> int:
        """CPU time once it has stopped using any: a function that waits for an event."""
        before = self.cpu()
        for _ in range(LOOKS):
            time.sleep(0.001)
            if (now := self.cpu()) == before:
                return now
            before = now
        raise TimeoutError("the function does not come to rest")

    def peak_memory(self) -> int:
        """The most memory that was resident at once, in bytes: its own, and what is mapped of its binary."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def output(self) -> str:
        """What it printed."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ends it as Lambda ends a sandbox: without asking."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
