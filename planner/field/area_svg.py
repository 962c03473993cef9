"""The map of an agent's own villages as one SVG: outlines, names, home, stops of a route. No other village is in it.

The pages and the offline pack show the same drawing; it needs no script, no style sheet and no other file.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geodata.schema import LATITUDE, LONGITUDE, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.params import Floats
from planner.texts import t

if TYPE_CHECKING:
    from planner.field.own_area import OwnArea

ANCHOR: Final = "desa-"
"""A village links to ``#desa-CODE``: where its card stands on the same page."""

_WIDTH: Final = 1000.0
_TALLEST: Final = 1.25  # of the width: a phone shows the map and something below it
_MARGIN: Final = 40.0
_DETAIL: Final = 2.0  # units of the drawing that a border may move
_SMALLEST: Final = 12.0  # units of area: smaller islets are left out
_FONT: Final = 32.0  # 11 px where the drawing is 350 px wide
_LABEL_FONTS: Final = (12.0, 15.0, 20.0, 26.0)  # on paper 180 mm wide: 6 to 13 pt
_STOP: Final = 21.0  # radius of the mark of a stop
_LETTER: Final = 0.56  # width of a letter, of the size of the font
_LONGEST_NAME: Final = 22
_M_PER_DEGREE: Final = 111_195.0  # on a sphere of 6,371 km
_SCALES_KM: Final = (0.5, 1, 2, 5, 10, 20, 50, 100)

_LAND, _BORDER, _INK, _PAPER = "#e3eef5", "#47708a", "#1b232b", "#ffffff"
_ON_ROUTE, _CHOSEN, _WAY = "#ffe9ad", "#b0005a", "#8a3b00"


class _Drawing(NamedTuple):
    """How degrees become units: west, north, units per degree east and south; and the height."""

    west: float
    north: float
    per_degree: tuple[float, float]
    offset: tuple[float, float]
    height: float

    def at(self, points: Floats) -> Floats:
        """Return degrees, shape (n, 2), as units."""
        moved = (points - (self.west, self.north)) * (self.per_degree[0], -self.per_degree[1])
        return np.asarray(moved + self.offset, dtype=np.float64)


