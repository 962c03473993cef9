"""What an office can do: agents and their load, agents per 1,000 workers in reach, districts without an agent.

Load is the hours that the villages of an agent call for against the hours there are, as the days of work that RV plans
(structures, rate, teams; Reveal). Workers in reach are the uncovered ones of villages that have an agent. An agent who
works in several places counts in each by the share of hours there, so that the sum over places is the number of agents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.distance import nearest_km
from geodata.schema import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    LATITUDE,
    LONGITUDE,
    REGENCY_CODE,
    REGENCY_NAME,
    VILLAGE_CODE,
)
from planner.coverage import GAP, gap
from planner.params import Floats
from planner.territories.agents import AGENT
from planner.territories.load import HOURS, VISITS, workload
from planner.territories.params import WorkloadParams

VILLAGES: Final = "villages"
WITHOUT: Final = "villages_without"
DISTRICTS: Final = "districts"
LOAD_PCT: Final = "load_pct"
DAYS: Final = "days_needed"
REACHABLE: Final = "reachable_workers"
AGENTS: Final = "agents"
SHARE: Final = "agent_share"
PER_1000: Final = "agents_per_1000"
NEAREST: Final = "nearest_agent"
NEAREST_KM: Final = "distance_km"
NEAREST_LOAD: Final = "nearest_load_pct"

_DAY_HOURS: Final = 8.0
_PLACE: Final = (LONGITUDE, LATITUDE)


@dataclass(frozen=True)
class Capacity:
    """What an office can do.

    Attributes
    ----------
    agents
        Index ``agent_code``, in the order that was given: ``villages``, ``districts``, ``visits_per_month``,
        ``hours_per_month``, ``days_needed`` (of eight hours), ``load_pct`` (of the hours there are),
        ``reachable_workers``, ``agents_per_1000`` of these (missing where there are none).
    districts, regencies
        One row per district or regency with villages, by code: its code and name, ``villages``, ``villages_without`` an
        agent, ``agents`` who have a village there, ``agent_share`` (agents by their hours there), ``gap_workers``,
        ``reachable_workers``, ``hours_per_month`` of all its villages, ``agents_per_1000`` workers in reach (missing
        where there are none).
    without_agent
        The districts in which nobody has a village, most uncovered workers first: as ``districts``, with
        ``regency_name``, ``nearest_agent``, ``distance_km`` (straight line from the middle of the district to the
        nearest village or home of that agent) and ``nearest_load_pct``; missing where no agent has a place.
    whole
        The same figures of all villages together.
    hours_available
        Hours an agent has in a month.
    """

    agents: pd.DataFrame
    districts: pd.DataFrame
    regencies: pd.DataFrame
    without_agent: pd.DataFrame
    whole: "pd.Series[float]"
    hours_available: float


def capacity(
    villages: pd.DataFrame,
    agent: "pd.Series[str]",
    codes: Sequence[str],
    *,
    hours_available: float,
    view: "pd.Series[bool] | None" = None,
    homes: pd.DataFrame | None = None,
    work: WorkloadParams | None = None,
) -> Capacity:
    """Return what the agents of an office can do in its villages.

    Parameters
    ----------
    villages
        Villages of the layer: codes and names of districts and regencies, points, workers and participants with ranges
        and bases, ``area_km2``.
    agent
        Index of ``villages``: code of its agent; missing or empty without one.
    codes
        The agents, each once; those without villages too.
    hours_available
        Hours an agent has in a month.
    view
        Index of ``villages``: which of them districts, regencies and the whole are told of; all by default. The load of
        an agent is that of all own villages, wherever they lie.
    homes
        Where agents live: ``agent_code``, ``longitude``, ``latitude`` (missing where not known).
    work
        Visits and their time.
    """
    table = _by_village(villages, agent, codes, work or WorkloadParams())
    agents = _agents(table, codes, hours_available)
    here = table if view is None else table[view.to_numpy(bool)]
    districts = _places(here, DISTRICT_CODE, DISTRICT_NAME)
    regencies = _places(here, REGENCY_CODE, REGENCY_NAME)
    alone = _suggested(table, districts[districts[AGENTS] == 0], agents, homes)
    whole = _places(here.assign(all="", every=""), "all", "every").drop(columns=["all", "every"])
    summed = whole.iloc[0] if len(whole) else whole.reindex([0]).iloc[0]
    return Capacity(agents, districts, regencies, alone, summed.astype("float64"), hours_available)


def _by_village(
    villages: pd.DataFrame, agent: "pd.Series[str]", codes: Sequence[str], work: WorkloadParams
) -> pd.DataFrame:
    names = (VILLAGE_CODE, DISTRICT_CODE, DISTRICT_NAME, REGENCY_CODE, REGENCY_NAME)
    owner = agent.astype("object").where(agent.notna(), "").astype("str")
    owner = owner.where(owner.isin(list(codes)), "")
    left = gap(villages)[GAP].astype("Float64").fillna(0.0).astype("float64")
    taken = owner != ""
    columns: dict[str, pd.Series[Any]] = {
        AGENT: owner,
        GAP: left,
        REACHABLE: left.where(taken, 0.0),
        WITHOUT: (~taken).astype("int64"),
        VILLAGES: pd.Series(1, villages.index),
        **{name: villages[name].astype("Float64").astype("float64") for name in _PLACE},
    }
    table = pd.DataFrame(villages[list(names)]).assign(**columns)
    hours = workload(villages, work)
    own = hours[HOURS].where(taken, 0.0)
    share = own / own.groupby(owner).transform("sum").where(taken)
    return table.assign(**{VISITS: hours[VISITS], HOURS: hours[HOURS], SHARE: share.fillna(0.0)})


def _agents(table: pd.DataFrame, codes: Sequence[str], available: float) -> pd.DataFrame:
    own = table[table[AGENT] != ""]
    sums = own.groupby(AGENT)[[VILLAGES, VISITS, HOURS, REACHABLE]].sum()
    sums = sums.assign(**{DISTRICTS: own.groupby(AGENT)[DISTRICT_CODE].nunique()})
    found = sums.reindex(pd.Index(list(codes), name=AGENT, dtype="str")).fillna(0.0)
    whole = found.astype(dict.fromkeys((VILLAGES, DISTRICTS, REACHABLE), "int64"))
    return whole.assign(
        **{
            DAYS: found[HOURS] / _DAY_HOURS,
            LOAD_PCT: 100 * found[HOURS] / available,
            PER_1000: 1000 / found[REACHABLE].where(found[REACHABLE] > 0),
        }
    )[[VILLAGES, DISTRICTS, VISITS, HOURS, DAYS, LOAD_PCT, REACHABLE, PER_1000]]


def _places(table: pd.DataFrame, code: str, name: str) -> pd.DataFrame:
    """Return the figures of places, by code."""
    grouped = table.groupby(code, sort=True)
    found = grouped.agg({name: "first", VILLAGES: "sum", WITHOUT: "sum", SHARE: "sum", GAP: "sum", REACHABLE: "sum"})
    found[HOURS] = grouped[HOURS].sum()
    seen = table[table[AGENT] != ""].groupby(code)[AGENT].nunique()
    found[AGENTS] = seen.reindex(found.index, fill_value=0)
    found[PER_1000] = 1000 * found[SHARE] / found[REACHABLE].where(found[REACHABLE] > 0)
    counts = dict.fromkeys((VILLAGES, WITHOUT, AGENTS, GAP, REACHABLE), "int64")
    columns = [code, name, VILLAGES, WITHOUT, AGENTS, SHARE, GAP, REACHABLE, HOURS, PER_1000]
    return found.reset_index().astype(counts)[columns]


def _suggested(
    table: pd.DataFrame, alone: pd.DataFrame, agents: pd.DataFrame, homes: pd.DataFrame | None
) -> pd.DataFrame:
    """Return districts with the agent who has a village or lives nearest to them."""
    grouped = table.groupby(DISTRICT_CODE)
    found = alone.join(grouped[[REGENCY_NAME]].first(), on=DISTRICT_CODE)
    middle = grouped[list(_PLACE)].mean().reindex(found[DISTRICT_CODE]).to_numpy(np.float64)
    known = [table.loc[table[AGENT] != "", [AGENT, *_PLACE]]]
    if homes is not None:
        known.append(homes.loc[homes[AGENT].isin(list(agents.index)), [AGENT, *_PLACE]])
    places = pd.concat(known).dropna().sort_values([AGENT, *_PLACE], ignore_index=True)
    names, km = _nearest(middle, places)
    load = agents[LOAD_PCT].reindex(names).to_numpy(np.float64)
    found[NEAREST] = pd.array(names, dtype="str")
    found = found.assign(**{NEAREST_KM: km, NEAREST_LOAD: load})
    return found.sort_values([GAP, DISTRICT_CODE], ascending=[False, True], ignore_index=True)


def _nearest(middle: Floats, places: pd.DataFrame) -> tuple[list[str | None], Floats]:
    """Return for each point the agent of the nearest place, and how far it is, km; of two as near the first by code."""
    codes = sorted(set(places[AGENT]))
    if not codes or not len(middle):
        return [None] * len(middle), np.full(len(middle), np.nan)
    away = np.column_stack(
        [nearest_km(middle, places.loc[places[AGENT] == code, list(_PLACE)].to_numpy(np.float64)) for code in codes]
    )
    known = np.asarray(np.isfinite(away).any(axis=1), dtype=bool)
    first = np.where(np.isfinite(away), away, np.inf).argmin(axis=1)
    names = [codes[i] if ok else None for i, ok in zip(first.tolist(), known.tolist(), strict=True)]
    return names, np.where(known, away[np.arange(len(middle)), first], np.nan)
