"""One launch: where it stands, what was written down of it, and what comes next."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.launch_pipeline import STEPS, Standing, kinds
from planner.store import launch_views
from planner.store.engine import Engine, reading
from planner.texts import t
from planner.web import launches_board, launches_forms, results_delivered, state, visitor
from planner.web.links import page_link
from planner.web.tables import table
from planner.web.wording import dated, placed


def show(engine: Engine, layer: VillageLayer, row: Any, owners: pd.DataFrame, language: Language) -> None:  # noqa: ANN401
    """Show one launch and its forms.

    Parameters
    ----------
    engine
        The records.
    layer
        The village layer, for names.
    row
        The launch, of `planner.launch_pipeline.overview`.
    owners
        Accounts that may own a launch.
    language
        Language of the words.
    """
    with reading(engine) as connection:
        standing, officials = launch_views.standing_of(connection, row["id"])
        history = launch_views.history(connection, row["id"])
    st.html(f'<section class="launch">{_head(layer, row, standing, language)}</section>')
    page_link("village", language, words="web.card.more", **{state.VILLAGE: row[VILLAGE_CODE]})
    if visitor.may("launch.change"):
        launches_forms.show(row, standing, officials, owners, language)
    results_delivered.render(row[VILLAGE_CODE])
    meetings = history[history["dusun"].notna()]
    if len(meetings):
        st.subheader(t("web.launches.dusun.title", language), anchor=False)
        st.html(f'<div class="about">{_meetings(meetings, language)}</div>')
    st.subheader(t("web.launches.history", language), anchor=False)
    st.html(f'<div class="about">{_history(history, language)}</div>')


def _head(layer: VillageLayer, row: Any, standing: Standing, language: Language) -> str:  # noqa: ANN401 (a row)
    found = layer.frame[layer.frame[VILLAGE_CODE] == row[VILLAGE_CODE]]
    place = placed(found.iloc[0], language) if len(found) else str(row[VILLAGE_CODE])
    name = launches_board.village_name(found.iloc[0] if len(found) else row, language)
    number = t("web.launches.number", language, number=str(row["id"]))
    head = f"<h2>{escape(name)}</h2><p>{escape(place)}<br>{escape(number)}</p>"
    return f"{head}<dl>{_facts(row, language)}</dl>{_steps(standing, language)}"


def _facts(row: Any, language: Language) -> str:  # noqa: ANN401 (a row)
    going = row["status"] == "open"
    following = t(f"launches.next.{row['next_step']}", language) if going and row["next_step"] else ""
    told = {
        "status": t(f"launches.status.{row['status']}", language),
        "next": following,
        "due": launches_board.due(row, language),
        "gate": launches_board.gate(row, language),
        "owner": row["owner"] or t("web.launches.nobody", language),
    }
    late = ' class="late"' if row["overdue_days"] else ""
    return "".join(
        f"<div><dt>{escape(t(f'web.launches.column.{name}', language))}</dt>"
        f"<dd{late if name == 'due' else ''}>{escape(words)}</dd></div>"
        for name, words in told.items()
        if words
    )


def _steps(standing: Standing, language: Language) -> str:
    entries = []
    for step in STEPS:
        day = standing.reached.get(step)
        look = "now" if step == standing.step else "done" if day else ""
        when = dated(day.isoformat(), language) if day else t("web.launches.not_yet", language)
        here = ' aria-current="step"' if look == "now" else ""
        words = escape(t(f"launches.step.{step}", language))
        entries.append(f'<li class="{look}"{here}>{words}<span>{escape(when)}</span></li>')
    return f'<ol class="launch-steps">{"".join(entries)}</ol>'


def _meetings(rows: pd.DataFrame, language: Language) -> str:
    names = ("dusun", "on", "met", "evidence", "by")
    headings = [t(f"web.launches.column.{name}", language) for name in names]
    cells = [
        (row["dusun"], _day(row, language), str(int(row["met"])), row["evidence"] or "", row["by"] or "")
        for row in rows.to_dict("records")
    ]
    different = rows["dusun"].str.casefold().nunique()
    title = t("web.launches.dusun.count", language, dusun=int(different), met=int(rows["met"].sum()))
    return f"<p>{escape(title)}</p>" + table(headings, cells, caption=title)


def _history(rows: pd.DataFrame, language: Language) -> str:
    names = ("on", "what", "evidence", "reason", "by", "written")
    headings = [t(f"web.launches.column.{name}", language) for name in names]
    what = kinds(zip(rows["step"], rows["dusun"], strict=True))
    cells = [_entry(row, kind, language) for row, kind in zip(rows.to_dict("records"), what, strict=True)]
    return table(headings, cells, caption=t("web.launches.history", language))


def _entry(row: Any, kind: str, language: Language) -> tuple[str, ...]:  # noqa: ANN401 (a row)
    step = t(f"launches.step.{row['step']}", language)
    met = 0 if row["met"] is None else int(row["met"])
    override = row["override_reason"]
    reasons = [row["reason"] or "", t("web.launches.overridden", language, reason=override) if override else ""]
    written = row["reached_at"].astimezone().date()
    return (
        _day(row, language),
        t(f"launches.kind.{kind}", language, step=step, dusun=row["dusun"], met=met),
        row["evidence"] or "",
        " ".join(filter(None, reasons)),
        row["by"] or t("web.launches.console", language),
        dated(written.isoformat(), language),
    )


def _day(row: Any, language: Language) -> str:  # noqa: ANN401 (a row)
    return dated(row["reached_on"].isoformat(), language)
