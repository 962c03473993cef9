"""Which villages are divided: those of a branch office, of a region, of a plan, or of an assignment until now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geodata.contiguity import SHARED_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.offices import OFFICE_NAME, read_offices, serving_office
from geodata.schema import DISTRICT_CODE, VILLAGE_CODE
from planner.errors import PlanError
from planner.params import Floats
from planner.territories.agents import AGENT, HOME
from planner.territories.graph import Link, Positions, land_graph
from planner.territories.places import on_plane, points_of
from planner.uploads.columns import plain


@dataclass(frozen=True)
class Chosen:
    """Villages of a plan, ready to be divided.

    Attributes
    ----------
    villages
        Those of the plan, rows of the layer.
    pairs
        Which of them are next to each other, with the columns of `geodata.contiguity.neighbours`.
    outside
        Codes of the plan that are not among the villages asked for.
    """

    villages: gpd.GeoDataFrame
    pairs: pd.DataFrame
    outside: tuple[str, ...]


def of_branch(villages: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the villages that a branch office serves.

    Parameters
    ----------
    villages
        All villages of the layer.
    name
        Name of the office, or a part of it that no other has.

    Raises
    ------
    PlanError
        If no office or several have that name.
    """
    serving = serving_office(villages, read_offices())[OFFICE_NAME]
    names = sorted(set(serving.dropna()))
    wanted = plain(name)
    found = [known for known in names if plain(known) == wanted] or [k for k in names if wanted and wanted in plain(k)]
    if len(found) != 1:
        key = "territories.branch_unknown" if not found else "territories.branch_several"
        raise PlanError(key, name=name[:60], known=", ".join(found or names))
    return villages[(serving == found[0]).to_numpy(bool)]


def office_of(villages: pd.DataFrame) -> str:
    """Return the whole name of the office that serves the villages of `of_branch`."""
    return str(serving_office(villages, read_offices())[OFFICE_NAME].iloc[0])


def agents_of(
    agents: pd.DataFrame, owners: Mapping[str, str], villages: Collection[str], office: str | None
) -> list[str]:
    """Return the agents of some villages: who has one or lives in one of them, or belongs to the office.

    Parameters
    ----------
    agents
        ``agent_code``, ``office`` and ``home_village_code``, the last two missing or empty where not known.
    owners
        Agent of each village code today.
    villages
        Codes of the villages.
    office
        Name of the office that serves them; nothing where they are no branch.
    """
    inside, wanted = set(villages), plain(office or "")
    holders = {agent for code, agent in owners.items() if code in inside}
    rows = zip(agents[AGENT], agents["office"], agents[HOME], strict=True)
    return [
        str(code)
        for code, name, home in rows
        if code in holders or home in inside or (wanted and isinstance(name, str) and plain(name) == wanted)
    ]


def of_assignment(villages: gpd.GeoDataFrame, current: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the villages of an assignment, and those of their districts that nobody has: they may be new.

    Raises
    ------
    PlanError
        If the layer has none of them.
    """
    own = villages[VILLAGE_CODE].isin(list(current))
    if not own.any():
        raise PlanError("territories.assignment_elsewhere")
    return villages[own | villages[DISTRICT_CODE].isin(villages.loc[own, DISTRICT_CODE])]


def of_plan(
    villages: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    codes: Sequence[str],
    *,
    allow: Sequence[Link] = (),
    forbid: Sequence[Link] = (),
) -> Chosen:
    """Return the villages of a plan, which seldom border on each other, with links through the villages in between.

    Every other village counts with the village of the plan that is nearest by way of borders and links; two villages
    of the plan are next to each other where their surroundings are (network Voronoi diagram: Okabe and others 2008,
    "Generalized network Voronoi diagrams"). So what hangs together by these links can be travelled through the
    villages in between, and nothing of them is divided.

    Parameters
    ----------
    villages
        Those that may lie in between, and those of the plan.
    pairs
        Neighbours as of `geodata.contiguity.neighbours`.
    codes
        Villages of the plan.
    allow, forbid
        As for `planner.territories.graph.land_graph`.

    Raises
    ------
    PlanError
        If none of them is there, or a link cannot be used.
    """
    own = villages[VILLAGE_CODE].isin(list(codes))
    if not own.any():
        raise PlanError("territories.plan_elsewhere")
    ordered = villages.sort_values(VILLAGE_CODE, ignore_index=True)
    graph = land_graph(ordered, pairs, allow=allow, forbid=forbid)
    nearest = _nearest(points_of(ordered), graph.pairs, np.flatnonzero(np.isin(graph.codes, list(codes))))
    ends = np.sort(nearest[graph.pairs], axis=1)
    ends = np.unique(ends[(ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])], axis=0)
    linked = pd.DataFrame({VILLAGE_CODE_A: graph.codes[ends[:, 0]], VILLAGE_CODE_B: graph.codes[ends[:, 1]]})
    known = set(villages[VILLAGE_CODE])
    return Chosen(villages[own], linked.assign(**{SHARED_KM: 1.0}), tuple(sorted(set(codes) - known)))


def _nearest(points: Floats, pairs: Positions, chosen: Positions) -> Positions:
    """Return the chosen village nearest to each village by way of the links; -1 where none can be reached."""
    a, b = pairs.T
    places = on_plane(points, latitude=float(np.nanmean(points[:, 1])))
    km = np.linalg.norm(places[a] - places[b], axis=1)
    graph = coo_array((np.maximum(km, 1e-3), (a, b)), shape=(len(points), len(points))).tocsr()
    _, _, sources = dijkstra(graph, directed=False, indices=chosen, min_only=True, return_predecessors=True)
    return np.asarray(np.where(sources < 0, -1, sources), dtype=np.intp)
