"""The gap and the order it gives."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage import gap
from planner.errors import PlanError
from planner.ranking import in_regions, ranked
from tests.conftest import assert_aligned, assert_unchanged


def villages(eligible=(100, 50, 0), active=(20, 50, 0), fishers=(10, 5, 0)):
    frame = pd.DataFrame({"village_code": [f"16.01.01.200{i}" for i in range(len(eligible))]})
    frame["province_code"], frame["regency_code"] = "16", "16.01"
    for name, values in (("eligible_workers", eligible), ("active_bpu", active), ("workers_fishery", fishers)):
        frame[name] = pd.array(values, dtype="Int64")
        frame[f"{name}_low"] = (frame[name] * 0.5).round().astype("Int64")
        frame[f"{name}_high"] = frame[name] * 2
        frame[f"{name}_basis"] = "disaggregated"
    return frame


def test_gap_is_eligible_less_active():
    frame = villages()
    before = frame.copy()
    found = gap(frame)
    assert_aligned(found, frame)
    assert_unchanged(frame, before)
    assert found["gap_workers"].tolist() == [80, 0, 0]
    assert found["coverage_pct"].tolist()[:2] == [20.0, 100.0]
    assert pd.isna(found["coverage_pct"][2])
    assert found.loc[0, ["gap_workers_low", "gap_workers_high"]].tolist() == [30, 180]
    assert set(found["gap_workers_basis"]) == {"disaggregated"}


def test_a_sector_is_covered_like_all_and_says_that_this_is_assumed():
    found = gap(villages(), "fishery")
    assert found["eligible_workers"].tolist() == [10, 5, 0]
    assert found["gap_workers"].tolist() == [8, 0, 0]
    assert set(found["gap_workers_basis"]) == {"assumed"}


def test_counted_participants_stay_that_many_however_many_workers_there_are():
    frame = villages(active=(30, 60, 3)).assign(active_bpu_basis="observed")
    frame[["active_bpu_low", "active_bpu_high"]] = frame[["active_bpu", "active_bpu"]].to_numpy()
    found = gap(frame)
    assert (
        found["active_bpu"].tolist()
        == found["active_bpu_low"].tolist()
        == found["active_bpu_high"].tolist()
        == [30, 60, 3]
    )
    assert found.loc[0, ["gap_workers", "gap_workers_low", "gap_workers_high"]].tolist() == [70, 20, 170]
    assert found.loc[0, ["coverage_pct", "coverage_pct_low", "coverage_pct_high"]].tolist() == [30.0, 15.0, 60.0]
    assert found.loc[1, ["gap_workers", "gap_workers_low", "gap_workers_high"]].tolist() == [0, 0, 40]
    assert found.loc[1, "coverage_pct"] == 100.0
    assert pd.isna(found.loc[2, "coverage_pct"])
    assert found.loc[2, "active_bpu_basis"] == "observed"


def test_the_weaker_basis_wins():
    frame = villages().assign(eligible_workers_basis="observed", active_bpu_basis="assumed")
    assert set(gap(frame)["gap_workers_basis"]) == {"assumed"}
    assert set(gap(frame)["eligible_workers_basis"]) == {"observed"}


def test_a_village_without_figures_comes_last_and_has_no_rank():
    frame = villages(eligible=(pd.NA, 50, 70), active=(pd.NA, 0, 0), fishers=(pd.NA, 0, 0))
    frame.loc[0, ["eligible_workers_basis", "active_bpu_basis"]] = pd.NA
    order = ranked(frame)
    assert order["rank"].tolist()[:2] == [1, 2]
    assert pd.isna(order["rank"].iloc[2])
    assert order.index.tolist() == [2, 1, 0]


PEOPLE = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12)


@given(people=PEOPLE, seed=st.integers(0, 5))
def test_order_of_rows_does_not_matter(people, seed):
    frame = villages(*zip(*[(e, a, 0) for e, a in people], strict=True))
    shuffled = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(ranked(frame), ranked(shuffled))


@given(people=PEOPLE)
def test_ranges_hold_the_value(people):
    found = gap(villages(*zip(*[(e, a, 0) for e, a in people], strict=True)))
    for figure in ("gap_workers", "eligible_workers", "active_bpu"):
        assert (found[f"{figure}_low"] <= found[figure]).all()
        assert (found[figure] <= found[f"{figure}_high"]).all()
        assert (found[f"{figure}_low"] >= 0).all()


def test_regions_are_filtered_and_unknown_ones_named():
    frame = villages()
    assert in_regions(frame, ["16.01"]).all()
    assert in_regions(frame, None).all()
    with pytest.raises(PlanError, match=r"Region 99 is not in the data. Use the code of a province \(16\)"):
        in_regions(frame, ["16", "99"])
