"""Formats the figures as Markdown: medians with minimum and maximum, and the distance from each goal."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from measure import Run
from subjects import Exchange

GOAL_CPU = 5.0
COLUMNS = [
    "function",
    "start, CPU ms",
    "start, ms",
    "first response, CPU ms",
    "first response, ms",
    "both, CPU ms",
    "warm, CPU ms",
    "warm, ms",
    "memory, MB",
    "binary, MB",
    "zip, MB",
    "calls (new connections): start, first response",
]


@dataclass(frozen=True)
class Measured:
    """A function and its measured runs."""

    name: str
    usual: Exchange
    heaviest: Exchange | None
    runs: list[Run]
    binary_size: int | None
    zip_size: int
    # In MB; None if no goal is set.
    goal_memory: float | None
    goal_zip: float | None
    has_goals: bool

    def cpu_to_first_response(self) -> float:
        """Returns the median CPU milliseconds from exec until the response to the first event."""
        return statistics.median((run.init_cpu + run.first_cpu) / 1e6 for run in self.runs)

    def reads_at_start(self) -> bool:
        """Returns true if the function calls the table before its first event."""
        return self.runs[-1].init_calls > 0

    def cpu_to_table(self) -> float:
        """Returns the CPU milliseconds until the first response of the table."""
        if self.reads_at_start():
            return statistics.median(run.init_cpu / 1e6 for run in self.runs)
        return self.cpu_to_first_response()


def table(measured: Iterable[Measured]) -> str:
    """Returns a table with one row per function."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(cells(function)) + " |" for function in measured]
    return "\n".join(lines)


def cells(function: Measured) -> list[str]:
    """Returns the cells of a row."""
    runs = function.runs
    warm_cpu = [time / 1e6 for run in runs for time in run.warm_cpu]
    warm_wall = [time / 1e6 for run in runs for time in run.warm_wall]
    last = runs[-1]
    return [
        f"`{function.name}`",
        spread(runs, lambda run: run.init_cpu / 1e6),
        spread(runs, lambda run: run.init_wall / 1e6),
        spread(runs, lambda run: run.first_cpu / 1e6),
        spread(runs, lambda run: run.first_wall / 1e6),
        f"**{function.cpu_to_first_response():.1f}**",
        f"{statistics.median(warm_cpu):.2f}",
        f"{statistics.median(warm_wall):.2f}",
        f"{memory(function):.1f}",
        "-" if function.binary_size is None else f"{function.binary_size / 1e6:.2f}",
        f"{function.zip_size / 1e6:.2f}",
        f"{last.init_calls} ({last.init_connections}), {last.first_calls} ({last.first_connections})",
    ]


def spread(runs: list[Run], figure: Callable[[Run], float]) -> str:
    """Returns the median, minimum and maximum."""
    values = [figure(run) for run in runs]
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def memory(function: Measured) -> float:
    """Returns the median of the peak memory in MB."""
    return statistics.median(run.peak_memory / 1e6 for run in function.runs)


def goals(measured: Iterable[Measured]) -> str:
    """Compares each function with its goals."""
    lines = []
    for function in measured:
        if not function.has_goals:
            continue
        compared = [against(function.cpu_to_table(), GOAL_CPU, "CPU ms to the first response of the table")]
        if function.reads_at_start():
            # The stricter reading of the goal: until the response to a request.
            compared.append(against(function.cpu_to_first_response(), GOAL_CPU, "CPU ms to the response to the first request"))
        if function.goal_memory is not None:
            compared.append(against(memory(function), function.goal_memory, "MB resident"))
        if function.goal_zip is not None:
            compared.append(against(function.zip_size / 1e6, function.goal_zip, "MB zipped"))
        lines.append(f"- `{function.name}`: " + "; ".join(compared))
    return "\n".join(lines)


def against(value: float, goal: float, unit: str) -> str:
    """Returns a figure, its goal, and the distance between them."""
    distance = goal - value
    result = f"met, {distance:.1f} to spare" if distance >= 0 else f"**missed by {-distance:.1f}**"
    return f"{value:.1f} of {goal:g} {unit}, {result}"


def events(measured: Iterable[Measured]) -> str:
    """Lists the events of each function."""
    lines = []
    for function in measured:
        last = "" if function.heaviest is None else f"; memory also after {function.heaviest.about}"
        lines.append(f"- `{function.name}`: {function.usual.about}{last}")
    return "\n".join(lines)
