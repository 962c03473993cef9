"""A server under load: people come and go, the disk is full for a while, and the process is killed."""

import asyncio

import pytest

from tests.load.broken import chosen, disk_full, is_told, plans, saved
from tests.load.client import PageError, Session
from tests.load.soak import growth_mb, rounds
from tests.load.users import Place

TOGETHER, ROUNDS, WARM = 3, 4, 1
MOST_MB = 3.0
"""Per session on the small layer: a session that keeps a frame of all villages, or its page, is above it."""


def test_people_come_and_go_without_errors_and_leave_no_memory_behind(place: Place) -> None:
    told = asyncio.run(rounds(place, ROUNDS, together=TOGETHER, think_s=0.0, lasts_s=0.5))
    assert [errors for _, errors in told] == [0] * ROUNDS
    assert place.server.log.count("Traceback") == 0
    assert growth_mb([memory for memory, _ in told], together=TOGETHER, warm=WARM) < MOST_MB


def test_growth_is_counted_per_session_after_the_first_rounds() -> None:
    assert growth_mb([500, 900, 920, 940, 960], together=10, warm=1) == pytest.approx(2.0)
    assert growth_mb([500, 900, 900, 900], together=10, warm=1) == 0


def test_a_page_without_the_widget_is_an_error_of_the_walk(place: Place) -> None:
    async def lost() -> None:
        async with Session(place.server.address, place.tokens(1)[0]) as visitor:
            await visitor.open("about")
            await visitor.choose("weight-iks", [1.0])

    with pytest.raises(PageError, match="no widget 'weight-iks'"):
        asyncio.run(lost())


@pytest.mark.parametrize(("language", "words"), [("id", "penuh"), ("en", "is full")])
def test_a_full_disk_is_told_nothing_is_half_saved_and_work_goes_on(place: Place, language: str, words: str) -> None:
    engine, name = place.office.engine, f"Penuh {language}"

    async def work() -> None:
        async with Session(place.server.address, place.tokens(1)[0]) as visitor:
            await chosen(visitor, lang=language)
            with disk_full(place.server):
                answer = await saved(visitor, name)
                assert words in answer.text
                assert not is_told(answer)
                assert name not in plans(engine)
                assert (await visitor.open("map", lang=language)).errors == []  # looking goes on
            await chosen(visitor, lang=language)
            assert is_told(await saved(visitor, name))

    asyncio.run(work())
    assert name in plans(engine)
