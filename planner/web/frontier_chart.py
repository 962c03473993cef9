"""The frontier as a picture with its table: what each size of the plan brings, and where a target is reached."""

from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st

from geodata.texts import Language, number
from planner.selection import summary, wording
from planner.selection.curve import Curve
from planner.selection.params import Objective
from planner.texts import t
from planner.web.notice import listed
from planner.web.tables import table

_LINE: Final = "#0b5c8a"
_TARGET: Final = "#b3200c"
_HEIGHT: Final = 280
_TICKS: Final = 6
_NO_MENU: Final = {"embedOptions": {"actions": False}}


def show(drawn: Curve, objective: Objective, language: Language) -> None:
    """Show a curve, a field for a target, and the points as a table.

    Parameters
    ----------
    drawn
        The curve.
    objective
        What is maximised.
    language
        Language of the words.
    """
    target = st.number_input(
        t("web.select.frontier.target", language, unit=t(f"selection.unit.{objective}", language)),
        0.0,
        1e12,
        value=None,
        step=1.0,
        format="%0.0f",
        key="select-target",
        placeholder=t("web.select.example.none", language),
        width=420,
    )
    steps = summary.steps(drawn)
    if steps["brought"].notna().any():
        st.vega_lite_chart(chart(drawn.kind, steps, target, objective, language))
    if target is not None:
        st.html(listed([summary.reaching(drawn, target, objective, language)]))
    st.html(f'<div class="about">{_table(drawn.kind, steps, objective, language)}</div>')


def chart(
    kind: str, steps: pd.DataFrame, target: float | None, objective: Objective, language: Language
) -> dict[str, Any]:
    """Return the curve as a picture in Vega-Lite; words and numbers in the language of the page.

    Parameters
    ----------
    kind
        ``budget``, ``launches`` or ``agent_days``.
    steps
        Of `planner.selection.summary.steps`.
    target
        What the plan should bring; a line across.
    objective
        What is maximised.
    language
        Language of the words.
    """
    known = steps.dropna(subset=["brought"])
    size, brings, villages = (t(f"web.select.frontier.{name}", language) for name in (kind, "brings", "villages"))
    words = pd.DataFrame(
        {
            "x": known["limit"].astype(float),
            "y": known["brought"].astype(float),
            "size": [summary.sized(kind, limit, language) for limit in known["limit"]],
            "brings": [wording.brings(value, objective, language) for value in known["brought"]],
            "villages": [number(count, language) for count in known["villages"]],
        }
    )
    ticks = _spread([float(limit) for limit in words["x"]])
    names = _named({limit: summary.sized(kind, limit, language) for limit in ticks})
    across = alt.X("x:Q", title=size, axis=alt.Axis(values=ticks, labelExpr=names, labelOverlap=True))
    top = max([float(words["y"].max()), target or 0.0])
    up_ticks = _even(top)
    up = alt.Y(
        "y:Q",
        title=t(f"web.select.objective.{objective}", language),
        scale=alt.Scale(domain=[0, 1.05 * top]),
        axis=alt.Axis(values=up_ticks, labelExpr=_named({tick: number(tick, language) for tick in up_ticks})),
    )
    tooltip = [
        alt.Tooltip("size:N", title=size),
        alt.Tooltip("brings:N", title=brings),
        alt.Tooltip("villages:N", title=villages),
    ]
    line = alt.Chart(words).mark_line(color=_LINE, point=alt.OverlayMarkDef(color=_LINE, size=70, filled=True))
    layers: list[alt.Chart] = [line.encode(x=across, y=up, tooltip=tooltip)]
    if target is not None:
        rule = alt.Chart(pd.DataFrame({"y": [target]})).mark_rule(color=_TARGET, strokeDash=[6, 4], strokeWidth=2)
        layers.append(rule.encode(y="y:Q"))
    about = t("web.select.frontier.alt", language)
    drawn = alt.layer(*layers).properties(height=_HEIGHT, description=about, usermeta=_NO_MENU)
    return dict(drawn.to_dict())


def _spread(limits: list[float]) -> list[float]:
    """Return some of the limits, the last one among them."""
    return limits[::-1][:: -(-len(limits) // _TICKS)]


def _named(names: dict[float, str]) -> str:
    """Return an expression that writes the ticks in the language of the page."""
    parts = "".join(f"datum.value == {value!r} ? '{name}' : " for value, name in names.items())
    return f"{parts}''"


def _even(top: float) -> list[float]:
    """Return round numbers up to a largest one."""
    rough = max(top, 1.0) / 5
    power = 10.0 ** (len(str(int(rough))) - 1)
    step = next((factor * power for factor in (1, 2, 5) if factor * power >= rough), 10 * power)
    return [step * i for i in range(int(1.05 * top / step) + 1)]


def _table(kind: str, steps: pd.DataFrame, objective: Objective, language: Language) -> str:
    names = (kind, "villages", "brings", "bound", "more")
    headings = [t(f"web.select.frontier.{name}", language) for name in names]
    rows: list[tuple[str, ...]] = []
    before = 0.0
    for step in steps.to_dict("records"):
        size = summary.sized(kind, step["limit"], language)
        if pd.isna(step["brought"]):
            why = "infeasible" if step["status"] == "infeasible" else "no_time"
            rows.append((size, t(f"selection.point.{why}", language), "", "", ""))
            continue
        brought = wording.shown(step["brought"], objective)
        told = (brought, step["bound"], brought - before)  # what is told adds up
        figures = (wording.brings(value, objective, language) for value in told)
        before = brought
        rows.append((size, number(step["villages"], language), *figures))
    unit = t(f"selection.unit.{objective}", language)
    return table(headings, rows, caption=t("web.select.frontier.caption", language, unit=unit))
