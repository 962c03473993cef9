"""Villages given by hand: what is written, what is refused, and what an upload that is undone leaves alone."""

import threading
from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.office_day import today
from planner.errors import PlanError
from planner.rights import CONSOLE, Principal
from planner.store import assigning, schema
from planner.store.engine import reading, writing
from planner.store.errors import StoreError
from planner.store.intake import undo
from tests.store.sample import user
from tests.store.test_kinds import kept, rows

V = [f"16.02.03.200{n}" for n in range(6)]
TODAY = today()
DAY = timedelta(days=1)
OLD = TODAY - 30 * DAY
BOSS = Principal(1, "manajer", "Manajer", "manager")
PLANNER = Principal(None, "ana", "Ana", "planner")


@pytest.fixture
def office(engine: sa.Engine) -> sa.Engine:
    """Two agents of a file: AG-1 has villages 0 and 1, AG-2 village 2; the manager has an account."""
    with writing(engine) as connection:
        connection.execute(sa.insert(schema.users).values(user()))
    send(engine, "z", {"AG-1": V[:2], "AG-2": V[2:3]})
    return engine


def send(engine: sa.Engine, name: str, given: dict[str, list[str]], day: date = OLD) -> int:
    at = pd.Timestamp(day)
    frames = [rows("agents", *codes, agent_code=agent, date=at) for agent, codes in given.items()]
    return kept(engine, "agents", pd.concat(frames, ignore_index=True), name)


def assign(engine: sa.Engine, given: dict[str, str | None], **options: object) -> assigning.Assigned:
    with writing(engine) as connection:
        return assigning.assign(connection, given, **{"from_on": TODAY, "by": BOSS, **options})


def has(engine: sa.Engine, day: date | None = None) -> dict[str, str]:
    """Agents by village, those of a village joined."""
    with reading(engine) as connection:
        found = assigning.current(connection, day)
    return {str(code): "+".join(group["agent_code"]) for code, group in found.groupby("village_code")}


def told(engine: sa.Engine, **which: str) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        found = assigning.history(connection, **which)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in found.itertuples(index=False)]


def deeds(engine: sa.Engine) -> list[tuple[str, str]]:
    with reading(engine) as connection:
        query = sa.select(schema.audit.c.who, schema.audit.c.what).order_by(schema.audit.c.id)
        return [(row.who, row.what) for row in connection.execute(query)]


def test_only_what_changes_is_written_and_history_says_who_and_why(office):
    before = len(deeds(office))
    done = assign(office, {V[0]: "ag-1", V[1]: "AG-2", V[3]: "AG-2"}, note="  lebih dekat ")
    assert done == assigning.Assigned((V[1], V[3]), opened=2, ended=1)
    assert has(office) == {V[0]: "AG-1", V[1]: "AG-2", V[2]: "AG-2", V[3]: "AG-2"}
    assert has(office, TODAY - DAY) == {V[0]: "AG-1", V[1]: "AG-1", V[2]: "AG-2"}
    assert told(office, village=V[1]) == [
        (V[1], "AG-1", OLD, TODAY - DAY, None, None, 1),
        (V[1], "AG-2", TODAY, None, "manajer", "lebih dekat", None),
    ]
    assert {row[0] for row in told(office, agent="ag-2")} == set(V[1:4])
    assert deeds(office)[before:] == [("manajer", "agent.villages")] * 2 + [("manajer", "assignment.changed")]
    written = len(told(office))
    assert assign(office, {V[1]: "AG-2"}) == assigning.Assigned()
    assert len(told(office)) == written
    assert len(deeds(office)) == before + 3


def test_the_same_day_again_corrects_and_back_leaves_no_gap(office):
    assign(office, {V[0]: "AG-2"})
    assign(office, {V[0]: None})
    assert V[0] not in has(office)
    assign(office, {V[0]: "AG-1"})
    assert told(office, village=V[0]) == [(V[0], "AG-1", OLD, None, "manajer", None, 1)]


