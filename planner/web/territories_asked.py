"""What a division of villages among agents is asked with: region, agents, figures, links."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer
from geodata.offices import OFFICE_NAME, read_offices, serving_office
from planner.territories.agents import AGENT, HOME, made
from planner.territories.graph import Link
from planner.territories.params import TerritoryParams
from planner.web import data

OFFICE_SCOPE: Final = "kantor:"
"""Begins the name of a scope that is a branch office; others are codes of provinces and regencies."""

Pairs = tuple[tuple[str, str], ...]


class Asked(NamedTuple):
    """All that a division hangs on.

    Attributes
    ----------
    fingerprint
        Of the layer and what was counted in it.
    scope
        Branch office or region, see `OFFICE_SCOPE`; empty for all villages.
    agents
        Code and home of each agent; the home is empty where it is not known.
    params
        `TerritoryParams` as JSON.
    allow, forbid
        Links to add, and barriers.
    locks
        Village and agent; for a new division.
    current
        Village and agent, where it begins with an assignment; empty for a new division.
    """

    fingerprint: str
    scope: str
    agents: Pairs
    params: str
    allow: tuple[Link, ...] = ()
    forbid: tuple[Link, ...] = ()
    locks: Pairs = ()
    current: Pairs = ()

    @property
    def parameters(self) -> TerritoryParams:
        """The parameters."""
        return TerritoryParams.model_validate_json(self.params)

    def same_question(self, other: "Asked") -> bool:
        """Say whether two ask the same, whatever is locked."""
        return self._replace(locks=()) == other._replace(locks=())


def agent_table(pairs: Pairs, layer: VillageLayer) -> pd.DataFrame:
    """Return agents as `planner.territories.agents.made`; a home that the layer lacks counts as not known.

    Raises
    ------
    PlanError
        If there are none, or a code stands twice.
    """
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    there = set(villages[schema.VILLAGE_CODE])
    return made([code for code, _ in pairs], [home if home in there else None for _, home in pairs], villages)


def agent_pairs(table: pd.DataFrame) -> Pairs:
    """Return agents of a table as code and home."""
    homes = (home if isinstance(home, str) else "" for home in table[HOME])
    return tuple(zip(table[AGENT].astype(str), homes, strict=True))


def pairs_of(assignment: Mapping[str, str]) -> Pairs:
    """Return an assignment as something that can be part of a key."""
    return tuple(sorted(assignment.items()))


def offices(layer: VillageLayer) -> list[str]:
    """Return the branch offices that serve villages, by name."""
    return sorted(set(st_serving(layer.fingerprint, layer).dropna()))


def in_scope(layer: VillageLayer, scope: str) -> "pd.Series[bool]":
    """Return whether each village lies in a scope, in the order of the layer."""
    if scope.startswith(OFFICE_SCOPE):
        serving = st_serving(layer.fingerprint, layer)
        return (serving == scope.removeprefix(OFFICE_SCOPE)).fillna(value=False).astype(bool)
    return data.in_region(pd.DataFrame(layer.frame[[schema.REGENCY_CODE, schema.PROVINCE_CODE]]), scope)


def villages_in(layer: VillageLayer, scope: str) -> gpd.GeoDataFrame:
    """Return the villages of a scope."""
    return gpd.GeoDataFrame(layer.frame[in_scope(layer, scope)])


@st.cache_resource(max_entries=2, show_spinner=False)
def st_serving(fingerprint: str, _layer: VillageLayer) -> "pd.Series[str]":  # noqa: ARG001  # part of the key
    """Return the office that serves each village, in the order of the layer."""
    return serving_office(_layer.frame, read_offices())[OFFICE_NAME]
