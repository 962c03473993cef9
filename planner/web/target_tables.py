"""What a target takes, as tables: figures with interval and source, scenarios, the funnel, published targets."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geodata.texts import Language, number
from planner import ucj
from planner.rupiah import spoken
from planner.targets import Figure, Name, TargetPlan
from planner.texts import t
from planner.web.about_sources import told
from planner.web.tables import Cell, table
from planner.web.wording import dated

_LAUNCHED: Final = ("launches", "visits", "launch_cost_idr")  # end at all villages
_SURE: Final = 0.95  # the upper end of an interval


def figures(plan: TargetPlan, language: Language) -> str:
    """Return every figure of a plan with interval, basis and source."""
    names = ("figure", "value", "interval", "basis", "source")
    rows = [_figure(name, figure, plan.chance, language) for name, figure in plan.figures.items()]
    return table(_headings(names, language), rows, caption=t("web.target.figures.title", language))


def scenarios(plan: TargetPlan, language: Language) -> str:
    """Return the plan at other numbers of registrations per active participant."""
    names: tuple[Name, ...] = ("registrations", "launches", "launch_cost_idr")
    headings = [t(f"targets.figure.{name}", language) for name in names]
    rows = [
        (
            number(one.registrations_per_active, language),
            number(one.registrations, language),
            number(one.launches, language),
            spoken(one.launch_cost_idr, language),
            t("targets.yes" if one.enough else "targets.no", language),
        )
        for one in plan.scenarios
    ]
    ratio, enough = _headings(("ratio", "enough"), language)
    return table([ratio, *headings, enough], rows, caption=t("web.target.scenarios.title", language))


def funnel(plan: TargetPlan, language: Language) -> str:
    """Return how many are reached, register, and are active later."""
    rows = [
        (
            t(f"targets.stage.{stage}", language),
            _people(row["people"], language),
            _between(row["low"], row["high"], language),
        )
        for stage, row in plan.stages.iterrows()
    ]
    headings = _headings(("stage", "people", "range"), language)
    return table(headings, rows, caption=t("web.target.funnel.title", language))


def published(targets: pd.DataFrame, language: Language) -> str:
    """Return published coverage targets with the gap worked out again.

    Parameters
    ----------
    targets
        As from ``planner.ucj.with_gaps``.
    language
        Language of the words.
    """
    names = ("region", "year", "target", "segment", "base", "covered", "at", "gap", "quoted", "check", "source")
    rows = [
        _target({str(name): None if pd.isna(value) else value for name, value in row.items()}, language)
        for row in targets.to_dict("records")
    ]
    headings = [t(f"targets.ucj.{name}", language) for name in names]
    return table(headings, rows, caption=t("web.target.published.title", language))


def _figure(name: Name, figure: Figure, chance: float, language: Language) -> tuple[str, ...]:
    money = name.endswith(("_idr", "_idr_per_year"))
    value, low, high = (
        spoken(end, language) if money else number(end, language) for end in (figure.value, figure.low, figure.high)
    )
    interval = "" if low == high else t("web.about.range", language, low=low, high=high)
    if name in _LAUNCHED and chance < _SURE:
        key = "targets.interval.or_more" if interval else "targets.interval.not_enough"
        interval = t(key, language, interval=interval)
    source = t(figure.source, language)
    if figure.source_date:
        source += f", {dated(figure.source_date, language)}"
    return t(f"targets.figure.{name}", language), value, interval, t(f"targets.basis.{figure.basis}", language), source


def _target(row: Mapping[str, Any], language: Language) -> tuple[Cell, ...]:
    return (
        str(row[ucj.REGION_NAME]),
        str(row[ucj.TARGET_YEAR]),
        number(float(row[ucj.TARGET]), language, 2),
        t(f"targets.ucj.segment.{row[ucj.SEGMENT]}", language),
        _counted(row[ucj.BASE], row[ucj.BASE_BASIS], language),
        _counted(row[ucj.COVERED], row[ucj.COVERED_BASIS], language),
        dated(row[ucj.COVERED_DATE], language) if row[ucj.COVERED_DATE] else "",
        _people(row[ucj.UCJ_GAP], language),
        _quoted(row[ucj.QUOTED_GAP], row[ucj.QUOTED_TARGET], language),
        _agreement(row[ucj.MISMATCH], row[ucj.DIFFERENCE], language),
        told(row, language),
    )


def _counted(people: float | None, how: str | None, language: Language) -> str:
    shown = _people(people, language)
    return t("targets.ucj.derived", language, people=shown) if how == "derived" else shown


def _quoted(gap: float | None, wanted: float | None, language: Language) -> str:
    if gap is None and wanted is not None:
        return t("targets.ucj.quoted_target", language, people=_people(wanted, language))
    return _people(gap, language)


def _agreement(mismatch: object, difference: float | None, language: Language) -> str:
    """Say whether a source agrees with its own figures; blank where that cannot be told."""
    if mismatch is None:
        return ""
    if not mismatch:
        return t("targets.yes", language)
    return t("targets.ucj.differs", language, people=_people(difference, language))


def _people(people: Any, language: Language) -> str:  # noqa: ANN401  # a cell may be missing
    return "" if people is None or pd.isna(people) else number(int(people), language)


def _between(low: Any, high: Any, language: Language) -> str:  # noqa: ANN401  # a cell may be missing
    least, most = (_people(end, language) for end in (low, high))
    return "" if least == most else t("web.about.range", language, low=least, high=most)


def _headings(names: tuple[str, ...], language: Language) -> list[str]:
    return [t(f"targets.heading.{name}", language) for name in names]
