"""Agents and where they live: their codes and points, no names of persons."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import LATITUDE, LONGITUDE, VILLAGE_CODE
from planner.errors import PlanError

AGENT: Final = "agent_code"
HOME: Final = "home_village_code"


def numbered(count: int) -> pd.DataFrame:
    """Return that many agents without home: A-01, A-02, ...

    Raises
    ------
    PlanError
        If there are none.
    """
    if count < 1:
        raise PlanError("territories.no_agents")
    width = max(2, len(str(count)))
    return made([f"A-{i:0{width}d}" for i in range(1, count + 1)], None, None)


def made(codes: Sequence[str], homes: Sequence[str | None] | None, villages: pd.DataFrame | None) -> pd.DataFrame:
    """Return agents with the points of the villages they live in.

    Parameters
    ----------
    codes
        Codes of the agents.
    homes
        Code of the village each lives in; none for whom it is not known.
    villages
        Columns ``village_code``, ``longitude``, ``latitude``; all villages known, not only those divided.

    Returns
    -------
    Columns ``agent_code``, ``home_village_code``, ``longitude``, ``latitude`` (missing without home), by code.

    Raises
    ------
    PlanError
        If there are none, a code stands twice, or a home is not a known village.
    """
    if not codes:
        raise PlanError("territories.no_agents")
    twice = sorted({code for code in codes if list(codes).count(code) > 1})
    if twice:
        raise PlanError("territories.agents_twice", codes=", ".join(twice[:8]))
    home = pd.Series(list(homes) if homes is not None else [None] * len(codes), dtype="str")
    points = pd.DataFrame(np.nan, index=home.index, columns=[LONGITUDE, LATITUDE])
    if villages is not None:
        known = villages.set_index(VILLAGE_CODE)[[LONGITUDE, LATITUDE]]
        unknown = sorted(set(home.dropna()) - set(known.index))
        if unknown:
            raise PlanError("territories.unknown_homes", codes=", ".join(unknown[:8]))
        points = known.reindex(home).astype("Float64").astype("float64").set_axis(home.index)
    table = pd.DataFrame({AGENT: pd.Series(list(codes), dtype="str"), HOME: home})
    return pd.concat([table, points], axis=1).sort_values(AGENT, ignore_index=True)
