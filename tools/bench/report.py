"""The figures as Markdown: medians with their least and most, and how far each is from its goal."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from measure import Life
from subjects import Exchange

GOAL_CPU = 5.0
COLUMNS = [
    "function",
    "start, CPU ms",
    "start, ms",
    "first answer, CPU ms",
    "first answer, ms",
    "both, CPU ms",
    "warm, CPU ms",
    "warm, ms",
    "memory, MB",
    "binary, MB",
    "zip, MB",
    "calls (new connections): start, first answer",
]


@dataclass(frozen=True)
class Measured:
    """A function and its lives."""

    name: str
    usual: Exchange
    heaviest: Exchange | None
    lives: list[Life]
    binary_size: int | None
    zip_size: int
    # In MB; None where no goal is set.
    goal_memory: float | None
    goal_zip: float | None
    has_goals: bool

    def cpu_to_first_answer(self) -> float:
        """Median of the CPU milliseconds from exec until the first event was answered."""
        return statistics.median((life.init_cpu + life.first_cpu) / 1e6 for life in self.lives)

    def reads_at_start(self) -> bool:
        """Whether the table has answered before the first event."""
        return self.lives[-1].init_calls > 0

    def cpu_to_table(self) -> float:
        """The CPU milliseconds within which the table gave its first answer."""
        if self.reads_at_start():
            return statistics.median(life.init_cpu / 1e6 for life in self.lives)
        return self.cpu_to_first_answer()


def table(measured: Iterable[Measured]) -> str:
    """A row for each function."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(cells(one)) + " |" for one in measured]
    return "\n".join(lines)


def cells(one: Measured) -> list[str]:
    """The cells of a row."""
    of = one.lives
    warm_cpu = [time / 1e6 for life in of for time in life.warm_cpu]
    warm_wall = [time / 1e6 for life in of for time in life.warm_wall]
    last = of[-1]
    return [
        f"`{one.name}`",
        spread(of, lambda life: life.init_cpu / 1e6),
        spread(of, lambda life: life.init_wall / 1e6),
        spread(of, lambda life: life.first_cpu / 1e6),
        spread(of, lambda life: life.first_wall / 1e6),
        f"**{one.cpu_to_first_answer():.1f}**",
        f"{statistics.median(warm_cpu):.2f}",
        f"{statistics.median(warm_wall):.2f}",
        f"{memory(one):.1f}",
        "-" if one.binary_size is None else f"{one.binary_size / 1e6:.2f}",
        f"{one.zip_size / 1e6:.2f}",
        f"{last.init_calls} ({last.init_connections}), {last.first_calls} ({last.first_connections})",
    ]


def spread(lives: list[Life], figure: Callable[[Life], float]) -> str:
    """Median, and from least to most."""
    values = [figure(life) for life in lives]
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def memory(one: Measured) -> float:
    """Median of the peak in MB."""
    return statistics.median(life.peak_memory / 1e6 for life in one.lives)


def goals(measured: Iterable[Measured]) -> str:
    """How far each function is from its goals."""
    lines = []
    for one in measured:
        if not one.has_goals:
            continue
        compared = [against(one.cpu_to_table(), GOAL_CPU, "CPU ms to the first answer of the table")]
        if one.reads_at_start():
            # The stricter reading: the table's first answer to a request.
            compared.append(against(one.cpu_to_first_answer(), GOAL_CPU, "CPU ms to the first answer to a request"))
        if one.goal_memory is not None:
            compared.append(against(memory(one), one.goal_memory, "MB resident"))
        if one.goal_zip is not None:
            compared.append(against(one.zip_size / 1e6, one.goal_zip, "MB zipped"))
        lines.append(f"- `{one.name}`: " + "; ".join(compared))
    return "\n".join(lines)


def against(value: float, goal: float, unit: str) -> str:
    """A figure, its goal, and what lies between."""
    distance = goal - value
    told = f"met, {distance:.1f} to spare" if distance >= 0 else f"**missed by {-distance:.1f}**"
    return f"{value:.1f} of {goal:g} {unit}, {told}"


def events(measured: Iterable[Measured]) -> str:
    """What each function was given."""
    lines = []
    for one in measured:
        last = "" if one.heaviest is None else f"; its memory after {one.heaviest.about} too"
        lines.append(f"- `{one.name}`: {one.usual.about}{last}")
    return "\n".join(lines)
