"""What a target takes, as tables: figures with interval and source, scenarios, the funnel, published targets."""

import pandas as pd

from geodata.texts import Language
from planner import target_wording as wording
from planner.manner import plain_row
from planner.targets import TargetPlan
from planner.texts import t
from planner.web.about_sources import told
from planner.web.target_sheet import Cell, Sheet, page_manner


def figures(plan: TargetPlan, language: Language) -> Sheet:
    """Return every figure of a plan with interval, basis and source."""
    manner = page_manner(language)
    rows = [wording.figure_row(name, figure, plan, manner) for name, figure in plan.figures.items()]
    return Sheet(t("web.target.figures.title", language), wording.figure_headings(language), rows)


def exact_figures(plan: TargetPlan, language: Language) -> Sheet:
    """Return every figure of a plan as numbers, for a spreadsheet; rupiah are not rounded."""
    manner = page_manner(language)
    rows: list[list[Cell]] = [
        [wording.figure_name(name, language), one.value, one.low, one.high, *wording.figure_origin(one, manner)]
        for name, one in plan.figures.items()
    ]
    name, value, _, basis, source = wording.figure_headings(language)
    ends = [t(f"web.target.figures.{end}", language) for end in ("low", "high")]
    return Sheet(t("web.target.figures.title", language), [name, value, *ends, basis, source], rows)


def scenarios(plan: TargetPlan, language: Language) -> Sheet:
    """Return the plan at other numbers of registrations per active participant."""
    rows = [wording.scenario_row(one, language) for one in plan.scenarios]
    return Sheet(t("web.target.scenarios.title", language), wording.scenario_headings(language), rows)


def funnel(plan: TargetPlan, language: Language) -> Sheet:
    """Return how many are reached, register, and are active later."""
    rows = wording.stage_rows(plan.stages, page_manner(language))
    return Sheet(t("web.target.funnel.title", language), wording.stage_headings(language), rows)


def published(targets: pd.DataFrame, language: Language) -> Sheet:
    """Return published coverage targets with the gap worked out again.

    Parameters
    ----------
    targets
        Of ``planner.ucj_board.all_targets``.
    language
        Language of the words.
    """
    manner = page_manner(language)
    rows: list[list[Cell]] = [
        [wording.target_region(row, language), *wording.target_cells(row, manner), told(row, language)]
        for row in map(plain_row, targets.to_dict("records"))
    ]
    return Sheet(t("web.target.published.title", language), wording.target_headings(language), rows)
