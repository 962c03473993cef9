"""Many people at work at once: how long they wait, what goes wrong, what the server needs for it."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from geodata import schema
from geodata.layer import load
from geodata.paths import Paths
from tests.bench.data_folders import five_provinces
from tests.load import ground
from tests.load.client import Session
from tests.load.limits import exactly, heading, line
from tests.load.process import Server
from tests.load.walk import Results, clicks, visit
from tests.web.office import Office

LIMIT_S = 1.5
LOGINS = ("planner", "manager", "admin")


@dataclass(frozen=True)
class Place:
    """A server with an office at work.

    Attributes
    ----------
    server, office
        The server, and the records it serves.
    villages
        Codes of the villages.
    """

    server: Server
    office: Office
    villages: list[str]

    def tokens(self, count: int) -> list[str]:
        """Return tokens of sessions of so many people, in turn of those who may open the pages of the office."""
        return [self.office.token(LOGINS[nth % len(LOGINS)]) for nth in range(count)]


@contextmanager
def opened(file: Path) -> Iterator[Place]:
    """Serve a layer with an office of its own, in a folder that is gone afterwards."""
    with TemporaryDirectory() as made:
        home, data = Path(made) / "home", Path(made) / "data"
        home.mkdir()
        data.mkdir()
        office = ground.of_layer(file, data)
        villages = load(Paths.of(data).villages).frame[schema.VILLAGE_CODE].tolist()
        with Server(home, data) as server:
            try:
                yield Place(server, office, villages)
            finally:
                office.engine.dispose()


def layer_file(folder: Path | None) -> Iterator[Path]:
    """Yield the layer of five provinces; in a folder it is kept for the next time."""
    with TemporaryDirectory() as made:
        yield Paths.of(five_provinces(folder or Path(made))).villages


async def warmed(place: Place) -> float:
    """Let one person walk once, as whoever starts a server does; return the seconds the first map took."""
    results = Results()
    async with Session(place.server.address, place.tokens(1)[0], patience_s=600) as visitor:
        async for kind, click in clicks(visitor, random.Random(0), place.villages):
            results.add(kind, await click)
    if results.errors:
        raise RuntimeError(f"the pages fail before there is any load: {results.errors}")
    return results.waits["first run"][0]


async def at_once(place: Place, sessions: int, *, think_s: float, lasts_s: float, seed: int = 1) -> Results:
    """Let so many people walk at once."""
    results = Results()
    options = {"think_s": think_s, "lasts_s": lasts_s}
    visits = (
        visit(place.server.address, token, results, place.villages, seed=seed * 1000 + nth, **options)
        for nth, token in enumerate(place.tokens(sessions))
    )
    await asyncio.gather(*visits)
    return results


def report(place: Place, results: Results, title: str, *, cpu_s: float, wall_s: float) -> bool:
    """Print what was measured; return whether nothing went wrong."""
    heading(f"{title}, load of the machine {os.getloadavg()[0]:.1f}")
    for kind, waits in sorted(results.waits.items()):
        line(kind, waits, "s")
    line("choice: the answer is there", results.long, "s")
    every = results.every
    line("all clicks, half of them within", every, "s")
    if every:
        line("95 % of all clicks within", every, "s", below=LIMIT_S, counted=float(np.quantile(every, 0.95)))
        print(f"{'processor per click':44} {cpu_s / len(every):9.3f} s, {100 * cpu_s / wall_s:.0f} % of one busy")
    exactly("errors", sum(results.errors.values()), wanted=0)
    for error, times in results.errors.most_common(10):
        print(f"    {times} x {error}")
    tracebacks = place.server.log.count("Traceback")
    exactly("tracebacks in the log of the server", tracebacks, wanted=0)
    now, most = place.server.memory_mb(), place.server.memory_mb("VmHWM")
    print(f"{'memory of the server':44} {now:9.0f} MB, at most {most:.0f}", flush=True)
    return not results.errors and not tracebacks


def measure(folder: Path | None, *, sessions: int, think_s: float, minutes: float) -> int:
    """Measure and print; return 1 if something went wrong."""
    for file in layer_file(folder):
        with opened(file) as place:
            first = asyncio.run(warmed(place))
            sys.stdout.write(f"first map of a server that was just started: {first:.1f} s\n")
            cpu, wall = place.server.cpu_s(), time.monotonic()
            results = asyncio.run(at_once(place, sessions, think_s=think_s, lasts_s=60 * minutes))
            cpu, wall = place.server.cpu_s() - cpu, time.monotonic() - wall
            title = f"{sessions} sessions, {think_s:g} s to think, {minutes:g} minutes"
            return 0 if report(place, results, title, cpu_s=cpu, wall_s=wall) else 1
    raise AssertionError
