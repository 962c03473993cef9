"""What the page of the agents shows: who works, what they hold, their load, targets, and how long without result."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import REGENCY_CODE, VILLAGE_CODE
from planner.agent_results import REGISTERED, by_agent, quiet_by_agent
from planner.errors import PlanError
from planner.fair_targets import FairTargetParams
from planner.field.incentive import Incentive, incentive_on
from planner.field.quiet import Quiet
from planner.office_board import Board, Standing, board, standing
from planner.own_results import own_funnel, own_rates
from planner.params import Funnel
from planner.results import Learning
from planner.shielding import shielded
from planner.store import results
from planner.store.agent_board import Staff, staff_on
from planner.store.engine import Engine, reading
from planner.territories.agents import AGENT
from planner.web import incentive_rules, visitor
from planner.web.data import in_region

OFFICE: Final = "office"


@dataclass(frozen=True)
class Seen:
    """What is shown of an office.

    Attributes
    ----------
    board
        Capacity and targets of the agents who are looked at.
    staff
        All who work for the office.
    rule
        The incentive of the day.
    registered
        New participants of the month so far by agent, as own visits count them.
    quiet
        How long without result, by agent.
    day
        The day.
    refused
        Why the total that was asked for cannot be shared; the usual one is shared instead.
    rules_refused
        Why the office's own rules of the incentive cannot be used; the shipped ones hold instead.
    asked
        What the board hangs on.
    """

    board: Board
    staff: Staff
    rule: Incentive
    registered: dict[str, int]
    quiet: dict[str, Quiet]
    day: date
    refused: PlanError | None = None
    rules_refused: DataError | None = None
    asked: "_Asked | None" = None


def staff_now(engine: Engine) -> Staff:
    """Return who works for the office today. Raises StoreError if the records cannot be read."""
    with reading(engine) as connection:
        return staff_on(connection, today())


def seen(layer: VillageLayer, staff: Staff, *, office: str, region: str, total: int) -> Seen:
    """Return what is shown.

    Parameters
    ----------
    layer
        The village layer.
    staff
        Who works for the office today.
    office
        Name of the office that is looked at; empty for all.
    region
        Code of the province or regency that is looked at; empty for all in which somebody has a village.
    total
        New participants of the month that are shared; 0 for the incentive of each agent.
    """
    day = today()
    rules, broken = incentive_rules.in_use(day)
    rule = incentive_on(day, rules)
    members = _members(layer, staff, office, region)
    asked = _Asked(
        owners=tuple(sorted(staff.owners().items())),
        codes=tuple(staff.agents[AGENT]),
        homes=tuple(staff.homes().items()),
        members=tuple(members),
        regions=_regions(layer, staff, members, office, region),
        per_agent=rule.bonus_participants,
        total=total,
        met=(len(staff.visits), int(staff.visits["met"].sum())),
    )
    refused = None
    try:
        found = _board(layer, staff, asked)
    except PlanError as error:
        refused, asked = error, replace(asked, total=0)
        found = _board(layer, staff, asked)
    codes = list(found.capacity.agents.index)
    counted = by_agent(staff.visits, codes, day, rule)[REGISTERED]
    return Seen(
        found,
        staff,
        rule,
        {str(code): int(people) for code, people in counted.items()},
        quiet_by_agent(staff.visits, staff.since(), codes, day, rule),
        day,
        refused,
        broken,
        asked,
    )


def outside(found: Seen, layer: VillageLayer) -> Seen:
    """Return the same with load and targets as files for outside may know them, see `planner.shielding.shielded`.

    Parameters
    ----------
    found, layer
        What is shown, and the layer it was made from; where nothing is few, ``found`` itself is returned.
    """
    safe = shielded(layer)
    if safe is layer or found.asked is None:
        return found
    villages = pd.DataFrame(safe.frame.drop(columns=safe.frame.geometry.name))
    funnel = _own_funnel(villages, visitor.records())
    here = _standing(villages, found.asked, found.staff.visits)
    try:
        told = _shared(here, found.asked, funnel)
    except PlanError:  # a total that is within reach by a few people only
        told = _shared(here, replace(found.asked, total=0), funnel)
    return replace(found, board=told)


def _members(layer: VillageLayer, staff: Staff, office: str, region: str) -> list[str]:
    """Return the agents of an office who have a village in the region, and where none is chosen those without."""
    names = staff.agents
    chosen = names.loc[names[OFFICE] == office, AGENT] if office else names[AGENT]
    if not region:
        return sorted(chosen)
    there = set(layer.frame.loc[in_region(layer.frame, region), VILLAGE_CODE])
    here = staff.holds.loc[staff.holds["village_code"].isin(there), "agent_code"]
    return sorted(set(chosen) & set(here))


def _regions(layer: VillageLayer, staff: Staff, members: list[str], office: str, region: str) -> tuple[str, ...]:
    """Return where one looks: the region, or the regencies in which the agents of the office have a village."""
    if region or not office:
        return (region,) if region else ()
    own = staff.holds.loc[staff.holds["agent_code"].isin(members), "village_code"]
    return tuple(sorted(set(layer.frame.loc[layer.frame[VILLAGE_CODE].isin(own), REGENCY_CODE])))


@dataclass(frozen=True)
class _Asked:
    """All of the records that a board hangs on, but the funnel."""

    owners: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    homes: tuple[tuple[str, str], ...]
    members: tuple[str, ...]
    regions: tuple[str, ...]
    per_agent: int
    total: int
    met: tuple[int, int]


def _board(layer: VillageLayer, staff: Staff, asked: _Asked) -> Board:
    engine = visitor.records()
    version = results.version(engine)
    funnel = _st_funnel(layer.fingerprint, str(engine.url), version, layer, engine)
    return _st_board(layer.fingerprint, asked, version, layer, staff.visits, funnel)


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_funnel(
    fingerprint: str,  # noqa: ARG001  # part of the key
    database: str,  # noqa: ARG001  # part of the key
    version: str,  # noqa: ARG001  # part of the key
    _layer: VillageLayer,
    _engine: Engine,
) -> Funnel:
    """Return the funnel of own results, for the roles that may see all villages."""
    return _own_funnel(pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name)), _engine)


def _own_funnel(villages: pd.DataFrame, engine: Engine) -> Funnel:
    return own_funnel(own_rates(results.read(engine).records, villages, Funnel(), Learning()))


@st.cache_resource(max_entries=8, show_spinner=False)
def _st_board(
    fingerprint: str,
    asked: _Asked,
    version: str,  # noqa: ARG001  # part of the key
    _layer: VillageLayer,
    _visits: pd.DataFrame,
    _funnel: Funnel,
) -> Board:
    """Figures of an office, for the roles that may see all of them."""
    here = _st_standing(fingerprint, replace(asked, total=0, per_agent=0), _layer, _visits)
    return _shared(here, asked, _funnel)


@st.cache_resource(max_entries=8, show_spinner=False)
def _st_standing(
    fingerprint: str,  # noqa: ARG001  # part of the key
    asked: _Asked,
    _layer: VillageLayer,
    _visits: pd.DataFrame,
) -> Standing:
    """Return what no target changes."""
    return _standing(pd.DataFrame(_layer.frame.drop(columns=_layer.frame.geometry.name)), asked, _visits)


def _standing(villages: pd.DataFrame, asked: _Asked, visits: pd.DataFrame) -> Standing:
    return standing(
        villages,
        dict(asked.owners),
        asked.codes,
        regions=asked.regions or None,
        members=asked.members,
        homes=dict(asked.homes),
        visits=visits,
        params=FairTargetParams(),
    )


def _shared(here: Standing, asked: _Asked, funnel: Funnel) -> Board:
    return board(here, total=asked.total or None, per_agent=asked.per_agent, funnel=funnel)
