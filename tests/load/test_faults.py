"""What breaks under a server that goes on: database away, tables of another version, clock moved; then all is well."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg

from planner.rights import CONSOLE
from planner.store import attempts, people, sessions
from planner.store.engine import writing
from planner.store.people import NewPerson
from planner.web import records
from planner.web.readiness import Watch
from tests.store import cluster
from tests.web.asgi import Answer, Browser
from tests.web.office import Office, Streamlit, guarded, quick_hashes

CLICK = BackMsg(rerun_script={"query_string": "provinsi=16", "fragment_id": "part"}).SerializeToString()
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def streamlit() -> Streamlit:
    return Streamlit()


@pytest.fixture
def guard(streamlit: Streamlit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The pages before a Streamlit that says yes to everything; nothing is remembered from one look to the next."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.setattr(records, "_CHECKED_S", 0.0)
    quick_hashes(monkeypatch)
    made = guarded(streamlit)
    made._watch = Watch(kept_s=0)
    return made


def siap(browser: Browser) -> tuple[int, str]:
    answer = browser.get("/siap")
    return answer.status, json.loads(answer.body)["records"]


def says(answer: Answer, *words: str) -> None:
    assert answer.status == 503
    assert [word for word in words if word not in answer.body] == []


def clicked(browser: Browser, streamlit: Streamlit) -> BackMsg:
    """Click on a page that is open, and return what Streamlit was asked."""
    streamlit.frames.clear()
    browser.socket(CLICK)
    return BackMsg.FromString(streamlit.frames[-1])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (("9999", "newer"), ("versi program yang lebih baru", "a newer version of the program")),
        (("0001", "old"), ("planner db upgrade", "is not yet at the version")),
    ],
)
def test_tables_of_another_version_are_seen_while_the_server_runs(
    guard, tmp_path: Path, found: tuple[str, str], words: tuple[str, str]
) -> None:
    revision, standing = found
    office = Office(tmp_path)
    browser = office.browser(guard, "planner")
    assert (browser.get("/peta").status, siap(browser)) == (200, (200, "current"))
    mine = _moved(office.engine, revision)
    says(browser.get("/peta?provinsi=16"), *words)
    assert siap(browser) == (503, standing)
    _moved(office.engine, mine)
    assert (browser.get("/peta").status, siap(browser)) == (200, (200, "current"))
    office.engine.dispose()


def _moved(engine: sa.Engine, revision: str) -> str:
    """Say that the tables are of another revision; return the one before."""
    with writing(engine) as connection:
        before = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
    return str(before)


def test_a_database_that_goes_away_is_told_and_is_used_again_when_it_is_back(
    guard, streamlit, make_engine: Callable[[str], sa.Engine], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine("postgresql")
    monkeypatch.setenv("PLANNER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    user = people.add(engine, CONSOLE, NewPerson("ana", "Ana", "planner"))
    browser = Browser(guard)
    browser.cookies[records.SESSION] = sessions.begin(engine, user)
    assert (browser.get("/peta").status, siap(browser)) == (200, (200, "current"))
    assert clicked(browser, streamlit).rerun_script.fragment_id == "part"
    name = engine.url.database
    away = f"pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    cluster.execute(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    cluster.execute(server, f"SELECT {away}")
    answer = browser.get("/peta")
    says(answer, "sedang tidak dapat dihubungi", "cannot be reached at the moment")
    assert name not in answer.body
    assert siap(browser) == (503, "unreachable")
    cluster.execute(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (browser.get("/peta").status, siap(browser)) == (200, (200, "current"))
    assert clicked(browser, streamlit).rerun_script.fragment_id == "part"
    records.engine().dispose()  # its connection would be left open
    records._engine.cache_clear()


@pytest.fixture
def office(tmp_path: Path):
    made = Office(tmp_path)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize(("jump", "is_in"), [(11, True), (13, False), (-1, True), (-13, False), (-24 * 400, False)])
def test_a_session_lives_through_small_jumps_of_the_clock_only(office: Office, jump: int, is_in: bool) -> None:
    token = sessions.begin(office.engine, office.ids["planner"], now=NOW)
    found = sessions.principal_of(office.engine, token, now=NOW + timedelta(hours=jump))
    assert (found is not None) == is_in
    assert (
        sessions.principal_of(office.engine, token, now=NOW + timedelta(hours=1)) is not None
    )  # the clock is right again


def test_waits_of_a_clock_that_was_ahead_do_not_last_until_that_day(office: Office) -> None:
    ahead = NOW + timedelta(days=400)
    for _ in range(8):
        attempts.attempt(office.engine, "planner", "10.0.0.1", now=ahead)
    assert attempts.attempt(office.engine, "planner", "10.0.0.1", now=ahead) > timedelta(0)
    assert attempts.attempt(office.engine, "planner", "10.0.0.1", now=NOW) == timedelta(0)
