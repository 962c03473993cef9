"""Points, routes and outlines of a pack for maps and navigation: GPX 1.1 and KML 2.2."""

from collections.abc import Iterator
from typing import Final

from planner.export import map_marks as marks
from planner.export.markup import element, texts
from planner.field.cards import VillageCard
from planner.pack.content import Pack, RouteDay

_OWN: Final = "own"


def gpx(pack: Pack) -> bytes:
    """Return the villages as waypoints and each day as a route."""
    told = " ".join((pack.text("made", day=pack.made), *pack.numbered_words))
    about = texts(name=pack.title, desc=told, time=f"{pack.made_on.isoformat()}T00:00:00Z")
    waypoints = (
        marks.gpx_point("wpt", latitude, longitude, texts(name=card.title, desc=_place(card)))
        for card, latitude, longitude in pack.points()
    )
    parts = (element("metadata", about), *waypoints, *(_route(day) for day in pack.days))
    return (marks.gpx_start() + "\n".join(parts) + "\n" + marks.gpx_end()).encode()


def kml(pack: Pack) -> bytes:
    """Return the own outlines and points."""
    parts = (
        texts(name=pack.title),
        element("description", marks.html_lines([pack.text("made", day=pack.made), *pack.numbered_words])),
        marks.area_style(_OWN, line="#0b3d5c", fill="#e3eef5", opacity=0.2, width=2),
        element("Folder", texts(name=pack.text("outlines")), *_areas(pack)),
        element("Folder", texts(name=pack.text("points")), *_points(pack)),
    )
    return (marks.kml_start() + "\n".join(parts) + "\n" + marks.kml_end()).encode()


def _route(day: RouteDay) -> str:
    stops = (
        marks.gpx_point(
            "rtept",
            stop.latitude,
            stop.longitude,
            texts(name=f"{stop.number}. {stop.village_name}", desc=f"{stop.arrive}–{stop.leave}"),
        )
        for stop in day.stops
    )
    return element("rte", texts(name=day.title, desc=day.told), *stops)


def _areas(pack: Pack) -> Iterator[str]:
    for card, shape in zip(pack.cards, pack.villages.geometry, strict=True):
        if shape is not None and not shape.is_empty:
            yield _placemark(card, marks.kml_area(shape))


def _points(pack: Pack) -> Iterator[str]:
    for card, latitude, longitude in pack.points():
        yield _placemark(card, marks.kml_point(latitude, longitude))


def _placemark(card: VillageCard, geometry: str) -> str:
    return marks.placemark(card.title, marks.html_lines([_place(card)]), geometry, style=_OWN)


def _place(card: VillageCard) -> str:
    return f"{card.region} · {card.code}"
