"""Points, routes and outlines of a pack for maps and navigation: GPX 1.1 and KML 2.2."""

from collections.abc import Iterator
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

import shapely

from planner.field.cards import VillageCard
from planner.pack.content import Pack

_GPX: Final = "http://www.topografix.com/GPX/1/1"
_KML: Final = "http://www.opengis.net/kml/2.2"
_PROGRAM: Final = "desa-sadar-planner"
_DECIMALS: Final = 6  # 11 cm


def gpx(pack: Pack) -> bytes:
    """Return the villages as waypoints and each day as a route (Topografix, GPX 1.1)."""
    root = ET.Element("gpx", {"xmlns": _GPX, "version": "1.1", "creator": _PROGRAM})
    about = ET.SubElement(root, "metadata")
    _texts(about, name=pack.title, desc=pack.text("made", day=pack.made), time=f"{pack.made_on.isoformat()}T00:00:00Z")
    for card, latitude, longitude in pack.points():
        point = ET.SubElement(root, "wpt", _at(latitude, longitude))
        _texts(point, name=card.title, desc=f"{card.region} · {card.code}")
    for day in pack.days:
        route = ET.SubElement(root, "rte")
        _texts(route, name=day.title, desc=day.told)
        for stop in day.stops:
            point = ET.SubElement(route, "rtept", _at(stop.latitude, stop.longitude))
            _texts(point, name=f"{stop.number}. {stop.village_name}", desc=f"{stop.arrive}–{stop.leave}")
    return _written(root)


def kml(pack: Pack) -> bytes:
    """Return the own outlines and points (OGC 12-007r2, KML 2.3, in the terms of 2.2).

    Programs read a description as HTML, so its text is escaped twice: for HTML and for XML.
    """
    root = ET.Element("kml", {"xmlns": _KML})
    document = ET.SubElement(root, "Document")
    _texts(document, name=pack.title, description=escape(pack.text("made", day=pack.made)))
    style = ET.SubElement(document, "Style", {"id": "own"})
    _texts(ET.SubElement(style, "LineStyle"), color="ff5c3d0b", width="2")
    _texts(ET.SubElement(style, "PolyStyle"), color="33f5eee3")
    outlines, points = (ET.SubElement(document, "Folder") for _ in range(2))
    _texts(outlines, name=pack.text("outlines"))
    _texts(points, name=pack.text("points"))
    for card, shape in zip(pack.cards, pack.villages.geometry, strict=True):
        if shape is not None and not shape.is_empty:
            shapes = ET.SubElement(_placemark(outlines, card), "MultiGeometry")
            for part in _polygons(shape):
                _polygon(shapes, part)
    for card, latitude, longitude in pack.points():
        point = ET.SubElement(_placemark(points, card), "Point")
        _texts(point, coordinates=f"{longitude:.{_DECIMALS}f},{latitude:.{_DECIMALS}f}")
    return _written(root)


def _placemark(folder: ET.Element, card: VillageCard) -> ET.Element:
    mark = ET.SubElement(folder, "Placemark")
    _texts(mark, name=card.title, description=escape(f"{card.region} · {card.code}"), styleUrl="#own")
    return mark


def _polygons(shape: shapely.Geometry) -> Iterator[shapely.Polygon]:
    parts = shapely.get_parts(shape)
    yield from (part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty)


def _polygon(parent: ET.Element, part: shapely.Polygon) -> None:
    polygon = ET.SubElement(parent, "Polygon")
    for name, rings in (("outerBoundaryIs", [part.exterior]), ("innerBoundaryIs", list(part.interiors))):
        for ring in rings:
            line = ET.SubElement(ET.SubElement(polygon, name), "LinearRing")
            places = (f"{x:.{_DECIMALS}f},{y:.{_DECIMALS}f}" for x, y, *_ in ring.coords)
            _texts(line, coordinates=" ".join(places))


def _at(latitude: float, longitude: float) -> dict[str, str]:
    return {"lat": f"{latitude:.{_DECIMALS}f}", "lon": f"{longitude:.{_DECIMALS}f}"}


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _written(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
