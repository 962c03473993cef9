"""The section of launches on their way: how many wait at each step, and which are late."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geodata.office_day import today
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner import pipeline_board as figures
from planner.launch_pipeline import overview
from planner.store import launch_views
from planner.store.engine import Engine, reading
from planner.store.officials import officials_frame
from planner.texts import t
from planner.web import board_files, board_parts, data, launches_board, state
from planner.web.charts import Bar, Drawing, Row, bars, chart
from planner.web.links import page_link
from planner.web.target_parts import part, prose
from planner.web.target_sheet import Cell, Sheet, page_manner
from planner.web.wording import dated

_STAGES = (figures.GOING, figures.LATE, figures.LONGEST, figures.SOON, figures.UNGATED)
_LATE = ("village", "place", "code", "step", "since", "next", "due", "days", "gate", "owner")


def show(language: Language) -> None:
    """Show the section.

    Raises
    ------
    DataError
        If the layer or the records cannot be read.
    """
    engine = board_parts.engine(language)
    if engine is None:
        return
    layer = data.st_layer()
    area = board_parts.area(layer, language)
    day = today()
    found = _read(engine, day)
    here = found[found[VILLAGE_CODE].str.startswith(area)]
    if found.empty:
        board_parts.nothing(language, "web.launches.none", "launches", "scenarios")
        return
    if not (here["status"] == "open").any():
        board_parts.nothing(language, "web.board.pipeline.none_going", "launches")
        return
    names = layer.frame.set_index(VILLAGE_CODE)[[VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME]]
    table, late = _tables(here.join(names, on=VILLAGE_CODE), day, language)
    notes = [t(f"web.board.pipeline.note.{name}", language) for name in ("days", "gate")]
    prose(board_parts.notes(notes))
    on = t("web.board.as_of", language, day=page_manner(language).day(day.isoformat()))
    board_files.downloads(
        [table, late], [on, *notes], section="tahap", fingerprint=layer.fingerprint, region=area, language=language
    )


def _read(engine: Engine, day: date) -> pd.DataFrame:
    with reading(engine) as connection:
        rows = launch_views.listed(connection)
        return overview(rows, officials_frame(connection, rows[VILLAGE_CODE]), today=day)


def _tables(rows: pd.DataFrame, day: date, language: Language) -> tuple[Sheet, Sheet]:
    """Show the figures; return the tables of steps and of late launches."""
    stages = figures.stages(rows, today=day)
    st.html(board_parts.tiles(_tiles(rows, stages, language)))
    table = _stage_sheet(stages, language)
    prose(chart(_chart(stages, language), table, language))
    late = _late_sheet(figures.select_late(rows), language)
    if late.rows:
        part(late.title, board_parts.listed(late, language))
        page_link("launches", language, words="web.board.pipeline.to_late", **{state.LATE: "1"})
    else:
        part(late.title, board_parts.notes([t("web.board.pipeline.none_late", language)]))
        page_link("launches", language)
    return table, late


def _tiles(rows: pd.DataFrame, stages: pd.DataFrame, language: Language) -> list[tuple[str, str, str]]:
    going, late, soon = (int(stages[name].sum()) for name in (figures.GOING, figures.LATE, figures.SOON))
    finished = int((rows["status"] == "finished").sum())
    told = (
        ("going", going, {"finished": finished}),
        ("late", late, {"longest": int(stages[figures.LONGEST].max())}),
        ("soon", soon, {"days": figures.SOON_DAYS}),
    )
    return [
        (
            t(f"web.board.pipeline.tile.{name}", language),
            number(count, language),
            t(f"web.board.pipeline.tile.{name}_note", language, **values),
        )
        for name, count, values in told
    ]


def _stage_sheet(stages: pd.DataFrame, language: Language) -> Sheet:
    headings = [t(f"web.board.pipeline.{name}", language) for name in ("step", *_STAGES)]
    rows: list[list[Cell]] = [
        [t(f"launches.step.{step}", language), *(int(row[name]) for name in _STAGES)]
        for step, row in zip(stages.index, stages.to_dict("records"), strict=True)
    ]
    return Sheet(t("web.board.pipeline.stages", language), headings, rows)


def _chart(stages: pd.DataFrame, language: Language) -> Drawing:
    rows = []
    for step, row in zip(stages.index, stages.to_dict("records"), strict=True):
        late, in_time = int(row[figures.LATE]), int(row[figures.GOING]) - int(row[figures.LATE])
        words = t("web.board.pipeline.late_words", language, late=late, days=row[figures.LONGEST])
        drawn = (Bar(in_time, number(in_time, language), "first"), Bar(late, words, "second"))
        rows.append(Row(t(f"launches.step.{step}", language), tuple(bar for bar in drawn if bar.value) or drawn[:1]))
    series = ("in_time", "late")
    names = [t(f"web.board.pipeline.{name}", language) for name in series]
    return bars(
        t("web.board.pipeline.chart", language),
        rows,
        description=t(
            "web.board.pipeline.chart_said",
            language,
            going=int(stages[figures.GOING].sum()),
            late=int(stages[figures.LATE].sum()),
        ),
        series={"first": names[0], "second": names[1]},
    )


def _late_sheet(late: pd.DataFrame, language: Language) -> Sheet:
    headings = [t(f"web.board.pipeline.column.{name}", language) for name in _LATE]
    rows = [_late_row(row, language) for row in late.to_dict("records")]
    return Sheet(t("web.board.pipeline.late_title", language), headings, rows)


def _late_row(row: dict[Any, Any], language: Language) -> list[Cell]:
    place = ", ".join(str(row[name]) for name in (DISTRICT_NAME, REGENCY_NAME) if not pd.isna(row[name]))
    since = row["reached_on"]
    return [
        launches_board.village_name(row, language),
        place,
        row[VILLAGE_CODE],
        t(f"launches.step.{row['step']}", language),
        "" if since is None else dated(since.isoformat(), language),
        t(f"launches.next.{row['next_step']}", language),
        dated(row["due_on"].isoformat(), language),
        int(row["overdue_days"]),
        launches_board.gate(row, language),
        row["owner"] or t("web.launches.nobody", language),
    ]
