from dataclasses import replace

import numpy as np
import pytest

from planner.errors import PlanError
from planner.selection.candidates import candidates
from planner.selection.params import SelectionParams
from planner.surroundings import neighbours_of
from planner.village_launch import launch_in
from planner.village_page.figures import expected
from tests.planner.selection.villages import frame, ranking, ranking_of, surroundings

OFFICES = surroundings().offices


def test_a_launch_brings_and_costs_what_the_selection_counts_with() -> None:
    table = candidates(ranking(), surroundings(), SelectionParams(launches=1, again=True)).table
    for row in table.to_dict("records"):
        launch = launch_in(ranking().scores, row["village_code"], OFFICES)
        for figure, name in ((launch.registrations, "expected_registrations"), (launch.active, "expected_active")):
            assert figure == (row[name], row[f"{name}_low"], row[f"{name}_high"])
            assert figure.low <= figure.value <= figure.high
        assert launch.cost_idr.value == row["launch_cost_idr"]
        assert launch.cost_idr.low < launch.cost_idr.value < launch.cost_idr.high
        assert (launch.office, launch.office_basis) == (row["branch"], row["branch_basis"])
        assert launch.office_km >= launch.nearest_km


def test_a_village_without_point_costs_as_much_as_the_others_and_has_no_distance() -> None:
    villages = frame().copy()
    villages.loc[villages.index[0], ["longitude", "latitude"]] = np.nan
    scores = ranking_of(villages).scores
    launch = launch_in(scores, villages["village_code"].iloc[0], OFFICES)
    assert launch.nearest_km is None
    assert launch.office_km is None
    assert launch.office
    others = [launch_in(scores, code, OFFICES).cost_idr.value for code in villages["village_code"].iloc[1:]]
    assert launch.cost_idr.value == pytest.approx(np.median(others), abs=1)


def test_without_offices_nobody_serves() -> None:
    launch = launch_in(ranking().scores, frame()["village_code"].iloc[0], OFFICES.iloc[:0])
    assert launch.office is None
    assert launch.office_km is None


def test_an_unknown_village_is_refused() -> None:
    with pytest.raises(PlanError, match="no village"):
        launch_in(ranking().scores, "99.99.99.9999", OFFICES)


def test_neighbours_stand_on_either_side_of_a_pair_and_the_longest_border_first() -> None:
    pairs = surroundings().pairs
    code = pairs["village_code_a"].iloc[0]
    found = neighbours_of(pairs, code)
    touching = pairs[(pairs["village_code_a"] == code) | (pairs["village_code_b"] == code)]
    assert len(found) == len(touching)
    assert code not in set(found["village_code"])
    assert found["shared_km"].is_monotonic_decreasing
    for other in found["village_code"]:
        assert code in set(neighbours_of(pairs, other)["village_code"])
    assert neighbours_of(pairs, "99.99.99.9999").empty


@pytest.mark.parametrize(
    ("serving", "nearest", "told"),
    [(41.26, 12.0, "41,3 km garis lurus; kantor terdekat yang lain 12,0 km"), (12.0, 12.0, "12,0 km garis lurus")],
)
def test_two_distances_are_told_apart(serving: float, nearest: float, told: str) -> None:
    village = ranking().scores.criteria.villages.iloc[0]
    launch = launch_in(ranking().scores, village["village_code"], OFFICES)
    facts = expected(replace(launch, office_km=serving, nearest_km=nearest), {"gate": "unknown"}, "id")
    assert told in [fact.span for fact in facts]
