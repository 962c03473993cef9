"""The areas agents have now, as a division: to look at, and to change by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.contiguity import VILLAGE_CODE_A, VILLAGE_CODE_B
from planner.errors import PlanError
from planner.territories.agents import AGENT
from planner.territories.divide import Territories, as_they_are
from planner.territories.graph import Graph, Link
from planner.territories.ground import ground
from planner.territories.islands import Islands, groups, sea_linked
from planner.territories.params import TerritoryParams


def as_assigned(
    villages: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    agents: pd.DataFrame,
    current: Mapping[str, str],
    params: TerritoryParams,
    *,
    allow: Sequence[Link] = (),
    forbid: Sequence[Link] = (),
) -> Territories:
    """Return an assignment as a division, as it is: nothing is moved, and areas may lie in several pieces.

    Parameters
    ----------
    villages, pairs, agents, params, allow, forbid
        As for `planner.territories.divide.divide`; agents without villages may be among them.
    current
        Agent of each village code. Villages without one, and those of agents who are not there, are left out.

    Raises
    ------
    PlanError
        As `divide`; or if none of the villages has one of the agents.
    """
    agents = agents.sort_values(AGENT, ignore_index=True)
    found = ground(villages, pairs, params, allow=allow, forbid=forbid)
    grown, joined = sea_linked(found.graph, villages, found.load, len(agents), params=params, forbid=found.forbid)
    names = [current.get(code, "") for code in found.graph.codes.tolist()]
    owner = np.asarray(pd.Index(agents[AGENT]).get_indexer(pd.Index(names)), dtype=np.intp)
    held = owner >= 0
    if not held.any():
        raise PlanError("territories.assignment_elsewhere")
    graph = _within(grown, held)
    own = replace(
        found, villages=gpd.GeoDataFrame(_kept(found.villages, held)), work=_kept(found.work, held), graph=graph
    )
    group, load = groups(graph, own.load)
    drawn = joined[joined[[VILLAGE_CODE_A, VILLAGE_CODE_B]].isin(graph.codes).all(axis=1)].reset_index(drop=True)
    part = owner[held]
    islands = as_they_are(Islands(graph, group, np.ones(len(load), dtype=np.intp), load, drawn), part, group)
    return Territories(own, islands, agents, part, {})


def _kept(frame: pd.DataFrame, held: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return frame[held].reset_index(drop=True)


def _within(graph: Graph, held: npt.NDArray[np.bool_]) -> Graph:
    """Return the part of a graph that has some of its villages only."""
    place = np.cumsum(held) - 1
    both = held[graph.pairs].all(axis=1)
    return Graph(graph.codes[held], np.asarray(place[graph.pairs[both]], dtype=np.intp), graph.kind[both])
