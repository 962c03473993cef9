"""How good a division is: balance, connection proved anew, compactness, travel, districts split, what changes."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import AREA_KM2, DISTRICT_CODE, DISTRICT_NAME, VILLAGE_CODE
from planner.params import Floats
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.graph import Graph
from planner.territories.load import HOURS, TRAVEL_HOURS, VISITS
from planner.territories.pieces import Parts
from planner.territories.places import points_of, sphere_km

VILLAGES: Final = "villages"
DEVIATION: Final = "deviation_pct"
FORCED: Final = "forced_pct"
PIECES: Final = "pieces"
COMPACTNESS: Final = "compactness"
CENTRE_KM: Final = "centre_km"
HOME_KM: Final = "home_km"
HOME_INSIDE: Final = "home_inside"
DISTRICTS: Final = "districts"


@dataclass(frozen=True)
class Quality:
    """How good a division is.

    Attributes
    ----------
    areas
        One row per agent, index ``agent_code``: ``villages``, ``visits_per_month``, ``travel_hours``,
        ``hours_per_month``, ``deviation_pct`` (from the mean hours of all), ``forced_pct`` (the part of it that the
        islands force), ``pieces`` (1 where connected), ``compactness`` (0 to 1, 1 for a disc), ``centre_km`` (mean way
        to the middle, by hours), ``home_km`` (mean way from home, by hours; missing without home), ``home_inside``,
        ``districts``.
    splits
        Districts with several agents: ``district_code``, ``district_name``, ``agents``.
    """

    areas: pd.DataFrame
    splits: pd.DataFrame

    @property
    def largest_deviation_pct(self) -> float:
        """Largest deviation of an agent's hours from the mean, percent, without regard to its sign."""
        return float(self.areas[DEVIATION].abs().max())

    @property
    def disconnected(self) -> int:
        """Number of areas in more than one piece."""
        return int((self.areas[PIECES] > 1).sum())

    @property
    def district_splits(self) -> int:
        """Sum over districts of their agents less one."""
        return int((self.splits["agents"] - 1).sum())

    def mean_km(self, column: str) -> float:
        """Return a mean over all areas, weighted by hours; missing where no area has it."""
        known = self.areas[column].notna()
        hours = self.areas.loc[known, HOURS]
        return float((self.areas.loc[known, column] * hours).sum() / hours.sum()) if known.any() else float("nan")


def quality(found: Territories) -> Quality:
    """Return how good a division is."""
    count = len(found.agents)
    part, work = found.agent, found.ground.work
    sums = {name: np.bincount(part, weights=work[name], minlength=count) for name in (VISITS, TRAVEL_HOURS, HOURS)}
    group = pd.Series(found.islands.group).groupby(part).first().reindex(range(count)).to_numpy()
    forced = np.where(np.isfinite(group), 100 * found.islands.forced[np.nan_to_num(group).astype(int)], 0.0)
    hours = sums[HOURS]
    away = _away_from_home(found)
    districts = pd.DataFrame({"agent": part, "district": found.ground.villages[DISTRICT_CODE]}).drop_duplicates()
    areas = pd.DataFrame(
        {
            VILLAGES: np.bincount(part, minlength=count),
            **sums,
            DEVIATION: 100 * (hours / hours.mean() - 1),
            FORCED: forced,
            PIECES: _counted(found, part, count),
            COMPACTNESS: compactness(found.ground.places, _land(found), part, count),
            CENTRE_KM: _centre_km(found.ground.places, found.ground.load, part, count),
            HOME_KM: away,
            HOME_INSIDE: _home_inside(found),
            DISTRICTS: districts.groupby("agent").size().reindex(range(count), fill_value=0).to_numpy(),
        },
        index=pd.Index(found.agents[AGENT], name=AGENT),
    )
    return Quality(areas, split_districts(found.ground.villages, found.assignment))


