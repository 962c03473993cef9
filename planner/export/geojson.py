"""GeoJSON (RFC 7946): longitude before latitude in WGS 84, six decimals, no outline is null."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd

from planner.export.about import About
from planner.export.column_notes import as_json, json_text
from planner.export.columns import Column, cells, for_programs, values
from planner.export.progress import Progress, pieces
from planner.export.shapes import geojson_texts

LAYER: Final = "villages"


def write_geojson(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as a GeoJSON feature collection; its member ``about`` holds sources, parameters and columns.

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
    columns = for_programs(frame)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            f'{{"type": "FeatureCollection", "name": "{LAYER}", "about": {as_json(about, columns)}, "features": ['
        )
        separator = "\n"
        for piece in pieces(frame, progress):
            for feature in _features(piece, columns):
                file.write(f"{separator}{feature}")
                separator = ",\n"
        file.write("\n]}\n")


def _features(piece: gpd.GeoDataFrame, columns: tuple[Column, ...]) -> Iterator[str]:
    table = values(piece, columns)
    rows = zip(*(cells(table[name]) for name in table.columns), strict=True)
    for row, geometry in zip(rows, geojson_texts(piece.geometry), strict=True):
        properties = dict(zip(table.columns, row, strict=True))
        yield f'{{"type": "Feature", "properties": {json_text(properties)}, "geometry": {geometry}}}'