class _Box(NamedTuple):
    """What a mark or a name takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def area_svg(
    area: "OwnArea",
    language: Language,
    *,
    selected: str | None = None,
    route: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> str:
    """Return the own villages as an SVG of 1,000 units width, every text escaped.

    Each village is a link to ``#desa-CODE`` and carries ``data-village``, so that a page can open the card itself.

    Parameters
    ----------
    area
        Whose ``villages`` are drawn, in degrees; one without outline is a dot, one without point too is left out.
        ``home`` is marked if it is among them.
    language
        Language of the words.
    selected
        Code of a village that is emphasised.
    route
        Codes of the stops in their order; those of other villages are left out.
    labels
        What is written on each village by its code, such as its number in a table; the names if not given.
    """
    villages = _placed(area.villages)
    if villages.empty:
        return ""
    codes = villages[VILLAGE_CODE].astype(str).tolist()
    names = dict(zip(codes, villages[VILLAGE_NAME].astype(str), strict=True))
    drawing = _drawing(villages)
    middles = dict(zip(codes, _middles(villages, drawing), strict=True))
    stops = [code for code in dict.fromkeys(route) if code in names]
    home = area.home if area.home in names else None
    shapes = zip(codes, _outlines(villages, drawing), strict=True)
    ordered = sorted(shapes, key=lambda one: one[0] == selected)  # the emphasised border is drawn last
    parts = [
        _village(code, path or _dot(middles[code]), names, stops, language, selected=selected) for code, path in ordered
    ]
    parts.append(_way([code for code in (home, *stops) if code is not None], middles))
    taken: list[_Box] = []
    if home is not None and home not in stops:
        parts.append(_house(middles[home], language, taken))
    parts += [_stop(place, middles[code], taken) for place, code in enumerate(stops, start=1)]
    first = [code for code in (selected, *stops, home) if code is not None and code in names]
    in_turn = [*dict.fromkeys(first), *sorted(set(codes) - set(first))]
    parts += _names(in_turn, names, middles, taken) if labels is None else _labels(in_turn, labels, middles, taken)
    parts.append(_scale(drawing, language))
    title = t("field.map.title", language, villages=len(codes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="area-map" viewBox="0 0 {_WIDTH:.0f} {drawing.height:.0f}" '
        f'role="group" aria-label="{escape(title)}" font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _placed(villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    has_outline = ~(villages.geometry.isna() | villages.geometry.is_empty)
    return villages[has_outline | villages[[LONGITUDE, LATITUDE]].notna().all(axis=1)]


def _drawing(villages: gpd.GeoDataFrame) -> _Drawing:
    points = villages[[LONGITUDE, LATITUDE]].to_numpy(np.float64)
    bounds = villages.geometry.bounds.to_numpy(np.float64)
    west, south = np.nanmin(np.vstack([points, bounds[:, :2]]), axis=0)
    east, north = np.nanmax(np.vstack([points, bounds[:, 2:]]), axis=0)
    narrow = float(np.cos(np.radians((south + north) / 2)))
    wide, tall = max((east - west) * narrow, 0.005), max(north - south, 0.005)
    inner = _WIDTH - 2 * _MARGIN
    scale = min(inner / wide, (_TALLEST * _WIDTH - 2 * _MARGIN) / tall)
    height = tall * scale + 3 * _MARGIN  # the scale stands below
    offset = ((_WIDTH - wide * scale) / 2, _MARGIN)
    return _Drawing(float(west), float(north), (narrow * scale, scale), offset, height)


def _middles(villages: gpd.GeoDataFrame, drawing: _Drawing) -> Floats:
    """Return where each village is marked: inside its outline, else at its point."""
    inside = villages.geometry.representative_point()
    known = ~(villages.geometry.isna() | villages.geometry.is_empty).to_numpy()
    points = villages[[LONGITUDE, LATITUDE]].to_numpy(np.float64).copy()
    points[known] = np.column_stack([inside.x[known], inside.y[known]])
    return drawing.at(points)


def _outlines(villages: gpd.GeoDataFrame, drawing: _Drawing) -> list[str]:
    """Return the outline of each village as a path, simplified so that shared borders stay shared."""
    units = shapely.transform(villages.geometry.to_numpy(), drawing.at)
    known = [shape if shape is not None else shapely.Polygon() for shape in units]
    simple = shapely.coverage_simplify(np.asarray(known, dtype=object), _DETAIL)
    return ["".join(_ring(ring) for ring in _rings(shape)) for shape in simple]


def _rings(shape: shapely.Geometry) -> list[Any]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    largest = max((part.area for part in parts), default=0.0)
    kept = [part for part in parts if part.area >= min(_SMALLEST, largest)]
    return [ring for part in kept for ring in (part.exterior, *part.interiors)]


def _ring(ring: Any) -> str:  # noqa: ANN401 (a ring of shapely)
    places = np.rint(np.asarray(ring.coords)[:-1]).astype(int)
    steps = np.diff(places, axis=0)
    moved = "".join(f"{x} {y} " for x, y in steps if x or y)
    return f"M{places[0][0]} {places[0][1]}l{moved.strip()}z" if moved else ""


def _dot(middle: Floats) -> str:
    x, y = middle
    half = f"a{_STOP:.0f} {_STOP:.0f} 0 1 0"
    return f"M{x - _STOP:.0f} {y:.0f}{half} {2 * _STOP:.0f} 0{half} {-2 * _STOP:.0f} 0z"


def _village(
    code: str, path: str, names: Mapping[str, str], stops: Sequence[str], language: Language, *, selected: str | None
) -> str:
    name = names[code]
    told = t("field.map.stop", language, name=name, stop=stops.index(code) + 1) if code in stops else name
    fill = _ON_ROUTE if code in stops else _LAND
    line = f'stroke="{_CHOSEN}" stroke-width="9"' if code == selected else f'stroke="{_BORDER}" stroke-width="2.5"'
    return (
        f'<a href="#{ANCHOR}{escape(code)}" data-village="{escape(code)}" aria-label="{escape(told)}">'
        f'<title>{escape(told)}</title><path d="{path}" fill="{fill}" {line} fill-rule="evenodd" '
        'stroke-linejoin="round"/></a>'
    )


def _way(codes: Sequence[str], middles: Mapping[str, Floats]) -> str:
    if len(codes) < 2:
        return ""
    points = " ".join(f"{middles[code][0]:.0f},{middles[code][1]:.0f}" for code in codes)
    return (
        f'<polyline points="{points}" fill="none" stroke="{_WAY}" stroke-width="5" stroke-dasharray="14 9" '
        'stroke-linejoin="round" pointer-events="none"/>'
    )


def _stop(place: int, middle: Floats, taken: list[_Box]) -> str:
    x, y = middle
    taken.append(_Box(x - _STOP, y - _STOP, x + _STOP, y + _STOP))
    return (
        f'<g pointer-events="none"><circle cx="{x:.0f}" cy="{y:.0f}" r="{_STOP:.0f}" fill="{_WAY}" stroke="{_PAPER}" '
        f'stroke-width="3"/><text x="{x:.0f}" y="{y + 10:.0f}" text-anchor="middle" font-size="28" font-weight="700" '
        f'fill="{_PAPER}">{place}</text></g>'
    )


def _house(middle: Floats, language: Language, taken: list[_Box]) -> str:
    x, y = middle
    taken.append(_Box(x - _STOP, y - _STOP, x + _STOP, y + _STOP))
    return (
        f'<path pointer-events="none" d="M{x - 20:.0f} {y:.0f}l20 -20l20 20h-7v18h-26v-18z" fill="{_INK}" '
        f'stroke="{_PAPER}" stroke-width="3"><title>{escape(t("field.map.home", language))}</title></path>'
    )


def _names(
    codes: Sequence[str], names: Mapping[str, str], middles: Mapping[str, Floats], taken: list[_Box]
) -> list[str]:
    """Write the names that find room, the first of the codes first; all villages stand in the list beside the map."""
    written = []
    for code in codes:
        name = names[code]
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        for below in (_FONT / 3, _STOP + _FONT, -_STOP - 8):
            box = _box(short, middles[code], font=_FONT, below=below)
            if _is_free(box, taken):
                taken.append(box)
                written.append(_text(short, middles[code], font=_FONT, below=below))
                break
    return written


def _labels(
    codes: Sequence[str], labels: Mapping[str, str], middles: Mapping[str, Floats], taken: list[_Box]
) -> list[str]:
    """Write the labels in the middle of their village: small where they crowd, else as large as there is room.

    Those that find no room in the smallest size are left out.
    """
    boxes: dict[str, _Box] = {}
    for code in codes:
        box = _box(labels[code], middles[code], font=_LABEL_FONTS[0], below=_LABEL_FONTS[0] / 3)
        if _is_free(box, [*taken, *boxes.values()]):
            boxes[code] = box
    fonts = dict.fromkeys(boxes, _LABEL_FONTS[0])
    for font in _LABEL_FONTS[1:]:
        for code in boxes:
            larger = _box(labels[code], middles[code], font=font, below=font / 3)
            others = (box for other, box in boxes.items() if other != code)
            if _is_free(larger, [*taken, *others]):
                boxes[code], fonts[code] = larger, font
    return [_text(labels[code], middles[code], font=font, below=font / 3) for code, font in fonts.items()]


def _is_free(box: _Box, taken: Sequence[_Box]) -> bool:
    return not any(box.meets(other) for other in taken)


def _box(text: str, middle: Floats, *, font: float, below: float) -> _Box:
    """Return what a text takes up at a village."""
    x, y = _at(text, middle, font=font, below=below)
    half = len(text) * _LETTER * font / 2
    return _Box(x - half, y - font * 0.8, x + half, y + font * 0.2)


def _at(text: str, middle: Floats, *, font: float, below: float) -> tuple[float, float]:
    """Return middle and foot of a text at a village; all of it lies on the drawing."""
    half = len(text) * _LETTER * font / 2
    return float(np.clip(middle[0], half, _WIDTH - half)), float(middle[1]) + below


def _text(words: str, middle: Floats, *, font: float, below: float) -> str:
    x, y = _at(words, middle, font=font, below=below)
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{font:.0f}" fill="{_INK}" stroke="{_PAPER}" '
        f'stroke-width="{font / 4.6:.0f}" stroke-linejoin="round" paint-order="stroke" pointer-events="none">'
        f"{escape(words)}</text>"
    )


def _scale(drawing: _Drawing, language: Language) -> str:
    """Draw how long some kilometres are, and where north is."""
    per_km = drawing.per_degree[1] / (_M_PER_DEGREE / 1000)
    km = max((one for one in _SCALES_KM if one * per_km <= _WIDTH * 0.4), default=_SCALES_KM[0])
    y, right = drawing.height - 24, _MARGIN + km * per_km
    words = t("field.map.scale", language, km=f"{km:g}".replace(".", "," if language == "id" else "."))
    return (
        f'<path d="M{_MARGIN:.0f} {y - 10:.0f}v10H{right:.0f}v-10" fill="none" stroke="{_INK}" stroke-width="3"/>'
        f'<text x="{right + 14:.0f}" y="{y:.0f}" font-size="28" fill="{_INK}">{escape(words)}</text>'
    )
