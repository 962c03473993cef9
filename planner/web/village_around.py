"""What lies around a village: a small map coloured by score, and the table of its neighbours."""

from html import escape
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from geodata import schema
from geodata.contiguity import SHARED_KM
from geodata.layer import VillageLayer
from geodata.texts import Language, number
from planner.choropleth import Choropleth, choropleth, styles
from planner.classification import BREAKS
from planner.coverage import GAP
from planner.plan import Ranking
from planner.ranking import RANK
from planner.scoring import SCORE, Scores
from planner.texts import t
from planner.web import data, picked
from planner.web.layer_map import LayerMap
from planner.web.legend import span
from planner.web.map import Bounds, MapState, village_map
from planner.web.tables import paragraph, table
from planner.web.village_choice import link_to, workers
from planner.web.weights_choice import Weights

_HEIGHT: Final = 320
_MARGIN_DEG: Final = 0.03
"""Around a village without outline; some 3 km."""


def around_map(
    found: LayerMap, code: str, beside: pd.DataFrame, language: Language, *, sector: str, weights: Weights
) -> None:
    """Show the village among its neighbours; a click on another one opens its card.

    Parameters
    ----------
    found
        The layer and its map.
    code
        The village.
    beside
        Its neighbours.
    language
        Language of the words.
    sector, weights
        Choices of the visit.
    """
    layer = found.layer
    area = bounds(layer, [code, *beside[schema.VILLAGE_CODE]])
    colours = _colours(layer, data.st_scores(layer.fingerprint, sector, weights, layer), area)
    now = MapState(colours.classes, code, area, styles(), language)
    village_map(found.files, found.assets, state=now, height=_HEIGHT, on_click=picked.take_click)
    st.html(_legend(colours, language, approximate=bool((layer.frame[schema.OUTLINE] == "approximate").any())))


def bounds(layer: VillageLayer, codes: list[str]) -> Bounds:
    """Return south, west, north, east around villages, degrees; around their points where they have no outline."""
    rows = layer.frame[layer.frame[schema.VILLAGE_CODE].isin(codes)]
    points = rows[[schema.LATITUDE, schema.LONGITUDE]].to_numpy(np.float64, na_value=np.nan)
    boxes = rows.bounds[["miny", "minx", "maxy", "maxx"]].to_numpy(np.float64)
    around = np.hstack([points - _MARGIN_DEG, points + _MARGIN_DEG])
    ends = np.where(np.isnan(boxes), around, boxes)
    south, west = np.nanmin(ends[:, :2], axis=0)
    north, east = np.nanmax(ends[:, 2:], axis=0)
    return float(south), float(west), float(north), float(east)


def neighbour_table(beside: pd.DataFrame, ranking: Ranking, language: Language) -> str:
    """List the neighbours with uncovered workers, rank, and whether they are declared, as HTML.

    Parameters
    ----------
    beside
        The neighbours.
    ranking
        Scored villages of the region in which ranks are counted.
    language
        Language of the words.
    """
    if beside.empty:
        return paragraph(t("web.village.neighbours.none", language))
    near = beside[schema.VILLAGE_CODE].tolist()
    scored = _of(ranking.scores.table, near)
    ranks = _of(ranking.table[[schema.VILLAGE_CODE, RANK]], near)[RANK]
    names = ("village", "district", "border", "gap", "score", "rank", "declared")
    headings = [t(f"web.village.column.{name}", language) for name in names]
    known = beside[beside[schema.VILLAGE_CODE].isin(scored.index)]
    rows = []
    for code, km in zip(known[schema.VILLAGE_CODE], known[SHARED_KM], strict=True):
        row = scored.loc[code]
        rows.append(
            (
                (link_to(str(code), str(row[schema.VILLAGE_NAME])),),
                str(row[schema.DISTRICT_NAME]),
                "" if pd.isna(km) else t("web.village.unit.km", language, value=number(float(km), language, 1)),
                workers(row[GAP], row[schema.low(GAP)], row[schema.high(GAP)], language),
                number(float(row[SCORE]), language, 1),
                number(int(ranks[code]), language) if code in ranks.index else t("web.village.outside", language),
                t(f"web.village.declared.{row['declared']}", language),
            )
        )
    approximate = bool((scored.loc[known[schema.VILLAGE_CODE], schema.OUTLINE] == "approximate").any())
    note = paragraph(t("web.village.neighbours.approximate", language)) if approximate else ""
    return table(headings, rows, caption=t("web.village.neighbours", language)) + note


def _of(table: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    return table[table[schema.VILLAGE_CODE].isin(codes)].set_index(schema.VILLAGE_CODE)


def _colours(layer: VillageLayer, scores: Scores, area: Bounds) -> Choropleth:
    """Return classes of the score among the villages around an area: in all of a province they would look alike."""
    south, west, north, east = area
    tall, wide = north - south, east - west
    frame = layer.frame
    near = frame[schema.LATITUDE].between(south - tall, north + tall)
    near &= frame[schema.LONGITUDE].between(west - wide, east + wide)
    score = pd.Series(scores.score, index=scores.criteria.villages.index).reindex(frame.index)
    counted = pd.Series(data=False, index=frame.index)
    return choropleth(score, counted, shown=near, breaks=BREAKS["quantiles"])


def _legend(colours: Choropleth, language: Language, *, approximate: bool) -> str:
    """Say in words what the colours mean."""
    looks = styles()
    rows = []
    for band in colours.bands:
        values = span(band.low, band.high, language, 1)
        words = t("web.village.legend.entry", language, values=values, villages=band.villages)
        rows.append(
            f'<li><span class="swatch" style="background:{looks[str(band.step)].fill}"></span>{escape(words)}</li>'
        )
    title = escape(t("web.village.legend", language))
    notes = [t("web.village.legend.note", language)]
    notes += [t("web.village.legend.approximate", language)] * approximate
    return (
        f'<p class="legend-title">{title}</p><ul class="legend" aria-label="{title}">{"".join(rows)}</ul>'
        f'<p class="legend-note">{escape(" ".join(notes))}</p>'
    )
