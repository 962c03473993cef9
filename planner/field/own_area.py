"""All that an agent's pages and the offline pack show, of the own villages only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.schema import (
    ACTIVE_BPU,
    INACTIVE_BPU,
    LATITUDE,
    LONGITUDE,
    REGENCY_CODE,
    VILLAGE_CODE,
    VILLAGE_NAME,
    basis,
    high,
    low,
)
from planner.coverage import COVERAGE, GAP, gap
from planner.errors import PlanError
from planner.field.follow_up import follow_ups
from planner.field.incentive import Incentive, incentive_on
from planner.field.month import MonthCounter, count_month
from planner.field.quiet import Quiet, quiet
from planner.tariffs import contribution_idr, monthly_idr
from planner.territories.graph import land_graph

LAND: Final = "land"
FROM_ON, MONTH, ACTIVE, INACTIVE, LAST_VISIT_ON = "from_on", "month", "active", "inactive", "last_visit_on"
_OWNED: Final = (FROM_ON, MONTH, ACTIVE, INACTIVE, LAST_VISIT_ON)


@dataclass(frozen=True)
class Home:
    """Where the days of an agent begin; maybe a village of somebody else, so that its code is not kept here.

    Attributes
    ----------
    name
        Name of the village.
    longitude, latitude
        Its point, degrees.
    regency_code
        For the speed on the way.
    land
        As the column ``land`` of the villages.
    """

    name: str
    longitude: float
    latitude: float
    regency_code: str
    land: int


@dataclass(frozen=True)
class OwnArea:
    """One agent's area and work on a day.

    Attributes
    ----------
    agent
        Code of the agent.
    made_on
        The day.
    villages
        The own villages and no others, by code: the columns of the layer and the outline; ``gap_workers`` and
        ``coverage_pct`` with range and basis; ``from_on`` (since when), ``month``, ``active``, ``inactive`` (as last
        reported, missing where nothing was; they take the place of estimates in ``active_bpu``, gap and coverage),
        ``last_visit_on``; ``land`` (villages with the same number can be reached
        by land from each other). A village the layer lacks has its code as name and no figures.
    visits
        Own visits, newest first: ``village_code``, ``visited_on``, ``dusun``, ``met``, ``interested``, ``registered``,
        ``obstacle``.
    follow_ups
        As `planner.field.follow_up.follow_ups` gives them.
    month
        The month so far.
    quiet
        How long there has been no result.
    home
        Village code of the home, none if unknown. It may lie outside the area and then belongs to somebody else: not
        to be shown.
    home_place
        Where that is; none if unknown, or no village of the layer.
    dates
        Days on which a village must be visited, by code.
    incentive
        The rules of the day.
    """

    agent: str
    made_on: date
    villages: gpd.GeoDataFrame
    visits: pd.DataFrame
    follow_ups: pd.DataFrame
    month: MonthCounter
    quiet: Quiet
    home: str | None
    home_place: Home | None
    dates: Mapping[str, tuple[date, ...]]
    incentive: Incentive


def own_area(
    layer: gpd.GeoDataFrame,
    day: date,
    *,
    agent: str,
    owned: pd.DataFrame,
    visits: pd.DataFrame,
    participants: pd.DataFrame,
    funded: pd.DataFrame,
    results: pd.DataFrame | None = None,
    since: date | None = None,
    home: str | None = None,
    dates: pd.DataFrame | None = None,
    incentives: tuple[Incentive, ...] | None = None,
    lands: "pd.Series[int] | None" = None,
) -> OwnArea:
    """Put an agent's area together.

    Parameters
    ----------
    layer
        Villages of the layer; others than the own ones and the home are not looked at.
    day
        The day.
    agent
        Code of the agent.
    owned
        Own villages: ``village_code``, ``from_on``, ``month``, ``active``, ``inactive``, ``last_visit_on``.
    visits
        Own visits: the columns of `OwnArea.visits`.
    participants, funded
        As for `planner.field.follow_up.follow_ups`; rows of other villages are left out.
    results
        How many were registered by day, also in villages that are another's now: ``visited_on``, ``registered``; the
        own visits if not given.
    since
        Day of the first village the agent ever had; the first of the present ones if not given.
    home
        Village code of the home.
    dates
        Days set by the office: ``village_code`` and ``on_day``.
    incentives
        Rules of the office; the shipped ones if not given.
    lands
        As `lands_of` gives them; all villages count as one land if not given.

    Raises
    ------
    PlanError
        If no incentive or no tariff holds on the day.
    """
    rules = incentive_on(day, incentives)
    codes = set(owned[VILLAGE_CODE])
    own, funds = (frame[frame[VILLAGE_CODE].isin(codes)] for frame in (participants, funded))
    newest = visits.sort_values("visited_on", ascending=False, kind="stable", ignore_index=True)
    counted = newest if results is None else results
    active = owned[ACTIVE].dropna()
    return OwnArea(
        agent,
        day,
        _villages(layer, owned, lands),
        newest,
        follow_ups(own, funds, day),
        count_month(
            counted,
            int(active.sum()) if len(active) else None,
            day,
            incentive=rules,
            tariff_idr=monthly_idr(day.replace(day=1), programme="jkk_jkm", payer="self"),
            year_idr=_year_idr(day),
        ),
        quiet(counted, since or _first_day(owned), day, rules),
        home,
        _home(layer, home, lands),
        _dates(dates, codes),
        rules,
    )


def _year_idr(day: date) -> int | None:
    """Return what one participant pays over twelve months; none where the table of tariffs ends before."""
    try:
        return contribution_idr(day, 12, programme="jkk_jkm", payer="self")
    except PlanError:
        return None


def lands_of(layer: pd.DataFrame, pairs: pd.DataFrame) -> "pd.Series[int]":
    """Return for every village of the layer, by code, on which land it lies: the same number hangs together by borders.

    The answer is the same as long as the layer is; keep it rather than asking again for each agent.

    Parameters
    ----------
    layer, pairs
        All villages and their neighbours, as for `planner.territories.graph.land_graph`.
    """
    graph = land_graph(layer, pairs)
    return pd.Series(graph.components(), index=pd.Index(graph.codes), name=LAND)


def _first_day(owned: pd.DataFrame) -> date | None:
    return None if owned.empty else pd.to_datetime(owned[FROM_ON]).min().date()


def _villages(layer: gpd.GeoDataFrame, owned: pd.DataFrame, lands: "pd.Series[int] | None") -> gpd.GeoDataFrame:
    given = owned[[VILLAGE_CODE, *_OWNED]].astype({VILLAGE_CODE: str}).sort_values(VILLAGE_CODE, ignore_index=True)
    mine = _with_reports(layer[layer[VILLAGE_CODE].isin(given[VILLAGE_CODE])], given)
    figures = gap(mine)
    shown = figures[[column for column in figures if str(column).startswith((GAP, COVERAGE))]]
    found = given.merge(mine.join(shown), how="left", on=VILLAGE_CODE)
    land = 0 if lands is None else found[VILLAGE_CODE].map(lands).fillna(-1).astype(int)
    named = found.assign(**{VILLAGE_NAME: found[VILLAGE_NAME].fillna(found[VILLAGE_CODE]), LAND: land})
    return gpd.GeoDataFrame(named, geometry="geometry", crs=layer.crs)


def _with_reports(villages: gpd.GeoDataFrame, owned: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return villages with the participants that were reported for them in place of estimates, as the gap counts."""
    reported = villages[[VILLAGE_CODE]].merge(owned, how="left", on=VILLAGE_CODE)
    taken = {}
    for column, name in ((ACTIVE_BPU, ACTIVE), (INACTIVE_BPU, INACTIVE)):
        counted = pd.Series(reported[name].array, index=villages.index)
        is_known = counted.notna()
        for end in (column, low(column), high(column)):
            taken[end] = villages[end].astype("Float64").mask(is_known, counted.astype("Float64"))
        taken[basis(column)] = villages[basis(column)].mask(is_known, "observed")
    return villages.assign(**taken)


def _home(layer: gpd.GeoDataFrame, home: str | None, lands: "pd.Series[int] | None") -> Home | None:
    rows = layer[layer[VILLAGE_CODE] == home]
    if rows.empty or rows[[LONGITUDE, LATITUDE]].isna().any(axis=None):
        return None
    row = rows.iloc[0]
    land = 0 if lands is None else int(lands.get(home, -1))
    return Home(str(row[VILLAGE_NAME]), float(row[LONGITUDE]), float(row[LATITUDE]), str(row[REGENCY_CODE]), land)


def _dates(dates: pd.DataFrame | None, codes: set[str]) -> dict[str, tuple[date, ...]]:
    if dates is None or dates.empty:
        return {}
    own = dates[dates[VILLAGE_CODE].isin(codes)]
    days = pd.to_datetime(own["on_day"]).dt.date
    return {str(code): tuple(sorted(set(found))) for code, found in days.groupby(own[VILLAGE_CODE])}
