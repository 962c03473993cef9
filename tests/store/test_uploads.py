"""Uploads of participants: kept whole, recognised, undone; the last counts flow into the layer. Both engines."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import schema as columns
from geodata.layer import make_layer
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.intake import keep as keep_upload
from planner.store.intake import listed, undo
from planner.store.participants import latest, version, with_records
from planner.store.schema import audit, held_rows, participants, uploads
from tests.store.kept import checked
from tests.web.conftest import RECORDS, grid_layer

A, B = "16.02.03.2001", "18.05.12.2007"


def rows(*counts: tuple[str, int, int], month: date = date(2026, 10, 1), segment: str = "BPU") -> pd.DataFrame:
    names = ["village_code", "month", "segment", "active", "inactive"]
    return pd.DataFrame([(code, month, segment, active, off) for code, active, off in counts], columns=names)


ANA = Principal(None, "ana", "Ana", "planner")


def keep(engine: sa.Engine, frame: pd.DataFrame, name: str = "a") -> int:
    return keep_upload(engine, checked("participants", frame), f"{name}.xlsx", name * 64, by=ANA)


def counted(engine: sa.Engine) -> dict[str, tuple[date, int, int]]:
    with reading(engine) as connection:
        found = latest(connection)
    return {row.village_code: (row.month, row.active, row.inactive) for row in found.itertuples()}


def number_of(engine: sa.Engine, table: sa.Table) -> int:
    with reading(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_an_upload_is_kept_with_held_rows_and_a_trace(engine: sa.Engine) -> None:
    waiting = rows((None, 3, 0)).set_axis([7]).assign(village_name="Désa {{7*7}}", month=pd.NaT)
    upload = keep_upload(
        engine, checked("participants", rows((A, 5, 1)), waiting, refused=1), "a.xlsx", "a" * 64, by=ANA
    )
    assert counted(engine) == {A: (date(2026, 10, 1), 5, 1)}
    with reading(engine) as connection:
        (kept,) = listed(connection).to_dict("records")
        assert (kept["id"], kept["file_name"], kept["accepted"], kept["status"]) == (upload, "a.xlsx", 1, "committed")
        assert (kept["rows_in"], kept["held"], kept["refused"], kept["waiting"]) == (3, 1, 1, 1)
        content = connection.execute(sa.select(held_rows.c.content)).scalar_one()
        assert content["values"] == {
            "village_code": None,
            "month": None,
            "segment": "BPU",
            "active": 3,
            "inactive": 0,
            "village_name": "Désa {{7*7}}",
        }
        assert content["reasons"] == ["upload.held.names.unsure"]
        assert connection.execute(sa.select(audit.c.who, audit.c.what)).one() == ("ana", "upload.committed")


def test_an_agent_keeps_nothing(engine: sa.Engine) -> None:
    agent = Principal(3, "agen", "Agen", "agent", 1)
    with pytest.raises(PlanError, match="agen"):
        keep_upload(engine, checked("participants", rows((A, 5, 1))), "a.xlsx", "a" * 64, by=agent)
    upload = keep(engine, rows((A, 5, 1)))
    with pytest.raises(PlanError):
        undo(engine, upload, by=agent)
    assert counted(engine)[A][1] == 5


def test_dates_of_pandas_are_kept_as_days(engine: sa.Engine) -> None:
    keep(engine, rows((A, 5, 1)).assign(month=pd.to_datetime(["2026-10-01"])))
    assert counted(engine)[A][0] == date(2026, 10, 1)


def test_the_same_file_is_kept_once_and_again_after_it_was_undone(engine: sa.Engine) -> None:
    first = keep(engine, rows((A, 5, 1)))
    with pytest.raises(StoreError, match=f"kept already as upload number {first}") as refused:
        keep(engine, rows((A, 9, 1)))
    assert "sudah disimpan" in refused.value.text("id")
    assert (number_of(engine, uploads), counted(engine)[A][1]) == (1, 5)
    assert undo(engine, first, by=ANA) == "a.xlsx"
    assert counted(engine) == {}
    keep(engine, rows((A, 9, 1)))
    assert counted(engine)[A][1] == 9


def test_the_last_month_counts_then_the_last_upload_and_only_bpu(engine: sa.Engine) -> None:
    keep(engine, rows((A, 5, 1), (B, 2, 2)))
    second = keep(engine, pd.concat([rows((A, 8, 0)), rows((A, 99, 0), segment="PU")]), "b")
    keep(engine, rows((A, 1, 1), month=date(2026, 9, 1)), "c")
    assert counted(engine) == {A: (date(2026, 10, 1), 8, 0), B: (date(2026, 10, 1), 2, 2)}
    undo(engine, second, by=CONSOLE)
    assert counted(engine)[A] == (date(2026, 10, 1), 5, 1)


def test_nothing_is_kept_where_one_row_cannot_be(engine: sa.Engine) -> None:
    with pytest.raises(StoreError):
        keep(engine, pd.concat([rows((A, 5, 1)), rows((B, -1, 0))]))
    with pytest.raises(StoreError):
        keep(engine, rows((A, 5, 1), ("nowhere", 1, 0)))
    assert [number_of(engine, table) for table in (uploads, participants, audit)] == [0, 0, 0]


@pytest.mark.parametrize(("upload", "words"), [(99, "no upload number 99"), (1, "was taken back before")])
def test_what_cannot_be_undone_is_told(engine: sa.Engine, upload: int, words: str) -> None:
    undo(engine, keep(engine, rows((A, 5, 1))), by=ANA)
    with pytest.raises(StoreError, match=words) as refused:
        undo(engine, upload, by=ANA)
    assert f"nomor {upload}" in refused.value.text("id")


def test_the_version_changes_with_every_change(engine: sa.Engine) -> None:
    seen = [version(engine)]
    first = keep(engine, rows((A, 5, 1)))
    seen.append(version(engine))
    keep(engine, rows((B, 5, 1)), "b")
    seen.append(version(engine))
    undo(engine, first, by=ANA)
    seen.append(version(engine))
    assert seen[0] == ""
    assert len(set(seen)) == 4


def test_counts_flow_into_the_layer(engine: sa.Engine) -> None:
    layer = make_layer(grid_layer(3, 2), RECORDS, {})
    code = layer.frame[columns.VILLAGE_CODE].iloc[1]
    assert with_records(layer, engine) is layer
    keep(engine, rows((code, 5, 1), (B, 2, 2)))
    found = with_records(layer, engine)
    basis = found.frame[columns.basis(columns.ACTIVE_BPU)]
    assert found.frame[columns.ACTIVE_BPU].iloc[1] == 5
    assert (basis == "observed").tolist() == [False, True, *[False] * 4]


def test_a_database_without_tables_is_told(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
    with pytest.raises(StoreError, match="planner db upgrade"):
        with_records(make_layer(grid_layer(3, 2), RECORDS, {}), engine)
