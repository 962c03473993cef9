"""What the weights really do: written weight and influence of each criterion, side by side, and in words."""

from html import escape
from typing import Final

import streamlit as st

from geodata.layer import VillageLayer
from geodata.texts import Language, percentage
from planner.diagnosis import Diagnosis, diagnose, sentences
from planner.scoring import Scores, criterion_weights
from planner.texts import t
from planner.web import data
from planner.web.tables import paragraph
from planner.web.weights_choice import Weights
from planner.web.weights_sliders import item
from planner.weights import effective_weights

_CHECK: Final = "weights-check"


@st.cache_resource(max_entries=32, show_spinner=False)
def _st_diagnosis(key: str, sector: str, weights: Weights, _layer: VillageLayer) -> Diagnosis:  # noqa: ARG001
    return diagnose(data.st_scores(_layer.fingerprint, sector, weights, _layer))


def effect(layer: VillageLayer, sector: str, weights: Weights, language: Language) -> None:
    """Show weight and influence of every criterion; the check in words is made when it is asked for.

    Parameters
    ----------
    layer
        The layer.
    sector
        Sector the figures count; empty for all informal workers.
    weights
        Weights that give a score.
    language
        Language of the words.
    """
    st.subheader(t("web.weights.effect", language), anchor=False)
    st.html(bars(data.st_scores(layer.fingerprint, sector, weights, layer), language))
    if st.toggle(t("web.weights.effect.check", language), key=_CHECK):
        found = sentences(_st_diagnosis(data.key_of(layer.fingerprint), sector, weights, layer), language)
        st.html(f'<ul class="weights-check">{"".join(f"<li>{escape(sentence)}</li>" for sentence in found)}</ul>')


def bars(scores: Scores, language: Language) -> str:
    """Return a table with a bar for the weight and one for the influence of each criterion.

    Parameters
    ----------
    scores
        Scores of all villages.
    language
        Language of the words.
    """
    weights = criterion_weights(scores.params)
    influence = effective_weights(scores.scaled, weights, score=scores.score)
    longest = max(float(weights.max()), float(influence.max()))
    rows = "".join(
        f'<tr><th scope="row">{escape(item(key, language))}</th>'
        f"{_bar('weight', share, longest, language)}{_bar('influence', effective, longest, language)}</tr>"
        for key, share, effective in zip(scores.criteria.keys, weights.tolist(), influence.tolist(), strict=True)
    )
    names = ("criterion", "weight", "influence")
    head = "".join(f'<th scope="col">{escape(t(f"web.weights.effect.{name}", language))}</th>' for name in names)
    caption = escape(t("web.weights.effect", language))
    return (
        f'<div class="weights-effect">{paragraph(t("web.weights.effect.note", language))}'
        f'<table><caption class="unseen">{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _bar(kind: str, share: float, longest: float, language: Language) -> str:
    """Return a cell with its figure and a bar as long as it is large; nothing has no bar."""
    bar = f'<span class="{kind}" style="width:{100 * share / longest:.0f}%"></span>' if share else ""
    figure = escape(percentage(100 * share, language))
    return f'<td><span class="figure">{figure}</span><span class="track">{bar}</span></td>'
