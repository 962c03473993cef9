"""The list of launches, step by step: who looks after each, until when, and what is late."""

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.schema import DISTRICT_NAME, REGENCY_CODE, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.launch_pipeline import STATUSES, STEPS
from planner.texts import t
from planner.web import data, notice, region, state
from planner.web.tables import Cell, Link, table
from planner.web.wording import dated

MOST: Final = 200
"""Launches that are listed at once."""
_WIDTH: Final = 200
_NOBODY: Final = "-"
_YES: Final = "1"
_ALL: Final = "semua"


def show(found: pd.DataFrame, layer: VillageLayer, owners: pd.DataFrame, language: Language) -> None:
    """Show what is late, the filters, and the launches by step.

    Parameters
    ----------
    found
        Of `planner.launch_pipeline.overview`.
    layer
        The village layer, for names.
    owners
        Accounts that may own a launch.
    language
        Language of the words.
    """
    if found.empty:
        notice.show("info", t("web.launches.none", language))
        return
    villages = layer.frame.set_index(VILLAGE_CODE)[[VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME]]
    rows = found.join(villages, on=VILLAGE_CODE).assign(**{REGENCY_CODE: found[VILLAGE_CODE].str[:5]})
    _late(rows, language)
    shown = rows[_filtered(rows, layer, owners, language)]
    if shown.empty:
        st.info(t("web.launches.nothing", language))
        return
    listed = shown.head(MOST)
    steps = [step for step in STEPS if (listed["step"] == step).any()]
    parts = [_step(listed[listed["step"] == step], step, language) for step in steps]
    st.html(f'<div class="about launches">{"".join(parts)}</div>')
    if len(shown) > MOST:
        st.caption(t("web.launches.more", language, shown=MOST, all=len(shown)))


def village_name(row: Any, language: Language) -> str:  # noqa: ANN401 (a row)
    """Return the name of the village of a launch; its code where the layer lacks it."""
    name = row.get(VILLAGE_NAME)
    return t("web.launches.unknown_village", language, code=row[VILLAGE_CODE]) if pd.isna(name) else str(name)


def due(row: Any, language: Language) -> str:  # noqa: ANN401 (a row)
    """Say until when the next step is due, and in words when that day is over."""
    if row["due_on"] is None:
        return ""
    day = dated(row["due_on"].isoformat(), language)
    late = int(row["overdue_days"])
    return t("web.launches.due_late", language, day=day, days=late) if late else day


def gate(row: Any, language: Language) -> str:  # noqa: ANN401 (a row)
    """Say whether all perangkat are registered, with the count and its day."""
    if row["gate"] == "unknown":
        return t("launches.gate.unknown", language)
    counts = {"registered": int(row["registered"]), "total": int(row["total"])}
    day = dated(row["counted_on"].isoformat(), language)
    return t(f"web.launches.gate.{row['gate']}", language, **counts, day=day)


def _late(rows: pd.DataFrame, language: Language) -> None:
    late = rows[rows["overdue_days"] > 0].sort_values("overdue_days", ascending=False)
    going = int((rows["status"] == "open").sum())
    if late.empty:
        notice.show("success", t("web.launches.none_late", language, going=going))
        return
    first = [
        t("web.launches.late_one", language, village=village_name(row, language), **_late_values(row, language))
        for row in late.head(3).to_dict("records")
    ]
    notice.show(
        "warning", t("web.launches.late", language, late=len(late), going=going), *(f"- {one}" for one in first)
    )


def _late_values(row: Any, language: Language) -> dict[str, object]:  # noqa: ANN401 (a row)
    return {"next": t(f"launches.next.{row['next_step']}", language), "days": int(row["overdue_days"])}


def _filtered(rows: pd.DataFrame, layer: VillageLayer, owners: pd.DataFrame, language: Language) -> "pd.Series[bool]":
    """Show the filters; return which launches pass them."""
    names = {str(number): name for number, name in zip(owners["id"], owners["name"], strict=True)}
    names |= {str(int(row["owner_id"])): row["owner"] for row in rows.to_dict("records") if row["owner_id"] is not None}
    options: dict[str, list[str]] = {
        state.LAUNCH_STEP: ["", *STEPS],
        state.OWNER: ["", _NOBODY, *sorted(names, key=lambda number: names[number].casefold())],
        state.LAUNCH_STATUS: ["", *(status for status in STATUSES if status != "open"), _ALL],
        state.LATE: ["", _YES],
    }
    with st.container(horizontal=True, key="filters"):
        area = region.choose(data.st_regions(layer.fingerprint, layer), language, width=_WIDTH)
        for key, choices in options.items():
            state.restore(key, choices)
            st.selectbox(
                t(f"web.filter.{key}", language),
                choices,
                format_func=partial(_choice, key, owners=names, language=language),
                key=key,
                width=_WIDTH,
            )
            state.remember(key)
    chosen = {key: str(st.session_state[key]) for key in options}
    passed = rows[VILLAGE_CODE].str.startswith(area)
    if chosen[state.LAUNCH_STATUS] != _ALL:
        passed &= rows["status"] == (chosen[state.LAUNCH_STATUS] or "open")
    if chosen[state.LAUNCH_STEP]:
        passed &= rows["step"] == chosen[state.LAUNCH_STEP]
    if chosen[state.OWNER]:
        owner = rows["owner_id"].map(lambda number: _NOBODY if number is None else str(number))
        passed &= owner == chosen[state.OWNER]
    if chosen[state.LATE]:
        passed &= rows["overdue_days"] > 0
    return passed


def _choice(key: str, name: str, *, owners: Mapping[str, str], language: Language) -> str:
    if key == state.LAUNCH_STEP and name:
        return t(f"launches.step.{name}", language)
    if key == state.OWNER and name:
        return t("web.launches.nobody", language) if name == _NOBODY else owners[name]
    if key == state.LAUNCH_STATUS:
        return (
            t("web.launches.every_status", language)
            if name == _ALL
            else t(f"launches.status.{name or 'open'}", language)
        )
    return t("web.launches.only_late" if name else "web.filter.all", language)


def _step(rows: pd.DataFrame, step: str, language: Language) -> str:
    title = t("web.launches.step", language, step=t(f"launches.step.{step}", language), count=len(rows))
    names = ("village", "place", "next", "due", "gate", "owner")
    headings = [t(f"web.launches.column.{name}", language) for name in names]
    listed = table(headings, [_row(row, language) for row in rows.to_dict("records")], caption=title)
    return f"<h3>{escape(title)}</h3>{listed}"


def _row(row: Any, language: Language) -> Sequence[Cell]:  # noqa: ANN401 (a row)
    address = f"?{urlencode({**state.shared(), state.LAUNCH: row['id']})}"
    place = ", ".join(str(row[name]) for name in (DISTRICT_NAME, REGENCY_NAME) if not pd.isna(row[name]))
    going = row["status"] == "open"
    following = f"next.{row['next_step']}" if going and row["next_step"] else f"status.{row['status']}"
    return (
        (Link(village_name(row, language), address),),
        place,
        t(f"launches.{following}", language),
        due(row, language),
        gate(row, language),
        row["owner"] or t("web.launches.nobody", language),
    )
