"""The small map of a village among its neighbours, numbered as in the list beside it."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.schema import DISTRICT_CODE, LATITUDE, LONGITUDE, REGENCY_CODE, VILLAGE_CODE, VILLAGE_NAME
from planner.choropleth import Style
from planner.params import Floats
from planner.pictures import MapPicture, Shade, map_svg
from planner.pictures.frame import UNITS_PER_PX, framed
from planner.pictures.picture import Bounds
from planner.surroundings import neighbours_of
from planner.texts import t
from planner.village_page.setting import Setting

WIDTH, HEIGHT = 300.0, 250.0
"""Size of the map in pixels, 96 to an inch."""

_COLUMNS: Final = [VILLAGE_CODE, VILLAGE_NAME, DISTRICT_CODE, REGENCY_CODE, LONGITUDE, LATITUDE, "geometry"]
_LISTED: Final = 9
_EDGE_PX: Final = 14.0
_FOOT_PX: Final = 26.0
_MARGIN_DEG: Final = 0.03  # around a village without outline; some 3 km
_DOT_DEG: Final = 0.0015  # radius of its dot
_LINE: Final = "#5b6670"
_STYLES: Final = (
    Style("#f5f6f7", _LINE),
    Style("#c9d5df", _LINE),
    Style("#c9d5df", _LINE, "#0b3d5c"),
    Style("#0b3d5c", _LINE),
)
_OTHER, _BESIDE, _DECLARED, _HERE = range(4)
_LEGEND: Final = ((_HERE, "here"), (_DECLARED, "declared"), (_BESIDE, "beside"))


@dataclass(frozen=True)
class Around:
    """A village among its neighbours.

    Attributes
    ----------
    svg
        The map; empty where neither outline nor point of the village is known.
    legend
        Fill and stripes of each class on the map (empty for a plain one), and its words.
    neighbours
        Name of each numbered neighbour, longest shared border first.
    others
        How many more there are, in words; empty for none.
    """

    svg: str
    legend: tuple[tuple[str, str, str], ...] = ()
    neighbours: tuple[str, ...] = ()
    others: str = ""


def around(setting: Setting, code: str) -> Around:
    """Draw a village among its neighbours.

    Parameters
    ----------
    setting
        What all pages share.
    code
        The village.
    """
    frame, language = setting.layer.frame, setting.language
    here = frame[frame[VILLAGE_CODE] == code]
    bounds = _bounds(here)
    if bounds is None:
        return Around("")
    codes = neighbours_of(setting.surroundings.pairs, code)[VILLAGE_CODE].tolist()
    known = frame.loc[frame[VILLAGE_CODE].isin(codes), _COLUMNS].set_index(VILLAGE_CODE)
    beside = gpd.GeoDataFrame(known.loc[[one for one in codes if one in known.index]])
    near = _near(frame, here, bounds)
    classes = _classes(near, code, beside.index, setting)
    seen = near.intersects(_shown(bounds)).to_numpy()
    picture = MapPicture(
        outlines=gpd.GeoSeries(near.geometry),
        classes=classes,
        shades=tuple(Shade(style) for style in _STYLES),
        language=language,
        bounds=bounds,
        borders=(near[VILLAGE_CODE], near[DISTRICT_CODE], near[REGENCY_CODE]),
        numbered=_marks(beside, bounds),
        title=t("village_paper.map", language, village=here[VILLAGE_NAME].iloc[0]),
    )
    legend = tuple(
        (_STYLES[step].fill, _STYLES[step].stripe or "", t(f"village_paper.legend.{name}", language))
        for step, name in _LEGEND
        if (classes[seen] == step).any()
    )
    left = len(beside) - _LISTED
    return Around(
        map_svg(picture, width=WIDTH, height=HEIGHT),
        legend,
        tuple(beside[VILLAGE_NAME].head(_LISTED)),
        t("village_paper.others", language, count=left) if left > 0 else "",
    )


def _bounds(here: gpd.GeoDataFrame) -> Bounds | None:
    """Return what is to be seen: the village and half as much on every side."""
    west, south, east, north = here.total_bounds
    if not np.isfinite(west):
        longitude, latitude = (float(pd.to_numeric(here[name]).iloc[0]) for name in (LONGITUDE, LATITUDE))
        if not np.isfinite((longitude, latitude)).all():
            return None
        west, south, east, north = longitude, latitude, longitude, latitude
    wide, tall = max((east - west) / 2, _MARGIN_DEG), max((north - south) / 2, _MARGIN_DEG)
    return float(west - wide), float(south - tall), float(east + wide), float(north + tall)


def _shown(bounds: Bounds) -> shapely.Polygon:
    """Return where marks are whole: the map without its edge and the strip of the scale."""
    frame = framed(bounds, width=WIDTH, height=HEIGHT, below=_FOOT_PX)
    west, south, east, north = frame.bounds
    wide, tall = (_EDGE_PX * UNITS_PER_PX / one for one in frame.per_degree)
    foot = _FOOT_PX * UNITS_PER_PX / frame.per_degree[1]
    return shapely.box(west + wide, south + max(foot, tall), east - wide, north - tall)


def _near(frame: gpd.GeoDataFrame, here: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    """Return the villages of the map, whose paper is wider than the bounds or taller; one without outline as a dot."""
    west, south, east, north = framed(bounds, width=WIDTH, height=HEIGHT, margin=_EDGE_PX, below=_FOOT_PX).bounds
    seen = shapely.box(west, south, east, north)
    near = frame[_COLUMNS].iloc[np.sort(frame.sindex.query(seen))]
    if not here.geometry.iloc[0]:
        point = shapely.points(here[[LONGITUDE, LATITUDE]].to_numpy(np.float64))
        dot = here[_COLUMNS].set_geometry(shapely.buffer(point, _DOT_DEG), crs=frame.crs)
        near = pd.concat([near, dot])
    return gpd.GeoDataFrame(near)


def _classes(near: gpd.GeoDataFrame, code: str, beside: "pd.Index[str]", setting: Setting) -> NDArray[np.int64]:
    codes = near[VILLAGE_CODE]
    criteria = setting.ranking.scores.criteria.villages
    declared = set(criteria.loc[criteria["declared"] == "declared", VILLAGE_CODE])
    found = np.where(codes.isin(beside), _BESIDE, _OTHER)
    found = np.where(codes.isin(declared), _DECLARED, found)
    return np.where(codes == code, _HERE, found).astype(np.int64)


def _marks(beside: gpd.GeoDataFrame, bounds: Bounds) -> tuple[tuple[float, float, str], ...]:
    """Return where the first neighbours are numbered; none for what the map does not show."""
    first, shown = beside.head(_LISTED), _shown(bounds)
    points = first[[LONGITUDE, LATITUDE]].to_numpy(np.float64, na_value=np.nan)
    places = [_place(shape, point, shown) for shape, point in zip(first.geometry, points, strict=True)]
    return tuple((place.x, place.y, str(nth)) for nth, place in enumerate(places, start=1) if place is not None)


def _place(shape: shapely.Geometry | None, point: Floats, shown: shapely.Polygon) -> shapely.Point | None:
    """Return where a neighbour is marked: within what the map shows of it, else nowhere."""
    if shape is None or shape.is_empty:
        shape = shapely.Point(point) if np.isfinite(point).all() else shapely.Point()
    parts = shapely.get_parts(shapely.intersection(shape, shown))
    largest = max(parts, key=lambda part: part.area, default=None)
    return None if largest is None or largest.is_empty else largest.representative_point()
