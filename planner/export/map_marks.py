"""Points and outlines in the XML of maps and navigation: KML 2.2 and GPX 1.1.

Programs read a description of KML as HTML, so its text is escaped for HTML, and then for XML like all text. The balloon
of a style shows the description alone: a name never becomes HTML, whatever the program.

References
----------
OGC 07-147r2, KML 2.2; Topografix, GPX 1.1.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

import shapely

from planner.export.markup import DECLARATION, element, text

PROGRAM: Final = "desa-sadar-planner"

_KML: Final = "http://www.opengis.net/kml/2.2"
_GPX: Final = "http://www.topografix.com/GPX/1/1"
_BALLOON: Final = "<BalloonStyle><text>$[description]</text></BalloonStyle>"


def kml_start() -> str:
    """Return the beginning of a KML, up to the content of its document."""
    return f'{DECLARATION}<kml xmlns="{_KML}">\n<Document>\n'


def kml_end() -> str:
    """Return the end of a KML."""
    return "</Document>\n</kml>\n"


def gpx_start(**prefixes: str) -> str:
    """Return the beginning of a GPX; ``prefixes`` are further namespaces."""
    names = "".join(f' xmlns:{prefix}="{text(name)}"' for prefix, name in prefixes.items())
    return f'{DECLARATION}<gpx xmlns="{_GPX}"{names} version="1.1" creator="{PROGRAM}">\n'


def gpx_end() -> str:
    """Return the end of a GPX."""
    return "</gpx>\n"


def html_lines(lines: Iterable[str]) -> str:
    """Return a description of KML: one line to a text, none of them HTML, none an entity that a program fills in."""
    return text("<br/>".join(escape(line).replace("$", "&#36;") for line in lines))


def area_style(name: str, *, line: str, fill: str, opacity: float, width: int = 1) -> str:
    """Return a style of KML for areas; colours as #rrggbb, width of the line in pixels."""
    return element(
        "Style",
        element("LineStyle", element("color", _colour(line, 1)), element("width", str(width))),
        element("PolyStyle", element("color", _colour(fill, opacity))),
        _BALLOON,
        id=name,
    )


def placemark(name: str, description: str, *content: str, style: str) -> str:
    """Return a placemark of KML; the description is of `html_lines`, the content markup."""
    return element(
        "Placemark",
        element("name", text(name)),
        element("description", description),
        element("styleUrl", f"#{style}"),
        *content,
    )


def kml_point(latitude: float, longitude: float) -> str:
    """Return a point of KML."""
    return element("Point", element("coordinates", _places([(longitude, latitude)])))


def kml_area(shape: shapely.Geometry) -> str:
    """Return the polygons of a shape for KML, empty ones left out."""
    return element("MultiGeometry", *(_polygon(part) for part in _polygons(shape)))


def gpx_point(tag: str, latitude: float, longitude: float, *content: str) -> str:
    """Return a waypoint or a point of a route."""
    return element(tag, *content, lat=f"{latitude:.6f}", lon=f"{longitude:.6f}")


def _polygons(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    parts = shapely.get_parts(shape)
    yield from (part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty)


def _polygon(part: shapely.Polygon) -> str:
    rings = [("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", ring) for ring in part.interiors)]
    return element("Polygon", *(element(name, _ring(ring)) for name, ring in rings))


def _ring(ring: shapely.LinearRing) -> str:
    return f"<LinearRing><coordinates>{_places(shapely.get_coordinates(ring).tolist())}</coordinates></LinearRing>"


def _places(coordinates: Sequence[Sequence[float]]) -> str:
    return " ".join(["%.6f,%.6f" % (x, y) for x, y in coordinates])  # noqa: UP031  # a third faster; 6 decimals: 11 cm


def _colour(rgb: str, opacity: float) -> str:
    return f"{round(255 * opacity):02x}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}"
