"""Rows that wait: listed with suggestions, taken for a village or set aside, names remembered. Both engines."""

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.names_aliases import COLUMNS, read_aliases, write_aliases
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store.aliases import decided_names, take_in
from planner.store.counted import changed_at
from planner.store.engine import reading
from planner.store.errors import StoreError
from planner.store.held import held, set_aside, settle
from planner.store.intake import keep, listed, undo
from planner.store.known import informed
from planner.store.participants import latest, version
from planner.store.schema import audit, held_rows
from planner.uploads import Checked, Known, Table, check

TODAY = dt.date(2026, 11, 22)
A, B, OTHER = "16.02.03.2001", "16.02.03.2002", "16.02.04.2001"
PLANNER = Principal(None, "ana", "Ana", "planner")
AGENT = Principal(7, "agen", "Agen", "agent", 1)
VILLAGES = pd.DataFrame(
    {
        "village_code": [A, B, "16.02.03.1001", OTHER],
        "village_name": ["Sukaraja", "Tanjung Sari", "Kota Raya", "Bumi Agung"],
        "district_code": ["16.02.03"] * 3 + ["16.02.04"],
        "district_name": ["Tanjung Lubuk"] * 3 + ["Pedamaran"],
        "regency_code": "16.02",
        "regency_name": "Kabupaten Ogan Komering Ilir",
    }
)
KNOWN = Known(VILLAGES, workers=pd.Series({A: 500.0, B: 300.0}))
ROW = {"Desa": "Suka Maju", "Kecamatan": "Tanjung Lubuk", "Kabupaten": "OKI", "Bulan": "2026-10", "Segmen": "BPU"}


def checked(*rows: dict[str, object], known: Known = KNOWN) -> Checked:
    frame = pd.DataFrame([{"Kode Desa": None, **ROW, "Aktif": 12, **row} for row in rows], dtype=object)
    table = Table("a.xlsx", "Data", frame.set_axis(pd.Index(range(2, len(frame) + 2), name="row")))
    return check(table, "participants", known, today=TODAY)


def kept(engine: sa.Engine, *rows: dict[str, object], name: str = "a") -> int:
    return keep(engine, checked(*rows), "a.xlsx", name * 64, by=PLANNER)


def waiting(engine: sa.Engine, upload: int | None = None) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return held(connection, upload).to_dict("records")


def counted(engine: sa.Engine) -> dict[str, int]:
    with reading(engine) as connection:
        found = latest(connection)
    return dict(zip(found["village_code"], found["active"], strict=True))


