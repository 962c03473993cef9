"""How the section of coverage targets writes its figures: never a percentage without date, segment and base."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from geodata.texts import Language, number, percentage
from planner import ucj, ucj_board
from planner.coverage_figures import AS_OF, CHANGE, COUNTED, PERCENT, SINCE, WORKED_OUT
from planner.texts import t
from planner.web.wording import dated

Row = Mapping[str, Any]


def percent(value: float, language: Language) -> str:
    """Write a percentage."""
    return percentage(value, language, 1)


def coverage(figure: Row | None, language: Language) -> str:
    """Write coverage, and say where it is only quoted or not known."""
    if figure is None:
        return t("web.ucj.not_published", language)
    if figure[PERCENT] is None:
        return t("web.ucj.no_base", language)
    shown = percent(figure[PERCENT], language)
    return shown if figure[WORKED_OUT] else t("web.ucj.quoted", language, percent=shown)


def people_of_base(figure: Row | None, language: Language) -> str:
    """Write how many of how many; what the source does not state is said."""
    if figure is None:
        return ""
    covered, base = (_counted(figure, name, how, language) for name, how in _PEOPLE)
    if base:
        return t("web.ucj.of", language, covered=covered, base=base) if covered else _of_base(base, language)
    unstated = t("web.ucj.base_unstated", language)
    return f"{covered}; {unstated}" if covered else unstated


def whom(figure: Row | None, language: Language) -> str:
    """Write segment and kind of participants, as far as the source states them."""
    if figure is None:
        return ""
    kind = "" if figure[COUNTED] == "unstated" else t(f"web.ucj.counted.{figure[COUNTED]}", language)
    if figure[ucj.SEGMENT] == "unstated" and not kind:
        return t("targets.ucj.segment.unstated", language)
    return "; ".join(filter(None, [segment(figure, language), kind]))


def segment(row: Row, language: Language) -> str:
    """Write the segment so that it can be read without a heading."""
    name = row[ucj.SEGMENT]
    return t("web.ucj.segment_unstated" if name == "unstated" else f"targets.ucj.segment.{name}", language)


def as_of(figure: Row | None, language: Language) -> str:
    """Write the date of a figure."""
    return "" if figure is None else dated(str(figure[AS_OF]), language)


def target(row: Row | None, others: tuple[float, ...], language: Language) -> str:
    """Write percentage and year of a target, what others say of that year, and whether a quoted figure does not fit."""
    if row is None:
        return t("web.ucj.not_published", language)
    shown = t("web.ucj.target", language, percent=exact(row[ucj.TARGET], language), year=str(row[ucj.TARGET_YEAR]))
    told = [shown]
    if others:
        told.append(t("web.ucj.target_others", language, others="; ".join(exact(one, language) for one in others)))
    if row[ucj.MISMATCH]:
        told.append(t("web.ucj.target_misfit", language))
    return "; ".join(told)


def gap(line: Row, language: Language) -> str:
    """Write the gap in people, marked where it does not stand on the base of the coverage beside it."""
    left = line[ucj.UCJ_GAP]
    if left is None:
        return "" if line[ucj_board.TARGET_ROW] is None else t("web.ucj.gap.unknown", language)
    shown = number(left, language) if left > 0 else t("web.ucj.gap.passed", language, people=number(-left, language))
    how = line[ucj_board.GAP_HOW]
    return shown if how == "same" else f"{shown} {t(f'web.ucj.mark.{how}', language)}"


def gap_base(line: Row, language: Language) -> str:
    """Write on which base the gap stands."""
    how, base = line[ucj_board.GAP_HOW], line[ucj_board.GAP_BASE]
    if how is None:
        return "" if line[ucj_board.TARGET_ROW] is None else t("web.ucj.gap_base.none", language)
    day = dated(str(line[ucj_board.GAP_AS_OF] or ""), language)
    return t(f"web.ucj.gap_base.{how}", language, base=number(base, language), day=day)


def change(figure: Row | None, language: Language) -> str:
    """Write the change since the figure before that may be compared with this one."""
    if figure is None or figure[PERCENT] is None:
        return ""
    if figure[CHANGE] is None:
        return t("web.ucj.change.none", language)
    points = number(abs(figure[CHANGE]), language, 1)
    way = "up" if figure[CHANGE] >= 0 else "down"
    return t(f"web.ucj.change.{way}", language, points=points, since=dated(str(figure[SINCE]), language))


def base_name(figure: Row, language: Language) -> str:
    """Write the base of a figure as a line of a chart names it."""
    if figure[ucj.BASE] is None:
        return t("web.ucj.base_unstated", language)
    return t("web.ucj.base", language, base=number(figure[ucj.BASE], language))


def short_date(day: date, text: str, language: Language) -> str:
    """Write a date in few letters: Des 2025, or the year alone where no more is known."""
    pattern = "yyyy" if len(text) == 4 else "MMM yyyy"  # four digits: a year
    return str(format_date(day, pattern, locale=language))


_PEOPLE = ((ucj.COVERED, ucj.COVERED_BASIS), (ucj.BASE, ucj.BASE_BASIS))


def _counted(row: Row, name: str, how: str, language: Language) -> str:
    if row[name] is None:
        return ""
    shown = number(row[name], language)
    return t("targets.ucj.derived", language, people=shown) if row[how] == "derived" else shown


def _of_base(base: str, language: Language) -> str:
    return t("web.ucj.base", language, base=base)


def exact(value: float, language: Language) -> str:
    """Write a target as it was printed; it has no more than two decimals."""
    return percentage(value, language, 0 if float(value).is_integer() else 2)
