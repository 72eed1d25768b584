"""Measures one run of a function, from exec to its end."""

from dataclasses import dataclass
from pathlib import Path

from process import Process
from runtime_api import RuntimeApi
from services import Services
from subjects import Exchange


@dataclass(frozen=True)
class Run:
    """The measurements of one run. Times are in nanoseconds, memory in bytes."""

    # From exec until the function asked for its first event.
    init_cpu: int
    init_wall: int
    # From the first event until the function had answered it and asked for the next.
    first_cpu: int
    first_wall: int
    # The same times, for each later event.
    warm_cpu: list[int]
    warm_wall: list[int]
    peak_memory: int
    # Calls of services and new connections to them: at the start, and for the first event.
    init_calls: int
    init_connections: int
    first_calls: int
    first_connections: int


@dataclass(frozen=True)
class Runnable:
    """A command to start, and the events for it."""

    name: str
    command: list[str]
    usual: Exchange
    heaviest: Exchange | None
    # Whether it reads the table for each event.
    reads: bool


def run_once(runnable: Runnable, variables: dict[str, str], services: Services, warm: int, folder: Path) -> Run:
    """Starts a function, sends it its events, and stops it."""
    api = RuntimeApi()
    calls_before, connections_before = services.calls.total(), services.connections()
    environment = variables | {"AWS_LAMBDA_RUNTIME_API": api.address, "PATH": "/usr/bin:/bin"}
    process = Process(runnable.command, environment, folder / f"{runnable.name}.log")
    try:
        init_wall = api.polled() - process.started
        init_cpu = process.cpu_when_idle()
        calls, connections = services.calls.total(), services.connections()
        first_cpu, first_wall = send(runnable.usual, api, process)
        first_calls = services.calls.total() - calls
        if runnable.reads and first_calls == 0:
            raise RuntimeError("the function called no service")
        first_connections = services.connections() - connections
        others = [send(runnable.usual, api, process) for _ in range(warm)]
        if runnable.heaviest is not None:
            send(runnable.heaviest, api, process)
        peak_memory = process.peak_memory()
    except (RuntimeError, TimeoutError) as error:
        raise SystemExit(f"{runnable.name}: {error}\n{process.output()}") from error
    finally:
        process.stop()
        api.close()
    return Run(
        init_cpu=init_cpu,
        init_wall=init_wall,
        first_cpu=first_cpu,
        first_wall=first_wall,
        warm_cpu=[cpu for cpu, _ in others],
        warm_wall=[wall for _, wall in others],
        peak_memory=peak_memory,
        init_calls=calls - calls_before,
        init_connections=connections - connections_before,
        first_calls=first_calls,
        first_connections=first_connections,
    )


def send(exchange: Exchange, api: RuntimeApi, process: Process) -> tuple[int, int]:
    """Sends one event to a waiting function. Returns the CPU and wall time that it took."""
    before = process.cpu()
    answer = api.invoke(exchange.event)
    status = answer.payload.get("statusCode") if isinstance(answer.payload, dict) else None
    if status != exchange.status:
        raise RuntimeError(f"unexpected response to {exchange.about}: {answer.payload}")
    api.polled()
    return process.cpu_when_idle() - before, answer.wall
