"""Saved plans: the same rules in a folder and in the records of both engines; owners, rights, trail, two at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from geodata.layer import BUILT_FROM
from planner.errors import PlanError
from planner.plan_folder import PlanFolder
from planner.plan_record import named, parts_of
from planner.plan_shelf import Shelf
from planner.rights import CONSOLE, Principal
from planner.store.backup import backup, differing, restore
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.plans import PlanRecords
from planner.store.schema import audit, launches, layers, plan_villages, plans, users
from tests.planner.small_plans import made, small_layer
from tests.store.sample import user

SRI = Principal(1, "sri", "Sri", "planner")
BUDI = Principal(2, "budi", "Budi", "planner")
HEAD = Principal(3, "manajer", "Manajer", "manager")
AGENT = Principal(4, "agen", "Agen", "agent", agent_id=1)
RECORD = made("Satu")
PARTS = json.loads(RECORD)
BAD_NAMES = ["satu", "SATU", "../x", "a/b", "Satu.json", "", "x" * 61, "a\nb", "a\0b", "{{7*7}}", "<script>", "=1+1"]


@pytest.fixture(params=["folder", "sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path) -> Shelf:
    """No plan yet, in each place where plans can be."""
    if request.param == "folder":
        return PlanFolder(tmp_path / "plans")
    return PlanRecords(request.getfixturevalue("make_engine")(request.param), CONSOLE)


@pytest.fixture
def office(engine: sa.Engine) -> sa.Engine:
    """Four people and a plan of the first."""
    with writing(engine) as connection:
        for one in (SRI, BUDI, HEAD, AGENT):
            connection.execute(sa.insert(users).values(**user(one.login, name=one.name, role=one.role)))
    PlanRecords(engine, SRI).save("Satu", RECORD)
    return engine


def trail(engine: sa.Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(sa.select(audit.c.who, audit.c.what).order_by(audit.c.id))]


def number_of(engine: sa.Engine, table: sa.Table) -> int:
    with reading(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# --- the same everywhere


def test_a_saved_plan_is_read_back_letter_by_letter(shelf: Shelf) -> None:
    assert (shelf.summaries(), shelf.where != "") == ([], True)
    shelf.save("Satu", RECORD)
    assert shelf.read("Satu") == RECORD
    (row,) = shelf.summaries()
    assert (row.name, row.villages, row.brought, row.status, row.changeable, row.owner) == (
        "Satu",
        3,
        PARTS["result"]["objective"],
        "optimal",
        True,
        "",
    )
    assert abs(row.saved - datetime.now(UTC).timestamp()) < 60


def test_copies_and_new_names_hold_the_same_under_their_names(shelf: Shelf) -> None:
    shelf.save("Satu", RECORD)
    shelf.duplicate("Satu", as_name="Dua é_ü.v-1")
    assert [row.name for row in shelf.summaries()] == ["Dua é_ü.v-1", "Satu"]
    shelf.rename("Satu", as_name="Tiga")
    assert [row.name for row in shelf.summaries()] == ["Dua é_ü.v-1", "Tiga"]
    assert shelf.read("Tiga") == named(PARTS, name="Tiga") == made("Tiga")
    assert json.loads(shelf.read("Dua é_ü.v-1")) == PARTS | {"name": "Dua é_ü.v-1"}
    shelf.remove("Tiga")
    with pytest.raises(PlanError, match=r"There is no plan Tiga. Saved are: Dua") as told:
        shelf.read("Tiga")
    assert "Tidak ada rencana Tiga" in told.value.text("id")


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_name_that_is_taken_or_cannot_be_used_changes_nothing(shelf: Shelf, name: str) -> None:
    shelf.save("Satu", RECORD)
    for change in (
        lambda: shelf.free_name(name),
        lambda: shelf.save(name, RECORD),
        lambda: shelf.duplicate("Satu", as_name=name),
        lambda: shelf.rename("Satu", as_name=name),
    ):
        with pytest.raises(PlanError) as refused:
            change()
        assert refused.value.key == ("saved.taken" if name.casefold() == "satu" else "saved.bad_name")
    with pytest.raises(PlanError, match="There is no plan"):
        shelf.remove(name if name != "Satu" else "x")
    assert [row.name for row in shelf.summaries()] == ["Satu"]


BAD_RECORDS = {
    "nothing": b"",
    "a list": b"[]",
    "bytes": b"\x00\xff",
    "brackets": b"[" * 100_000,
    "too large": RECORD + b" " * 50_000_000,
    "chosen are texts": json.dumps(PARTS | {"chosen": ["16.01.01.2001"]}).encode(),
}


@pytest.mark.parametrize("content", BAD_RECORDS.values(), ids=BAD_RECORDS)
def test_what_is_no_record_is_not_kept(shelf: Shelf, content: bytes) -> None:
    with pytest.raises(PlanError, match=r"Satu\.json"):
        shelf.save("Satu", content)
    assert shelf.summaries() == []


# --- in the records


def test_villages_and_layer_stand_beside_the_record(office: sa.Engine) -> None:
    with reading(office) as connection:
        plan = connection.execute(sa.select(plans)).one()
        placed = sa.select(plan_villages.c.village_code).order_by(plan_villages.c.place)
        assert list(connection.execute(placed).scalars()) == [row["village_code"] for row in PARTS["chosen"]]
        assert connection.execute(sa.select(layers.c.fingerprint)).scalars().all() == [small_layer().fingerprint]
    assert (plan.kind, plan.layer, plan.owner_id) == ("selection", small_layer().fingerprint, 1)


def test_a_plan_made_after_an_upload_belongs_to_the_layer_as_it_was_built(office: sa.Engine) -> None:
    layer = PARTS["layer"] | {"fingerprint": "f" * 16, BUILT_FROM: small_layer().fingerprint}
    PlanRecords(office, SRI).save("Dua", named(PARTS | {"layer": layer}, name="Dua"))
    assert number_of(office, layers) == 1


REFUSED = {
    "another kind": {"kind": "picture"},
    "no layer": {"layer": {}},
    "a layer that is a number": {"layer": {"fingerprint": 7}},
    "a layer as long as a book": {"layer": {"fingerprint": "a" * 9_000}},
    "a village twice": {"chosen": [PARTS["chosen"][0]] * 2},
    "no code": {"chosen": [{"village_code": "16.01.01"}]},
    "digits of another script": {"chosen": [{"village_code": "١٦.٠١.٠١.٢٠٠١"}]},
    "a code that is a number": {"chosen": [{"village_code": 7}]},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_record_that_cannot_stand_in_the_tables_is_refused_whole(office: sa.Engine, change: dict) -> None:
    with pytest.raises(PlanError, match=r"Dua\.json is no record"):
        PlanRecords(office, SRI).save("Dua", json.dumps(PARTS | change | {"name": "Dua"}).encode())
    assert (number_of(office, plans), number_of(office, plan_villages)) == (1, 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_record_in_another_encoding_is_refused(office: sa.Engine, encoding: str) -> None:
    with pytest.raises((PlanError, StoreError)):
        PlanRecords(office, SRI).save("Dua", RECORD.decode().encode(encoding))
    assert number_of(office, plans) == 1


def test_half_characters_break_neither_copies_nor_the_database(office: sa.Engine) -> None:
    shelf = PlanRecords(office, SRI)
    shelf.save("Dua", json.dumps(PARTS | {"note": "\ud800\0", "name": "Dua"}).encode())
    with pytest.raises(PlanError, match=r"Tiga\.json|Tiga is no record"):
        shelf.duplicate("Dua", as_name="Tiga")
    assert number_of(office, plans) == 2


def test_who_did_what_stands_in_the_trail(office: sa.Engine) -> None:
    PlanRecords(office, BUDI).duplicate("Satu", as_name="Dua")
    PlanRecords(office, BUDI).rename("Dua", as_name="Tiga")
    PlanRecords(office, HEAD).remove("Satu")
    with pytest.raises(PlanError):
        PlanRecords(office, BUDI).save("Tiga", RECORD)
    whole = [("sri", "plan.saved"), ("budi", "plan.duplicated"), ("budi", "plan.renamed"), ("manajer", "plan.removed")]
    assert trail(office) == whole
    with reading(office) as connection:
        last = connection.execute(sa.select(audit.c.before, audit.c.after).order_by(audit.c.id.desc())).first()
    assert last is not None
    assert (last.before["name"], last.before["owner_id"], last.after) == ("Satu", 1, None)


def test_plans_are_seen_by_the_office_and_changed_by_owner_and_heads(office: sa.Engine) -> None:
    for who, changes in ((SRI, True), (BUDI, False), (HEAD, True)):
        (row,) = PlanRecords(office, who).summaries()
        assert (row.owner, row.changeable) == ("Sri", changes)
    other = PlanRecords(office, BUDI)
    for change in (lambda: other.rename("Satu", as_name="Dua"), lambda: other.remove("Satu")):
        with pytest.raises(PlanError, match="Only the owner of plan Satu") as refused:
            change()
        assert "Hanya pemilik rencana Satu" in refused.value.text("id")
    other.duplicate("Satu", as_name="Dua")
    assert {row.name: row.owner for row in other.summaries()} == {"Dua": "Budi", "Satu": "Sri"}
    other.remove("Dua")
    PlanRecords(office, HEAD).rename("Satu", as_name="Tiga")
    assert trail(office)[-1] == ("manajer", "plan.renamed")


def test_an_agent_neither_sees_nor_changes_plans(office: sa.Engine) -> None:
    shelf = PlanRecords(office, AGENT)
    for deed in (
        shelf.summaries,
        lambda: shelf.read("Satu"),
        lambda: shelf.free_name("x"),
        lambda: shelf.save("x", RECORD),
        lambda: shelf.duplicate("Satu", as_name="x"),
        lambda: shelf.rename("Satu", as_name="x"),
        lambda: shelf.remove("Satu"),
    ):
        with pytest.raises(PlanError, match=r"Your account \(agen\) may not do this"):
            deed()
    assert number_of(office, plans) == 1


def test_a_plan_that_launches_come_from_is_not_removed(office: sa.Engine) -> None:
    now = datetime.now(UTC)
    row = {"village_code": "16.01.01.2001", "status": "open", "step": "usulan"}
    with writing(office) as connection:
        connection.execute(sa.insert(launches).values(plan_id=1, **row, created_at=now, changed_at=now))
    with pytest.raises(PlanError, match="launches that come from it: 1") as refused:
        PlanRecords(office, SRI).remove("Satu")
    assert "1 pencanangan" in refused.value.text("id")
    assert (number_of(office, plans), number_of(office, plan_villages)) == (1, 3)


@pytest.mark.parametrize("names", [("Dua", "Dua"), ("Dua", "DUA"), ("Straße É", "STRASSE é")])
def test_of_two_who_take_a_name_at_once_one_is_told(office: sa.Engine, names: tuple[str, str]) -> None:
    start = Barrier(2)

    def take(who: Principal, name: str) -> str:
        start.wait()
        try:
            PlanRecords(office, who).save(name, named(PARTS, name=name))
        except PlanError as error:
            return error.key
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(take, who, name) for who, name in zip((SRI, BUDI), names, strict=True)]
        assert sorted(one.result() for one in done) == ["kept", "saved.taken"]
    assert number_of(office, plans) == 2


def test_plans_come_back_from_a_backup_as_they_were(office: sa.Engine, make_engine, tmp_path, dialect: str) -> None:
    backup(office, tmp_path / "office.zip")
    other = make_engine("postgresql" if dialect == "sqlite" else "sqlite")
    restore(tmp_path / "office.zip", other)
    assert differing(tmp_path / "office.zip", other) == []
    assert PlanRecords(other, SRI).read("Satu") == RECORD
    assert PlanRecords(other, SRI).summaries() == PlanRecords(office, SRI).summaries()


def test_a_ranking_is_kept_with_its_villages(office: sa.Engine) -> None:
    rows = [{"rank": k, "village_code": f"16.01.01.{2000 + k}"} for k in range(1, 4)]
    content = json.dumps({**PARTS, "kind": "ranking", "villages": rows, "chosen": []}).encode()
    PlanRecords(office, SRI).save("Urutan", content)
    assert parts_of(PlanRecords(office, SRI).read("Urutan"), name="x")["kind"] == "ranking"
    assert number_of(office, plan_villages) == 6
