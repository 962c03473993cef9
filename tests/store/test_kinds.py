"""Uploads of every kind on both engines: kept, counted, undone; agents get back what they had."""

from base64 import b64decode
from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geodata.office_day import today
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store import counted, people
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.held import settle
from planner.store.intake import keep, listed, undo
from planner.store.known import informed
from planner.store.participants import version
from planner.store.schema import (
    agents,
    assignments,
    audit,
    criterion_values,
    funded_groups,
    metadata,
    offices,
    official_counts,
    own_outlines,
    uploads,
    visits,
    worker_counts,
)
from planner.uploads.kinds import COLUMNS
from planner.uploads.known import Known
from tests.store.kept import checked

A, B, C = "16.02.03.2001", "16.02.03.2002", "18.05.12.2007"
DAY = pd.Timestamp("2026-10-31")
PLANNER = Principal(None, "ana", "Ana", "planner")
MANAGER = Principal(None, "ida", "Ida", "manager")
SQUARE = shapely.box(104, -3, 104.1, -2.9)

ROWS = {
    "participants": {"month": pd.Timestamp("2026-10-01"), "segment": "BPU", "active": 5, "inactive": None},
    "workers": {"sector": "fishery", "count": 40, "date": None},
    "officials": {"registered": 3, "total": 8, "date": DAY},
    "funded": {"fund": "apbd", "people": 40, "starts_on": DAY.replace(day=1), "months": 1, "ends_on": DAY},
    "criteria": {"criterion": "Jarak {{7*7}}", "value": 0.1, "unit": "km", "source": "Dinas PU", "date": DAY},
    "outlines": {"geometry": SQUARE},
    "agents": {"agent_code": "AG-1", "office": "Kacab Palembang", "date": DAY},
    "visits": {"agent_code": "ag-1", "date": DAY, "met": 9, "interested": None, "registered": 2, "obstacle": "=1+1"},
}


def rows(kind: str, *codes: str, **changes: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        [{"village_code": code, **ROWS[kind], **changes} for code in codes], index=range(2, len(codes) + 2)
    )
    return frame if kind == "outlines" else frame.astype(object)


def kept(engine: sa.Engine, kind: str, frame: pd.DataFrame, name: str = "a", **options: object) -> int:
    return keep(engine, checked(kind, frame, **options), f"{name}.xlsx", name * 64, by=CONSOLE)


def all_rows(engine: sa.Engine, table: sa.Table) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def figures(engine: sa.Engine, village: str = A) -> dict[str, list[dict[str, object]]]:
    with reading(engine) as connection:
        return {
            "workers": counted.workers(connection).to_dict("records"),
            "officials": counted.officials(connection).to_dict("records"),
            "criteria": counted.own_criteria(connection, village).to_dict("records"),
        }


def holds(engine: sa.Engine, agent: str = "AG-1") -> dict[str, date]:
    """Villages that an agent holds now, with their first days."""
    own = assignments.c
    joined = assignments.join(agents, own.agent_id == agents.c.id)
    query = (
        sa.select(own.village_code, own.from_on).select_from(joined).where(agents.c.code == agent, own.to_on.is_(None))
    )
    with reading(engine) as connection:
        return {str(village): day for village, day in connection.execute(query)}


@pytest.mark.parametrize("kind", ROWS)
def test_each_kind_is_kept_once_undone_and_kept_again(engine: sa.Engine, kind: str) -> None:
    if kind == "visits":
        kept(engine, "agents", rows("agents", A), "z")
    first = kept(engine, kind, rows(kind, A))
    with pytest.raises(StoreError, match=f"upload number {first}"):
        kept(engine, kind, rows(kind, A))
    with reading(engine) as connection:
        assert listed(connection)["kind"].iloc[0] == kind
    assert undo(engine, first, by=CONSOLE) == "a.xlsx"
    second = kept(engine, kind, rows(kind, A))
    assert second > first
    trail = [row["what"] for row in all_rows(engine, audit) if row["entity"] == "uploads"]
    assert trail[-3:] == ["upload.committed", "upload.undone", "upload.committed"]


