"""Two people change uploads at once: one waits for the other and sees what was done. Both engines."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
import sqlalchemy as sa

from planner.rights import CONSOLE
from planner.store import held, kept_agents
from planner.store.errors import StoreError
from planner.store.held import settle
from planner.store.intake import undo
from planner.store.schema import assignments, held_rows, uploads
from tests.store.test_kinds import KNOWN, A, B, all_rows, holds, kept, rows

_MOMENT_S = 0.4  # long enough for what does not wait


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: object, name: str, deed: Callable[[], object]) -> Future[object]:
    """Begin a deed of another person once a function was called; it goes on when that person is done or waits."""
    real, told = getattr(module, name), Future[object]()
    pool = ThreadPoolExecutor(1)

    def slow(*args: object, **options: object) -> object:
        done = real(*args, **options)
        monkeypatch.setattr(module, name, real)
        begun = pool.submit(deed)
        begun.add_done_callback(lambda one: told.set_exception(e) if (e := one.exception()) else told.set_result(None))
        wait([begun], timeout=_MOMENT_S)
        pool.shutdown(wait=False)
        return done

    monkeypatch.setattr(module, name, slow)
    return told


def test_an_upload_undone_while_a_row_is_settled_leaves_nothing(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = kept(engine, "agents", rows("agents", A), held=rows("agents", None).set_axis([9]))
    undone = meanwhile(monkeypatch, held, "_waits", lambda: undo(engine, upload, by=CONSOLE))
    settle(engine, upload, 9, B, by=CONSOLE, known=KNOWN)
    undone.result(timeout=20)
    assert [row["status"] for row in all_rows(engine, uploads)] == ["undone"]
    assert holds(engine) == {}
    assert len(all_rows(engine, assignments)) == 2


def test_a_row_of_an_upload_that_is_just_undone_is_not_taken(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = kept(engine, "agents", rows("agents", A), held=rows("agents", None).set_axis([9]))
    settled = meanwhile(monkeypatch, kept_agents, "undo", lambda: settle(engine, upload, 9, B, by=CONSOLE, known=KNOWN))
    undo(engine, upload, by=CONSOLE)
    with pytest.raises(StoreError, match="taken back before"):
        settled.result(timeout=20)
    assert holds(engine) == {}
    assert [row["settled_at"] for row in all_rows(engine, held_rows)] == [None]


def test_a_list_of_agents_is_not_undone_under_the_next_one(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(engine, "agents", rows("agents", A))
    undone = meanwhile(monkeypatch, kept_agents, "_give", lambda: undo(engine, first, by=CONSOLE))
    second = kept(engine, "agents", rows("agents", A), "b")
    with pytest.raises(StoreError, match=f"before number {second}"):
        undone.result(timeout=20)
    assert set(holds(engine)) == {A}