def test_a_later_day_holds_until_then_and_a_plan_gives_way(office):
    later = TODAY + 10 * DAY
    assign(office, {V[0]: "AG-2"}, from_on=later)
    assert has(office)[V[0]] == has(office, later - DAY)[V[0]] == "AG-1"
    assert has(office, later)[V[0]] == "AG-2"
    done = assign(office, {V[0]: "AG-1"}, from_on=TODAY)
    assert done == assigning.Assigned((V[0],), opened=1, ended=1, replaced=(V[0],))
    assert has(office, later)[V[0]] == "AG-1"
    assert len(told(office, village=V[0])) == 1


def test_a_past_day_is_taken_unless_another_assignment_began_since(office):
    assign(office, {V[0]: "AG-2"}, from_on=TODAY - 5 * DAY)
    assert has(office, TODAY - 6 * DAY)[V[0]] == "AG-1"
    with pytest.raises(StoreError, match=rf"{V[0]} changed its agent on {TODAY - 5 * DAY}") as caught:
        assign(office, {V[0]: "AG-1", V[1]: "AG-2"}, from_on=TODAY - 7 * DAY)
    assert "sudah berganti agen" in caught.value.text("id")
    assert has(office)[V[1]] == "AG-1"


@pytest.mark.parametrize(
    ("given", "options", "words"),
    [
        ({V[0]: "AG-9"}, {}, "not known: AG-9"),
        ({"1602032001": "AG-1"}, {}, "is no village code"),
        ({V[0]: "AG-2"}, {"from_on": TODAY + 400 * DAY}, "too far away"),
        ({V[0]: "AG-2"}, {"note": "0812-3456-7890"}, "identity or phone number"),
        ({V[0]: "AG-2"}, {"by": PLANNER}, "ana"),
    ],
)
def test_what_cannot_be_is_refused(make_engine, given, options, words):
    engine = make_engine("sqlite")
    send(engine, "z", {"AG-1": V[:2], "AG-2": V[2:3]})
    with pytest.raises(PlanError, match=words) as caught:
        assign(engine, given, **{"by": CONSOLE, **options})
    assert caught.value.text("id") != caught.value.text("en")
    assert has(engine)[V[0]] == "AG-1"


def test_the_second_of_two_managers_is_told_what_changed(office):
    with reading(office) as connection:
        seen = assigning.current(connection)
    assign(office, {V[0]: "AG-2"}, seen=seen)
    with pytest.raises(StoreError, match=rf"since you opened them: {V[0]}\.") as caught:
        assign(office, {V[0]: "AG-2", V[1]: "AG-2"}, seen=seen)
    assert "Muat ulang" in caught.value.text("id")
    assert assign(office, {V[1]: "AG-2"}, seen=seen).changed == (V[1],)  # another village than the first


