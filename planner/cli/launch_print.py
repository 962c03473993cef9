"""How launches are printed: a list, one with its history, plain values."""

from datetime import date
from typing import Any

import pandas as pd

from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from planner.cli.session import Session, print_json, printable
from planner.cli.villages import layer_of
from planner.launch_pipeline import Kind, kinds, overview
from planner.store import launch_views
from planner.store.engine import Engine, reading
from planner.store.officials import officials_frame
from planner.texts import t


def tell(session: Session, engine: Engine, launch: int, *, as_json: bool) -> None:
    """Print where a launch stands, and its history."""
    with reading(engine) as connection:
        row = launch_views.found(connection, launch)
        told = launch_views.history(connection, launch)
        seen = overview(
            pd.DataFrame([row], dtype=object),
            officials_frame(connection, [row["village_code"]]),
            today=today(),
        )
    (now,) = seen.to_dict("records")
    if as_json:
        print_json({"launch": plain_row(now), "history": [plain_row(step) for step in told.to_dict("records")]})
        return
    print_launches(session, seen)
    names = ("reached_on", "what", "evidence", "reason", "by")
    headings = [t(f"cli.launch.column.{name}", session.language) for name in names]
    what = kinds(zip(told["step"], told["dusun"], strict=True))
    session.print_table(headings, [_step(session, *step) for step in zip(told.to_dict("records"), what, strict=True)])


def print_launches(session: Session, found: pd.DataFrame) -> None:
    """Print launches with what is next and how late they are; rows of `planner.launch_pipeline.overview`."""
    layer = layer_of(session)
    names = ("id", "village", "step", "due_on", "overdue", "next", "gate", "owner")
    headings = [t(f"cli.launch.column.{name}", session.language) for name in names]
    session.print_table(headings, [_listed(session, layer, row) for row in found.to_dict("records")])


def _listed(session: Session, layer: VillageLayer, row: Any) -> list[object]:  # noqa: ANN401 (a row)
    status = row["status"]
    step = t(f"launches.step.{row['step']}", session.language)
    if status != "open":
        step = f"{step} ({t(f'launches.status.{status}', session.language)})"
    late = row["overdue_days"]
    return [
        str(row["id"]),
        printable(name_of(layer, row["village_code"])),
        step,
        row["due_on"],
        t("cli.launch.late", session.language, days=int(late)) if late else "",
        t(f"launches.next.{row['next_step']}", session.language) if row["next_step"] else "",
        t(f"launches.gate.{row['gate']}", session.language),
        printable(row["owner"] or ""),
    ]


def _step(session: Session, row: Any, kind: Kind) -> list[object]:  # noqa: ANN401 (a row)
    step = t(f"launches.step.{row['step']}", session.language)
    met = 0 if row["met"] is None else int(row["met"])
    what = t(f"launches.kind.{kind}", session.language, step=step, dusun=row["dusun"], met=met)
    reasons = [printable(text) for text in (row["reason"], row["override_reason"]) if text]
    return [row["reached_on"], printable(what), printable(row["evidence"] or ""), "; ".join(reasons), row["by"] or ""]


def name_of(layer: VillageLayer, code: str) -> str:
    """Return the names of a village, its district and its regency; its code where the layer lacks it."""
    found = layer.frame[layer.frame[VILLAGE_CODE] == code]
    if found.empty:
        return code
    return ", ".join(str(found.iloc[0][name]) for name in (VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME))


def plain_row(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Return a row as JSON holds it: days and times as texts, nothing for what is missing."""
    return {str(name): _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:  # noqa: ANN401 (a cell)
    if isinstance(value, dict):
        return plain_row(value)
    if isinstance(value, tuple):
        return list(value)
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, str) else int(value)
