"""A division in words: balance, what islands force, connection, districts, what changes."""

import numpy as np
import pandas as pd

from geodata.contiguity import DISTANCE_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.least_change import QUARTER
from planner.territories.load import HOURS
from planner.territories.rebalance import Rebalanced
from planner.territories.report import CENTRE_KM, DEVIATION, HOME_KM, Quality
from planner.texts import t

_LISTED = 6
_MUCH = 0.15  # of the neighbours' work: so much passing on is worth a word


def told(found: Territories, seen: Quality, language: Language, *, limit_pct: float | None = None) -> list[str]:
    """Tell how good a division is, and which links across water it needs, one sentence a line.

    Its own limit holds unless another one is given.
    """
    return [*measured(found, seen, language, limit_pct=limit_pct), *_links(found, language)]


def measured(found: Territories, seen: Quality, language: Language, *, limit_pct: float | None = None) -> list[str]:
    """Tell how good a division is, one sentence a line; its own limit holds unless another one is given."""
    limit = found.ground.params.limit_pct if limit_pct is None else limit_pct
    areas = seen.areas
    lines = [
        t(
            "territories.told.balance",
            language,
            agents=len(areas),
            villages=int(areas["villages"].sum()),
            hours=number(float(areas[HOURS].mean()), language, 1),
            deviation=_pct(seen.largest_deviation_pct, language),
        ),
        *_forced(found, seen, language, limit),
        _connected(seen, language),
        t(
            "territories.told.shape",
            language,
            km=number(seen.mean_km(CENTRE_KM), language, 1),
            compactness=number(float(areas["compactness"].mean()), language, 2),
            splits=seen.district_splits,
            districts=len(seen.splits),
        ),
    ]
    away = seen.mean_km(HOME_KM)
    if np.isfinite(away):
        inside = int(areas["home_inside"].fillna(value=False).sum())
        known = int(areas["home_inside"].notna().sum())
        lines.append(t("territories.told.homes", language, km=number(away, language, 1), inside=inside, known=known))
    return [*lines, *_heavy(found, seen, language, limit)]


def changes_told(made: Rebalanced, language: Language) -> list[str]:
    """Tell what a rebalance changes, one sentence a line."""
    new = made.changes["from_agent"].isna().sum()
    orphaned = made.changes["from_agent"].isin(made.left).sum()
    lines = [
        t(
            "territories.told.changes",
            language,
            count=len(made.changes),
            orphaned=int(orphaned),
            new=int(new),
            other=int(len(made.changes) - orphaned - new),
        )
    ]
    lines += [_arrival(made.changes, agent, language) for agent in made.arrived]
    if made.neighbour_villages:
        lines.append(
            t(
                "territories.told.neighbours_else" if made.arrived else "territories.told.neighbours",
                language,
                agents=len(made.neighbours),
                changed=made.neighbour_changes,
                villages=made.neighbour_villages,
                percent=_pct(100 * made.neighbour_share, language),
            )
        )
    if made.overflow_share > _MUCH:
        lines.append(t("territories.told.overflow", language, percent=_pct(100 * made.overflow_share, language)))
    if made.neighbour_share > QUARTER:
        lines.append(t("territories.told.more_than_quarter", language))
    return lines


def _arrival(changes: pd.DataFrame, agent: str, language: Language) -> str:
    """Tell what an agent who had no village gets, and from whom, the largest part first."""
    got = changes.loc[changes[AGENT] == agent, "from_agent"]
    if got.empty:
        return t("territories.told.arrived_none", language, agent=agent)
    parts = sorted(got.fillna("").value_counts().items(), key=lambda part: (-part[1], str(part[0])))
    nobody = t("territories.told.from_nobody", language)
    givers = ", ".join(f"{giver or nobody} ({number(int(count), language)})" for giver, count in parts)
    return t("territories.told.arrived", language, agent=agent, count=len(got), givers=givers)


def compared(before: Quality, after: Quality, changes: pd.DataFrame, language: Language) -> str:
    """Tell a division against the one until now."""
    return t(
        "territories.told.compared",
        language,
        count=len(changes),
        before=_pct(before.largest_deviation_pct, language),
        after=_pct(after.largest_deviation_pct, language),
        torn=before.disconnected,
    )


def _forced(found: Territories, seen: Quality, language: Language, limit: float) -> list[str]:
    """Name the groups whose deviation no division can change."""
    lines = []
    over = int((seen.areas[DEVIATION].abs() > limit + 1e-9).sum())
    if over:
        lines.append(t("territories.told.over", language, count=over, limit=_pct(limit, language)))
    names = found.ground.villages[VILLAGE_NAME].to_numpy(str)
    codes = found.ground.graph.codes
    for group, forced in enumerate(found.islands.forced.tolist()):
        if len(found.islands.load) > 1 and abs(100 * forced) >= 0.5:
            own = np.flatnonzero(found.islands.group == group)
            lines.append(
                t(
                    "territories.told.forced",
                    language,
                    villages=len(own),
                    name=f"{names[own[0]]} ({codes[own[0]]})",
                    agents=int(found.islands.agents[group]),
                    percent=f"{'+' if forced > 0 else '−'}{_pct(abs(100 * forced), language)}",
                )
            )
    return lines


def _connected(seen: Quality, language: Language) -> str:
    if not seen.disconnected:
        return t("territories.told.connected", language, agents=len(seen.areas))
    torn = seen.areas.index[seen.areas["pieces"] > 1]
    return t("territories.told.torn", language, count=len(torn), agents=", ".join(torn[:_LISTED]))


def _links(found: Territories, language: Language) -> list[str]:
    names = found.ground.villages.set_index(VILLAGE_CODE)[VILLAGE_NAME]
    return [
        t(
            "territories.told.link",
            language,
            one=f"{names[row[VILLAGE_CODE_A]]} ({row[VILLAGE_CODE_A]})",
            other=f"{names[row[VILLAGE_CODE_B]]} ({row[VILLAGE_CODE_B]})",
            km=number(float(row[DISTANCE_KM]), language, 1),
        )
        for row in found.islands.joined.to_dict("records")
    ]


def _heavy(found: Territories, seen: Quality, language: Language, limit: float) -> list[str]:
    """Name villages with more work than one agent may have: only several agents in one village could balance them."""
    most = float(seen.areas[HOURS].mean()) * (1 + limit / 100)
    heavy = np.flatnonzero(found.ground.load > most)
    if not len(heavy):
        return []
    names = [str(found.ground.villages[VILLAGE_NAME].iloc[i]) for i in heavy[:_LISTED]]
    return [t("territories.told.heavy", language, count=len(heavy), names=", ".join(names))]


def _pct(value: float, language: Language) -> str:
    return number(value, language, 1)