def test_the_last_figures_count_until_they_are_undone(engine: sa.Engine) -> None:
    for kind in ("workers", "officials", "criteria"):
        kept(engine, kind, rows(kind, A, C))
    assert figures(engine) == {
        "workers": [
            {"village_code": code, "sector": "fishery", "people": 40, "counted_on": today()} for code in (A, C)
        ],
        "officials": [{"village_code": code, "registered": 3, "total": 8, "counted_on": DAY.date()} for code in (A, C)],
        "criteria": [
            {"criterion": "Jarak {{7*7}}", "value": 0.1, "unit": "km", "source": "Dinas PU", "dated_on": DAY.date()}
        ],
    }
    before = figures(engine)
    later = {"date": pd.Timestamp("2026-11-01")}
    numbers = [
        kept(
            engine,
            "workers",
            rows("workers", A, count=7, date=pd.Timestamp(today()) + timedelta(days=1)),
            "b",
        ),
        kept(engine, "officials", rows("officials", A, registered=8, **later), "b"),
        kept(engine, "criteria", rows("criteria", A, value=-1e-7, **later), "b"),
    ]
    after = figures(engine)
    assert [after[kind][0][name] for kind, name in (("workers", "people"), ("officials", "registered"))] == [7, 8]
    assert after["criteria"][0]["value"] == -1e-7
    for number in numbers:
        undo(engine, number, by=CONSOLE)
    assert figures(engine) == before


def test_the_version_changes_with_what_is_shown_of_villages_and_not_with_visits(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    seen = [version(engine)]
    for kind in ("participants", "workers", "officials", "criteria"):
        number = kept(engine, kind, rows(kind, A))
        seen.append(version(engine))
    undo(engine, number, by=CONSOLE)
    seen.append(version(engine))
    assert len(set(seen)) == len(seen)
    visit = kept(engine, "visits", rows("visits", A))
    assert version(engine) == seen[-1]
    undo(engine, visit, by=CONSOLE)
    assert version(engine) == seen[-1]


def test_an_outline_is_kept_letter_by_letter(engine: sa.Engine) -> None:
    frame = gpd.GeoDataFrame(rows("outlines", A), geometry="geometry", crs="EPSG:4326")
    kept(engine, "outlines", frame)
    (row,) = all_rows(engine, own_outlines)
    assert shapely.from_wkb(b64decode(row["wkb"])).equals(SQUARE)
    assert len(row["fingerprint"]) == 16


def test_visits_name_agents_by_their_code_and_unknown_ones_are_refused(engine: sa.Engine) -> None:
    with pytest.raises(StoreError, match="ag-1"):
        kept(engine, "visits", rows("visits", A))
    assert all_rows(engine, uploads) == []
    kept(engine, "agents", rows("agents", A), "z")
    upload = kept(engine, "visits", rows("visits", A, B))
    assert {(row["upload_id"], row["met"], row["interested"]) for row in all_rows(engine, visits)} == {
        (upload, 9, None)
    }
    known = Known(pd.DataFrame({"village_code": [A, B]}))
    with reading(engine) as connection:
        assert informed(known, connection).agents == {"ag-1"}
        assert informed(known, connection).visits == {("ag-1", "2026-10-31", code, "") for code in (A, B)}
    undo(engine, upload, by=CONSOLE)
    assert len(all_rows(engine, visits)) == 2  # history stays
    with reading(engine) as connection:
        assert informed(known, connection).visits == frozenset()


def test_a_file_of_agents_changes_villages_from_a_day_on_and_undone_gives_them_back(engine: sa.Engine) -> None:
    first = kept(engine, "agents", rows("agents", A, B))
    assert holds(engine) == {A: DAY.date(), B: DAY.date()}
    day = pd.Timestamp("2026-11-15")
    moved = pd.concat(
        [rows("agents", B, C, date=day), rows("agents", A, agent_code="AG-2", office="kacab  JAMBI", date=day)]
    )
    second = kept(engine, "agents", moved, "b")
    assert holds(engine) == {B: DAY.date(), C: day.date()}
    assert holds(engine, "AG-2") == {A: day.date()}
    ended = [row for row in all_rows(engine, assignments) if row["to_on"] is not None]
    assert [(row["village_code"], row["to_on"], row["ended_by"]) for row in ended] == [(A, date(2026, 11, 14), second)]
    with pytest.raises(StoreError, match=f"before number {second}") as refused:
        undo(engine, first, by=CONSOLE)
    assert f"nomor {second}" in refused.value.text("id")
    undo(engine, second, by=CONSOLE)
    assert holds(engine) == {A: DAY.date(), B: DAY.date()}
    assert holds(engine, "AG-2") == {}
    undo(engine, first, by=CONSOLE)
    assert holds(engine) == {}
    assert len(all_rows(engine, assignments)) == 4
    assert all(row["undone_at"] is not None and row["to_on"] < row["from_on"] for row in all_rows(engine, assignments))


def test_a_second_file_of_the_same_day_replaces_the_first(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A))
    second = kept(engine, "agents", rows("agents", B), "b")
    assert holds(engine) == {B: DAY.date()}
    undo(engine, second, by=CONSOLE)
    assert holds(engine) == {A: DAY.date()}


