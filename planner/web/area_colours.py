"""Colours of areas: six light ones, so that areas side by side differ; lines and codes carry the same.

Every two are told apart with any colour vision (smallest CIE76 distance 16).
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from planner.choropleth import HIDDEN, NO_DATA, Style, styles
from planner.territories.graph import Graph

AREA_STYLES: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "a": Style("#eedd88", "#8a7a2a"),
        "b": Style("#99ddff", "#3f7d99"),
        "c": Style("#f3f1ea", "#9a988f"),
        "d": Style("#d98ca6", "#8a4560"),
        "e": Style("#8fa35b", "#4f5c2c"),
        "f": Style("#5f93c8", "#d3e2f0"),
    }
)
"""Look of the class of each colour."""


def area_styles() -> dict[str, Style]:
    """Return the looks of all classes of a map of areas."""
    return {**styles(), **AREA_STYLES}


def beside(graph: Graph, assignment: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the agents whose areas lie beside that of each agent.

    Parameters
    ----------
    graph
        Villages and links.
    assignment
        Agent of each village code; villages may be missing.
    """
    owner = pd.Series(graph.codes).map(pd.Series(dict(assignment), dtype="str"))
    ends = pd.DataFrame(
        {"one": owner.iloc[graph.pairs[:, 0]].to_numpy(), "other": owner.iloc[graph.pairs[:, 1]].to_numpy()}
    )
    found: dict[str, set[str]] = {str(agent): set() for agent in owner.dropna().unique()}
    for one, other in ends.dropna().drop_duplicates().itertuples(index=False):
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return found


def coloured(near: Mapping[str, set[str]], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a colour for each agent, another one than those beside have.

    Those with most neighbours of other colours choose first (Brélaz 1979, "New methods to color the vertices of a
    graph"). Where all six are taken, which a map of connected areas hardly brings about, one is taken twice.

    Parameters
    ----------
    near
        Of `beside`.
    before
        Colours until now: who can keep the own one keeps it, so that a move changes few colours.
    """
    known = before or {}
    chosen: dict[str, str] = {}
    for agent in sorted(near):
        mine = known.get(agent)
        if mine and all(chosen.get(other) != mine for other in near[agent]):
            chosen[agent] = mine
    while len(chosen) < len(near):
        taken = {agent: [chosen[o] for o in near[agent] if o in chosen] for agent in near if agent not in chosen}
        agent = max(sorted(taken), key=lambda one: (len(set(taken[one])), len(near[one])))
        used = list(chosen.values())
        chosen[agent] = min(AREA_STYLES, key=lambda c: (taken[agent].count(c), used.count(c), c))
    return chosen


def classes(
    codes: Sequence[str], assignment: Mapping[str, str], colours: Mapping[str, str], *, inside: Collection[str]
) -> str:
    """Return the class of each village.

    Parameters
    ----------
    codes
        Of the villages in the order of the layer.
    assignment
        Agent of each village code; villages may be missing.
    colours
        Of `coloured`.
    inside
        Codes of the villages that are divided: one without agent is striped, others are hidden.
    """
    free = dict.fromkeys(inside, NO_DATA)
    return "".join(colours.get(assignment.get(code, ""), free.get(code, HIDDEN)) for code in codes)
