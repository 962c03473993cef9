"""What is said of a division, compared with what can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.territories.agents import made, numbered
from planner.territories.anneal import _Search, anneal
from planner.territories.divide import divide
from planner.territories.graph import land_graph
from planner.territories.load import HOURS, TRAVEL_HOURS, VISITS, workload
from planner.territories.params import WorkloadParams
from planner.territories.pieces import Aims, Pieces
from planner.territories.places import sphere_km
from planner.territories.report import changed, compactness, pieces_by_agent, quality
from planner.territories.wording import compared, told
from tests.planner.territories.villages import QUICK, code, grid, pairs


def test_work_is_visits_and_the_ways_between_them():
    frame = grid(1, 3, people=[100, 1000, 100_000]).assign(area_km2=[4.0, 16.0, None])
    params = WorkloadParams(workers_per_visit=400.0, visits_least=1.0, visits_most=8.0, hours_per_visit=2.0)
    work = workload(frame, params)
    assert work[VISITS].tolist() == [1.0, 2.5, 8.0]
    km = [0.7124 * side * 1.4 for side in (2.0, 4.0, 10**0.5)]  # the third has the mean of its district
    assert work[TRAVEL_HOURS].tolist() == pytest.approx([1 * km[0] / 28, 2.5 * km[1] / 28, 8 * km[2] / 28])
    assert work[HOURS].tolist() == pytest.approx((work[VISITS] * 2 + work[TRAVEL_HOURS]).tolist())


def test_a_village_without_figure_has_the_median_of_the_others():
    frame = grid(1, 4, people=[400, 800, 1200, 0])
    frame["eligible_workers"] = pd.array([400, 800, 1200, None], dtype="Float64")
    frame.loc[3, "eligible_workers_basis"] = None
    assert workload(frame, WorkloadParams())[VISITS].tolist() == [1.0, 2.0, 3.0, 2.0]


def test_a_corner_is_no_border():
    frame = grid(2, 2)
    graph = land_graph(frame, pairs(frame))
    assert len(graph.pairs) == 4
    assert graph.neighbours() == [[1, 2], [0, 3], [0, 3], [1, 2]]


def test_the_proof_finds_an_area_in_two_pieces():
    frame = grid(1, 5)
    graph = land_graph(frame, pairs(frame))
    owners = dict(zip(frame["village_code"], "ABABB", strict=True))
    assert pieces_by_agent(graph, owners) == {"A": 2, "B": 2}
    found = divide(frame, pairs(frame), numbered(2), QUICK)
    torn = replace(found, agent=np.array([0, 1, 0, 1, 1]))
    assert quality(torn).disconnected == 2
    assert any("2 areas are not connected: A-01, A-02" in line for line in told(torn, quality(torn), "en"))


def test_compactness_of_known_shapes():
    one = compactness(np.zeros((1, 2)), np.array([7.0]), np.array([0]), 1)
    assert one == pytest.approx([1.0])  # a village counts as a disc
    side = 60
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    square = compactness(
        np.column_stack([x.ravel(), y.ravel()]).astype(float), np.ones(side**2), np.zeros(side**2, int), 1
    )
    assert square == pytest.approx([3 / np.pi], rel=1e-3)  # A^2 / (2 pi I) with I = A^2 / 6
    line = compactness(np.column_stack([np.arange(50.0), np.zeros(50)]), np.ones(50), np.zeros(50, int), 1)
    assert line[0] < 0.05


def test_figures_of_areas_add_up():
    frame = grid(3, 4, people=range(400, 1600, 100))
    homes = [code(0, 0), code(2, 3)]
    found = divide(frame, pairs(frame), made(["P", "Q"], homes, frame), QUICK)
    areas = quality(found).areas
    assert areas["villages"].sum() == 12
    assert areas[HOURS].sum() == pytest.approx(found.ground.work[HOURS].sum())
    assert (areas["deviation_pct"] * areas[HOURS].mean()).sum() == pytest.approx(0, abs=1e-6)
    own = frame[frame["village_code"].map(found.assignment) == "P"]
    points = own[["longitude", "latitude"]].to_numpy()
    away = sphere_km(frame.loc[[0], ["longitude", "latitude"]].to_numpy(), points)[0]
    hours = found.ground.work[HOURS].to_numpy()[own.index]
    assert areas.loc["P", "home_km"] == pytest.approx((away * hours).sum() / hours.sum())


def test_split_districts_are_counted():
    frame = grid(2, 4)
    found = divide(frame, pairs(frame), numbered(2), QUICK)
    by_row = replace(found, agent=np.repeat([0, 1], 4))
    by_column = replace(found, agent=np.tile([0, 0, 1, 1], 2))
    assert quality(by_row).district_splits == 0
    assert quality(by_column).splits["agents"].tolist() == [2, 2]
    assert quality(by_column).district_splits == 2


def test_changes_against_the_assignment_until_now():
    now = pd.Series({"a": "X", "b": "Y", "c": "Y"}, name="agent_code", dtype="str")
    table = changed({"a": "X", "b": "X"}, now, pd.Series({"a": 1.0, "b": 2.0, "c": 3.0}))
    assert table["village_code"].tolist() == ["b", "c"]
    assert table["from_agent"].tolist()[0] == "X"
    assert pd.isna(table["from_agent"].tolist()[1])
    assert table[HOURS].tolist() == [2.0, 3.0]


def test_comparison_in_words():
    frame = grid(1, 4)
    found = divide(frame, pairs(frame), numbered(2), QUICK)
    worse = replace(found, agent=np.array([0, 1, 1, 1]))
    line = compared(quality(worse), quality(found), pd.DataFrame(index=range(1)), "en")
    assert "1 villages change hands; largest deviation 50.0% becomes 0.0%" in line


def test_the_sums_that_the_search_keeps_are_those_of_its_areas():
    frame = grid(6, 6, people=range(400, 4000, 100))
    graph = land_graph(frame, pairs(frame))
    load = workload(frame, WorkloadParams())[HOURS].to_numpy()
    xy = np.array([(i % 6, i // 6) for i in range(36)], dtype=float)
    pieces = Pieces(graph.neighbours(), load, xy[:, 0], xy[:, 1], np.arange(36) // 6)
    part = np.array([(i % 6) // 3 + 2 * (i // 18) for i in range(36)])
    mean = load.sum() / 4
    nowhere = np.full(4, np.nan)
    aims = Aims(np.full(4, 0.9 * mean), np.full(4, 1.1 * mean), mean, nowhere, nowhere, district_weight=1.0)
    search = _Search(pieces, part, aims, np.zeros(36, dtype=bool))
    search.run(20_000, (0.05, 0.001), np.random.default_rng(1))
    anew = _Search(pieces, np.array(search.part), aims, np.zeros(36, dtype=bool))
    for name in ("area_load", "area_x", "area_y", "area_xy", "area_count"):
        assert getattr(search, name) == pytest.approx(getattr(anew, name)), name
    assert search.energy == pytest.approx([search.energy_of(area) for area in range(4)])
    assert {k: v for k, v in search.held.items() if v} == anew.held
    assert (
        search.part
        == anneal(
            pieces, part, aims, moves=20_000, heat=(0.05, 0.001), seed=1, locked=np.zeros(36, dtype=bool)
        ).tolist()
    )