def test_two_managers_at_once_leave_one_agent(office):
    errors: list[Exception] = []
    with reading(office) as connection:
        seen = assigning.current(connection)

    def work(agent: str) -> None:
        try:
            assign(office, {V[2]: agent, V[4]: agent}, seen=seen)
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(agent,)) for agent in ("AG-1", "AG-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error.key for error in errors] == ["store.assign.changed"]
    assert len(has(office)[V[4]].split("+")) == 1


def test_an_agent_who_leaves_says_which_villages_have_none(office):
    send(office, "y", {"AG-2": [V[1], V[2]]})
    with writing(office) as connection:
        left = assigning.leave(connection, "ag-1", TODAY + DAY, by=BOSS, note="pindah")
    assert left == assigning.Left((V[0], V[1]), (V[0],))
    assert has(office)[V[0]] == "AG-1"
    assert has(office, TODAY + DAY) == {V[1]: "AG-2", V[2]: "AG-2"}
    for give in (lambda: assign(office, {V[0]: "AG-1"}), lambda: leave_again(office)):
        with pytest.raises(StoreError, match="no longer works since") as caught:
            give()
        assert "tidak bertugas lagi" in caught.value.text("id")
    with writing(office) as connection:
        assert assigning.add_agent(connection, "AG-1", office="Kacab Jambi", by=BOSS) == 1
        found = assigning.agents(connection).set_index("agent_code")
    assert found.loc["AG-1", "left_on"] is None
    assert found.loc["AG-1", "office"] == "Kacab Jambi"
    assert V[0] not in has(office, TODAY + DAY)
    assert ("manajer", "agent.left") in deeds(office)


def leave_again(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        assigning.leave(connection, "AG-1", TODAY + DAY, by=BOSS)


def test_agents_have_homes_and_days_to_visit(office):
    with writing(office) as connection:
        assigning.add_agent(connection, "AG-3", office="kacab  PALEMBANG", home=V[5], by=BOSS)
        assigning.set_home(connection, "ag-1", V[4], by=BOSS)
        assigning.set_visit_dates(connection, "AG-1", V[0], [TODAY + DAY, TODAY], by=BOSS)
        assigning.set_visit_dates(connection, "AG-1", V[0], [TODAY + 2 * DAY, TODAY], by=BOSS)
        found = assigning.agents(connection)
        dates = assigning.visit_dates(connection, "AG-1")
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["AG-1", "Kacab Palembang", V[4], None, None],
        ["AG-2", "Kacab Palembang", None, None, None],
        ["AG-3", "Kacab Palembang", V[5], None, None],
    ]
    assert dates.to_numpy().tolist() == [["AG-1", V[0], TODAY], ["AG-1", V[0], TODAY + 2 * DAY]]
    assert [what for _, what in deeds(office)][-4:] == ["agent.added", "agent.home_changed", *["agent.visit_dates"] * 2]
    for deed, words in (
        (lambda c: assigning.add_agent(c, "ag-3", office="x", by=BOSS), "with the code AG-3 already"),
        (lambda c: assigning.add_agent(c, "Budi Santoso", office="x", by=BOSS), "no name of a person"),
        (lambda c: assigning.add_agent(c, "AG-4", office=" ", by=BOSS), "branch office"),
        (lambda c: assigning.set_home(c, "AG-1", "x", by=BOSS), "no village code"),
        (lambda c: assigning.set_visit_dates(c, "AG-1", V[0], [TODAY - DAY], by=BOSS), "has passed"),
        (lambda c: assigning.set_visit_dates(c, "AG-1", V[2], [TODAY], by=BOSS), "not one of agent AG-1"),
        (lambda c: assigning.set_home(c, "AG-1", None, by=PLANNER), "ana"),
    ):
        with pytest.raises(PlanError, match=words) as caught, writing(office) as connection:
            deed(connection)
        assert caught.value.text("id") != caught.value.text("en")


# --- uploads of agents and their undo


def test_an_undone_upload_opens_no_village_that_was_given_by_hand_since(office):
    second = send(office, "y", {"AG-1": [V[1], V[3]]}, TODAY - 9 * DAY)  # ends village 0, brings village 3
    assign(office, {V[0]: "AG-2"})
    undo(office, second, by=CONSOLE)
    assert has(office) == {V[0]: "AG-2", V[1]: "AG-1", V[2]: "AG-2"}
    undo(office, 1, by=CONSOLE)
    assert has(office) == {V[0]: "AG-2"}


def test_an_undone_upload_leaves_what_was_opened_again_by_hand(office):
    for agent in ("AG-2", "AG-1"):
        assign(office, {V[0]: agent})
    undo(office, 1, by=CONSOLE)
    assert has(office) == {V[0]: "AG-1"}


def test_an_undone_upload_opens_nothing_for_an_agent_who_has_left(office):
    second = send(office, "y", {"AG-1": [V[1]]}, TODAY - 9 * DAY)
    with writing(office) as connection:
        assigning.leave(connection, "AG-1", TODAY, by=BOSS)
    undo(office, second, by=CONSOLE)
    assert has(office) == {V[2]: "AG-2"}


def test_what_an_upload_takes_from_a_hand_assignment_comes_back_when_it_is_undone(office):
    assign(office, {V[4]: "AG-1"}, from_on=TODAY - 9 * DAY)
    second = send(office, "y", {"AG-1": [V[0]]}, TODAY)
    assert set(has(office)) == {V[0], V[2]}
    undo(office, second, by=CONSOLE)
    assert has(office)[V[4]] == "AG-1"
