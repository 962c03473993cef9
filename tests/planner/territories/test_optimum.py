"""Divisions whose best balance is known: by hand, and for small grids by trying every one."""

from itertools import product

import numpy as np
import pytest

from planner.territories.agents import numbered
from planner.territories.divide import divide
from planner.territories.rebalance import rebalance
from planner.territories.report import quality
from tests.planner.territories.villages import both, code, connected, grid, pairs, params

PLAIN = params(district_weight=0.0)


def worst(frame, agents, **more):
    found = divide(frame, pairs(frame), numbered(agents), PLAIN, **more)
    assert quality(found).disconnected == 0
    return quality(found).largest_deviation_pct


def test_a_ring_is_cut_into_equal_arcs():
    ring = grid(5, 5)
    row, column = (np.arange(25) // 5, np.arange(25) % 5)
    ring = ring[(row % 4 == 0) | (column % 4 == 0)]  # the 16 squares around
    assert worst(ring, 4) == pytest.approx(0)
    assert worst(ring, 8) == pytest.approx(0)


def two_blocks():
    return both(grid(3, 3), grid(3, 3, origin=(104.2, -3.0), regency="16.02"))


@pytest.mark.parametrize(("agents", "best"), [(2, 0), (3, 0), (6, 0), (4, 100 / 9)])
def test_two_blocks_with_a_bridge(agents, best):
    """Nine and nine villages; of three areas of six the middle one goes over the bridge; four are 5 + 4 and 5 + 4."""
    bridge = (code(0, 2), code(0, 0, regency="16.02"))
    assert worst(two_blocks(), agents, allow=[bridge]) == pytest.approx(best)


def test_a_star_cannot_be_balanced():
    """Arms that meet in one village: only one area has the middle, the others are arms or parts of them."""
    star = grid(5, 5)
    row, column = (np.arange(25) // 5, np.arange(25) % 5)
    star = star[(row == 2) | (column == 2)]  # four arms of two and the middle
    assert worst(star, 4) == pytest.approx(100 / 3)  # 3 + 2 + 2 + 2 of a mean of 2.25
    assert worst(star, 5) == pytest.approx(100 * (1 - 1 / 1.8))  # 2 + 2 + 2 + 2 + 1 of a mean of 1.8


def best_balance(loads, columns, agents):
    """The least largest deviation of all divisions of a grid into connected areas, by trying every one."""
    count = len(loads)
    every = np.array(list(product(range(agents), repeat=count - 1)), dtype=np.int8)
    every = np.column_stack([np.zeros(len(every), dtype=np.int8), every])
    sums = np.stack([(loads * (every == t)).sum(axis=1) for t in range(agents)], axis=1)
    off = 100 * np.abs(sums / loads.sum() * agents - 1).max(axis=1)
    off[(sums == 0).any(axis=1)] = np.inf
    for i in np.argsort(off, kind="stable"):
        if all(whole(set(np.flatnonzero(every[i] == t).tolist()), columns) for t in range(agents)):
            return off[i]
    return np.inf


def whole(cells, columns):
    reached, waiting = set(), [min(cells)]
    while waiting:
        cell = waiting.pop()
        if cell in reached or cell not in cells:
            continue
        reached.add(cell)
        beside = [cell - columns, cell + columns]
        waiting += beside + [cell - 1] * (cell % columns > 0) + [cell + 1] * (cell % columns < columns - 1)
    return reached == cells


@pytest.mark.parametrize("seed", range(10))
def test_small_grids_are_as_balanced_as_can_be_or_within_the_limit(seed):
    agents = 2 + seed % 2
    frame = grid(3, 3, people=400 * np.random.default_rng(seed).integers(1, 9, 9))
    found = divide(frame, pairs(frame), numbered(agents), PLAIN)
    assert connected(frame, found.assignment)
    best = best_balance(found.ground.load, 3, agents)
    assert quality(found).largest_deviation_pct <= max(PLAIN.limit_pct, best) + 1e-6


def test_on_a_chain_the_neighbour_keeps_as_many_villages_as_can_be():
    """Three areas of four are left; the only neighbour, who has 4 to 6, keeps two of them as 5 to 8, else one."""
    chain = grid(1, 12)
    now = {code(0, i): f"A-{i // 3 + 1:02d}" for i in range(12)}
    after = rebalance(chain, pairs(chain), numbered(4).iloc[1:], now, PLAIN)
    assert quality(after.territories).largest_deviation_pct == pytest.approx(0)
    assert (after.neighbours, after.neighbour_changes, after.neighbour_villages) == (("A-02",), 1, 3)


def test_who_is_further_out_reaches_a_corner_by_a_strip():
    """The only neighbour has 8 of 24 villages around a corner of 4; he keeps at least three quarters of them."""
    frame = grid(6, 6)
    row, column = np.arange(36) // 6, np.arange(36) % 6
    ring = np.maximum(row, column) // 2  # 4, 12 and 20 villages in nested corners
    owner = np.where(ring == 2, np.where(row >= 4, np.where(column < 3, 2, 3), 4), ring)
    now = {village: f"A-{agent + 1:02d}" for village, agent in zip(frame["village_code"], owner, strict=True)}
    after = rebalance(frame, pairs(frame), numbered(5).iloc[1:], now, params(rebalance_limit_pct=40.0))
    assert after.neighbours == ("A-02",)
    assert after.neighbour_share <= 0.25
    assert quality(after.territories).disconnected == 0
    assert quality(after.territories).largest_deviation_pct <= 40
