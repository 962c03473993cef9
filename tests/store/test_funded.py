"""Uploads of groups whose contributions somebody pays: the last holds, undone ones count nowhere; both engines."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from planner.rights import CONSOLE
from planner.store import own_area
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.funded import funded
from planner.store.held import settle
from planner.store.intake import keep, undo
from planner.store.schema import funded_groups
from planner.uploads.known import Known
from tests.store.agents import OWN, made
from tests.store.kept import checked

A, B = "16.02.03.2001", "16.02.03.2002"
FIRST, LAST, LATER = date(2026, 6, 1), date(2026, 12, 31), date(2027, 3, 31)


def rows(*told):
    """Rows of village, fund, people and last day, all from June 2026 on."""
    columns = ["village_code", "fund", "people", "ends_on"]
    frame = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in told], dtype=object)
    days = pd.to_datetime(frame["ends_on"]) if len(frame) else []
    return frame.assign(starts_on=pd.Timestamp(FIRST), ends_on=days).set_axis(range(2, len(frame) + 2))


def kept(engine, name, *told, **options):
    return keep(engine, checked("funded", rows(*told), **options), f"{name}.xlsx", name * 64, by=CONSOLE)


def found(engine):
    with reading(engine) as connection:
        told = funded(connection)
    return [tuple(row) for row in told[["village_code", "fund", "people", "ends_on"]].to_numpy()]


def test_the_last_upload_of_a_village_fund_and_month_holds_until_it_is_undone(engine: sa.Engine) -> None:
    first = kept(engine, "a", (A, "apbd", 40, LAST), (A, "bkbk", 7, LAST), (B, "apbd", 9, LAST))
    before = found(engine)
    assert before == [(A, "apbd", 40, LAST), (A, "bkbk", 7, LAST), (B, "apbd", 9, LAST)]
    second = kept(engine, "b", (A, "apbd", 55, LATER), (B, "apbd", 0, LAST))
    third = kept(engine, "c", (B, "apbd", 3, LAST))
    assert found(engine) == [(A, "apbd", 55, LATER), (A, "bkbk", 7, LAST), (B, "apbd", 3, LAST)]
    undo(engine, third, by=CONSOLE)
    assert found(engine)[-1] == (B, "apbd", 0, LAST)
    undo(engine, first, by=CONSOLE)  # an upload that is undone hides no other
    assert found(engine) == [(A, "apbd", 55, LATER), (B, "apbd", 0, LAST)]
    undo(engine, second, by=CONSOLE)
    assert found(engine) == []
    with reading(engine) as connection:
        assert len(connection.execute(sa.select(funded_groups)).all()) == 6  # history stays


def test_another_first_month_is_another_group(engine: sa.Engine) -> None:
    kept(engine, "a", (A, "apbd", 40, LAST))
    frame = rows((A, "apbd", 25, LATER)).assign(starts_on=pd.Timestamp(2027, 1, 1))
    keep(engine, checked("funded", frame), "b.xlsx", "b" * 64, by=CONSOLE)
    assert found(engine) == [(A, "apbd", 40, LAST), (A, "apbd", 25, LATER)]


def test_what_no_upload_brought_counts_until_one_says_otherwise(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        row = {"village_code": A, "fund": "apbd", "starts_on": FIRST, "ends_on": LAST}
        connection.execute(sa.insert(funded_groups), [{**row, "people": people} for people in (4, 5)])
    assert [row[2] for row in found(engine)] == [4, 5]
    upload = kept(engine, "a", (A, "apbd", 6, LAST))
    assert [row[2] for row in found(engine)] == [6]
    undo(engine, upload, by=CONSOLE)
    assert [row[2] for row in found(engine)] == [4, 5]


def test_of_two_held_rows_of_one_group_one_is_taken(engine: sa.Engine) -> None:
    waiting = rows((A, "apbd", 4, LAST), (A, "apbd", 5, LAST))
    upload = kept(engine, "a", (B, "apbd", 9, LAST), held=waiting.set_axis([8, 9]), reason="upload.held.duplicate")
    names = {"village_code": [A, B], "village_name": ["Sukaraja", "Tanjung Sari"]}
    places = {"district_code": [A[:8]] * 2, "district_name": ["Lempuing"] * 2, "regency_code": [A[:5]] * 2}
    known = Known(pd.DataFrame({**names, **places, "regency_name": ["Kabupaten Ogan Komering Ilir"] * 2}))
    settle(engine, upload, 9, A, by=CONSOLE, known=known)
    assert found(engine) == [(A, "apbd", 5, LAST), (B, "apbd", 9, LAST)]
    with pytest.raises(StoreError, match="counts already") as refused:
        settle(engine, upload, 8, A, by=CONSOLE, known=known)
    assert refused.value.text("id") != refused.value.text("en")


def test_agents_see_the_last_groups_of_their_own_villages_only(engine: sa.Engine) -> None:
    office = made(engine)
    foreign = next(code for code in (A, B, "16.02.03.2003") if code not in OWN)
    before = own_area.rows_as(engine, office.a).funded
    first = kept(engine, "a", (OWN[0], "bkbk", 40, LAST), (foreign, "bkbk", 41, LAST))
    second = kept(engine, "b", (OWN[0], "bkbk", 55, LATER))
    seen = own_area.rows_as(engine, office.a).funded
    assert seen.loc[seen["fund"] == "bkbk", ["village_code", "people", "ends_on"]].to_numpy().tolist() == [
        [OWN[0], 55, LATER]
    ]
    pd.testing.assert_frame_equal(own_area.rows_for(engine, office.manager, "A-1").funded, seen)
    undo(engine, second, by=CONSOLE)
    seen = own_area.rows_as(engine, office.a).funded
    assert seen.loc[seen["fund"] == "bkbk", "people"].tolist() == [40]
    undo(engine, first, by=CONSOLE)
    pd.testing.assert_frame_equal(own_area.rows_as(engine, office.a).funded, before)
