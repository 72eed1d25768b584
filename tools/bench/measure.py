"""One life of a function, from exec to its end, and what it cost."""

from dataclasses import dataclass
from pathlib import Path

from process import Process
from runtime_api import RuntimeApi
from services import Services
from subjects import Exchange


@dataclass(frozen=True)
class Life:
    """Times in nanoseconds, memory in bytes."""

    # From exec until it asked for its first event.
    init_cpu: int
    init_wall: int
    # For the first event, until it had answered and asked for the next.
    first_cpu: int
    first_wall: int
    # The same for each event after it.
    warm_cpu: list[int]
    warm_wall: list[int]
    peak_memory: int
    # Calls of services and connections for them, until the first poll and for the first event.
    init_calls: int
    init_connections: int
    first_calls: int
    first_connections: int


@dataclass(frozen=True)
class Runnable:
    """What is started, and what it is given."""

    name: str
    command: list[str]
    usual: Exchange
    heaviest: Exchange | None
    # Whether its events lead it to the table.
    reads: bool


def live(what: Runnable, variables: dict[str, str], services: Services, warm: int, folder: Path) -> Life:
    """Starts a function, gives it its events, stops it."""
    api = RuntimeApi()
    calls_before, connections_before = services.calls.total(), services.connections()
    environment = variables | {"AWS_LAMBDA_RUNTIME_API": api.address, "PATH": "/usr/bin:/bin"}
    process = Process(what.command, environment, folder / f"{what.name}.log")
    try:
        init_wall = api.polled() - process.started
        init_cpu = process.cpu_at_rest()
        calls, connections = services.calls.total(), services.connections()
        first_cpu, first_wall = exchange(what.usual, api, process)
        first_calls = services.calls.total() - calls
        if what.reads and first_calls == 0:
            raise RuntimeError("it called no service")
        first_connections = services.connections() - connections
        others = [exchange(what.usual, api, process) for _ in range(warm)]
        if what.heaviest is not None:
            exchange(what.heaviest, api, process)
        peak_memory = process.peak_memory()
    except (RuntimeError, TimeoutError) as error:
        raise SystemExit(f"{what.name}: {error}\n{process.output()}") from error
    finally:
        process.stop()
        api.close()
    return Life(
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


def exchange(what: Exchange, api: RuntimeApi, process: Process) -> tuple[int, int]:
    """Gives a function that waits one event; the CPU and wall time that it took."""
    before = process.cpu()
    answer = api.invoke(what.event)
    status = answer.payload.get("statusCode") if isinstance(answer.payload, dict) else None
    if status != what.status:
        raise RuntimeError(f"{what.about} was answered {answer.payload}")
    api.polled()
    return process.cpu_at_rest() - before, answer.wall
