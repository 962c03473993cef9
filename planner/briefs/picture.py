"""The small map of a brief: uncovered workers by village, light enough for the numbers of the proposed villages."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.schema import DISTRICT_CODE, LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE, basis
from geodata.texts import number
from planner.briefs.proposed import Proposed
from planner.briefs.said import Voice
from planner.briefs.standing import Range
from planner.choropleth import NO_DATA, Style, styles
from planner.classification import quantile_breaks
from planner.coverage import GAP, gap
from planner.params import Floats
from planner.pictures import MapPicture, Shade, map_svg
from planner.pictures.picture import Bounds

FILLS: Final = ("#f3f5f7", "#d2dae2", "#a9b8c6", "#7d92a6")
"""From few to many; neighbours differ in lightness, so that a grey print tells them apart."""

_LINE: Final = "#5b646c"
_WIDTH_PX: Final = 330.0
_HEIGHT_PX: Final = 262.0
_MARK_PX: Final = 16.0  # from one number to the next
_STEPS: Final = 60


@dataclass(frozen=True)
class Drawn:
    """A map with its legend.

    Attributes
    ----------
    svg
        The map.
    legend_title
        What the fills show.
    legend
        Fill and words of each class.
    """

    svg: str
    legend_title: str
    legend: tuple[tuple[str, str], ...]


def drawn(frame: gpd.GeoDataFrame, regency: str, found: Proposed, voice: Voice) -> Drawn | None:
    """Return the map of a regency; nothing where no village has outline or point.

    Parameters
    ----------
    frame
        Villages of the layer.
    regency
        Code of the regency.
    found
        The proposed villages.
    voice
        The words.
    """
    villages = frame[frame[REGENCY_CODE] == regency]
    shapes = _shapes(villages)
    if bool(np.all(shapely.is_missing(shapes) | shapely.is_empty(shapes))):
        return None
    bounds = _bounds(shapes)
    figures = gap(pd.DataFrame(villages.drop(columns="geometry")))
    people = figures[GAP].astype("Float64").to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(people)
    ends = _ends(people[known])
    classes = np.where(known, np.searchsorted(ends, np.nan_to_num(people), side="left"), -1)
    fills = _fills(len(ends) + 1)
    picture = MapPicture(
        outlines=gpd.GeoSeries(shapes, index=villages.index, crs=frame.crs),
        classes=classes,
        shades=tuple(Shade(Style(fill, _LINE)) for fill in fills),
        language=voice.language,
        borders=(villages[DISTRICT_CODE], villages[REGENCY_CODE]),
        bounds=bounds,
        numbered=_marks(villages, bounds, found, voice),
    )
    counted = bool((figures[basis(GAP)] == "observed").all())
    legend = list(zip(fills, _labels(people[known], ends, voice), strict=True)) if known.any() else []
    if not known.all():
        legend.append((styles()[NO_DATA].fill, voice.say("map.no_data")))
    return Drawn(
        svg=map_svg(picture, width=_WIDTH_PX, height=_HEIGHT_PX),
        legend_title=voice.say("map.counted_legend" if counted else "map.legend"),
        legend=tuple(legend),
    )


def _shapes(villages: gpd.GeoDataFrame) -> np.ndarray:
    """Return outlines, points where there is none."""
    shapes = villages.geometry.to_numpy().copy()
    points = shapely.points(villages[[LONGITUDE, LATITUDE]].to_numpy(np.float64))
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    without = villages[[LONGITUDE, LATITUDE]].isna().any(axis=1).to_numpy()
    shapes[empty] = np.where(without, None, points)[empty]
    return np.asarray(shapes, dtype=object)


def _ends(people: np.ndarray) -> np.ndarray:
    """Return the upper ends of all classes but the last: about as many villages each, to two digits."""
    if not len(people):
        return np.zeros(0)
    rounded = [float(f"{end:.1e}") for end in quantile_breaks(people, len(FILLS))]
    return np.array(sorted({end for end in rounded if people.min() <= end < people.max()}))


def _fills(classes: int) -> list[str]:
    places = np.rint(np.linspace(0, len(FILLS) - 1, classes)).astype(int) if classes > 1 else [1]
    return [FILLS[place] for place in places]


def _labels(people: np.ndarray, ends: np.ndarray, voice: Voice) -> list[str]:
    if not len(ends):
        return [voice.span(Range(None, float(people.min()), float(people.max())))]
    told = [number(end, voice.language) for end in ends]
    after = [number(end + 1, voice.language) for end in ends]
    between = [voice.say("map.between", least=low, most=high) for low, high in zip(after[:-1], told[1:], strict=True)]
    return [voice.say("map.up_to", most=told[0]), *between, voice.say("map.above", least=told[-1])]


def _marks(
    villages: gpd.GeoDataFrame, bounds: Bounds, found: Proposed, voice: Voice
) -> tuple[tuple[float, float, str], ...]:
    """Return the numbers of the proposed villages where they are, moved where one would hide another."""
    order = {code: place for place, code in enumerate(found.codes, start=1)}
    rows = villages[villages[VILLAGE_CODE].isin(order)].dropna(subset=[LONGITUDE, LATITUDE])
    places = _apart(rows[[LONGITUDE, LATITUDE]].to_numpy(np.float64), _degrees_per_px(bounds) * _MARK_PX)
    words = [number(order[code], voice.language) for code in rows[VILLAGE_CODE]]
    return tuple((float(east), float(north), word) for (east, north), word in zip(places, words, strict=True))


def _bounds(shapes: np.ndarray) -> Bounds:
    """Return the bounds of the largest part of every village: islets far out would make the rest too small to read."""
    parts, village = shapely.get_parts(shapes, return_index=True)
    table = pd.DataFrame({"village": village, "size": shapely.area(parts)})
    largest = table.groupby("village")["size"].idxmax().to_numpy()
    west, south, east, north = shapely.total_bounds(parts[largest])
    return (float(west), float(south), float(east), float(north))


def _degrees_per_px(bounds: Bounds) -> float:
    west, south, east, north = bounds
    return float(max((east - west) / _WIDTH_PX, (north - south) / _HEIGHT_PX, 1e-9))


def _apart(places: Floats, least: float) -> Floats:
    """Move places that lie too close to each other apart, as little as can be.

    Parameters
    ----------
    places
        Shape (n, 2), degrees; not many.
    least
        Distance that marks need, degrees.
    """
    moved = places.copy()
    for _ in range(_STEPS):
        still = True
        for i in range(len(moved)):
            for j in range(i):
                away = moved[i] - moved[j]
                distance = float(np.hypot(*away))
                if distance < least * 0.999:
                    still = False
                    direction = away / distance if distance > 0 else np.array([1.0, 0.0])
                    moved[i] += direction * (least - distance) / 2
                    moved[j] -= direction * (least - distance) / 2
        if still:
            break
    return moved
