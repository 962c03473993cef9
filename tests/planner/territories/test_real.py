"""Areas on official outlines: a branch around Palembang, the islands of Bangka Belitung. The workers are made up."""

import geopandas as gpd
import numpy as np
import pytest

from geodata.contiguity import neighbours
from geodata.outlines import clean
from geodata.readers.boundaries import read_boundaries
from planner.territories.agents import AGENT, numbered
from planner.territories.divide import divide
from planner.territories.params import TerritoryParams
from planner.territories.rebalance import rebalance
from planner.territories.report import quality
from tests.planner.territories.villages import described

pytestmark = pytest.mark.real
RULES = TerritoryParams(moves_per_village=150)


@pytest.fixture(scope="module")
def outlines(mirror):
    def read(*regencies):
        folder = next(mirror.glob(f"cahyadsn/wilayah_boundaries/*/db/kel/{regencies[0][:2]}"))
        files = sorted(file for file in folder.glob("*.sql") if file.stem.endswith(regencies))
        frame = clean(gpd.GeoDataFrame(read_boundaries(files).frame, crs="EPSG:4326")).frame
        people = np.random.default_rng(7).lognormal(7.0, 0.7, len(frame))
        return described(frame, people=people), neighbours(frame)

    return read


def test_a_branch_is_balanced_and_connected_and_stays_so_when_an_agent_leaves(outlines):
    frame, pairs = outlines("16.02", "16.10", "16.71")
    agents = numbered(32)
    found = divide(frame, pairs, agents, RULES)
    seen = quality(found)
    assert sorted(found.assignment.index) == sorted(frame["village_code"])
    assert (seen.areas["villages"] > 0).all()
    assert seen.disconnected == 0
    assert seen.largest_deviation_pct <= 8
    gone = found.assignment[found.assignment.index.str.startswith("16.71")].iloc[0]
    after = rebalance(frame, pairs, agents[agents[AGENT] != gone], found.assignment.to_dict(), RULES)
    seen = quality(after.territories)
    assert seen.disconnected == 0
    assert seen.largest_deviation_pct <= 10
    assert after.neighbour_share <= 0.25


def test_islands_have_agents_of_their_own_and_what_they_force_is_told_apart(outlines):
    frame, pairs = outlines("19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71")
    found = divide(frame, pairs, numbered(20), RULES)
    seen = quality(found)
    assert seen.disconnected == 0
    assert found.islands.agents.sum() == 20
    assert len(found.islands.agents) == 2  # Bangka, Belitung; smaller ones are linked to them
    off = seen.areas["deviation_pct"] - seen.areas["forced_pct"]
    assert off.abs().max() <= 8
