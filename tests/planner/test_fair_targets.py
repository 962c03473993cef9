"""Fair targets: totals kept, order of no matter, difficulty and its parts, reasons in words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.schema import SECTORS, sector_column
from planner.capacity_wording import assumptions, expected_text, reason
from planner.errors import PlanError
from planner.fair_targets import (
    DIFFICULTY,
    EXPECTED,
    EXPECTED_HIGH,
    EXPECTED_LOW,
    PARTS,
    TARGET,
    FairTargetParams,
    fair_targets,
    with_own_visits,
)
from planner.manner import terse
from planner.params import Funnel, OwnRates, OwnResults
from planner.params_file import parse_as
from tests.conftest import assert_unchanged
from tests.planner.territories.villages import grid


def villages(rows=4, columns=5, **changes):
    frame = pd.DataFrame(grid(rows, columns, people=changes.pop("people", 900)).drop(columns="geometry"))
    for sector in SECTORS:
        frame[sector_column(sector)] = 100.0 if sector == "food_crop" else 10.0
    return frame.assign(**changes)


def by_row(frame, *, agents=4):
    """Each row of the grid is the area of one agent."""
    rows = frame["district_code"].str[-2:].astype(int) - 1
    return pd.Series([f"A-{row % agents + 1}" for row in rows], index=frame.index)


CODES = ["A-1", "A-2", "A-3", "A-4"]


def test_alike_areas_have_the_mean_and_the_incentive_as_target():
    frame = villages()
    before = frame.copy()
    found = fair_targets(frame, by_row(frame), CODES)
    assert_unchanged(frame, before)
    assert found.agents[TARGET].tolist() == [50] * 4
    assert found.total == 200
    np.testing.assert_allclose(found.agents[[DIFFICULTY, *PARTS]], 1.0)
    assert reason(found, "A-1", "en") == "About the mean."


def test_an_area_without_known_sectors_has_a_reason_too():
    frame = villages()
    first = frame["district_code"] == "16.01.01"
    frame.loc[first, [sector_column(name) for name in SECTORS]] = 0.0
    frame.loc[first, "area_km2"] = 900.0
    found = fair_targets(frame, by_row(frame), CODES, params=FairTargetParams(hours_per_month=20))
    assert "way between villages" in reason(found, "A-1", "en")


def test_a_far_and_well_covered_area_is_harder_and_says_why():
    frame = villages()
    first, second = frame["district_code"] == "16.01.01", frame["district_code"] == "16.01.02"
    frame.loc[first, "area_km2"] = 900.0
    frame.loc[second, ["active_bpu", "active_bpu_low", "active_bpu_high"]] = 720.0
    frame["eligible_workers_high"] = frame["eligible_workers_low"] = frame["eligible_workers"]
    found = fair_targets(frame, by_row(frame), CODES, params=FairTargetParams(hours_per_month=20))
    assert found.agents.loc["A-1", "distance"] > 1.2
    assert found.agents.loc["A-2", "coverage"] > 1.5
    assert found.agents.loc[["A-1", "A-2"], TARGET].max() < found.agents.loc[["A-3", "A-4"], TARGET].min()
    far, covered = reason(found, "A-1", "en"), reason(found, "A-2", "en")
    assert "Lower than the mean because the way between villages takes" in far
    assert "80% of the workers are covered already (mean 20%)" in covered
    assert "perjalanan antardesa memakan" in reason(found, "A-1", "id")
    assert "80% pekerjanya sudah terlindungi (rata-rata 20%)" in reason(found, "A-2", "id")
    np.testing.assert_allclose(found.agents[list(PARTS)].prod(axis=1), found.agents[DIFFICULTY])
    assert found.mean[EXPECTED] == pytest.approx(found.agents[EXPECTED].mean())


def test_own_results_make_the_mix_of_sectors_count():
    frame = villages()
    frame.loc[frame["district_code"] == "16.01.01", "workers_fishery"] = 500.0
    ratio = {"registrations_per_active": 6.0, "registrations_per_active_low": 5.0, "registrations_per_active_high": 8.0}
    share = {"registered_share": 0.2, "registered_share_low": 0.15, "registered_share_high": 0.25}
    own = OwnResults(
        rates=(OwnRates(sector="fishery", **share, **ratio),), visits=40, visited=9, launched=0, first="", last=""
    )
    found = fair_targets(frame, by_row(frame), CODES, funnel=Funnel(own=own))
    assert found.agents.loc["A-1", "sector"] == pytest.approx(found.agents.loc["A-1", DIFFICULTY])
    assert found.agents.loc["A-1", "sector"] > 1.5
    assert "(mostly fishery) 20.0% of the uncovered people met register (mean 35.0%)" in reason(found, "A-1", "en")
    assert "perikanan" in reason(found, "A-1", "id")
    assert any("own results" in line for line in assumptions(found, "en"))


def test_the_range_is_that_of_the_share_who_register():
    frame = villages()
    row = fair_targets(frame, by_row(frame), CODES).agents.loc["A-1"]
    assert row[EXPECTED_LOW] == pytest.approx(row[EXPECTED] / 4)
    assert row[EXPECTED_HIGH] == pytest.approx(row[EXPECTED] * 0.7 / 0.4)
    low, high = round(row[EXPECTED_LOW]), round(row[EXPECTED_HIGH])
    assert expected_text(row, terse("en")) == f"{round(row[EXPECTED])} ({low} - {high})"


def test_nobody_is_asked_for_more_than_the_workers_left():
    frame = villages()
    mine = frame["district_code"] == "16.01.01"
    for name in ("eligible_workers", "eligible_workers_low", "eligible_workers_high"):
        frame.loc[mine, name] = 2.0
    found = fair_targets(frame, by_row(frame), CODES, total=120)
    assert found.agents.loc["A-1", TARGET] <= 10
    assert found.agents[TARGET].sum() == 120
    assert reason(found, "A-1", "en").endswith(("limit.", "villages."))
    assert "only 10 uncovered workers are left" in reason(found, "A-1", "en")
    assert "hanya 10 pekerja" in reason(found, "A-1", "id")


def test_floor_and_ceiling_hold_and_are_told():
    frame = villages(people=[9] * 5 + [2000] * 15)
    found = fair_targets(frame, by_row(frame), CODES, params=FairTargetParams(least_share=0.7, most_share=1.2))
    assert found.agents[TARGET].min() == 35
    assert found.agents[TARGET].sum() == 200
    assert reason(found, "A-1", "en").endswith("Raised to the lower limit.")
    assert reason(found, "A-1", "id").endswith("Dinaikkan sampai batas bawah.")


def test_agents_without_villages_or_workers_have_no_target():
    frame = villages(people=[0] * 5 + [900] * 15)
    found = fair_targets(frame, by_row(frame), [*CODES, "Z-9"])
    assert list(found.agents.index) == [*CODES, "Z-9"]
    assert found.agents.loc["Z-9", TARGET] == found.agents.loc["A-1", TARGET] == 0
    assert np.isnan(found.agents.loc["A-1", DIFFICULTY])
    assert found.total == 200
    assert "no target" in reason(found, "Z-9", "en")
    assert "nil" in reason(found, "A-1", "en")
    assert "nol" in reason(found, "A-1", "id")


def test_visits_count_only_when_there_are_enough():
    rules = FairTargetParams()
    assert with_own_visits(rules, None) == (rules, "assumed")
    assert with_own_visits(rules, pd.DataFrame({"met": [5] * 29})) == (rules, "assumed")
    counted, basis = with_own_visits(rules, pd.DataFrame({"met": [5, 10] * 20}))
    assert (counted.met_per_visit, basis) == (7.5, "counted")


@settings(max_examples=5)
@given(
    people=some.lists(some.integers(0, 5000), min_size=20, max_size=20),
    total=some.integers(1, 900),
    seed=some.integers(0, 99),
)
def test_the_total_is_kept_and_the_order_of_villages_does_not_matter(people, total, seed):
    frame = villages(people=people)
    agent = by_row(frame)
    try:
        found = fair_targets(frame, agent, CODES, total=total)
    except PlanError as error:
        assert error.key in {"fair.total_above", "targets.nobody_registers"}  # noqa: PT017
        return
    assert found.agents[TARGET].sum() == total
    assert (found.agents[TARGET] <= found.agents["gap_workers"]).all()
    order = np.random.default_rng(seed).permutation(len(frame))
    other = fair_targets(frame.iloc[order], agent.iloc[order], CODES[::-1], total=total)
    assert other.agents[TARGET].reindex(CODES).tolist() == found.agents[TARGET].tolist()


@pytest.mark.parametrize(
    ("changes", "total", "match"),
    [
        ({}, 0, "target of all agents is 0"),
        ({"people": 3}, 5000, "5,000 participants a month is too large.* 60 uncovered .* 60 at most"),
        ({"people": 0}, 50, "register"),
    ],
)
def test_what_cannot_be_shared_is_refused(changes, total, match):
    frame = villages(**changes)
    with pytest.raises(PlanError, match=match) as refused:
        fair_targets(frame, by_row(frame), CODES, total=total)
    assert refused.value.text("id")


def test_a_total_of_fewer_than_the_agents_is_shared_too():
    frame = villages()
    assert sorted(fair_targets(frame, by_row(frame), CODES, total=2).agents[TARGET]) == [0, 0, 1, 1]


def test_nobody_with_villages_is_refused():
    frame = villages()
    with pytest.raises(PlanError, match="No village has an agent") as refused:
        fair_targets(frame, by_row(frame), ["X"])
    assert refused.value.text("id")


def test_limits_must_lie_around_one():
    with pytest.raises(PlanError, match="least_share, most_share: the lower limit must be at most 1") as refused:
        parse_as(FairTargetParams, "least_share = 1.2", name="rules.toml")
    assert "batas bawah" in refused.value.text("id")
