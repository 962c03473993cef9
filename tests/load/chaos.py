"""What breaks while people work on a real server, one fault after the other: ``python -m tests.load chaos``.

Takes a minute or two; the faults that need no server of their own are in ``test_faults.py`` and ``test_server.py``.
"""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.layer import make_layer, save
from geodata.paths import Paths
from planner.rights import CONSOLE
from planner.store import people, sessions
from planner.store.engine import connect, reading, writing
from planner.store.migrate import upgrade
from planner.store.people import NewPerson
from tests.load.broken import choices_of, chosen, is_told, killed_while_saving, plans, saved
from tests.load.client import Session
from tests.load.process import Server
from tests.load.users import Place
from tests.store import cluster
from tests.store.conftest import with_name
from tests.web.conftest import RECORDS, grid_layer

CHOICES = {"provinsi": "16", "kabupaten": "16.02", "bobot": "50-35-15-35-25-25-15-30-30-15-71-10-100"}


def test_a_killed_server_loses_nothing_that_was_told_as_saved_and_the_address_brings_the_choices_back(
    place: Place,
) -> None:
    server, engine = place.server, place.office.engine
    *people_, token = place.tokens(3)

    async def before() -> dict[str, str]:
        async with Session(server.address, token) as visitor:
            await visitor.open("map", provinsi="16")
            await visitor.choose("kabupaten", visitor.option("kabupaten", 2))
            await visitor.go("weights")
            await visitor.choose("weight-iks", [71.0])
            return choices_of(visitor)

    async def after(choices: dict[str, str]) -> dict[str, str]:
        async with Session(server.address, token) as visitor:  # the same cookie
            assert (await visitor.open("weights", **choices)).errors == []
            return choices_of(visitor)

    choices = asyncio.run(before())
    told = asyncio.run(killed_while_saving(server, people_, after=4, engine=engine))
    server.start()
    assert set(choices) == {"provinsi", "kabupaten", "bobot"}
    assert asyncio.run(after(choices)) == choices
    assert len(told) >= 2
    assert set(told) <= plans(engine)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


class Halting:
    """A PostgreSQL of its own that can be stopped and started."""

    def __init__(self) -> None:
        self.running = cluster.started()

    def control(self, *words: str) -> None:
        command = ["pg_ctlcluster", self.running["version"], self.running["name"], *words]
        subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def halting() -> Iterator[Halting]:
    if cluster.MAKE is None:
        pytest.skip(cluster.MISSING)
    made = Halting()
    yield made
    cluster.stop(made.running)


@pytest.fixture
def database(halting: Halting, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    cluster.execute(halting.running["url"], "CREATE ROLE kantor LOGIN")
    cluster.execute(halting.running["url"], "CREATE DATABASE kantor OWNER kantor")
    url = sa.make_url(with_name(halting.running["url"], "kantor")).set(username="kantor")
    engine = connect(url.render_as_string(hide_password=False), Path("unused"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def served(database: sa.Engine, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "home").mkdir()
    save(make_layer(grid_layer(10, 6), RECORDS, {}), Paths.of(tmp_path / "data").villages)
    address = database.url.render_as_string(hide_password=False)
    with Server(tmp_path / "home", tmp_path / "data", PLANNER_DATABASE_URL=address) as server:
        yield server


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ("sedang tidak dapat dihubungi", "Muat ulang halaman ini")),
        ("en", ("cannot be reached at the moment", "Load this page again")),
    ],
)
def test_a_database_that_is_stopped_is_told_in_the_language_of_the_page_and_is_used_again_when_it_is_back(
    served: Server, database: sa.Engine, halting: Halting, language: str, words: tuple[str, str]
) -> None:
    user = people.add(database, CONSOLE, NewPerson("ana", "Ana", "planner"))
    token = sessions.begin(database, user)
    database.dispose()

    async def work() -> None:
        async with Session(served.address, token) as visitor:
            await chosen(visitor, lang=language, **CHOICES)
            assert is_told(await saved(visitor, "Sebelum"))
            halting.control("stop", "--mode", "fast")
            answer = await visitor.choose("scenario-name", "Sementara")
            assert [word for word in words if word not in answer.text] == []
            assert "71" in answer.text  # the link has the weights
            assert "kantor?" not in answer.text
            assert served.asked("siap") == 503
            halting.control("start")
            await asyncio.sleep(2.5)  # a look at /siap is kept for two seconds
            assert (await visitor.rerun()).errors == []
            assert {name: choices_of(visitor).get(name) for name in CHOICES} == CHOICES
            assert served.asked("siap") == 200
            await chosen(visitor, lang=language, **CHOICES)
            assert is_told(await saved(visitor, "Sesudah"))

    asyncio.run(work())
    assert plans(database) == {"Sebelum", "Sesudah"}
    assert "Traceback" not in served.log


def test_an_older_program_says_so_when_a_newer_one_has_upgraded_the_tables(place: Place) -> None:
    server, engine = place.server, place.office.engine

    def moved(revision: str) -> str:
        with writing(engine) as connection:
            before = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
        return str(before)

    async def work() -> None:
        async with Session(server.address, place.tokens(1)[0]) as visitor:
            await chosen(visitor, **CHOICES)
            mine = moved("9999")
            await asyncio.sleep(2.5)
            answer = await visitor.choose("scenario-name", "Versi")
            assert "versi program yang lebih baru" in answer.text
            assert "Versi" not in plans(engine)
            assert server.asked("siap") == 503
            moved(mine)
            assert (await visitor.rerun()).errors == []
            await asyncio.sleep(2.5)
            assert server.asked("siap") == 200

    asyncio.run(work())
