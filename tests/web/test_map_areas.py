"""Areas and picks: what the map is sent, what it tells back, and the colours of areas side by side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.territories.graph import Graph
from planner.web.area_colours import beside, classes, coloured
from planner.web.map_areas import Area, Picked, Picks, heard, sent
from tests.web.conftest import HOSTILE


def test_areas_and_picks_arrive_as_steps() -> None:
    told = sent([Area(HOSTILE[1], (4, 1))], Picks((3, 0), 7), 5)
    assert told == {"areas": [[HOSTILE[1], [1, 3]]], "picks": {"villages": [0, 3], "heard": 7}}
    assert sent((), None, 5) == {}


@pytest.mark.parametrize("wrong", [{"areas": [Area("A", [5])]}, {"areas": (), "picks": Picks([-1])}])
def test_positions_outside_the_layer_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="lie outside the 5 villages"):
        sent(wrong["areas"], wrong.get("picks"), 5)


@pytest.mark.parametrize(
    "drawing",
    [
        {},
        {"properties": {"village_code": "16"}},
        {"properties": {"picked": "x", "told": 1}},
        {"properties": {"picked": []}},
    ],
)
def test_what_is_no_pick_is_none(drawing: dict) -> None:
    assert heard(drawing) is None


def test_picks_are_texts_only() -> None:
    assert heard({"properties": {"picked": ["16.01.01.2001", 7], "told": 3}}) == Picked(("16.01.01.2001",), 3)


def grid_graph(side: int) -> Graph:
    at = np.arange(side * side).reshape(side, side)
    pairs = np.vstack([np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
                       np.column_stack([at[:-1].ravel(), at[1:].ravel()])])  # fmt: skip
    return Graph(np.array([f"{i:03}" for i in range(side * side)]), pairs, np.full(len(pairs), "border"))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5), min_size=25, max_size=25), st.integers(0, 24), st.integers(0, 5))
def test_areas_side_by_side_differ_and_a_move_keeps_colours_that_can_stay(agents, at, to) -> None:
    graph = grid_graph(5)
    assignment = {code: f"A-{agent}" for code, agent in zip(graph.codes.tolist(), agents, strict=True)}
    near = beside(graph, assignment)
    colours = coloured(near)
    after = beside(graph, {**assignment, graph.codes[at]: f"A-{to}"})
    again = coloured(after, colours)
    for found, around in ((colours, near), (again, after)):
        assert set(found) == set(around)
        assert all(found[one] != found[other] for one in around for other in around[one])
    assert coloured(near, colours) == colours


def test_a_village_without_agent_is_striped_inside_and_hidden_outside() -> None:
    assert classes(["1", "2", "3"], {"1": "A"}, {"A": "a"}, inside={"1", "2"}) == "a.-"
