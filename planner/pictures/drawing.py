"""The map of a picture as one SVG: areas by class, borders, marks, scale and north. It needs no other file."""

from html import escape
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.border_lines import border_lines
from planner.choropleth import NO_DATA, Style, styles
from planner.export.cells import clean
from planner.pictures.frame import UNITS_PER_PX, Frame, framed
from planner.pictures.hatches import hatch, hatch_id
from planner.pictures.outline_paths import Geometries, area_path, line_path
from planner.pictures.picture import NO_FIGURE, Bounds, MapPicture, Shade
from planner.pictures.signs import foot, mark, north, scale_bar

FONT: Final = "Libertinus Serif, Noto Serif, serif"

_MARGIN_PX: Final = 6.0
_FOOT_PX: Final = 26.0  # scale and north stand here
_DETAIL_PX: Final = 0.6  # how far a border may move
_SMALLEST: Final = 60.0  # square units: smaller islets are left out
_DOT_PX: Final = 2.5
_ROOMY_PX: Final = 12.0  # villages of this size and more have a line around them
_LINE_PX: Final = 0.5
_BORDERS: Final = (("#5b646c", 0.5), ("#2f363d", 0.9), ("#000000", 1.6))  # colour and pixels, the highest level last


_HALO: Final = "#ffffff"  # a dark border shows on dark villages, too
_HALO_PX: Final = 1.0


def map_svg(picture: MapPicture, *, width: float, height: float, decorations: bool = True) -> str:
    """Return the map as an SVG of its own, every text escaped.

    Parameters
    ----------
    picture
        What it shows; heading, legend and sources are not part of the map.
    width, height
        Size in pixels (96 to an inch). Lines, hatches and texts are as large whatever the size.
    decorations
        Whether scale bar and north arrow are drawn; they have a strip at the foot to themselves.
    """
    below = _FOOT_PX if decorations else 0
    bounds = picture.bounds or _bounds(picture.outlines.to_numpy())
    frame = framed(bounds, width=width, height=height, margin=_MARGIN_PX, below=below)
    seen = _seen(picture.outlines.to_numpy(), frame)
    shapes, classes = _lighter(picture.outlines.to_numpy()[seen], frame), np.asarray(picture.classes)[seen]
    shades = {NO_FIGURE: Shade(styles()[NO_DATA]), **dict(enumerate(picture.shades))}
    drawn = {number: shapes[classes == number] for number in shades}
    roomy = _is_roomy(shapes, frame)
    parts = [_areas(shades[number].style, alike, frame, roomy=roomy) for number, alike in drawn.items()]
    parts += [_dots(shades[number].style, alike, frame) for number, alike in drawn.items()]
    looks = _BORDERS[len(_BORDERS) - len(picture.borders) :]
    for codes, (colour, px) in zip(picture.borders, looks, strict=True):
        parts.append(_borders(shapes, codes.to_numpy()[seen], frame, colour=colour, px=px))
    parts += [mark(frame, (east, north_), words) for east, north_, words in picture.numbered]
    if decorations:
        parts += [foot(frame, _FOOT_PX), scale_bar(frame, picture.language), north(frame, picture.language)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {frame.width:g} {frame.height:g}" role="img" aria-label="{escape(clean(picture.title))}" '
        f'font-family="{FONT}">{"".join(parts)}</svg>'
    )


def _bounds(outlines: Geometries) -> Bounds:
    if np.all(shapely.is_missing(outlines) | shapely.is_empty(outlines)):
        return (0.0, 0.0, 0.0, 0.0)
    west, south, east, north_ = shapely.total_bounds(outlines)
    return (float(west), float(south), float(east), float(north_))


def _seen(outlines: Geometries, frame: Frame) -> NDArray[np.bool_]:
    """Tell which outlines meet the drawing."""
    west, south, east, north_ = frame.bounds
    box = shapely.bounds(outlines)  # not a number where there is none
    return np.asarray((box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north_) & (box[:, 3] >= south))


def _lighter(outlines: Geometries, frame: Frame) -> Geometries:
    """Return outlines with the corners alone that can be seen; neighbours still share a border."""
    lighter = outlines.copy()
    areas = shapely.get_dimensions(outlines) == 2
    tolerance = _DETAIL_PX * UNITS_PER_PX / np.sqrt(frame.per_degree[0] * frame.per_degree[1])
    lighter[areas] = shapely.coverage_simplify(outlines[areas], tolerance)
    return lighter


def _is_roomy(shapes: Geometries, frame: Frame) -> bool:
    areas = shapely.area(shapes[shapely.get_dimensions(shapes) == 2])
    size = np.sqrt(areas * frame.per_degree[0] * frame.per_degree[1])
    return bool(len(size)) and float(np.median(size)) >= _ROOMY_PX * UNITS_PER_PX


def _areas(style: Style, shapes: Geometries, frame: Frame, *, roomy: bool) -> str:
    """Draw the villages of a class as one path; where they are small, its line only closes the seams."""
    path = area_path(shapes, frame, smallest=_SMALLEST)
    if not path:
        return ""
    line = style.line if roomy else style.fill
    look = f'stroke="{line}" stroke-width="{_LINE_PX * UNITS_PER_PX:g}" stroke-linejoin="round"'
    if style.stripe is None:
        return f'<path d="{path}" fill="{style.fill}" {look} fill-rule="evenodd"/>'
    name = hatch_id(style, UNITS_PER_PX)
    return (
        f'<defs>{hatch(style, UNITS_PER_PX)}<path id="a-{name}" d="{path}" fill-rule="evenodd"/></defs>'
        f'<use href="#a-{name}" fill="{style.fill}" {look}/><use href="#a-{name}" fill="url(#{name})"/>'
    )


def _dots(style: Style, shapes: Geometries, frame: Frame) -> str:
    """Draw the villages that have a point alone."""
    points = shapes[shapely.get_type_id(shapes) == 0]
    if not len(points):
        return ""
    half = _DOT_PX * UNITS_PER_PX
    arc = f"a{half:g} {half:g} 0 1 0"
    places = np.rint(frame.at(shapely.get_coordinates(points))).astype(int).tolist()
    path = "".join(f"M{x - half:g} {y}{arc} {2 * half:g} 0{arc} {-2 * half:g} 0z" for x, y in places)
    return f'<path d="{path}" fill="{style.fill}" stroke="{style.line}" stroke-width="{_LINE_PX * UNITS_PER_PX:g}"/>'


def _borders(shapes: Geometries, codes: NDArray[np.object_], frame: Frame, *, colour: str, px: float) -> str:
    areas = shapely.get_dimensions(shapes) == 2
    lines = border_lines(shapes[areas], pd.Series(codes[areas], dtype=object))
    path = line_path(lines, frame)
    name = f"b-{colour[1:]}"
    halo = f'stroke="{_HALO}" stroke-width="{(px + _HALO_PX) * UNITS_PER_PX:g}"'
    line = f'stroke="{colour}" stroke-width="{px * UNITS_PER_PX:g}"'
    return (
        f'<defs><path id="{name}" d="{path}" fill="none" stroke-linejoin="round"/></defs>'
        f'<use href="#{name}" {halo} stroke-opacity=".7"/><use href="#{name}" {line}/>'
        if path
        else ""
    )