def test_an_agent_with_rows_that_wait_or_were_refused_keeps_the_earlier_villages(engine: sa.Engine) -> None:
    both = pd.concat([rows("agents", A, B), rows("agents", C, agent_code="AG-2")])
    kept(engine, "agents", both)
    waiting = rows("agents", None).set_axis([9])
    new = pd.concat([rows("agents", C), rows("agents", A, agent_code="AG-2")])
    kept(engine, "agents", new, "b", held=waiting)
    assert set(holds(engine)) == {A, B, C}
    assert set(holds(engine, "AG-2")) == {A}


def test_office_of_an_agent_follows_the_file_and_goes_back(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A))
    second = kept(engine, "agents", rows("agents", A, office="Kacab Jambi"), "b")
    third = kept(engine, "agents", rows("agents", A, office="KACAB   palembang"), "c")
    assert [row["name"] for row in all_rows(engine, offices)] == ["Kacab Palembang", "Kacab Jambi"]
    of_agent = lambda: all_rows(engine, agents)[0]["office_id"]  # noqa: E731
    assert of_agent() == 1
    undo(engine, third, by=CONSOLE)
    assert of_agent() == 2
    undo(engine, second, by=CONSOLE)
    assert of_agent() == 1


def test_an_agent_that_came_with_an_undone_file_has_left_until_the_next(engine: sa.Engine) -> None:
    undo(engine, kept(engine, "agents", rows("agents", A)), by=CONSOLE)
    assert all_rows(engine, agents)[0]["left_on"] == today()
    kept(engine, "agents", rows("agents", A))
    assert all_rows(engine, agents)[0]["left_on"] is None


@pytest.mark.parametrize("why", ["account", "visits"])
def test_an_agent_at_work_does_not_leave_with_an_undone_file(engine: sa.Engine, why: str) -> None:
    upload = kept(engine, "agents", rows("agents", A))
    if why == "account":
        people.add(engine, CONSOLE, people.NewPerson("siti", "Siti", "agent", "", "ag-1"))
    else:
        kept(engine, "visits", rows("visits", A), "b")
    undo(engine, upload, by=CONSOLE)
    (agent,) = all_rows(engine, agents)
    assert (agent["code"], agent["left_on"]) == ("AG-1", None)
    assert holds(engine) == {}


def test_an_agent_at_work_gets_the_earlier_office_back(engine: sa.Engine) -> None:
    undo(engine, kept(engine, "agents", rows("agents", A)), by=CONSOLE)
    upload = kept(engine, "agents", rows("agents", A, office="Kacab Metro"), "b")
    people.add(engine, CONSOLE, people.NewPerson("siti", "Siti", "agent", "", "AG-1"))
    undo(engine, upload, by=CONSOLE)
    names = {row["id"]: row["name"] for row in all_rows(engine, offices)}
    (agent,) = all_rows(engine, agents)
    assert (names[agent["office_id"]], agent["left_on"]) == ("Kacab Palembang", None)


def test_only_heads_change_the_villages_of_agents(engine: sa.Engine) -> None:
    with pytest.raises(PlanError, match="ana"):
        keep(engine, checked("agents", rows("agents", A)), "a.csv", "a" * 64, by=PLANNER)
    upload = keep(engine, checked("agents", rows("agents", A)), "a.csv", "a" * 64, by=MANAGER)
    with pytest.raises(PlanError, match="ana"):
        undo(engine, upload, by=PLANNER)
    assert set(holds(engine)) == {A}


def test_nothing_of_an_upload_is_kept_where_one_row_cannot_be(engine: sa.Engine) -> None:
    frame = pd.concat([rows("agents", A), rows("agents", "nowhere")])
    with pytest.raises(StoreError):
        kept(engine, "agents", frame)
    assert [all_rows(engine, metadata.tables[name]) for name in ("uploads", "agents", "offices", "audit")] == [[]] * 4


@pytest.mark.parametrize("kind", [kind for kind in ROWS if kind != "outlines"])
def test_every_column_of_a_kind_is_kept_or_is_a_name(kind: str) -> None:
    names = {column.name for column in COLUMNS[kind]} - {"village_name", "district_name", "regency_name"}
    names -= {"dusun", "entry_key"}
    assert names <= {"village_code", *ROWS[kind]}


