"""One scenario, or two side by side: map, totals, what differs, and why."""

import numpy as np
import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.choropleth import choropleth, styles
from planner.classification import BREAKS
from planner.scoring import SCORE
from planner.selection import compare_wording
from planner.selection.candidates import ACTIVE, LAUNCH_COST
from planner.selection.compare import Comparison, compare, name_of
from planner.selection.plan import SelectionPlan
from planner.selection.reasons import Reason
from planner.selection.wording import quality, reason
from planner.texts import t
from planner.web import data, picked
from planner.web.layer_map import MAP_HEIGHT, LayerMap
from planner.web.legend import marks_legend
from planner.web.map import MapState, village_map
from planner.web.region import bounds
from planner.web.tables import paragraph, table

Sides = tuple[SelectionPlan, SelectionPlan]
Names = tuple[str, str]


def one(found: LayerMap, plan: SelectionPlan, language: Language) -> None:
    """Show a scenario: its villages on the map and in a list.

    Parameters
    ----------
    found
        The layer.
    plan
        The scenario.
    language
        Language of the page.
    """
    _map(found, plan, {"chosen": plan.codes}, language)
    chosen = plan.chosen
    rows = [
        (
            row[schema.VILLAGE_NAME],
            _place(row),
            number(row[ACTIVE], language),
            rupiah.spoken(row[LAUNCH_COST], language),
        )
        for row in chosen.to_dict("records")
    ]
    headings = [t(f"web.scenarios.{name}", language) for name in ("village", "place", "active", "cost")]
    told = paragraph(*quality(plan.candidates, plan.selection, language))
    _section("chosen", told + table(headings, rows, caption=t("web.scenarios.chosen", language)), language)


def two(found: LayerMap, plans: Sides, names: Names, language: Language) -> None:
    """Show two scenarios: what they bring, how their rules differ, which villages only one holds, and why.

    Parameters
    ----------
    found
        The layer.
    plans, names
        The scenarios, left and right.
    language
        Language of the page.
    """
    left, right = plans
    marks = {"left": left.codes - right.codes, "right": right.codes - left.codes, "both": left.codes & right.codes}
    _map(found, left, marks, language)
    compared = compare(left, right)
    _section("totals", _totals(compared, names, language), language)
    _section("settings", _settings(compared, names, language), language)
    sides = st.columns(2, gap="medium")
    for side, reasons, k in ((sides[0], compared.left, 0), (sides[1], compared.right, 1)):
        with side:
            _only(reasons, (plans[k], plans[1 - k]), (names[k], names[1 - k]), language)


def _map(found: LayerMap, plan: SelectionPlan, marks: dict[str, frozenset[str]], language: Language) -> None:
    layer = found.layer
    codes = layer.frame[schema.VILLAGE_CODE]
    regions = data.st_regions(layer.fingerprint, layer)
    here = plan.candidates.ranking.regions
    region = here[0] if len(here) == 1 else ""
    scores = plan.candidates.ranking.scores.table[SCORE].reindex(layer.frame.index)
    everywhere = pd.Series(data=True, index=layer.frame.index)
    shown = (
        everywhere if not here else pd.concat([data.in_region(layer.frame, one) for one in here], axis=1).any(axis=1)
    )
    colours = choropleth(scores, ~everywhere, shown=shown, breaks=BREAKS["quantiles"])
    positions = {kind: np.flatnonzero(codes.isin(members)).tolist() for kind, members in marks.items()}
    selected = picked.village(layer.frame, shown)
    now = MapState(
        colours.classes, selected, bounds(regions, region), styles(), language, marks=positions, region=region
    )
    village_map(found.files, found.assets, state=now, height=MAP_HEIGHT, on_click=picked.take_click)
    st.html(
        marks_legend(positions, {}, language) + f'<p class="legend-note">{t("web.scenarios.map_note", language)}</p>'
    )


def _totals(found: Comparison, names: Names, language: Language) -> str:
    rows = [
        (words, *(compare_wording.shown(figure, language) for figure in both))
        for words, both in compare_wording.totals(found, language)
    ]
    headings = [t("web.scenarios.figure", language), *names]
    told = paragraph(t("web.scenarios.both", language, count=found.both))
    return table(headings, rows, caption=t("web.scenarios.totals", language)) + told


def _settings(found: Comparison, names: Names, language: Language) -> str:
    rows = [
        (compare_wording.setting(name, language), *(compare_wording.value(name, value, language) for value in values))
        for name, values in found.parameters.items()
    ]
    if not rows:
        return paragraph(t("web.scenarios.no_setting", language))
    headings = [t("web.scenarios.setting", language), *names]
    return table(headings, rows, caption=t("web.scenarios.settings", language))


def _only(reasons: tuple[Reason, ...], plans: Sides, names: Names, language: Language) -> None:
    """Show the villages that only one scenario holds, and why the other does not."""
    plan, other = plans
    title = t("web.scenarios.only", language, name=names[0], count=len(reasons))
    if not reasons:
        st.html(f'<div class="about">{paragraph(t("web.scenarios.only_none", language, name=names[0]))}</div>')
        return
    rows = [
        (name_of(plan, why.code), reason(other.candidates, why, name_of(plan, why.code), language)) for why in reasons
    ]
    headings = [t("web.scenarios.village", language), t("web.scenarios.why", language, name=names[1])]
    st.html(f'<div class="about">{paragraph(title)}{table(headings, rows, caption=title)}</div>')


def _section(name: str, content: str, language: Language) -> None:
    st.subheader(t(f"web.scenarios.{name}", language), anchor=False)
    st.html(f'<div class="about">{content}</div>')


def _place(row: dict[object, object]) -> str:
    return f"{row[schema.DISTRICT_NAME]}, {row[schema.REGENCY_NAME]}"
