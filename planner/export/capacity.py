"""The tables of an office's capacity and fair targets, for the command line and for files."""

from planner.capacity import Capacity
from planner.capacity_wording import (
    AGENT_COLUMNS,
    ALONE_COLUMNS,
    REGENCY_COLUMNS,
    agent_rows,
    alone_rows,
    regency_rows,
)
from planner.export.plain_sheet import PlainSheet
from planner.fair_targets import FairTargets
from planner.manner import Manner, Shown
from planner.texts import t


def sheets(seen: Capacity, fair: FairTargets | None, manner: Manner) -> list[PlainSheet]:
    """Return the tables of agents, districts without an agent, and regencies."""
    language = manner.language
    tables: list[tuple[str, tuple[str, ...], list[list[Shown]]]] = [
        ("agents", AGENT_COLUMNS, agent_rows(seen, fair, manner)),
        ("alone", ALONE_COLUMNS, alone_rows(seen)),
        ("regencies", REGENCY_COLUMNS, regency_rows(seen, language)),
    ]
    return [
        PlainSheet(
            t(f"capacity.title.{name}", language), [t(f"capacity.heading.{one}", language) for one in columns], rows
        )
        for name, columns, rows in tables
    ]
