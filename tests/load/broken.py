"""What breaks while people work, as they meet it: used by the tests and by ``python -m tests.load chaos``."""

import asyncio
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qsl

import sqlalchemy as sa
from websockets.exceptions import WebSocketException

from planner.store import schema as tables
from planner.store.engine import Engine, reading
from tests.load.client import Answer, Session
from tests.load.process import Server

NONE_LEFT = 0


@contextmanager
def disk_full(server: Server) -> Iterator[None]:
    """Let no file of a server that runs grow any more, for the length of a block."""
    _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (NONE_LEFT, most))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, most))


async def chosen(visitor: Session, **choices: str) -> None:
    """Come to the page of the choice and have one made, so that there is something to save."""
    await visitor.open("select", **choices)
    await visitor.choose("jumlah", 3.0)
    await visitor.result("solve", value=True)


async def saved(visitor: Session, name: str) -> Answer:
    """Save the choice under a name."""
    await visitor.choose("scenario-name", name)
    return await visitor.choose("save", value=True)


def is_told(answer: Answer) -> bool:
    """Say whether the page told that something was saved."""
    return 'class="notice success"' in answer.text


async def saving(address: str, token: str, name: str) -> list[str]:
    """Save one plan after the other until the server is gone; return those that were told as saved."""
    told = []
    with suppress(WebSocketException, OSError):
        async with Session(address, token) as visitor:
            await chosen(visitor)
            for nth in range(1000):
                kept = is_told(await saved(visitor, f"{name} {nth}"))
                told += [f"{name} {nth}"] if kept else []
    return told


async def killed_while_saving(server: Server, tokens: list[str], *, after: int, engine: Engine) -> list[str]:
    """Kill the server while people save, once so many plans are kept; return the plans that were told as saved."""
    people = [
        asyncio.ensure_future(saving(server.address, token, f"Rencana {nth}")) for nth, token in enumerate(tokens)
    ]
    before = len(plans(engine))
    while len(plans(engine)) < before + after and not all(person.done() for person in people):  # noqa: ASYNC110 (it is another process)
        await asyncio.sleep(0.02)
    await asyncio.to_thread(server.stop, signal.SIGKILL)
    return [name for told in await asyncio.gather(*people) for name in told]


def plans(engine: Engine) -> set[str]:
    """Return the names of the plans that are kept."""
    with reading(engine) as connection:
        return set(connection.execute(sa.select(tables.plans.c.name)).scalars())


def choices_of(visitor: Session) -> dict[str, str]:
    """Return what stands in the address of a visitor: what a browser still has when the server is gone."""
    return dict(parse_qsl(visitor.query))
