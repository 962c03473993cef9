"""Launches in the records, on both engines: one that goes on per village, nobody overwrites another, all is traced."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from geodata import office_day
from planner.errors import PlanError
from planner.launch_pipeline import LaunchError, Move, Officials
from planner.rights import CONSOLE, Principal
from planner.store import declared, launch_views, launches, schema
from planner.store.engine import reading, writing
from planner.store.officials import officials_frame, officials_of
from planner.store.plans import PlanRecords
from tests.planner.small_plans import made
from tests.store.sample import HARD, NOW, upload, user

A, B, C = "16.02.03.2001", "18.05.12.2007", "19.01.01.1001"
BEGUN = date(2026, 1, 5)
WHY = "Bupati meminta tanggal ini lewat surat"
PLANNER = Principal(None, "ana", "Ana", "planner")
AGENT = Principal(None, "agen", "Agen", "agent", 1)


def propose(engine, *codes, **changes):
    return launches.propose(engine, codes, **{"on": BEGUN, "by": CONSOLE, **changes})


def seen(engine, launch):
    with reading(engine) as connection:
        return launch_views.found(connection, launch)


def advance(engine, launch, to, days, *, by=CONSOLE, at=None, **texts):
    move = Move(to, BEGUN + timedelta(days=days), **{"evidence": "560/12/2026", **texts})
    return launches.advance(engine, launch, move, by=by, seen=at or seen(engine, launch)["changed_at"])


def launched(engine, code=A):
    """A village on the day of its launch."""
    launch = propose(engine, code).launches[code]
    for day, step in enumerate(("perangkat_terdaftar", "sosialisasi", "mou", "peresmian"), start=1):
        advance(engine, launch, step, day, override=WHY)
    return launch


def audited(engine):
    with reading(engine) as connection:
        query = sa.select(schema.audit.c.who, schema.audit.c.what, schema.audit.c.before, schema.audit.c.after)
        return [tuple(row) for row in connection.execute(query.order_by(schema.audit.c.id))]


def test_a_village_has_one_launch_that_goes_on(engine):
    first = propose(engine, A, B, A, evidence=" ND 12 \n 2026 ")
    assert set(first.launches) == {A, B}
    again = propose(engine, A, C)
    assert (set(again.launches), again.running) == ({C}, (A,))
    with reading(engine) as connection:
        rows = launch_views.listed(connection)
        told = launch_views.history(connection, first.launches[A])
        assert launch_views.running(connection, A) == first.launches[A]
        assert launch_views.running(connection, "16.02.03.9999") is None
    assert rows["village_code"].tolist() == [A, B, C]
    assert rows["due_on"].tolist() == [BEGUN + timedelta(days=30)] * 3
    assert rows["reached_on"].tolist() == [BEGUN] * 3
    assert told["evidence"].tolist() == ["ND 12 2026"]
    assert [what for _, what, _, _ in audited(engine)] == ["launch.proposed"] * 3


def test_a_launch_knows_the_plan_of_the_records_it_was_chosen_in(engine):
    PlanRecords(engine, PLANNER).save("Satu", made("Satu"))
    proposed = [propose(engine, A, plan="Satu").launches[A], propose(engine, B, plan="Lain").launches[B]]
    with reading(engine) as connection:
        named = sa.select(schema.plans.c.name).join(schema.launches)
        assert [connection.execute(named.where(schema.launches.c.id == one)).scalar() for one in proposed] == [
            "Satu",
            None,
        ]


def test_two_who_propose_the_same_village_at_once_make_one_launch(engine):
    start = Barrier(2)

    def once(_):
        start.wait()
        try:
            return propose(engine, A)
        except LaunchError as error:
            return error

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(once, range(2)))
    late = [one for one in found if isinstance(one, LaunchError) or one.running]
    assert len(late) == 1
    assert all("just proposed" in str(one) for one in late if isinstance(one, LaunchError))
    with reading(engine) as connection:
        assert len(launch_views.listed(connection)) == 1


def test_of_two_who_move_a_launch_at_once_one_wins_and_the_other_is_told(engine):
    launch = propose(engine, A).launches[A]
    at, start = seen(engine, launch)["changed_at"], Barrier(2)

    def once(day):
        start.wait()
        try:
            return advance(engine, launch, "perangkat_terdaftar", day, at=at)
        except LaunchError as error:
            return error

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(once, (3, 4)))
    (late,) = [one for one in found if isinstance(one, LaunchError)]
    (won,) = [one for one in found if isinstance(one, Move)]
    assert "Somebody else has just changed this launch" in str(late)
    assert "Perangkat terdaftar" in late.text("id")
    assert seen(engine, launch)["reached"]["perangkat_terdaftar"] == won.on
    with reading(engine) as connection:
        assert len(launch_views.history(connection, launch)) == 2
    assert [what for _, what, _, _ in audited(engine)] == ["launch.proposed", "launch.advanced"]


def test_without_the_gate_only_a_head_goes_on_and_only_with_a_reason(engine):
    launch = propose(engine, A).launches[A]
    advance(engine, launch, "perangkat_terdaftar", 1, by=PLANNER)
    advance(engine, launch, "sosialisasi", 2, by=PLANNER)
    before = seen(engine, launch)
    with pytest.raises(LaunchError, match="not known how many village officials"):
        advance(engine, launch, "mou", 3)
    with pytest.raises(PlanError, match="may not do this"):
        advance(engine, launch, "mou", 3, by=PLANNER, override=WHY)
    assert seen(engine, launch) == before
    advance(engine, launch, "mou", 3, override=WHY)
    with reading(engine) as connection:
        assert launch_views.history(connection, launch)["override_reason"].tolist()[-1] == WHY


def counted(engine, sha, *rows, **changes):
    """Keep an upload with counts of perangkat; return its number."""
    with writing(engine) as connection:
        made = connection.execute(sa.insert(schema.uploads).values(**upload(sha * 64, kind="officials", **changes)))
        number = made.inserted_primary_key[0]
        names = ("village_code", "registered", "total", "counted_on")
        kept = [{"upload_id": number, **dict(zip(names, row, strict=True))} for row in rows]
        connection.execute(sa.insert(schema.official_counts), kept)
    return number


def test_the_latest_count_of_perangkat_is_the_gate_and_undone_ones_do_not_count(engine):
    older, newer = date(2026, 1, 1), date(2026, 2, 1)
    counted(engine, "b", (A, 9, 9, newer), (B, 1, 9, newer))
    counted(engine, "c", (A, 2, 9, older), (B, 5, 9, newer))
    counted(engine, "d", (B, 9, 9, newer), status="undone", undone_at=NOW)
    with reading(engine) as connection:
        assert officials_of(connection, [A, B, C]) == {A: Officials(9, 9, newer), B: Officials(5, 9, newer)}
        frame = officials_frame(connection, [A, C])
        assert officials_of(connection, []) == {}
    assert frame.to_dict("index") == {A: {"registered": 9, "total": 9, "counted_on": newer}}
    made = propose(engine, A, B).launches
    for code in (A, B):
        advance(engine, made[code], "perangkat_terdaftar", 1)
        advance(engine, made[code], "sosialisasi", 2)
    advance(engine, made[A], "mou", 3, by=PLANNER, override=WHY)
    with pytest.raises(LaunchError, match="5 of 9 village officials are registered") as caught:
        advance(engine, made[B], "mou", 3, by=PLANNER)
    assert "5 dari 9 (per 2026-02-01)" in caught.value.text("id")
    with reading(engine) as connection:
        assert launch_views.history(connection, made[A])["override_reason"].tolist()[-1] is None


def test_an_agent_changes_no_launch(engine):
    launch = propose(engine, A).launches[A]
    at = seen(engine, launch)["changed_at"]
    deeds = (
        lambda: propose(engine, B, by=AGENT),
        lambda: advance(engine, launch, "perangkat_terdaftar", 1, by=AGENT),
        lambda: launches.set_owner(engine, launch, None, by=AGENT, seen=at),
        lambda: launches.set_due(engine, launch, office_day.today(), by=AGENT, seen=at),
        lambda: launches.add_dusun(engine, launch, "Satu", 3, on=BEGUN, by=AGENT, seen=at),
        lambda: launches.cancel(engine, launch, WHY, by=AGENT, seen=at),
    )
    for deed in deeds:
        with pytest.raises(PlanError, match="may not do this"):
            deed()
    assert len(audited(engine)) == 1


def test_a_launched_village_is_declared_until_the_launch_goes_back(engine):
    assert declared.version(engine) == ""
    launch = launched(engine)
    known = declared.version(engine)
    with reading(engine) as connection:
        (row,) = declared.listed(connection).to_dict("records")
        assert launch_views.launched(connection)["launched_on"].tolist() == [BEGUN + timedelta(days=4)]
    assert (row["village_code"], row["regency_code"], row["source"], row["origin"]) == (A, "16.02", "own", "own")
    assert row["earliest_on"] == row["latest_on"] == BEGUN + timedelta(days=4)
    assert seen(engine, launch)["due_on"] == BEGUN + timedelta(days=34)
    back = Move("mou", office_day.today(), reason=WHY)
    launches.advance(engine, launch, back, by=CONSOLE, seen=seen(engine, launch)["changed_at"])
    assert declared.version(engine) != known
    with reading(engine) as connection:
        assert declared.listed(connection).empty
        assert launch_views.launched(connection).empty
    advance(engine, launch, "peresmian", 9, override=WHY)
    with reading(engine) as connection:
        assert declared.listed(connection)["earliest_on"].tolist() == [BEGUN + timedelta(days=9)]
    assert declared.version(engine) not in ("", known)


def test_a_launch_ends_with_its_last_step_and_the_village_stays_declared(engine):
    launch = launched(engine)
    for step, day in (("h30", 34), ("h90", 94), ("h180", 184)):
        advance(engine, launch, step, day)
    end = seen(engine, launch)
    assert (end["status"], end["due_on"]) == ("finished", None)
    left = propose(engine, A)
    assert (left.launches, left.declared) == ({}, (A,))
    assert set(propose(engine, A, again=WHY).launches) == {A}
    with pytest.raises(LaunchError, match="has another launch that goes on"):
        advance(engine, launch, "h90", 100, reason=WHY)
    assert propose(engine, B, known_declared=[B]).declared == (B,)


def test_a_village_stays_declared_while_another_launch_has_reached_its_day(engine):
    first = launched(engine)
    for step, day in (("h30", 34), ("h90", 94), ("h180", 184)):
        advance(engine, first, step, day)
    second = propose(engine, A, on=BEGUN + timedelta(days=190), again=WHY).launches[A]

    def declared_days():
        with reading(engine) as connection:
            return [(day - BEGUN).days for day in declared.listed(connection)["earliest_on"]]

    advance(engine, second, "peresmian", 200, reason=WHY, override=WHY)
    advance(engine, second, "mou", 200, reason=WHY)
    assert declared_days() == [4]
    advance(engine, second, "peresmian", 210, override=WHY)
    launches.cancel(engine, second, WHY, by=CONSOLE, seen=seen(engine, second)["changed_at"])
    advance(engine, first, "usulan", 0, reason=WHY)
    assert declared_days() == [210]  # of the launch that was given up after its day
    advance(engine, first, "peresmian", 9, reason=WHY, override=WHY)
    assert declared_days() == [9]
    with reading(engine) as connection:
        told = launch_views.history(connection, first)
    assert told["step"].tolist()[-6:] == ["peresmian", "h30", "h90", "h180", "usulan", "peresmian"]
    days = told.loc[told["step"] == "peresmian", "reached_on"]
    assert [(day - BEGUN).days for day in days] == [4, 9]


def test_meetings_in_dusun_are_counted(engine):
    launch = propose(engine, A).launches[A]
    for name, met in ((HARD, 40), (" Dusun\n Dua ", 0), ("dusun dua", 12)):
        at = seen(engine, launch)["changed_at"]
        launches.add_dusun(engine, launch, name, met, on=BEGUN, by=CONSOLE, seen=at, evidence="foto")
    with reading(engine) as connection:
        (row,) = launch_views.listed(connection).to_dict("records")
        told = launch_views.history(connection, launch)
    assert (row["dusun"], row["met"], row["step"], row["status"]) == (2, 52, "usulan", "open")
    assert told["dusun"].tolist()[1:] == [" ".join(HARD.split()), "Dusun Dua", "dusun dua"]
    assert told["met"].tolist()[1:] == [40, 0, 12]
    refusals = {
        "Give the name": (" ", 3, BEGUN),
        "cannot be used": ("Satu", -1, BEGUN),
        "too long": ("x" * 81, 3, BEGUN),
        "not come yet": ("Satu", 3, office_day.today() + timedelta(days=1)),
        "lies before": ("Satu", 3, BEGUN - timedelta(days=1)),
    }
    for match, (name, met, on) in refusals.items():
        with pytest.raises(LaunchError, match=match) as caught:
            launches.add_dusun(engine, launch, name, met, on=on, by=CONSOLE, seen=row["changed_at"])
        assert caught.value.text("id")
    assert seen(engine, launch)["changed_at"] == row["changed_at"]


def test_owner_and_due_date_are_set_and_traced(engine):
    with writing(engine) as connection:
        rows = [user("Budi", name=HARD), user("cici", disabled_at=NOW)]
        numbers = [connection.execute(sa.insert(schema.users).values(row)).inserted_primary_key[0] for row in rows]
    with reading(engine) as connection:
        assert launch_views.possible_owners(connection)["name"].tolist() == [HARD]
    own = propose(engine, B, by=Principal(numbers[0], "budi", HARD, "planner")).launches[B]
    assert seen(engine, own)["owner"] == HARD  # whoever proposes looks after it
    launch = propose(engine, A).launches[A]
    launches.set_owner(engine, launch, numbers[0], by=CONSOLE, seen=seen(engine, launch)["changed_at"])
    assert seen(engine, launch)["owner"] == HARD
    at = seen(engine, launch)["changed_at"]
    with pytest.raises(LaunchError, match="not there or is disabled"):
        launches.set_owner(engine, launch, numbers[1], by=CONSOLE, seen=at)
    with pytest.raises(LaunchError, match="due date 2020-01-01"):
        launches.set_due(engine, launch, date(2020, 1, 1), by=CONSOLE, seen=at)
    launches.set_due(engine, launch, office_day.today(), by=CONSOLE, seen=at)
    assert seen(engine, launch)["due_on"] == office_day.today()
    launches.set_owner(engine, launch, None, by=CONSOLE, seen=seen(engine, launch)["changed_at"])
    assert seen(engine, launch)["owner"] is None
    assert audited(engine)[2:] == [
        ("console", "launch.owner", {"owner_id": None}, {"owner_id": numbers[0]}),
        (
            "console",
            "launch.due",
            {"due_on": (BEGUN + timedelta(days=30)).isoformat()},
            {"due_on": office_day.today().isoformat()},
        ),
        ("console", "launch.owner", {"owner_id": numbers[0]}, {"owner_id": None}),
    ]


def test_a_cancelled_launch_is_kept_but_moves_no_more(engine):
    launch = propose(engine, A).launches[A]
    at = seen(engine, launch)["changed_at"]
    with pytest.raises(LaunchError, match="reason of at least 20"):
        launches.cancel(engine, launch, "tidak jadi", by=CONSOLE, seen=at)
    launches.cancel(engine, launch, WHY, by=CONSOLE, seen=at)
    gone = seen(engine, launch)
    assert (gone["status"], gone["due_on"]) == ("cancelled", None)
    at = gone["changed_at"]
    deeds = (
        lambda: advance(engine, launch, "perangkat_terdaftar", 1),
        lambda: launches.set_owner(engine, launch, None, by=CONSOLE, seen=at),
        lambda: launches.set_due(engine, launch, office_day.today(), by=CONSOLE, seen=at),
        lambda: launches.cancel(engine, launch, WHY, by=CONSOLE, seen=at),
    )
    for deed in deeds:
        with pytest.raises(LaunchError, match="was cancelled"):
            deed()
    assert set(propose(engine, A).launches) == {A}


def test_what_is_not_there_or_has_not_happened_is_told(engine):
    with pytest.raises(LaunchError, match="no launch number 7"):
        advance(engine, 7, "mou", 1, at=NOW)
    with pytest.raises(LaunchError, match="no launch number 7"):
        seen(engine, 7)
    with pytest.raises(LaunchError, match="has not come yet"):
        propose(engine, A, on=office_day.today() + timedelta(days=1))


def test_every_change_is_later_than_the_one_before(engine):
    launch = propose(engine, A).launches[A]
    ahead = datetime.now(UTC) + timedelta(hours=1)  # a clock that went back
    with writing(engine) as connection:
        connection.execute(sa.update(schema.launches).values(changed_at=ahead))
    advance(engine, launch, "perangkat_terdaftar", 1)
    assert seen(engine, launch)["changed_at"] == ahead + timedelta(microseconds=1)