def test_an_agent_of_a_file_that_was_assigned_by_hand_gets_that_back(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A))
    with writing(engine) as connection:
        row = {"agent_id": 1, "village_code": C, "from_on": date(2026, 11, 1)}
        connection.execute(sa.insert(assignments).values(row))
    second = kept(engine, "agents", rows("agents", B, date=pd.Timestamp("2026-11-20")), "b")
    assert set(holds(engine)) == {B}
    undo(engine, second, by=CONSOLE)
    assert holds(engine) == {A: DAY.date(), C: date(2026, 11, 1)}


KNOWN = Known(
    pd.DataFrame(
        {
            "village_code": [A, B, C],
            "village_name": ["Sukaraja", "Tanjung Sari", "Bumi Agung"],
            "district_code": [A[:8], B[:8], C[:8]],
            "district_name": ["Tanjung Lubuk", "Tanjung Lubuk", "Pedamaran"],
            "regency_code": [A[:5], B[:5], C[:5]],
            "regency_name": ["Kabupaten Ogan Komering Ilir"] * 2 + ["Kabupaten Mesuji"],
        }
    )
)


@pytest.mark.parametrize("kind", [kind for kind in ROWS if kind not in {"outlines", "participants"}])
def test_a_held_row_of_each_kind_is_kept_as_the_accepted_ones(engine: sa.Engine, kind: str) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    waiting = rows(kind, None).set_axis([9]).assign(village_name="Sukaraja")
    upload = kept(engine, kind, rows(kind, A), "b", held=waiting)
    settle(engine, upload, 9, B, by=CONSOLE, known=KNOWN)
    if kind == "agents":
        assert holds(engine) == {A: DAY.date(), B: DAY.date()}
        return
    tables = {"visits": visits, "workers": worker_counts, "officials": official_counts, "criteria": criterion_values}
    table = {**tables, "funded": funded_groups}[kind]
    apart = {"id", "village_code", "settled_at", "written_at"}
    first, second = ({name: cell for name, cell in row.items() if name not in apart} for row in all_rows(engine, table))
    assert first == second
    assert [row["village_code"] for row in all_rows(engine, table)] == [A, B]


def test_a_held_row_of_an_old_list_of_agents_and_one_without_its_numbers_are_not_taken(engine: sa.Engine) -> None:
    first = kept(engine, "agents", rows("agents", A), held=rows("agents", None).set_axis([9]))
    with pytest.raises(PlanError, match="ana"):
        settle(engine, first, 9, B, by=PLANNER, known=KNOWN)
    second = kept(engine, "agents", rows("agents", C), "b")
    with pytest.raises(StoreError, match=f"number {second} came after it") as refused:
        settle(engine, first, 9, B, by=CONSOLE, known=KNOWN)
    assert refused.value.text("id") != refused.value.text("en")
    waiting = rows("criteria", A, value=None).set_axis([9])
    third = kept(engine, "criteria", rows("criteria", C), "c", held=waiting, reason="upload.held.ambiguous_number")
    with pytest.raises(StoreError, match="needed value could not be read"):
        settle(engine, third, 9, A, by=CONSOLE, known=KNOWN)
    assert set(holds(engine)) == {C}


