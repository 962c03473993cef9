"""Uploads of participants: kept whole, recognised, undone; the last counts flow into the layer. Both engines."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import schema as columns
from geodata.layer import make_layer
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.participants import latest, version, with_records
from planner.store.schema import audit, held_rows, participants, uploads
from planner.store.uploads import Held, Sent, keep_participants, listed, undo
from tests.web.conftest import RECORDS, grid_layer

A, B = "16.02.03.2001", "18.05.12.2007"


def rows(*counts: tuple[str, int, int], month: date = date(2026, 10, 1), segment: str = "BPU") -> pd.DataFrame:
    names = ["village_code", "month", "segment", "active", "inactive"]
    return pd.DataFrame([(code, month, segment, active, off) for code, active, off in counts], columns=names)


def sent(name: str = "a", **changes: object) -> Sent:
    counts = {"rows_in": 3, "accepted": 1, "held": 1, "refused": 1}
    return Sent(**{"kind": "participants", "file_name": f"{name}.xlsx", "sha256": name * 64, **counts, **changes})


def keep(engine: sa.Engine, frame: pd.DataFrame, name: str = "a") -> int:
    return keep_participants(engine, sent(name), frame, who="ana")


def counted(engine: sa.Engine) -> dict[str, tuple[date, int, int]]:
    with reading(engine) as connection:
        found = latest(connection)
    return {row.village_code: (row.month, row.active, row.inactive) for row in found.itertuples()}


def number_of(engine: sa.Engine, table: sa.Table) -> int:
    with reading(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_an_upload_is_kept_with_held_rows_and_a_trace(engine: sa.Engine) -> None:
    held = [Held(7, {"village_name": "Désa {{7*7}}", "active": 3, "month": None}, "upload.held.by_name")]
    upload = keep_participants(engine, sent(), rows((A, 5, 1)), held, who="ana")
    assert counted(engine) == {A: (date(2026, 10, 1), 5, 1)}
    with reading(engine) as connection:
        (kept,) = listed(connection).to_dict("records")
        assert (kept["id"], kept["file_name"], kept["accepted"], kept["status"]) == (upload, "a.xlsx", 1, "committed")
        assert connection.execute(sa.select(held_rows.c.content)).scalar_one() == held[0].content
        assert connection.execute(sa.select(audit.c.who, audit.c.what)).one() == ("ana", "upload.committed")


def test_dates_of_pandas_are_kept_as_days(engine: sa.Engine) -> None:
    keep(engine, rows((A, 5, 1)).assign(month=pd.to_datetime(["2026-10-01"])))
    assert counted(engine)[A][0] == date(2026, 10, 1)


def test_the_same_file_is_kept_once_and_again_after_it_was_undone(engine: sa.Engine) -> None:
    first = keep(engine, rows((A, 5, 1)))
    with pytest.raises(StoreError, match=f"kept already as upload number {first}") as refused:
        keep(engine, rows((A, 9, 1)))
    assert "sudah disimpan" in refused.value.text("id")
    assert (number_of(engine, uploads), counted(engine)[A][1]) == (1, 5)
    assert undo(engine, first, who="ana") == "a.xlsx"
    assert counted(engine) == {}
    keep(engine, rows((A, 9, 1)))
    assert counted(engine)[A][1] == 9


def test_the_last_month_counts_then_the_last_upload_and_only_bpu(engine: sa.Engine) -> None:
    keep(engine, rows((A, 5, 1), (B, 2, 2)))
    second = keep(engine, pd.concat([rows((A, 8, 0)), rows((A, 99, 0), segment="PU")]), "b")
    keep(engine, rows((A, 1, 1), month=date(2026, 9, 1)), "c")
    assert counted(engine) == {A: (date(2026, 10, 1), 8, 0), B: (date(2026, 10, 1), 2, 2)}
    undo(engine, second, who="budi")
    assert counted(engine)[A] == (date(2026, 10, 1), 5, 1)


def test_nothing_is_kept_where_one_row_cannot_be(engine: sa.Engine) -> None:
    with pytest.raises(StoreError):
        keep(engine, pd.concat([rows((A, 5, 1)), rows((B, -1, 0))]))
    with pytest.raises(StoreError):
        keep(engine, rows((A, 5, 1), ("nowhere", 1, 0)))
    assert [number_of(engine, table) for table in (uploads, participants, audit)] == [0, 0, 0]


@pytest.mark.parametrize(("upload", "words"), [(99, "no upload number 99"), (1, "was taken back before")])
def test_what_cannot_be_undone_is_told(engine: sa.Engine, upload: int, words: str) -> None:
    undo(engine, keep(engine, rows((A, 5, 1))), who="ana")
    with pytest.raises(StoreError, match=words) as refused:
        undo(engine, upload, who="ana")
    assert f"nomor {upload}" in refused.value.text("id")


def test_the_version_changes_with_every_change(engine: sa.Engine) -> None:
    seen = [version(engine)]
    first = keep(engine, rows((A, 5, 1)))
    seen.append(version(engine))
    keep(engine, rows((B, 5, 1)), "b")
    seen.append(version(engine))
    undo(engine, first, who="ana")
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
