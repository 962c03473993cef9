"""Promised against delivered: what is unknown stays unknown, and villages like it are a fair comparison."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geodata.schema import SECTORS, sector_column
from planner.delivered import Promise, Promised, deliveries, promise_of
from planner.manner import terse
from planner.matched import Peers
from planner.monthly import Monthly, first_of, month_number
from planner.params import ScoringParams
from planner.results_wording import launch_row, plain_delivery, promise_sentence, seen_rows

DAY = date(2025, 8, 20)


def villages(count, regency="16.01"):
    people = np.arange(count) * 10 + 400
    frame = pd.DataFrame({"village_code": [f"{regency}.01.{2001 + i}" for i in range(count)], "regency_code": regency})
    frame["eligible_workers"] = people
    for name in SECTORS:
        frame[sector_column(name)] = people if name == "fishery" else 0
    return frame


LAYER = villages(12)
CODE = LAYER["village_code"].iloc[5]
LAUNCHES = pd.DataFrame({"village_code": [CODE], "launched_on": [DAY]})
NO_VISITS = pd.DataFrame(columns=["village_code", "visited_on", "met", "interested", "registered"])


def month(number):
    return date(2025 + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def told(counts, visits=NO_VISITS, launches=LAUNCHES, promises=None, **given):
    participants = pd.DataFrame(counts, columns=["village_code", "month", "active", "inactive"])
    return deliveries(launches, participants, visits, LAYER, promises or {}, **given)


OWN = [(CODE, month(7), 10, 5), (CODE, month(8), 110, 5), (CODE, month(20), 40, 75)]
OTHERS = [
    (code, month(when), 10 + grown * (when > 7), 0)
    for grown, code in enumerate(LAYER["village_code"])
    if code != CODE
    for when in (7, 8, 20)
]


def test_what_was_not_counted_stays_unknown():
    (found,) = told(OWN)
    states = {seen.moment: (seen.state, seen.month) for seen in found.seen}
    assert states == {
        "before": ("counted", month(7)),
        "day": ("counted", month(8)),
        "m3": ("unknown", month(11)),
        "m6": ("unknown", month(14)),
        "m12": ("counted", month(20)),
    }
    assert [found.change(seen) for seen in found.seen] == [0, 100, None, None, 30]
    assert [found.newly_registered(seen) for seen in found.seen] == [0, 100, None, None, 100]
    assert {seen.effect for seen in found.seen} == {None}  # no village to compare with
    assert {seen.registered for seen in found.seen} == {None}  # no visit was written down
    rows = seen_rows(found, terse("en"))
    assert rows[2][2:7] == ["unknown"] * 5
    assert found.promise is None
    assert "of no saved plan" in promise_sentence(found, terse("en"))


def test_what_is_still_to_come_is_not_unknown():
    (found,) = told(OWN[:2])
    assert [seen.state for seen in found.seen] == ["counted", "counted", "not_yet", "not_yet", "not_yet"]
    assert seen_rows(found, terse("id"))[4][2] == "belum"
    assert launch_row(found, CODE, terse("en"))[-2:] == ["not yet", "not yet"]


def test_without_a_count_before_there_is_no_change():
    (found,) = told([(CODE, month(4), 3, 0), *OWN[1:]])
    assert found.seen[0].state == "unknown"
    assert found.before is None
    assert found.change(found.seen[1]) is None
    assert found.seen[1].count.active == 110
    assert seen_rows(found, terse("en"))[0][:3] == ["Before", "unknown", "unknown"]


def test_an_unknown_number_of_those_who_do_not_pay_is_not_none():
    (found,) = told([(CODE, month(7), 10, None), *OWN[1:]])
    assert found.newly_registered(found.seen[1]) is None
    assert found.change(found.seen[1]) == 100
    assert plain_delivery(found)["delivered"][0]["inactive"] is None


def test_registrations_of_visits_since_the_count_before():
    days = [(date(2025, 7, 30), 9), (date(2025, 8, 2), 20), (date(2025, 9, 1), 3)]
    rows = [(CODE, day, 50, 30, done) for day, done in days]
    (found,) = told(OWN, pd.DataFrame(rows, columns=NO_VISITS.columns))
    assert [seen.registered for seen in found.seen] == [None, 20, 23, 23, 23]


def test_compared_are_the_five_most_alike_that_were_counted_in_the_same_months():
    (found,) = told([*OWN, *OTHERS])
    day = found.seen[1].effect
    codes = LAYER["village_code"]
    assert set(day.matches) == {codes[i] for i in (3, 4, 6, 7)} | {day.matches[-1]}
    assert day.matches[-1] in {codes[2], codes[8]}
    grown = np.array([list(codes).index(code) for code in day.matches], dtype=float)
    base = LAYER.set_index("village_code").loc[list(day.matches), "eligible_workers"]
    usual = (grown / base.to_numpy()).mean() * 450
    assert day.expected == pytest.approx(usual)
    assert day.value == pytest.approx(100 - usual)
    assert day.low < day.value < day.high
    assert found.seen[2].effect is None


def test_with_fewer_than_three_it_is_unknown():
    few = [row for row in OTHERS if row[0] in set(LAYER["village_code"].iloc[:2])]
    assert told([*OWN, *few])[0].seen[1].effect is None
    three = [row for row in OTHERS if row[0] in set(LAYER["village_code"].iloc[:3])]
    assert len(told([*OWN, *three])[0].seen[1].effect.matches) == 3
    left = told([*OWN, *three], declared=[LAYER["village_code"].iloc[0]])
    assert left[0].seen[1].effect is None


def test_the_order_of_rows_does_not_matter():
    rows = [*OWN, *OTHERS]
    assert told(rows) == told(rows[::-1])


def test_the_range_holds_what_a_village_without_effect_does():
    """Villages like any other: nine of ten ranges hold no effect."""
    rng = np.random.default_rng(7)
    layer = villages(40)
    base = layer["eligible_workers"].to_numpy()
    held = []
    for _ in range(300):
        before = rng.poisson(0.1 * base)
        after = before + np.round(base * rng.normal(0.02, 0.03, 40)).astype(int)
        rows = [
            (code, month(7 + k), int(n), 0)
            for k, all_ in enumerate((before, after))
            for code, n in zip(layer["village_code"], all_, strict=True)
        ]
        counts = Monthly.of(pd.DataFrame(rows, columns=["village_code", "month", "active", "inactive"]))
        at = month_number(month(7))
        effect = Peers(layer, counts, frozenset()).effect(layer["village_code"][int(rng.integers(40))], at, at + 1)
        held.append(effect.low <= 0 <= effect.high)
    assert 0.85 <= np.mean(held) <= 0.95


def record(registrations=240.0, active=40.0):
    chosen = [{"village_code": CODE, "expected_registrations": registrations, "expected_active": active}]
    return {"name": "Rencana", "parameters": ScoringParams().model_dump(mode="json"), "chosen": chosen}


def test_a_promise_is_what_the_plan_expected_with_the_range_of_its_shares():
    found = promise_of(record(), CODE, decided_on=DAY)
    assert found == Promise(
        "Rencana",
        DAY,
        Promised(240.0, pytest.approx(240 * 0.03 / 0.24), pytest.approx(240 * 0.63 / 0.24)),
        Promised(40.0, pytest.approx(30 / 8), pytest.approx(630 / 5)),
    )
    assert promise_of(record(), "16.01.01.2999", decided_on=DAY) is None
    assert promise_of({"kind": "ranking"}, CODE, decided_on=DAY) is None
    (delivery,) = told(OWN, promises={CODE: found})
    assert "expected 240 registrations (30 - 630)" in promise_sentence(delivery, terse("en"))
    assert launch_row(delivery, CODE, terse("en"))[4:6] == ["40 (4 - 126)", "30"]
    assert plain_delivery(delivery)["promised"]["active_12"]["value"] == 40.0


def test_months_follow_each_other():
    assert first_of(month_number(date(2025, 12, 31)) + 1) == date(2026, 1, 1)
