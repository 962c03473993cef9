"""From records to a funnel, and what a plan makes of it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geodata.schema import SECTORS, sector_column
from planner import params_file
from planner.cohorts import still_active
from planner.coverage import gap
from planner.funnels import funnels, main_sector
from planner.own_results import Records, own_funnel, own_rates, places_of
from planner.params import Funnel, OwnRates, OwnResults, ScoringParams
from planner.results import Learning
from planner.selection.candidates import expected
from planner.targets import plan_target
from tests.planner.test_launches import OFFICE, villages_of

START = date(2026, 12, 1)
FIGURES = ("registered_share", "registrations_per_active")


def layer_of(uncovered, regencies, sectors):
    """Villages in regencies, each with workers of one sector only."""
    frame = villages_of(uncovered)
    frame["regency_code"] = regencies
    frame["village_code"] = [f"{code}.01.{2001 + i}" for i, code in enumerate(regencies)]
    for name in SECTORS:
        people = frame["eligible_workers"].where(np.array(sectors) == name, 0)
        frame[sector_column(name)] = people
    return frame


VILLAGES = layer_of(
    [600, 500, 400, 300], ["16.01", "16.01", "16.02", "16.02"], ["fishery", "fishery", "fishery", "other"]
)
CODES = VILLAGES["village_code"].tolist()


def visits(*rows):
    columns = ["village_code", "visited_on", "met", "interested", "registered"]
    return pd.DataFrame([(code, date(2026, 3, 1), met, met, done) for code, met, done in rows], columns=columns)


def counts(*rows):
    return pd.DataFrame(rows, columns=["village_code", "month", "active", "inactive"])


NO_COUNTS, NO_LAUNCHES = counts(), pd.DataFrame(columns=["village_code", "launched_on"])
VISITED = Records(visits((CODES[0], 100, 80), (CODES[0], 50, 40), (CODES[2], 60, 6)), NO_COUNTS, NO_LAUNCHES)


def rates_like(funnel, **others):
    own = {f"{name}{end}": getattr(funnel, f"{name}{end}") for name in FIGURES for end in ("", "_low", "_high")}
    return {**own, **others}


def planned(funnel, net=20):
    params = ScoringParams(funnel=funnel, worlds=200)
    return plan_target(net, VILLAGES, offices=OFFICE, params=params, start=START)


def test_without_results_the_funnel_is_the_published_one():
    own = own_rates(Records(visits(), NO_COUNTS, NO_LAUNCHES), VILLAGES, Funnel(), Learning())
    assert not own.any
    assert own_funnel(own) == Funnel()
    assert "own" not in ScoringParams().model_dump(mode="json")["funnel"]
    assert "own" not in ScoringParams().model_dump_json()


def test_own_rates_that_are_the_published_ones_change_no_figure():
    base = Funnel()
    entries = tuple(OwnRates(sector=sector, **rates_like(base)) for sector in ("fishery", "other"))
    same = base.model_copy(
        update={"own": OwnResults(rates=entries, visits=0, visited=0, launched=0, first="", last="")}
    )
    assert len(funnels(VILLAGES, same)) == 2
    one, other = planned(base), planned(same)
    assert other.figures == one.figures
    assert (other.chance, other.all_active, other.scenarios) == (one.chance, one.all_active, one.scenarios)


def test_villages_take_the_rates_of_their_sector_and_regency():
    funnel = own_funnel(own_rates(VISITED, VILLAGES, Funnel(), Learning()))
    by_village = {}
    for positions, one in funnels(VILLAGES, funnel):
        by_village |= dict.fromkeys((CODES[place] for place in positions), one)
    often, seldom, other = (by_village[code].registered_share for code in (CODES[0], CODES[2], CODES[3]))
    assert by_village[CODES[0]] == by_village[CODES[1]]
    assert seldom < 0.4
    assert often > 0.5
    assert seldom < other < often
    assert funnel.registrations_per_active == Funnel().registrations_per_active  # nobody was counted for it
    brought = expected(VILLAGES.join(gap(VILLAGES)[["gap_workers", "gap_workers_low", "gap_workers_high"]]), funnel)
    assert brought.index.equals(VILLAGES.index)
    share = brought["expected_registrations"] / VILLAGES["eligible_workers"].astype(float)
    assert share[0] == pytest.approx(share[1], rel=0.2)
    assert share[0] > 2 * share[2]


def test_a_plan_with_own_results_says_so():
    funnel = own_funnel(own_rates(VISITED, VILLAGES, Funnel(), Learning()))
    plan = planned(funnel)
    assert plan.figures["reached"].source == "targets.source.visited"
    assert dict(plan.figures["launches"].counted) == {
        "visits": 3,
        "visited": 2,
        "launched": 0,
        "first": "2026-03-01",
        "last": "2026-03-01",
    }
    assert plan.figures["registrations"].source == "targets.source.ratio"
    for figure in plan.figures.values():
        assert figure.low <= figure.value <= figure.high


def test_parameters_with_own_results_come_back_from_a_file(tmp_path):
    params = ScoringParams(funnel=own_funnel(own_rates(VISITED, VILLAGES, Funnel(), Learning())))
    for name in ("own.toml", "own.json"):
        params_file.save(params, tmp_path / name)
        assert params_file.read(tmp_path / name) == params
    assert ScoringParams.model_validate_json(params.model_dump_json()) == params


def test_the_sector_of_a_village_is_the_largest():
    assert main_sector(VILLAGES).tolist() == ["fishery", "fishery", "fishery", "other"]
    empty = layer_of([None, 5], ["16.01", "16.01"], ["fishery", "fishery"])
    assert main_sector(empty).tolist() == ["", "fishery"]
    assert places_of(empty)["village_code"].tolist() == ["16.01.01.2002"]


JULY, AUGUST, FEBRUARY, NEXT = date(2025, 7, 1), date(2025, 8, 1), date(2026, 2, 1), date(2026, 8, 1)
LAUNCH = pd.DataFrame({"village_code": [CODES[0]], "launched_on": [date(2025, 8, 20)]})


def stayed(*rows, kind="active_12"):
    found = still_active(LAUNCH, counts(*((CODES[0], *row) for row in rows)), places_of(VILLAGES), kind)
    return found[["trials", "successes"]].to_numpy().tolist()


def test_who_registered_around_a_launch_and_is_still_active():
    rows = [(JULY, 10, 5), (AUGUST, 110, 5), (FEBRUARY, 60, 55), (NEXT, 30, 85)]
    assert stayed(*rows) == [[100, 20]]
    assert stayed(*rows, kind="active_6") == [[100, 50]]
    assert stayed(*rows, kind="active_3") == []  # not counted in November
    funnel = own_funnel(
        own_rates(
            Records(visits(), counts(*((CODES[0], *row) for row in rows)), LAUNCH), VILLAGES, Funnel(), Learning()
        )
    )
    assert funnel.own is not None
    assert funnel.own.launched == 1
    assert 5 < funnel.registrations_per_active < 6
    assert planned(funnel).figures["registrations"].source == "targets.source.launched"


@pytest.mark.parametrize(
    "rows",
    [
        [(AUGUST, 110, 5), (NEXT, 30, 85)],  # not counted before
        [(date(2025, 4, 1), 10, 5), (AUGUST, 110, 5), (NEXT, 30, 85)],  # counted too long before
        [(JULY, 10, 5), (NEXT, 30, 85)],  # not at the launch
        [(JULY, 10, 5), (AUGUST, 10, 5), (NEXT, 30, 0)],  # nobody registered
        [(JULY, 40, 5), (AUGUST, 140, 5), (NEXT, 30, 115)],  # many were active before
        [(JULY, 10, 5), (AUGUST, 110, 5), (NEXT, 130, 85)],  # many registered later
        [(JULY, 10, None), (AUGUST, 110, 5), (NEXT, 30, 85)],  # who does not pay was not told
    ],
)
def test_where_it_cannot_be_told_who_stayed_nothing_is(rows):
    assert stayed(*rows) == []
