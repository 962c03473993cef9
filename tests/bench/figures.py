"""The one record of everything that is measured, and how a bench hands it over."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

FILE = "PLANNER_BENCH_FIGURES"
"""Environment variable: the file that takes the figures of a bench, one a line; without it they are only printed."""


OF_PEER = " of the peer"


@dataclass(frozen=True)
class Peer:
    """What others need for the same task, measured in the same run.

    Attributes
    ----------
    name
        As a user knows it, with what of it is used.
    wall_s, cpu_s, peak_mb
        As of a figure.
    also
        What else was measured of it.
    """

    name: str
    wall_s: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None
    also: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One measured step: a row of the table.

    Attributes
    ----------
    what
        The step; with ``villages`` it is the only one of this name.
    villages
        How many, where they count.
    wall_s
        Seconds on the clock, which others on the machine lengthen.
    cpu_s
        Seconds of the processor, children included.
    peak_mb
        Most memory of the process, with its libraries.
    growth
        ``cpu_s`` as a multiple of that for half the input.
    against
        The peer, if there is one.
    also
        What else was measured: name with unit, and value.
    note
        What one must know to read the row.
    """

    what: str
    villages: int | None = None
    wall_s: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None
    growth: float | None = None
    against: Peer | None = None
    also: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def name(self) -> str:
        """How promises refer to the row."""
        return self.what if self.villages is None else f"{self.what}, {self.villages:,} villages"

    @property
    def ratio(self) -> float | None:
        """CPU seconds of the peer as a multiple of ours."""
        return None if self.against is None else quotient(self.against.cpu_s, self.cpu_s)

    @property
    def memory_ratio(self) -> float | None:
        """Peak memory of the peer as a multiple of ours."""
        return None if self.against is None else quotient(self.against.peak_mb, self.peak_mb)

    def value(self, measure: str) -> float | None:
        """Return what was measured by its name: a field, a ratio, one of ``also``, also one ``of the peer``."""
        if measure.endswith(OF_PEER) and self.against is not None:
            return self.against.also.get(measure.removesuffix(OF_PEER))
        if measure in self.also:
            return self.also[measure]
        found = getattr(self, measure, None)
        return float(found) if isinstance(found, int | float) else None

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Return a figure from what ``written`` made."""
        peer = written.get("against")
        return cls(**{**written, "against": Peer(**peer) if peer else None})

    def written(self) -> dict[str, Any]:
        """Return the figure for JSON, rounded to what a repetition would give again; ratios are worked out anew."""
        return {key: value for key, value in _rounded(asdict(self)).items() if value not in (None, "", {})}


def quotient(more: float | None, less: float | None) -> float | None:
    """Return how many times as much; None where one is unknown or nothing."""
    return more / less if more and less else None


def give(figure: Figure) -> None:
    """Hand a figure over: print its row, and add it to the file of figures."""
    print(f"| {' | '.join(cells(figure))} |", flush=True)
    if os.environ.get(FILE):
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(figure.written()) + "\n")


def leave_out(what: str, how: str) -> None:
    """Say what was not measured, and what to do that it is."""
    print(f"left out: {what}: {how}", flush=True)
    if os.environ.get(FILE):
        with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"left_out": what, "how": how}) + "\n")


HEADINGS = ("step", "villages", "wall", "CPU", "peak memory", "input x 2", "also", "beside it, as a multiple of ours")
NUMBERS = 6  # the columns set to the right begin at the second and end before this one


def table(figures: list[Figure]) -> str:
    """Return the table as README shows it."""
    lines = ("---" if n == 0 or n >= NUMBERS else "---:" for n in range(len(HEADINGS)))
    rows = [HEADINGS, tuple(lines), *map(cells, figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cells(figure: Figure) -> tuple[str, ...]:
    """Return the row of a figure."""
    also = [f"{shown(value)} {name}" for name, value in figure.also.items()] + ([figure.note] if figure.note else [])
    return (
        figure.what,
        "" if figure.villages is None else f"{figure.villages:,}",
        seconds(figure.wall_s),
        seconds(figure.cpu_s),
        megabytes(figure.peak_mb),
        "" if figure.growth is None else f"x {shown(figure.growth)}",
        "; ".join(also),
        _beside(figure),
    )


def _beside(figure: Figure) -> str:
    peer = figure.against
    if peer is None:
        return ""
    told = []
    for value, ratio, unit in (
        (seconds(peer.cpu_s), figure.ratio, " CPU"),
        (megabytes(peer.peak_mb), figure.memory_ratio, ""),
    ):
        if value:
            told.append(f"{value}{unit}" + ("" if ratio is None else f" (x {shown(ratio)})"))
    if peer.cpu_s is None and peer.wall_s is not None:
        wall = quotient(peer.wall_s, figure.wall_s)
        told.append(f"{seconds(peer.wall_s)} wall" + ("" if wall is None else f" (x {shown(wall)})"))
    for name, amount in peer.also.items():
        ratio = quotient(amount, figure.also.get(name))
        told.append(f"{shown(amount)} {name}" + ("" if ratio is None else f" (x {shown(ratio)})"))
    return f"{peer.name}: {', '.join(told)}"


def shown(value: float) -> str:
    """Return a number with two or three figures that count."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"


def seconds(value: float | None) -> str:
    """Return seconds, or milliseconds where they are few."""
    if value is None:
        return ""
    return f"{1e3 * value:.2g} ms" if value < 0.0995 else f"{shown(value)} s"


def megabytes(value: float | None) -> str:
    """Return megabytes, or gigabytes where they are many."""
    if value is None:
        return ""
    return f"{value:,.0f} MB" if value < 1_000 else f"{value / 1e3:.1f} GB"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items() if one not in (None, "", {})}
    return float(f"{value:.4g}") if isinstance(value, float) else value
