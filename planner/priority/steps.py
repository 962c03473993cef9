"""What comes next in each village, and who sees to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
from babel.dates import format_date

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.export.cells import clean
from planner.export.columns import NEXT_STEP, OWNER
from planner.launch_pipeline import overview
from planner.selection.candidates import BRANCH, BRANCH_BASIS
from planner.texts import t

OWNER_BASIS: Final = "owner_basis"
RECORDED: Final = "recorded"


@dataclass(frozen=True)
class Records:
    """What the office has written down.

    Attributes
    ----------
    launches
        ``village_code``, ``status``, ``step``, ``due_on``, ``owner``, the most urgent first (as
        `planner.store.launch_views.listed`).
    officials
        Index ``village_code``: ``registered``, ``total``, ``counted_on``, the latest count of perangkat.
    """

    launches: pd.DataFrame
    officials: pd.DataFrame


def next_steps(villages: pd.DataFrame, records: Records | None, *, today: date, language: Language) -> pd.DataFrame:
    """Return what comes next in each village, and who sees to it.

    Parameters
    ----------
    villages
        ``village_code``, ``gate``, ``declared``, ``branch``, ``branch_basis``.
    records
        What the office has written down; nothing without records.
    today
        The day of the list.
    language
        Language of the words.

    Returns
    -------
    Same index: ``next_step`` in words, ``owner`` (who has the launch, else the office that serves the village), and
    ``owner_basis`` (``recorded``, ``published``, ``assumed``).
    """
    running = _running(records, today)
    gates = _gates(villages, records)
    rows = [
        _next(running.get(code), gate, declared, office=(office, basis), language=language)
        for code, gate, declared, office, basis in zip(
            villages[VILLAGE_CODE],
            gates,
            villages["declared"],
            villages[BRANCH],
            villages[BRANCH_BASIS],
            strict=True,
        )
    ]
    return pd.DataFrame(rows, columns=[NEXT_STEP, OWNER, OWNER_BASIS], index=villages.index).astype("str")


_Launch = Mapping[str, Any]


def _running(records: Records | None, today: date) -> dict[str, _Launch]:
    """Return the launch of each village that goes on."""
    if records is None or records.launches.empty:
        return {}
    found = overview(records.launches, records.officials, today=today)
    going = found[found["status"].eq("open") & found["next_step"].notna()]
    return {str(row[VILLAGE_CODE]): {str(k): v for k, v in row.items()} for row in going.to_dict("records")}


def _gates(villages: pd.DataFrame, records: Records | None) -> list[str]:
    """Return the gate of each village: of the count of the office where there is one."""
    gates = villages["gate"].astype("object")
    if records is None or records.officials.empty:
        return [str(gate) for gate in gates]
    counted = records.officials
    met = (counted["registered"] >= counted["total"]).map({True: "met", False: "not_met"})
    own = villages[VILLAGE_CODE].map(met.where(counted["total"] > 0, "unknown"))
    return [str(gate) for gate in own.where(own.notna(), gates)]


def _next(
    launch: _Launch | None, gate: str, declared: str, *, office: tuple[object, object], language: Language
) -> tuple[str, str, str]:
    serving = ("" if pd.isna(office[0]) else str(office[0]), str(office[1]))  # type: ignore[call-overload]
    if launch is None:
        key = "declared" if declared == "declared" else f"propose.{gate}"
        return (t(f"priority.step.{key}", language), *serving)
    told = t(f"launches.next.{launch['next_step']}", language)
    named = launch["owner"]
    owner = (clean(str(named)), RECORDED) if isinstance(named, str) and named.strip() else serving
    return (_with_day(told, launch, language), *owner)


def _with_day(told: str, launch: _Launch, language: Language) -> str:
    due = launch["due_on"]
    if not isinstance(due, date):
        return f"{told}."
    day = format_date(due, "d MMMM y", locale=language)
    late = int(launch["overdue_days"])
    if late:
        return t("priority.step.late", language, step=told, day=day, days=late)
    return t("priority.step.due", language, step=told, day=day)