def names(engine: sa.Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        return [tuple(row) for row in decided_names(connection).itertuples(index=False)]


def again(engine: sa.Engine, *rows: dict[str, object]) -> Checked:
    with reading(engine) as connection:
        return checked(*rows, known=informed(KNOWN, connection))


def test_a_held_row_shows_what_was_written_and_what_may_be_meant(engine: sa.Engine) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    upload = kept(engine, {}, {"Desa": "Tanjungsari ${x}"}, {"Kode Desa": A, "Aktif": 3}, {"Kabupaten": hostile})
    first, last = waiting(engine)
    assert (first["upload"], first["kind"], first["row"]) == (upload, "participants", 2)
    assert first["reasons"] == ["upload.held.names.unsure"] == [first["reason"]]
    assert first["values"]["village_name"] == "Suka Maju"
    assert first["values"]["month"] == "2026-10-01"
    best = first["suggestions"][0]
    assert (best["code"], best["name"], best["district"]) == (A, "Sukaraja", "Tanjung Lubuk")
    assert 0 < best["score"] < 100
    assert len(first["suggestions"]) <= 5
    assert last["values"]["regency_name"] == hostile
    assert waiting(engine, 99) == []
    with reading(engine) as connection:
        (row,) = listed(connection).to_dict("records")
    assert (row["rows_in"], row["accepted"], row["held"], row["refused"], row["waiting"]) == (4, 1, 2, 1, 2)


def test_a_row_taken_for_a_village_counts_and_its_name_is_remembered(engine: sa.Engine) -> None:
    upload = kept(engine, {}, {"Kode Desa": B, "Aktif": 3})
    before = version(engine)
    with reading(engine) as connection:
        then = changed_at(connection)
    assert settle(engine, upload, 2, A, by=PLANNER, known=KNOWN)
    assert counted(engine) == {A: 12, B: 3}
    assert waiting(engine) == []
    assert version(engine) != before
    with reading(engine) as connection:
        assert latest(connection, then)["village_code"].tolist() == [B]
        assert changed_at(connection) > then
        trail = connection.execute(sa.select(audit.c.who, audit.c.what, audit.c.after).order_by(audit.c.id)).all()
    assert [(who, what) for who, what, _ in trail[1:]] == [("ana", "held.taken"), ("ana", "alias.decided")]
    assert trail[1].after == {"village_code": A, "aside": None}
    assert names(engine) == [("16.02.03", "suka maju", A)]
    found = again(engine, {"Bulan": "2026-11"}, {"Desa": "SUKAMAJU", "Bulan": "2026-09"})
    assert found.accepted["village_code"].tolist()[0] == A
    assert found.accepted["matched_by"].tolist()[0] == "alias"
    undo(engine, upload, by=PLANNER)
    assert counted(engine) == {}
    assert names(engine) == []
    assert len(again(engine, {}).held) == 1
    with reading(engine) as connection:
        trail = connection.execute(sa.select(audit.c.who, audit.c.what, audit.c.before).order_by(audit.c.id)).all()
    assert trail[-1] == ("ana", "alias.forgotten", {"village_code": A})


@pytest.mark.parametrize(
    ("row", "alias", "others"),
    [
        ({"Kecamatan": None}, ("16.02", "suka maju", A), {"Kecamatan": "Pedamaran"}),
        ({"Kecamatan": "Xyz Abc"}, ("16.02", "suka maju kecamatan xyz abc", A), {"Kecamatan": "Qrst Uvw"}),
        ({"Kecamatan": "Pedamaran"}, ("16.02", "suka maju kecamatan pedamaran", A), {"Kecamatan": None}),
    ],
)
def test_a_decision_holds_for_what_was_written_and_for_nothing_else(
    engine: sa.Engine, row: dict[str, object], alias: tuple[str, str, str], others: dict[str, object]
) -> None:
    upload = kept(engine, row)
    assert settle(engine, upload, 2, A, by=PLANNER, known=KNOWN)
    assert names(engine) == [alias]
    assert again(engine, row).accepted["village_code"].tolist() == [A]
    assert len(again(engine, others).held) == 1


def test_a_name_without_place_is_decided_but_not_remembered(engine: sa.Engine) -> None:
    upload = kept(engine, {"Kecamatan": None, "Kabupaten": None})
    assert not settle(engine, upload, 2, A, by=PLANNER, known=KNOWN)
    assert (counted(engine), names(engine)) == ({A: 12}, [])


def test_a_row_that_says_a_thing_twice_is_taken_once(engine: sa.Engine) -> None:
    upload = kept(engine, {"Kode Desa": A}, {"Kode Desa": A, "Aktif": 14})
    assert {row["reason"] for row in waiting(engine)} == {"upload.held.duplicate"}
    assert not settle(engine, upload, 3, A, by=PLANNER, known=KNOWN)
    with pytest.raises(StoreError, match="counts already") as refused:
        settle(engine, upload, 2, A, by=PLANNER, known=KNOWN)
    assert "sudah dihitung" in refused.value.text("id")
    set_aside(engine, upload, 2, "  angka\nlama ", by=PLANNER)
    assert counted(engine) == {A: 14}
    with reading(engine) as connection:
        rows = connection.execute(
            sa.select(held_rows.c.aside, held_rows.c.village_code).order_by(held_rows.c.row)
        ).all()
    assert rows == [("angka lama", None), (None, A)]


@pytest.mark.parametrize(
    ("row", "village", "words"),
    [
        ({}, "99.99.99.9999", "no village with the code"),
        ({"Aktif": 301}, B, "exceed the highest estimate"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_changes(
    engine: sa.Engine, row: dict[str, object], village: str, words: str
) -> None:
    upload = kept(engine, row)
    with pytest.raises(StoreError, match=words) as refused:
        settle(engine, upload, 2, village, by=PLANNER, known=KNOWN)
    assert refused.value.text("id") != refused.value.text("en")
    assert (counted(engine), len(waiting(engine)), names(engine)) == ({}, 1, [])


def test_a_decision_is_made_once_by_who_may(engine: sa.Engine) -> None:
    upload = kept(engine, {}, {"Bulan": "2026-09"})
    with pytest.raises(PlanError, match="agen"):
        settle(engine, upload, 2, A, by=AGENT, known=KNOWN)
    with pytest.raises(PlanError, match="agen"):
        set_aside(engine, upload, 2, "x", by=AGENT)
    with pytest.raises(StoreError, match="why this row"):
        set_aside(engine, upload, 2, "  ", by=PLANNER)
    with pytest.raises(StoreError, match="Row 9 of upload number 1"):
        set_aside(engine, upload, 9, "x", by=PLANNER)
    settle(engine, upload, 2, A, by=PLANNER, known=KNOWN)
    with pytest.raises(StoreError, match="decided before"):
        settle(engine, upload, 2, B, by=PLANNER, known=KNOWN)
    undo(engine, upload, by=CONSOLE)
    with pytest.raises(StoreError, match="taken back"):
        settle(engine, upload, 3, A, by=PLANNER, known=KNOWN)
    assert waiting(engine) == []


def test_a_name_means_again_what_it_did_by_the_last_decision_that_stands(engine: sa.Engine) -> None:
    first, second, third, fourth = (kept(engine, {}, name=name) for name in "abcd")
    settle(engine, first, 2, A, by=PLANNER, known=KNOWN)
    settle(engine, second, 2, B, by=PLANNER, known=KNOWN)
    undo(engine, first, by=PLANNER)
    assert names(engine) == [("16.02.03", "suka maju", B)]  # decided anew since
    settle(engine, third, 2, A, by=PLANNER, known=KNOWN)
    undo(engine, third, by=PLANNER)
    assert names(engine) == [("16.02.03", "suka maju", B)]
    undo(engine, second, by=PLANNER)
    assert names(engine) == []  # not the village of the first: that was taken back too
    take_in(engine, pd.DataFrame([("16.02.03", "suka maju", A)], columns=list(COLUMNS)), by=CONSOLE)
    settle(engine, fourth, 2, B, by=PLANNER, known=KNOWN)
    undo(engine, fourth, by=PLANNER)
    assert names(engine) == [("16.02.03", "suka maju", A)]


@pytest.mark.parametrize(
    ("reason", "words", "told"),
    [
        ("salah, tanya 0812 3456 7890", "identity or phone number", "NIK"),
        ("peserta 1602035203850001 ganda", "identity or phone number", "NIK"),
        ("x" * 501, "501 characters, at most 500", "501 huruf"),
    ],
)
def test_a_reason_is_short_and_names_nobody(engine: sa.Engine, reason: str, words: str, told: str) -> None:
    upload = kept(engine, {})
    with pytest.raises(PlanError, match=words) as refused:
        set_aside(engine, upload, 2, reason, by=PLANNER)
    assert told in refused.value.text("id")
    assert len(waiting(engine)) == 1


def test_decided_names_go_to_another_office_and_back(engine: sa.Engine, tmp_path) -> None:
    settle(engine, kept(engine, {}), 2, A, by=PLANNER, known=KNOWN)
    file = tmp_path / "nama.csv"
    with reading(engine) as connection:
        write_aliases(decided_names(connection), file)
    assert take_in(engine, read_aliases(file), by=CONSOLE) == 0
    file.write_text(file.read_text().replace(A, B) + "16.02.04,Bumi Makmur,16.02.04.2001\n", encoding="utf-8")
    assert take_in(engine, read_aliases(file), by=CONSOLE) == 2
    assert names(engine) == [("16.02.03", "suka maju", B), ("16.02.04", "bumi makmur", OTHER)]
    with reading(engine) as connection:
        query = sa.select(audit.c.before, audit.c.after).where(audit.c.what == "alias.decided").order_by(audit.c.id)
        trail = connection.execute(query).all()
    assert [row.before for row in trail] == [None, {"village_code": A}, None]
    with pytest.raises(PlanError, match="agen"):
        take_in(engine, read_aliases(file), by=AGENT)
