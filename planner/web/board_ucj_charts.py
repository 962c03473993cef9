"""Charts of the section of coverage targets: coverage beside targets, and change where figures may be compared."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd

from geodata.texts import Language, number
from planner import ucj, ucj_board, ucj_counted
from planner.coverage_figures import COUNTED, DAY, PERCENT, SERIES, WORKED_OUT
from planner.manner import plain_row
from planner.texts import t
from planner.web import board_ucj_words as words
from planner.web.board_ucj_data import Standing
from planner.web.board_ucj_tables import figure_of, line_of, name_of, target_of
from planner.web.charts import LOOKS, Bar, Drawing, Line, Look, Point, Row, bars, lines

_MOST: Final = len(LOOKS)
_TICKS: Final = 5
_BESIDE: Final = 200  # days that the scale of years goes beyond the figures


def coverage(here: Standing, codes: Sequence[str], language: Language) -> Drawing | None:
    """Draw the newest coverage of each region, with the target where it stands on the same base.

    Returns
    -------
    Drawing | None
        Nothing where no percentage is published.
    """
    rows = [row for code in codes if (row := _row(here, code, language)) is not None]
    if not rows:
        return None
    looks = {bar.look for row in rows for bar in row.bars}
    series = {look: t(f"web.ucj.look.{look}", language) for look in LOOKS if look in looks}
    marked = any(bar.mark is not None for row in rows for bar in row.bars)
    return bars(
        t("web.ucj.chart.title", language),
        rows,
        description=t("web.ucj.chart.note", language),
        series=series,
        marked=t("web.ucj.chart.target", language) if marked else "",
    )


def in_lines(figures: pd.DataFrame, region: str) -> tuple[pd.DataFrame, int]:
    """Return the figures that a chart of lines shows, and how many are left out for want of signs.

    Parameters
    ----------
    figures
        Of ``planner.ucj_board.all_figures``.
    region
        All figures of a province or regency; empty for those of all regions that may be compared with another.
    """
    known = figures[figures[PERCENT].notna()]
    sizes = known[SERIES].map(known[SERIES].value_counts())
    wanted = known[known[ucj.REGION_CODE] == region] if region else known[sizes > 1]
    last = wanted.groupby(SERIES)[DAY].max()
    order = pd.DataFrame({"size": wanted[SERIES].value_counts(), "last": last}).sort_values(
        ["size", "last"], ascending=False, kind="stable"
    )
    kept = order.index[:_MOST]
    shown = wanted[wanted[SERIES].isin(kept)].sort_values([ucj.REGION_CODE, DAY], kind="stable")
    return shown, len(wanted) - len(shown)


def change(here: Standing, shown: pd.DataFrame, region: str, language: Language) -> Drawing:
    """Draw figures over time; those that may be compared are joined.

    Parameters
    ----------
    here
        What the section shows.
    shown
        Of `in_lines`; not empty.
    region
        Code of the region; empty where there are several, which lines name then.
    language
        Language of the words.
    """
    whose = str(here.regions[region]) if region else t("web.ucj.lines.all", language)
    drawn = [
        _line(here, rows, look, language, named=not region)
        for look, (_, rows) in zip(LOOKS, shown.groupby(SERIES, sort=False), strict=False)
    ]
    days = list(shown[DAY])
    first, last = min(days).toordinal() - _BESIDE, max(days).toordinal() + _BESIDE
    years = ((year, date(year, 1, 1).toordinal()) for year in range(min(days).year, max(days).year + 2))
    ticks = [(float(day), str(year)) for year, day in years if first <= day <= last]
    title, note = t("web.ucj.lines.caption", language, region=whose), t("web.ucj.lines.note", language)
    return lines(title, drawn, description=note, ticks=ticks, language=language, unit="%")


def counted(here: Standing, rows: pd.DataFrame, language: Language) -> Drawing:
    """Draw coverage as the office counted it, month by month; each line stays on one base."""
    drawn = [
        Line(
            f"{here.regions[str(code)]}: {_counted_base(months, language)}",
            tuple(
                Point(float(month.toordinal()), float(share), words.percent(float(share), language))
                for month, share in zip(months[ucj_counted.MONTH], months[PERCENT].astype(float), strict=True)
            ),
            look,
        )
        for look, (code, months) in zip(LOOKS, rows.groupby(ucj.REGION_CODE, sort=False), strict=False)
    ]
    months = sorted(set(rows[ucj_counted.MONTH]))
    step = -(-len(months) // _TICKS)
    ticks = [(float(day.toordinal()), words.short_date(day, day.isoformat(), language)) for day in months[::step]]
    title, note = (t(f"web.ucj.counted.{name}", language) for name in ("title", "chart"))
    return lines(title, drawn, description=note, ticks=ticks, language=language, unit="%")


def _row(here: Standing, code: str, language: Language) -> Row | None:
    line = line_of(here, code)
    figure, target = figure_of(here, line[ucj_board.FIGURE_ROW]), target_of(here, line)
    if figure is None or figure[PERCENT] is None:
        return None
    mark = target[ucj.TARGET] if target is not None and line[ucj_board.GAP_HOW] == "same" else None
    share = words.percent(figure[PERCENT], language)
    told = (
        share if mark is None else t("web.ucj.share_target", language, share=share, target=words.exact(mark, language))
    )
    look: Look = "first" if figure[WORKED_OUT] else "fourth"
    note = f"{words.base_name(figure, language)}, {words.as_of(figure, language)}"
    return Row(str(here.regions[code]), (Bar(float(figure[PERCENT]), told, look, mark),), note)


def _line(here: Standing, rows: pd.DataFrame, look: Look, language: Language, *, named: bool) -> Line:
    first = plain_row(rows.iloc[0].to_dict())
    parts = [words.segment(first, language), words.base_name(first, language)]
    if first[COUNTED] != "unstated":
        parts.insert(1, t(f"web.ucj.counted.{first[COUNTED]}", language))
    if first[ucj.MISMATCH]:
        parts.append(t("web.ucj.does_not_fit", language))
    name = "; ".join(parts)
    points = tuple(
        Point(float(day.toordinal()), float(share), words.percent(float(share), language))
        for day, share in zip(rows[DAY], rows[PERCENT].astype(float), strict=True)
    )
    return Line(f"{name_of(here, first)}: {name}" if named else name, points, look)


def _counted_base(months: pd.DataFrame, language: Language) -> str:
    last = plain_row(months.iloc[-1].to_dict())
    villages = number(last[ucj_counted.VILLAGES], language)
    return t("web.ucj.counted.base", language, villages=villages, base=number(last["eligible_workers"], language))
