"""The score on the map: classes that follow the weights, and their legend."""

from html import escape
from typing import Final

import pandas as pd

from geodata import schema
from geodata.texts import Language, number
from planner.choropleth import CLASSES, Choropleth, choropleth, styles
from planner.classification import BREAKS
from planner.coverage import GAP
from planner.scoring import Scores, criterion_weights
from planner.texts import t

_BREAKS: Final = BREAKS["quantiles"]


def score_classes(scores: Scores, figures: pd.DataFrame, shown: pd.Series) -> Choropleth:
    """Put villages into five classes of equal numbers by their scores.

    Parameters
    ----------
    scores
        Scores of all villages, in any order.
    figures
        Of ``planner.web.data.st_figures``, in the order of the layer.
    shown
        Whether each lies in the chosen region; same index as ``figures``.

    Returns
    -------
    Choropleth
        A score is an estimate where its number of uncovered workers is one, or where a criterion that counts had to be
        filled in.
    """
    index = scores.criteria.villages.index
    counted = criterion_weights(scores.params) > 0
    filled = pd.Series(scores.criteria.filled[:, counted].any(axis=1), index=index)
    estimated = filled.reindex(figures.index) | (figures[schema.basis(GAP)] != "observed")
    values = pd.Series(scores.score, index=index).reindex(figures.index)
    return choropleth(values, estimated, shown=shown, breaks=_BREAKS)


def score_legend(classes: Choropleth, language: Language, *, approximate: bool) -> str:
    """Say in words what the colours mean.

    Parameters
    ----------
    classes
        Classes on the map.
    language
        Language of the words.
    approximate
        Whether some outlines are approximate.
    """
    looks, striped = styles(), classes.estimated > 0
    rows = []
    for band in classes.bands:
        look = looks[str(band.step + CLASSES * striped)]
        low, high = (number(end, language, 1) for end in (band.low, band.high))
        values = low if low == high else f"{low}–{high}"
        told = t("web.weights.legend.band", language, values=values, villages=band.villages)
        stripes = f"repeating-linear-gradient(135deg,{look.stripe} 0 1px,{look.fill} 1px 4px)"
        background = stripes if look.stripe else look.fill
        rows.append(f'<li><span class="swatch" style="background:{background}"></span>{escape(told)}</li>')
    notes = [t("web.weights.legend.note", language)]
    if striped:
        counted = sum(band.villages for band in classes.bands)
        notes.append(t("web.weights.legend.estimated", language, villages=classes.estimated, all=counted))
    if approximate:
        notes.append(t("web.legend.approximate", language))
    title = escape(t("web.weights.legend", language))
    return (
        f'<p class="legend-title">{title}</p><ul class="legend" aria-label="{title}">{"".join(rows)}</ul>'
        f'<p class="legend-note">{escape(" ".join(notes))}</p>'
    )
