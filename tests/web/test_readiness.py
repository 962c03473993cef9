"""``/siap``: what whoever watches the server is told, in every state of records and layer."""

import asyncio
import json
import time

import pytest
import sqlalchemy as sa

from geodata import layer as layers
from geodata.errors import DataError
from geodata.paths import Paths
from planner.store.engine import writing
from planner.store.migrate import head
from planner.web import readiness
from planner.web.readiness import Readiness, Watch
from planner.web.server import HEADERS
from tests.web.asgi import Browser, run

SECRET = "rahasia-sekali"


@pytest.fixture
def ask(server):
    """Ask without a session, and look anew each time."""
    server._watch = Watch(kept_s=0)

    def asked() -> tuple[int, dict]:
        answer = Browser(server).get("/siap")
        return answer.status, json.loads(answer.body)

    return asked


def at_revision(office, revision: str) -> None:
    with writing(office.engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :now"), {"now": revision})


def test_a_laptop_without_records_is_ready(ask, streamlit) -> None:
    status, told = ask()
    assert (status, told["ready"], told["records"]) == (200, True, "none")
    assert told["revision"] == {"found": None, "wanted": head()}
    assert streamlit.asked == []


def test_current_records_are_ready_and_told_without_a_session(ask, office) -> None:
    status, told = ask()
    assert (status, told["records"], told["revision"]["found"]) == (200, "current", head())


@pytest.mark.parametrize(("revision", "records"), [("0001", "old"), ("9999", "newer")])
def test_tables_of_another_version_are_not_ready(ask, office, revision: str, records: str) -> None:
    at_revision(office, revision)
    status, told = ask()
    assert (status, told["ready"], told["records"]) == (503, False, records)
    assert told["revision"] == {"found": revision, "wanted": head()}


def test_an_empty_database_must_be_upgraded(ask, tmp_path) -> None:
    Paths.of(tmp_path).records.touch()
    status, told = ask()
    assert (status, told["records"], told["revision"]["found"]) == (503, "old", None)


def test_a_database_that_is_gone_is_told_without_its_address(ask, monkeypatch) -> None:
    monkeypatch.setenv("PLANNER_DATABASE_URL", f"postgresql+psycopg://orang:{SECRET}@127.0.0.1:9/catatan")
    status, told = ask()
    assert (status, told["records"], told["revision"]["found"]) == (503, "unreachable", None)
    assert not [word for word in (SECRET, "orang", "127.0.0.1", "catatan") if word in json.dumps(told)]


def test_a_database_that_is_no_database_is_told(ask, tmp_path) -> None:
    Paths.of(tmp_path).records.write_text("not a database" * 100)
    assert ask()[1]["records"] == "unreachable"


def test_records_that_vanish_are_missing_and_not_absent(ask, office, tmp_path) -> None:
    assert ask()[0] == 200
    for file in tmp_path.glob("records.sqlite*"):
        file.unlink()
    status, told = ask()
    assert (status, told["records"]) == (503, "missing")


def test_a_server_with_an_address_for_others_must_have_records(ask, monkeypatch) -> None:
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example")
    assert ask()[0] == 503


def test_the_version_of_the_data_is_that_of_the_layer_in_use(ask, layer_file, layer) -> None:
    embedded = ask()[1]["data"]
    assert embedded == layers.load().fingerprint
    file = layer_file(layer)
    assert ask()[1]["data"] == layers.load(file).fingerprint != embedded


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing"])
def test_a_layer_that_cannot_be_read_is_not_ready(ask, tmp_path, content: bytes) -> None:
    file = Paths.of(tmp_path).villages
    file.parent.mkdir()
    file.write_bytes(content)
    assert ask() == (
        503,
        {"ready": False, "records": "none", "revision": {"found": None, "wanted": head()}, "data": None},
    )


def test_a_layer_that_is_not_there_states_nothing(tmp_path) -> None:
    with pytest.raises(DataError, match=r"nothing\.parquet"):
        layers.stated_fingerprint(tmp_path / "nothing.parquet")


def test_it_is_kept_nowhere_and_carries_the_headers_of_safety(server) -> None:
    answer = Browser(server).get("/siap?kunci=x")
    assert answer.headers["cache-control"] == "no-store"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.set_cookies == []
    assert set(json.loads(answer.body)) == {"ready", "records", "revision", "data"}


def test_only_looking_is_allowed(server) -> None:
    browser = Browser(server)
    assert browser.ask("HEAD", "/siap", b"", {}).status == 200
    assert [browser.ask(method, "/siap", b"", {}).status for method in ("POST", "PUT", "DELETE")] == [405] * 3


def test_many_who_ask_share_one_look_that_is_kept(monkeypatch) -> None:
    looks = []

    def slowly(*, had_records: bool) -> Readiness:
        looks.append(had_records)
        time.sleep(0.1)
        return Readiness("current", "x", "y")

    monkeypatch.setattr(readiness, "looked", slowly)

    async def many() -> list[int]:
        watch = Watch(kept_s=60)
        answers = await asyncio.gather(*(watch.answer("GET") for _ in range(50)))
        return [answer.status_code for answer in [*answers, await watch.answer("GET")]]

    assert run(many()) == [200] * 51
    assert looks == [False]


def test_a_look_that_hangs_is_unreachable_and_no_second_one_begins(monkeypatch) -> None:
    looks = []

    def hanging(*, had_records: bool) -> Readiness:
        looks.append(had_records)
        time.sleep(0.4)
        return Readiness("current", "x", "y")

    monkeypatch.setattr(readiness, "looked", hanging)

    async def impatient() -> list[int]:
        watch = Watch(patience_s=0.05)
        early = [(await watch.answer("GET")).status_code for _ in range(3)]
        await asyncio.sleep(0.5)
        return [*early, (await watch.answer("GET")).status_code]

    assert run(impatient()) == [503, 503, 503, 200]
    assert looks == [False]
