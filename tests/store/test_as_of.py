"""The layer as it was at a moment: uploads that came or went later do not count. Both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
import sqlalchemy as sa

from geodata import schema as columns
from geodata.layer import AS_OF
from planner.errors import PlanError
from planner.plan_record import layer_then, opened
from planner.selection.plan import replay
from planner.store import intake
from planner.store.counted import changed_at
from planner.store.engine import reading, writing
from planner.store.held import set_aside
from planner.store.intake import undo
from planner.store.participants import with_records
from planner.store.schema import held_rows, uploads
from tests.planner.small_plans import around, made, small_layer
from tests.store.kept import checked
from tests.store.test_uploads import ANA, keep, rows

CODES = small_layer().frame[columns.VILLAGE_CODE]
LAYER = small_layer()


def moment(engine: sa.Engine) -> datetime:
    with reading(engine) as connection:
        found = changed_at(connection)
    assert found is not None
    return found


def at(engine: sa.Engine, as_of: datetime):
    return with_records(LAYER, engine, as_of=as_of)


@pytest.fixture
def history(engine: sa.Engine) -> list[tuple[datetime, str]]:
    """Moment and fingerprint after each change: two uploads, the first undone, one more."""
    told = []

    def note() -> None:
        told.append((moment(engine), with_records(LAYER, engine).fingerprint))

    first = keep(engine, rows((CODES[0], 5, 1), (CODES[59], 900, 1)))
    note()
    keep(engine, rows((CODES[0], 9, 1)), "b")
    note()
    undo(engine, first, by=ANA)
    note()
    keep(engine, rows((CODES[59], 1, 1)), "c")
    note()
    return told


def test_every_layer_there_was_is_made_again(engine: sa.Engine, history) -> None:
    assert len({fingerprint for _, fingerprint in history}) == 4
    assert [with_records(LAYER, engine, as_of=when).fingerprint for when, _ in history] == [f for _, f in history]
    for (when, fingerprint), (later, _) in pairwise(history):
        before_next = with_records(LAYER, engine, as_of=later - timedelta(microseconds=1))
        assert before_next.fingerprint == fingerprint, when
    assert with_records(LAYER, engine, as_of=history[0][0] - timedelta(microseconds=1)) is LAYER


def test_a_layer_says_until_when_its_uploads_count(engine: sa.Engine, history) -> None:
    now = with_records(LAYER, engine)
    assert datetime.fromisoformat(now.about[AS_OF]) == history[-1][0]
    again = with_records(LAYER, engine, as_of=history[1][0])
    assert datetime.fromisoformat(again.about[AS_OF]) == history[1][0]
    assert (again.built_from, AS_OF in LAYER.about) == (LAYER.fingerprint, False)


def test_without_uploads_there_is_no_moment(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        assert changed_at(connection) is None
    assert with_records(LAYER, engine, as_of=datetime.now(UTC)) is LAYER


def test_a_plan_is_replayed_to_the_same_bytes_after_later_uploads(engine: sa.Engine) -> None:
    first = keep(engine, rows((CODES[59], 400, 1)))
    content = made("Satu", with_records(LAYER, engine), 5)
    keep(engine, rows((CODES[59], 1, 1), (CODES[3], 90, 1)), "b")
    undo(engine, first, by=ANA)
    now = with_records(LAYER, engine)
    with pytest.raises(PlanError, match=r"made with uploads as of 20\d\d-\d\d-\d\d that are not here") as refused:
        replay(content, now, around(), name="Satu.json")
    assert "data unggahan per 20" in refused.value.text("id")
    then = layer_then(content, LAYER, partial(at, engine), name="Satu.json")
    assert then.fingerprint != now.fingerprint
    assert replay(content, then, around(), name="Satu.json") == content
    assert len(opened(content, then, around(), name="Satu.json").codes) == 5


def test_a_plan_from_before_all_uploads_opens_over_the_layer_as_it_was_built(engine: sa.Engine) -> None:
    content = made("Satu")
    keep(engine, rows((CODES[59], 400, 1)))
    assert layer_then(content, LAYER, partial(at, engine), name="x") is LAYER


def test_an_upload_that_changes_no_figure_leaves_the_record_as_it_was(engine: sa.Engine) -> None:
    """The fingerprint stays, the moment does not: the record names the moment of then."""
    keep(engine, rows((CODES[59], 400, 1)))
    content = made("Satu", with_records(LAYER, engine))
    keep(engine, rows((CODES[59], 7, 1), segment="PU"), "b")
    now = with_records(LAYER, engine)
    then = layer_then(content, LAYER, partial(at, engine), name="x")
    assert then.fingerprint == now.fingerprint
    assert replay(content, then, around(), name="x") == content


def test_no_change_of_uploads_is_earlier_than_one_before_it_though_the_clock_is(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return ahead.astimezone(tz)

    waiting = rows((CODES[0], 5, 1)).set_axis([9])
    with monkeypatch.context() as patch:
        patch.setattr(intake, "datetime", Clock)
        first = intake.keep(engine, checked("participants", rows((CODES[0], 5, 1)), waiting), "a", "a" * 64, by=ANA)
    second = keep(engine, rows((CODES[0], 9, 1)), "b")
    set_aside(engine, first, 9, "angka lama", by=ANA)
    undo(engine, second, by=ANA)
    keep(engine, rows((CODES[0], 7, 1)), "c")
    with reading(engine) as connection:
        kept = connection.execute(sa.select(uploads.c.committed_at, uploads.c.undone_at).order_by(uploads.c.id)).all()
        settled = connection.execute(sa.select(held_rows.c.settled_at)).scalar_one()
    told = [kept[0].committed_at, kept[1].committed_at, settled, kept[1].undone_at, kept[2].committed_at]
    assert told == [ahead + timedelta(microseconds=number) for number in range(5)]


def test_an_upload_that_waited_for_another_writer_has_the_time_at_which_it_could_write(
    engine: sa.Engine,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            intake.alone(connection)
            waits = pool.submit(keep, engine, rows((CODES[0], 5, 1)))
            time.sleep(0.3)
            done = datetime.now(UTC)
        waits.result(timeout=20)
    assert moment(engine) >= done
