"""GPX 1.1 for navigation: a waypoint for each village, its figures among the extensions.

A waypoint needs a point: villages without one are named at the beginning of the file. GDAL guesses the types of
extensions and would read the code 16.10 as 16.1, so the codes of parents stay out; they begin the code of the village.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np

from geodata import schema
from planner.export.about import About
from planner.export.cells import clean
from planner.export.column_notes import as_json
from planner.export.columns import Column, cells, for_people, values
from planner.export.map_marks import gpx_end, gpx_point, gpx_start
from planner.export.markup import element, text, texts
from planner.export.places import names, points, whereabouts
from planner.export.progress import Progress, pieces
from planner.texts import t

PREFIX: Final = "desa"
NAMESPACE: Final = "urn:desa-sadar-planner:villages"

_NAMED_MISSING: Final = 50


def write_gpx(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as GPX; the extension ``about`` of its metadata holds sources, parameters and columns.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted, EPSG:4326.
    about
        What the file says about itself.
    progress
        Told after each piece of rows.
    """
    columns = for_people(frame)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(gpx_start(**{PREFIX: NAMESPACE}))
        file.write(_metadata(frame, about, columns) + "\n")
        for piece in pieces(frame, progress):
            file.writelines(f"{waypoint}\n" for waypoint in _waypoints(piece, columns))
        file.write(gpx_end())


def _metadata(frame: gpd.GeoDataFrame, about: About, columns: tuple[Column, ...]) -> str:
    told = [about.title, *about.notes, *_missing(frame, about)]
    return element(
        "metadata",
        texts(name=about.title, desc=" ".join(told), time=f"{about.created.isoformat()}T00:00:00Z"),
        texts(keywords=about.stamp.id) if about.stamp else "",
        element("extensions", element(f"{PREFIX}:about", text(as_json(about, columns)))),
    )


def _missing(frame: gpd.GeoDataFrame, about: About) -> list[str]:
    """Return a sentence about the villages that have no point."""
    unknown = np.isnan(points(frame)).any(axis=1)
    count = int(unknown.sum())
    if not count:
        return []
    codes = frame.loc[unknown, schema.VILLAGE_CODE].astype(str).head(_NAMED_MISSING)
    listed = ", ".join(clean(code) for code in codes) + ("" if count <= _NAMED_MISSING else ", …")
    return [t("export.points.missing", about.language, count=count, codes=listed)]


def _waypoints(piece: gpd.GeoDataFrame, columns: tuple[Column, ...]) -> Iterator[str]:
    table = values(piece, columns)
    rows = zip(*(_figures(cells(table[column.name]), column) for column in columns), strict=True)
    marks = zip(points(piece).tolist(), names(table), whereabouts(table), rows, strict=True)
    for (latitude, longitude), name, place, figures in marks:
        if latitude == latitude and longitude == longitude:  # noqa: PLR0124  # not NaN
            said = texts(name=name, desc=place)
            yield gpx_point("wpt", latitude, longitude, said, element("extensions", *figures))


def _figures(found: list[object], column: Column) -> list[str]:
    tag = f"{PREFIX}:{column.name}"
    return ["" if value is None else f"<{tag}>{text(str(value))}</{tag}>" for value in found]
