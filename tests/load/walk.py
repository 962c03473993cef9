"""How a person walks through the pages, with time to look between the clicks."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from websockets.exceptions import WebSocketException

from tests.load.client import MAP, Answer, PageError, Session

Click = tuple[str, Awaitable[Answer]]
WEIGHTS = ("gap_workers", "gap_rate_pct", "iks", "office_km", "launch_cost_idr")


@dataclass
class Results:
    """Waiting times by kind of click, those until long work was done, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    long: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, answer: Answer) -> None:
        self.waits.setdefault(kind, []).append(answer.seconds)
        if answer.whole_s:
            self.long.append(answer.whole_s)
        self.errors.update(f"{kind}: {error}" for error in answer.errors)

    @property
    def every(self) -> list[float]:
        return [wait for waits in self.waits.values() for wait in waits]


async def clicks(
    visitor: Session, draw: random.Random, villages: Sequence[str], first: int = 0
) -> AsyncIterator[Click]:
    """Yield one click after the other: every way through the pages once, beginning with one of them."""
    yield "first run", visitor.open("map")
    for nth in range(len(WAYS)):
        way = WAYS[(first + nth) % len(WAYS)]
        yield f"page {way.page}", visitor.go(way.page)
        async for click in way.clicks(visitor, draw, villages):
            yield click


async def _map(visitor: Session, draw: random.Random, villages: Sequence[str]) -> AsyncIterator[Click]:
    yield "region", visitor.choose("provinsi", visitor.option("provinsi", draw.randrange(1, 6)))
    yield "region", visitor.choose("kabupaten", visitor.option("kabupaten", draw.randrange(1, 9)))
    yield "sector", visitor.choose("sektor", visitor.option("sektor", draw.randrange(6)))
    yield "village on the map", visitor.choose(MAP, _drawn(_one_of(villages, visitor, draw)))
    yield "order of the list", visitor.choose("urut", visitor.option("urut", draw.randrange(3)))
    yield "search in the list", visitor.choose("cari", draw.choice(("a", "i", "")))
    yield "row of the list", visitor.choose("village-list", _row(draw.randrange(3)))


async def _weights(visitor: Session, draw: random.Random, villages: Sequence[str]) -> AsyncIterator[Click]:
    for part in draw.sample(WEIGHTS, 2):
        yield "weight", visitor.choose(f"weight-{part}", [float(draw.randrange(1, 100))])
    yield "village on the map", visitor.choose(MAP, _drawn(_one_of(villages, visitor, draw)))


async def _village(visitor: Session, draw: random.Random, _: Sequence[str]) -> AsyncIterator[Click]:
    yield "village by its name", visitor.choose("village-page-search", draw.choice(("suka", "tanjung", "sri")))


async def _select(visitor: Session, draw: random.Random, villages: Sequence[str]) -> AsyncIterator[Click]:
    yield "rule", visitor.choose("jumlah", float(draw.randrange(5, 20)))
    yield "choice", visitor.result("solve", value=True)
    yield "village on the map", visitor.choose(MAP, _drawn(_one_of(villages, visitor, draw)))


async def _board(visitor: Session, draw: random.Random, _: Sequence[str]) -> AsyncIterator[Click]:
    for nth in draw.sample(range(1, 5), 2):
        yield "board", visitor.choose("bagian", [visitor.option("bagian", nth)])


async def _agents(visitor: Session, draw: random.Random, _: Sequence[str]) -> AsyncIterator[Click]:
    yield "total of the agents", visitor.choose("target_agen", float(draw.randrange(1, 9) * 50))


class Way(NamedTuple):
    """What people do on a page."""

    page: str
    clicks: Callable[[Session, random.Random, Sequence[str]], AsyncIterator[Click]]


WAYS = (
    Way("map", _map),
    Way("weights", _weights),
    Way("village", _village),
    Way("select", _select),
    Way("board", _board),
    Way("agents", _agents),
)


async def walk(
    visitor: Session, results: Results, villages: Sequence[str], *, draw: random.Random, think_s: float, until: float
) -> None:
    """Walk until the time of the loop is up; errors are counted, and the walk goes on."""
    clock = asyncio.get_running_loop().time
    while True:
        async for kind, click in clicks(visitor, draw, villages, draw.randrange(len(WAYS))):
            try:
                results.add(kind, await click)
            except (PageError, TimeoutError) as error:
                results.errors.update([f"{kind}: {type(error).__name__} {error}"])
            if clock() > until:
                return
            await asyncio.sleep(draw.uniform(0.5, 1.5) * think_s)


async def visit(
    address: str, token: str, results: Results, villages: Sequence[str], *, seed: int, think_s: float, lasts_s: float
) -> None:
    """Come, walk for a while, and leave."""
    draw = random.Random(seed)
    until = asyncio.get_running_loop().time() + lasts_s
    try:
        await asyncio.sleep(draw.uniform(0, 1) * think_s)  # people do not all come at the same moment
        async with Session(address, token) as visitor:
            await walk(visitor, results, villages, draw=draw, think_s=think_s, until=until)
    except (WebSocketException, OSError) as error:
        results.errors.update([f"{type(error).__name__}: {str(error)[:120]}"])


def _one_of(villages: Sequence[str], visitor: Session, draw: random.Random) -> str:
    """Return a village of the regency that is chosen."""
    regency = dict(parse_qsl(visitor.query)).get("kabupaten", "")
    return draw.choice([code for code in villages if code.startswith(regency)])


def _drawn(code: str) -> dict[str, object]:
    """What the map tells of a click."""
    return {"last_active_drawing": {"properties": {"village_code": code}}}


def _row(nth: int) -> str:
    """What a list tells of a row that was chosen."""
    return f'{{"selection": {{"rows": [{nth}], "columns": [], "cells": []}}}}'
