"""What a target takes and what was published, as rows of words and numbers."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geodata.texts import Language, number
from planner import ucj
from planner.coverage_figures import OWN
from planner.manner import Manner, Shown
from planner.rupiah import spoken
from planner.targets import Figure, Name, Scenario, TargetPlan
from planner.texts import t

TARGET_COLUMNS: Final = (
    *("region", "year", "target", "segment", "base", "covered"),
    *("at", "gap", "quoted", "check", "source"),
)

_FIGURE: Final = ("figure", "value", "interval", "basis", "source")
_SCENARIO: Final[tuple[Name, ...]] = ("registrations", "launches", "launch_cost_idr")
_STAGE: Final = ("stage", "people", "range")
_LAUNCHED: Final = ("launches", "visits", "launch_cost_idr")  # end at all villages
_SURE: Final = 0.95  # the upper end of an interval


def verdict(plan: TargetPlan, language: Language) -> str:
    """Say whether launches in all villages are enough, and how often."""
    active = plan.all_active
    return t(
        f"targets.note.{'enough' if plan.enough else 'not_enough'}",
        language,
        launches=plan.figures["launches"].value,
        villages=plan.villages,
        active=active.value,
        low=active.low,
        high=active.high,
        chance=round(100 * plan.chance),
    )


def is_money(name: str) -> bool:
    """Return whether a figure is in rupiah."""
    return "_idr" in name


def figure_headings(language: Language) -> list[str]:
    """Return the headings of :func:`figure_row`."""
    return _headings(_FIGURE, language)


def figure_row(name: Name, figure: Figure, plan: TargetPlan, manner: Manner) -> list[str]:
    """Return a figure with interval, basis and source."""
    language = manner.language
    value, low, high = (
        spoken(end, language) if is_money(name) else number(end, language)
        for end in (figure.value, figure.low, figure.high)
    )
    interval = "" if low == high else manner.between(low, high)
    if name in _LAUNCHED and plan.chance < _SURE:
        key = "targets.interval.or_more" if interval else "targets.interval.not_enough"
        interval = t(key, language, interval=interval)
    return [figure_name(name, language), value, interval, *figure_origin(figure, manner)]


def figure_name(name: Name, language: Language) -> str:
    """Return what a figure is called."""
    return t(f"targets.figure.{name}", language)


def figure_origin(figure: Figure, manner: Manner) -> tuple[str, str]:
    """Return basis and source of a figure."""
    counted = {name: manner.day(value) if isinstance(value, str) else value for name, value in figure.counted.items()}
    source = t(figure.source, manner.language, **counted)
    if figure.source_date:
        source += f", {manner.day(figure.source_date)}"
    return t(f"targets.basis.{figure.basis}", manner.language), source


def scenario_headings(language: Language) -> list[str]:
    """Return the headings of :func:`scenario_row`."""
    ratio, enough = _headings(("ratio", "enough"), language)
    return [ratio, *(figure_name(name, language) for name in _SCENARIO), enough]


def scenario_row(scenario: Scenario, language: Language) -> list[Shown]:
    """Return the plan at another number of registrations per active participant."""
    cost = spoken(scenario.launch_cost_idr, language)
    told = yes_or_no(language, answer=scenario.enough)
    return [scenario.registrations_per_active, scenario.registrations, scenario.launches, cost, told]


def stage_headings(language: Language) -> list[str]:
    """Return the headings of :func:`stage_rows`."""
    return _headings(_STAGE, language)


def stage_rows(stages: pd.DataFrame, manner: Manner) -> list[list[Shown]]:
    """Return how many are reached, register, and are active later."""
    return [
        [
            t(f"targets.stage.{stage}", manner.language),
            None if pd.isna(row["people"]) else int(row["people"]),
            manner.span(row["low"], row["high"]),
        ]
        for stage, row in stages.iterrows()
    ]


def target_headings(language: Language) -> list[str]:
    """Return the headings of a published target: region, what :func:`target_cells` tells, source."""
    return [t(f"targets.ucj.{name}", language) for name in TARGET_COLUMNS]


def target_cells(row: Mapping[str, Any], manner: Manner) -> list[Shown]:
    """Return a published target with the gap worked out again, between its region and its source.

    Parameters
    ----------
    row
        A row of ``planner.ucj.with_gaps`` as plain values.
    manner
        How it is written.
    """
    language = manner.language
    return [
        str(row[ucj.TARGET_YEAR]),
        number(float(row[ucj.TARGET]), language, 2),
        t(f"targets.ucj.segment.{row[ucj.SEGMENT]}", language),
        _counted(row[ucj.BASE], row[ucj.BASE_BASIS], manner),
        _counted(row[ucj.COVERED], row[ucj.COVERED_BASIS], manner),
        manner.day(row[ucj.COVERED_DATE]) if row[ucj.COVERED_DATE] else "",
        row[ucj.UCJ_GAP],
        _quoted(row[ucj.QUOTED_GAP], row[ucj.QUOTED_TARGET], manner),
        _agreement(row[ucj.MISMATCH], row[ucj.DIFFERENCE], manner),
    ]


def target_region(row: Mapping[str, Any], language: Language) -> str:
    """Return the region of a published target, and whether it stands in the office's own register.

    Parameters
    ----------
    row
        A row of ``planner.ucj_board.all_targets`` as plain values.
    language
        Language of the words.
    """
    name = str(row[ucj.REGION_NAME])
    return f"{name} ({t('web.ucj.own_file', language)})" if row[OWN] else name


def yes_or_no(language: Language, *, answer: bool) -> str:
    """Return yes or no."""
    return t("targets.yes" if answer else "targets.no", language)


def _counted(people: float | None, how: str | None, manner: Manner) -> str:
    shown = manner.people(people)
    return t("targets.ucj.derived", manner.language, people=shown) if how == "derived" else shown


def _quoted(gap: float | None, wanted: float | None, manner: Manner) -> str:
    if gap is None and wanted is not None:
        return t("targets.ucj.quoted_target", manner.language, people=manner.people(wanted))
    return manner.people(gap)


def _agreement(mismatch: object, difference: float | None, manner: Manner) -> str:
    """Say whether a source agrees with its own figures; blank where that cannot be told."""
    if mismatch is None:
        return ""
    if not mismatch:
        return yes_or_no(manner.language, answer=True)
    return t("targets.ucj.differs", manner.language, people=manner.people(difference))


def _headings(names: tuple[str, ...], language: Language) -> list[str]:
    return [t(f"targets.heading.{name}", language) for name in names]
