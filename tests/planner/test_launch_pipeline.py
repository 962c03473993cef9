"""The way of a launch: order, days, the gate, what is late."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanError
from planner.launch_pipeline import (
    GATED,
    LAUNCH,
    STEPS,
    LaunchError,
    Move,
    Officials,
    Standing,
    Waits,
    checked,
    day_of,
    due_on,
    gate_of,
    kinds,
    needs_override,
    next_step,
    overview,
    reached,
    step_named,
    written,
)
from tests.conftest import assert_aligned, assert_unchanged

TODAY = date(2026, 11, 22)
BEGUN = date(2026, 1, 1)
WHY = "Bupati meminta tanggal ini lewat surat"
ALL = Officials(9, 9, BEGUN)
SOME = Officials(7, 9, BEGUN)


def standing(step="usulan", *, status="open", **days):
    known = {name: date.fromisoformat(day) for name, day in days.items()}
    return Standing(status, step, {"usulan": BEGUN, **known})


def move(to, on=TODAY, **texts):
    return Move(to, on, **{"evidence": "560/12/2026", **texts})


def refused(match, *args, **kwargs):
    with pytest.raises(LaunchError, match=match) as caught:
        checked(*args, today=TODAY, **kwargs)
    assert caught.value.text("id")
    assert caught.value.text("id") != caught.value.text("en")


def test_every_step_leads_to_the_next_one():
    assert [next_step(step) for step in STEPS] == [*STEPS[1:], None]
    assert step_named("mou") == "mou"
    with pytest.raises(PlanError, match='no step "party"') as caught:
        step_named("party")
    assert "Tidak ada langkah" in caught.value.text("id")


@pytest.mark.parametrize(
    ("officials", "gate"),
    [(None, "unknown"), (ALL, "met"), (SOME, "not_met"), (Officials(0, 0, BEGUN), "unknown")],
)
def test_the_gate_is_met_when_all_perangkat_are_registered_and_unknown_where_nobody_counted(officials, gate):
    assert gate_of(officials) == gate


def test_a_village_whose_perangkat_are_not_all_registered_goes_on_only_with_a_written_reason():
    here = standing("sosialisasi")
    refused("7 of 9 village officials are registered", here, move("mou"), SOME)
    refused("not known how many", here, move("mou"), None)
    refused("not known how many", here, move("mou", override="   terlalu   pendek  "), None)
    done = checked(here, move("mou", override=f"  {WHY}\n "), SOME, today=TODAY)
    assert done.override == WHY
    assert checked(here, move("mou", override=WHY), ALL, today=TODAY).override == ""  # not needed, so not kept
    assert needs_override("mou", here, SOME)
    assert not needs_override("mou", here, ALL)
    assert not needs_override("sosialisasi", standing(), None)


def test_skipping_and_going_back_need_a_reason():
    refused("leaves out others", standing(), move("sosialisasi"), ALL)
    assert checked(standing(), move("sosialisasi", reason=WHY), ALL, today=TODAY).reason == WHY
    here = standing("mou", mou="2026-02-01")
    refused("Going back", here, move("perangkat_terdaftar"), None)
    back = checked(here, Move("perangkat_terdaftar", TODAY, reason=WHY), None, today=TODAY)
    assert (back.to, back.override) == ("perangkat_terdaftar", "")
    refused("already stands", here, move("mou"), ALL)


def test_nothing_follows_a_launch_that_never_was():
    refused("counts from the day of the launch", standing("mou"), move("h30", reason=WHY), ALL)


def test_a_day_comes_neither_too_early_nor_too_late():
    refused("has not come yet", standing(), move("perangkat_terdaftar", TODAY + timedelta(days=1)), None)
    refused("lies before", standing(), move("perangkat_terdaftar", BEGUN - timedelta(days=1)), None)


def test_evidence_is_needed_and_is_short_and_not_personal():
    refused("needs evidence", standing(), Move("perangkat_terdaftar", TODAY, evidence=" \n"), None)
    refused("too long: 501", standing(), move("perangkat_terdaftar", evidence="x" * 501), None)
    for text in ("NIK 1601 0145 0780 0001", "hubungi 0812-3456-7890", "+6281234567890"):
        refused("identity or phone number", standing(), move("perangkat_terdaftar", evidence=text), None)
    for text in ("560/123/BPJS/2026", "https://drive.example/d/1601014507800001234", "rapat 12 Mei 2026, 45 orang"):
        assert written(f" {text} ", "evidence") == text


def test_a_closed_launch_stays_closed_unless_it_goes_back_from_its_end():
    refused("was cancelled", standing(status="cancelled"), move("perangkat_terdaftar"), None)
    days = {"peresmian": "2026-02-01", "h180": "2026-08-01"}
    end = standing("h180", status="finished", **days)
    refused("is finished", end, move("h180"), None)
    assert checked(end, Move("h90", TODAY, reason=WHY), None, today=TODAY).to == "h90"


def test_days_that_are_due():
    here = standing("usulan")
    assert due_on(here) == BEGUN + timedelta(days=30)
    assert due_on(here, Waits(perangkat_terdaftar=5)) == BEGUN + timedelta(days=5)
    launched = standing("peresmian", peresmian="2026-03-01")
    assert due_on(launched) == date(2026, 3, 31)
    late = standing("h30", peresmian="2026-03-01", h30="2026-05-20")
    assert due_on(late) == date(2026, 5, 30)  # from the day of the launch, not of the step before
    assert due_on(standing("h180", peresmian="2026-03-01")) is None
    with pytest.raises(LaunchError, match="cannot be 0 days") as caught:
        Waits(mou=0)
    assert "MoU" in caught.value.text("id")


def test_what_was_reached_is_forgotten_when_a_launch_goes_back():
    days = [BEGUN + timedelta(days=n) for n in range(6)]
    steps = ["usulan", "perangkat_terdaftar", "mou", "perangkat_terdaftar", "sosialisasi"]
    found = reached(zip(steps, days, strict=False))
    assert found == {"usulan": days[0], "perangkat_terdaftar": days[1], "sosialisasi": days[4]}


wanted = st.tuples(
    st.sampled_from(STEPS), st.integers(0, 400), st.booleans(), st.booleans(), st.sampled_from([None, SOME, ALL])
)


@given(st.lists(wanted, max_size=25))
def test_whatever_is_allowed_keeps_order_and_days_and_never_passes_the_gate_without_a_reason(tries):
    history = [("usulan", BEGUN)]
    step, status = "usulan", "open"
    for to, day, reason, override, officials in tries:
        before = reached(history)
        asked = move(to, BEGUN + timedelta(days=day), reason=WHY * reason, override=WHY * override)
        try:
            done = checked(Standing(status, step, before), asked, officials, today=TODAY)
        except LaunchError:
            continue
        forward = STEPS.index(to) > STEPS.index(step)
        assert done.on <= TODAY
        assert not forward or done.evidence
        assert reason or to == next_step(step)
        if forward and to in GATED:
            assert gate_of(officials) == "met" or done.override
        assert bool(done.override) <= override
        history.append((done.to, done.on))
        step, status = done.to, "finished" if done.to == STEPS[-1] else "open"
        days = reached(history)
        assert step == list(days)[-1]
        assert list(days) == sorted(days, key=STEPS.index)
        assert list(days.values()) == sorted(days.values())
        assert LAUNCH in days or STEPS.index(step) < STEPS.index(LAUNCH)
        due = due_on(Standing(status, step, days))
        assert (due is None) == (step == STEPS[-1])


def test_a_history_says_what_each_entry_is():
    entries = [("usulan", None), ("sosialisasi", "Satu"), ("sosialisasi", None), ("usulan", None), ("usulan", None)]
    assert kinds(entries) == ["forward", "dusun", "skipped", "back", "cancelled"]


@pytest.mark.parametrize("text", ["22-11-2026", " 22 November 2026 ", "2026-11-22", "22/11/2026", "22 nov 26"])
def test_a_day_is_read_as_offices_write_it(text):
    assert day_of(text) == TODAY


@pytest.mark.parametrize("text", ["", "besok", "31-02-2026", "{{7*7}}", "1" * 99])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(LaunchError, match="is no date") as caught:
        day_of(text)
    assert "bukan tanggal" in caught.value.text("id")


def test_the_overview_tells_what_is_next_and_late_and_leaves_its_frames_alone():
    launches = pd.DataFrame(
        {
            "village_code": ["16.01.01.2001", "16.01.01.2002", "16.01.01.2003", "16.01.01.2004"],
            "status": ["open", "open", "cancelled", "open"],
            "step": ["usulan", "mou", "mou", "h180"],
            "due_on": [date(2026, 11, 20), date(2026, 12, 1), date(2020, 1, 1), None],
        },
        index=[5, 3, 8, 1],
    )
    officials = pd.DataFrame(
        {"registered": [9], "total": [9], "counted_on": [BEGUN]}, index=pd.Index(["16.01.01.2002"], name="village_code")
    )
    before = launches.copy(), officials.copy()
    found = overview(launches, officials, today=TODAY)
    assert_aligned(found, launches)
    assert found["overdue_days"].tolist() == [2, 0, 0, 0]
    assert found["next_step"].tolist() == ["perangkat_terdaftar", "peresmian", None, None]
    assert found["gate"].tolist() == ["unknown", "met", "unknown", "unknown"]
    assert_unchanged(launches, before[0])
    assert_unchanged(officials, before[1])
    assert overview(launches[:0], officials[:0], today=TODAY).empty