def test_a_visit_that_came_since_the_file_was_checked_is_not_kept_twice(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    first = kept(engine, "visits", rows("visits", A, dusun="Dusun I"))
    again = pd.concat([rows("visits", C), rows("visits", A, agent_code="AG-1", dusun="DUSUN I").set_axis([7])])
    with pytest.raises(StoreError, match=r"rows 7 .* Check the file again") as refused:
        kept(engine, "visits", again, "b")
    assert "Periksa berkas ini lagi" in refused.value.text("id")
    assert len(all_rows(engine, visits)) == 1
    kept(engine, "visits", rows("visits", A, dusun="Dusun II"), "c")
    undo(engine, first, by=CONSOLE)
    kept(engine, "visits", again, "b")
    assert len(all_rows(engine, visits)) == 4


def test_a_held_visit_is_taken_again_only_where_that_was_asked(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    waiting = rows("visits", None).set_axis([9])
    unsure = kept(engine, "visits", rows("visits", C), "a", held=waiting)
    kept(engine, "visits", rows("visits", A), "b")
    with pytest.raises(StoreError, match="visit of row 9 is kept already") as refused:
        settle(engine, unsure, 9, A, by=CONSOLE, known=KNOWN)
    assert "kunjungan kedua" in refused.value.text("id")
    assert len(all_rows(engine, visits)) == 2
    for name, reason in (("c", "upload.held.visit_kept"), ("d", "upload.held.duplicate")):
        meant = kept(engine, "visits", rows("visits"), name, held=rows("visits", A).set_axis([9]), reason=reason)
        settle(engine, meant, 9, A, by=CONSOLE, known=KNOWN)
    assert len(all_rows(engine, visits)) == 4


def test_workers_without_a_day_that_are_taken_late_count_as_of_their_upload(engine: sa.Engine) -> None:
    waiting = pd.concat([rows("workers", None, count=10), rows("workers", None, count=11)]).set_axis([8, 9])
    first = kept(engine, "workers", rows("workers"), held=waiting)
    with writing(engine) as connection:
        month_ago = datetime(2026, 10, 20, 12, tzinfo=UTC)
        connection.execute(sa.update(uploads).values(committed_at=month_ago))
    newer = {"date": pd.Timestamp("2026-11-01")}
    kept(engine, "workers", rows("workers", A, count=40, **newer), "b")
    settle(engine, first, 9, A, by=CONSOLE, known=KNOWN)
    with pytest.raises(StoreError, match="counts already"):
        settle(engine, first, 8, A, by=CONSOLE, known=KNOWN)
    assert [row["counted_on"] for row in all_rows(engine, worker_counts)] == [date(2026, 11, 1), date(2026, 10, 20)]
    assert [row["people"] for row in figures(engine)["workers"]] == [40]


KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def visits_that_count(engine: sa.Engine) -> list[tuple[object, ...]]:
    joined = visits.outerjoin(uploads, visits.c.upload_id == uploads.c.id)
    counts = sa.or_(visits.c.upload_id.is_(None), uploads.c.status == "committed")
    query = sa.select(visits.c.village_code, visits.c.upload_id).select_from(joined).where(counts)
    with reading(engine) as connection:
        return sorted(tuple(row) for row in connection.execute(query))


def test_an_entry_of_a_phone_counts_once_whatever_files_bring_it(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    one, two = rows("visits", A, entry_key=KEY), rows("visits", B, entry_key=KEY.replace("0", "1"))
    both = pd.concat([one, one.assign(entry_key=KEY.upper()), two], ignore_index=True)
    first = kept(engine, "visits", one, "a")
    second = kept(engine, "visits", both, "b")
    third = kept(engine, "visits", one, "c")
    assert visits_that_count(engine) == [(A, first), (B, second)]
    assert [row["accepted"] for row in all_rows(engine, uploads)][1:] == [1, 3, 1]
    undo(engine, third, by=CONSOLE)
    assert visits_that_count(engine) == [(A, first), (B, second)]
    undo(engine, first, by=CONSOLE)  # the second has it too
    assert visits_that_count(engine) == [(A, second), (B, second)]
    undo(engine, second, by=CONSOLE)
    assert visits_that_count(engine) == []
    again = kept(engine, "visits", both, "b")
    assert visits_that_count(engine) == [(A, again), (B, again)]


def test_an_entry_of_the_page_stays_when_a_file_that_had_it_too_is_undone(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    with writing(engine) as connection:
        row = {"agent_id": 1, "village_code": A, "visited_on": DAY.date(), "met": 9, "registered": 2}
        words = {"obstacle": "=1+1", "entry_key": KEY, "written_at": datetime.now(UTC)}
        connection.execute(sa.insert(visits).values(**row, **words))
    upload = kept(engine, "visits", rows("visits", A, entry_key=KEY))
    assert visits_that_count(engine) == [(A, None)]
    undo(engine, upload, by=CONSOLE)
    assert visits_that_count(engine) == [(A, None)]


def test_a_key_of_another_visit_is_not_kept_and_a_held_row_with_it_not_taken(engine: sa.Engine) -> None:
    kept(engine, "agents", rows("agents", A), "z")
    waiting = rows("visits", None, entry_key=KEY).set_axis([9])
    unsure = kept(engine, "visits", rows("visits", C), "a", held=waiting)
    kept(engine, "visits", rows("visits", A, entry_key=KEY), "b")
    with pytest.raises(StoreError, match="stands for another visit") as caught:
        kept(engine, "visits", rows("visits", B, entry_key=KEY), "c")
    assert "kunjungan lain" in caught.value.text("id")
    with pytest.raises(StoreError, match="stands for another visit"):
        settle(engine, unsure, 9, B, by=CONSOLE, known=KNOWN)
    settle(engine, unsure, 9, A, by=CONSOLE, known=KNOWN)  # the same visit: known already
    assert [village for village, _ in visits_that_count(engine)] == [A, C]
    with reading(engine) as connection:
        assert [entry[1] for entry in informed(KNOWN, connection).entries.values()] == [A]
