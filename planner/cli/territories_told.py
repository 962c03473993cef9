"""What ``planner territories`` and ``rebalance`` print."""

from typing import Any

import pandas as pd
import typer

from geodata.contiguity import DISTANCE_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.layer import VillageLayer
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.cli.session import Session
from planner.cli.villages import records
from planner.export.territories import village_table
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.load import HOURS, VISITS
from planner.territories.rebalance import Rebalanced
from planner.territories.report import DEVIATION, DISTRICTS, HOME_KM, PIECES, VILLAGES, Quality
from planner.texts import t

_SHOWN = (VILLAGES, VISITS, HOURS, DEVIATION, PIECES, "compactness", HOME_KM, DISTRICTS)


def print_areas(session: Session, seen: Quality, lines: list[str], *, quiet: bool) -> None:
    """Print the areas, unless quiet, and what is said of them."""
    if not quiet:
        names = [name for name in _SHOWN if name != HOME_KM or seen.areas[HOME_KM].notna().any()]
        headings = [t(f"territories.heading.{name}", session.language) for name in (AGENT, *names)]
        rows = [[agent, *(_rounded(row[name]) for name in names)] for agent, row in seen.areas.iterrows()]
        session.print_table(headings, rows)
    for line in lines:
        typer.echo(line)
    session.say("territories.note.assumed")


def print_changes(session: Session, made_: Rebalanced) -> None:
    """Print the villages that change hands."""
    villages = made_.territories.ground.villages.set_index(VILLAGE_CODE)
    names = (VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME, "from_agent", AGENT)
    headings = [t(f"territories.heading.{name}", session.language) for name in names]
    rows = [
        [
            row[VILLAGE_CODE],
            *(villages.loc[row[VILLAGE_CODE], name] for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)),
            row["from_agent"] if isinstance(row["from_agent"], str) else "-",
            row[AGENT],
        ]
        for row in made_.changes.to_dict("records")
    ]
    session.print_table(headings, rows)


def _rounded(value: Any) -> object:  # noqa: ANN401 (a cell of any type)
    return None if pd.isna(value) else round(float(value), 2)


def plain_areas(found: Territories, seen: Quality, layer: VillageLayer) -> dict[str, Any]:
    """Return a division as plain values."""
    links = found.islands.joined[[VILLAGE_CODE_A, VILLAGE_CODE_B, DISTANCE_KM]]
    return {
        "fingerprint": layer.fingerprint,
        "params": found.ground.params.model_dump(mode="json"),
        "max_deviation_pct": round(seen.largest_deviation_pct, 4),
        "disconnected": seen.disconnected,
        "district_splits": seen.district_splits,
        "agents": records(seen.areas.reset_index().round(4)),
        "sea_links": records(links),
        "villages": records(village_table(found)[[VILLAGE_CODE, AGENT, VISITS, HOURS]]),
    }


def plain_changes(changes: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    """Return changes as plain values; nothing where there is nothing to compare."""
    return None if changes is None else records(changes.round(2))


def plain_rebalance(made_: Rebalanced) -> dict[str, Any]:
    """Return what balancing again changed, as plain values."""
    return {
        "left": list(made_.left),
        "arrived": list(made_.arrived),
        "neighbours": list(made_.neighbours),
        "neighbour_villages": made_.neighbour_villages,
        "neighbour_changes": made_.neighbour_changes,
        "overflow_share": round(made_.overflow_share, 4),
        "changes": plain_changes(made_.changes),
    }
