"""People come and go for a long time: what a session leaves behind in the memory of the server."""

import asyncio
import os
import time
from pathlib import Path

from tests.load.users import Place, at_once, layer_file, opened, warmed

TOGETHER = 10
ROUND_S = 60.0
ROUNDS_WARM = 3
"""Rounds until what all visitors share is in memory: caches of figures by sector, region and weights."""
MOST_MB = 1.0
"""Of growth per session that was there and left."""


async def rounds(place: Place, count: int, *, together: int, think_s: float, lasts_s: float) -> list[tuple[float, int]]:
    """Let groups come and go; return memory after each group has left, MB, and the errors it met."""
    told = []
    for number in range(count):
        results = await at_once(place, together, think_s=think_s, lasts_s=lasts_s, seed=number + 2)
        before = place.server.memory_mb()
        memory, alive = place.server.after_collection()
        told.append((memory, sum(results.errors.values())))
        print(
            f"round {number + 1:3}: {len(results.every):5} clicks, {before:6.0f} MB, after collection {memory:6.0f} MB,"
            f" {alive} sessions in memory, {told[-1][1]} errors, load of the machine {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    return told


def growth_mb(memory: list[float], *, together: int, warm: int) -> float:
    """Return what a session left behind, by a straight line through the rounds after the first ones."""
    kept = memory[warm:]
    if len(kept) < 2:
        return 0.0
    middle = (len(kept) - 1) / 2
    slope = sum((at - middle) * value for at, value in enumerate(kept)) / sum(
        (at - middle) ** 2 for at in range(len(kept))
    )
    return slope / together


def measure(folder: Path | None, *, minutes: float) -> int:
    """Measure and print; return 1 if something did not hold."""
    count = max(round(60 * minutes / ROUND_S), ROUNDS_WARM + 2)
    for file in layer_file(folder):
        with opened(file) as place:
            asyncio.run(warmed(place))
            began = time.monotonic()
            told = asyncio.run(rounds(place, count, together=TOGETHER, think_s=2.0, lasts_s=ROUND_S))
            growth = growth_mb([memory for memory, _ in told], together=TOGETHER, warm=ROUNDS_WARM)
            errors = sum(errors for _, errors in told)
            print(f"{count * TOGETHER} sessions in {(time.monotonic() - began) / 60:.0f} minutes, {errors} errors,"
                  f" growth per session {growth:.2f} MB (limit {MOST_MB:g})", flush=True)  # fmt: skip
            return int(bool(errors) or growth > MOST_MB)
    raise AssertionError