def pieces_by_agent(graph: Graph, assignment: Mapping[str, str]) -> dict[str, int]:
    """Return in how many pieces each agent's villages lie: a proof by breadth-first search over the links alone.

    It shares nothing with the search that made the areas, so that it can find that one wrong.

    Parameters
    ----------
    graph
        Villages and links.
    assignment
        Agent of each village code.
    """
    near: dict[str, list[str]] = {code: [] for code in assignment}
    for a, b in graph.codes[graph.pairs].tolist():
        if a in near and b in near and assignment[a] == assignment[b]:
            near[a].append(b)
            near[b].append(a)
    pieces: dict[str, int] = {}
    seen: set[str] = set()
    for code in sorted(near):
        if code in seen:
            continue
        pieces[assignment[code]] = pieces.get(assignment[code], 0) + 1
        waiting = deque([code])
        seen.add(code)
        while waiting:
            for other in near[waiting.popleft()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return pieces


def compactness(places_km: Floats, area_km2: Floats, part: Parts, areas: int) -> Floats:
    """Return the compactness of areas by their moment of inertia: 1 for a disc, towards 0 for long or torn shapes.

    Li, Goodchild and Church 2013, "An efficient measure of compactness for two-dimensional shapes and its application
    in regionalization problems"; each village counts as a disc.

    Parameters
    ----------
    places_km, area_km2
        Shapes (n, 2) and (n,): places on a plane and land of the villages.
    part, areas
        Area of each village, and how many areas there are.
    """
    sums = np.maximum(np.bincount(part, weights=area_km2, minlength=areas), 1e-12)
    middles = np.column_stack([np.bincount(part, weights=area_km2 * p, minlength=areas) / sums for p in places_km.T])
    squares = ((places_km - middles[part]) ** 2).sum(axis=1)
    inertia = np.bincount(part, weights=area_km2 * squares + area_km2**2 / (2 * np.pi), minlength=areas)
    return np.asarray(np.minimum(sums**2 / (2 * np.pi * np.maximum(inertia, 1e-12)), 1.0))


def split_districts(villages: pd.DataFrame, agent: "pd.Series[str]") -> pd.DataFrame:
    """Return the districts with several agents, most agents first: code, name, number of agents."""
    table = pd.DataFrame({name: villages[name].to_numpy() for name in (DISTRICT_CODE, DISTRICT_NAME)})
    counted = (
        table.assign(agents=agent.to_numpy(str))
        .groupby([DISTRICT_CODE, DISTRICT_NAME])["agents"]
        .nunique()
        .reset_index()
    )
    return counted[counted["agents"] > 1].sort_values(
        ["agents", DISTRICT_CODE], ascending=[False, True], ignore_index=True
    )


def changed(before: Mapping[str, str], after: "pd.Series[str]", hours: "pd.Series[float]") -> pd.DataFrame:
    """Return the villages that change hands.

    Parameters
    ----------
    before
        Agent of each village code until now; villages may be missing.
    after
        Agent of each village from now on; index: village codes.
    hours
        Hours a month of each village; index: village codes.

    Returns
    -------
    Columns ``village_code``, ``from_agent`` (missing for a village nobody had), ``agent_code``, ``hours_per_month``,
    by code.
    """
    was = after.index.to_series().map(pd.Series(dict(before), dtype="str"))
    other = (was.isna() | (was != after)).to_numpy(bool)
    table = pd.DataFrame(
        {
            VILLAGE_CODE: after.index.to_numpy(str),
            "from_agent": was.to_numpy(),
            AGENT: after.to_numpy(str),
            HOURS: hours.reindex(after.index).to_numpy(np.float64),
        }
    )
    return table[other].reset_index(drop=True)


def _counted(found: Territories, part: Parts, count: int) -> Parts:
    codes = found.ground.graph.codes.tolist()
    names = [str(agent) for agent in range(count)]
    pieces = pieces_by_agent(found.ground.graph, dict(zip(codes, (names[t] for t in part.tolist()), strict=True)))
    return np.array([pieces.get(name, 0) for name in names], dtype=np.intp)


def _land(found: Territories) -> Floats:
    area = found.ground.villages[AREA_KM2].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isfinite(area), area, 0.0))


def _centre_km(places_km: Floats, load: Floats, part: Parts, areas: int) -> Floats:
    sums = np.maximum(np.bincount(part, weights=load, minlength=areas), 1e-12)
    middles = np.column_stack([np.bincount(part, weights=load * p, minlength=areas) / sums for p in places_km.T])
    away = np.linalg.norm(places_km - middles[part], axis=1)
    return np.asarray(np.bincount(part, weights=load * away, minlength=areas) / sums)


def _away_from_home(found: Territories) -> Floats:
    homes = points_of(found.agents)
    villages, load = points_of(found.ground.villages), found.ground.load
    result = np.full(len(homes), np.nan)
    for agent in np.flatnonzero(np.isfinite(homes).all(axis=1)).tolist():
        own = found.agent == agent
        if own.any():
            km = sphere_km(homes[[agent]], villages[own])[0]
            result[agent] = float((km * load[own]).sum() / load[own].sum())
    return result


def _home_inside(found: Territories) -> pd.array:  # type: ignore[valid-type]
    home = found.agents["home_village_code"]
    owner = home.map(found.assignment)
    inside = (owner == found.agents[AGENT]).astype("boolean").where(home.notna())
    return inside.array
