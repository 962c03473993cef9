"""KML 2.2 for Google Earth and other maps: outlines in the colours of the gap, figures as typed data.

A village without an outline is shown by its point.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.texts import number
from planner.coverage import GAP
from planner.export.about import About
from planner.export.classes import PLAIN, Band, band_of, bands, bands_told
from planner.export.column_notes import as_json, heading_with_unit
from planner.export.columns import Column, cells, for_programs, values
from planner.export.map_marks import area_style, html_lines, kml_area, kml_end, kml_point, kml_start, placemark
from planner.export.markup import element, text, texts
from planner.export.places import names, points, whereabouts
from planner.export.progress import Progress, pieces
from planner.export.shapes import or_nothing

SCHEMA: Final = "villages"

_OPACITY: Final = 0.7
_LINE: Final = "#ffffff"


def write_kml(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as KML; the item ``about`` of its document holds sources, parameters and columns.

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
    found = bands(frame)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(kml_start())
        file.writelines(f"{part}\n" for part in _head(about, columns, found))
        for piece in pieces(frame, progress):
            file.writelines(f"{mark}\n" for mark in _marks(piece, columns, found, about))
        file.write(kml_end())


def _head(about: About, columns: tuple[Column, ...], found: tuple[Band, ...]) -> Iterator[str]:
    yield texts(name=about.title)
    yield element("open", "1")
    yield element("description", html_lines([*about.notes, *bands_told(found, about.language)]))
    for band in found:
        yield area_style(_style(band.step), line=_LINE, fill=band.fill, opacity=_OPACITY)
    yield area_style(_style(-1), line="#5f5e5a", fill=PLAIN, opacity=0.2)
    fields = (
        element(
            "SimpleField",
            element("displayName", text(heading_with_unit(column, about))),
            type=_type(column),
            name=column.name,
        )
        for column in columns
    )
    yield element("Schema", *fields, name=SCHEMA, id=SCHEMA)
    said = element("Data", element("value", text(as_json(about, columns))), name="about")
    yield element("ExtendedData", said)


def _type(column: Column) -> str:
    """Return the type of a column; readers take ``int`` for 32 bits, too few for rupiah."""
    if not column.is_number:
        return "string"
    return "int" if column.kind == "count" and column.unit != "idr" else "double"


def _style(step: int) -> str:
    return "nothing" if step < 0 else f"class{step}"


def _marks(
    piece: gpd.GeoDataFrame, columns: tuple[Column, ...], found: tuple[Band, ...], about: About
) -> Iterator[str]:
    table = values(piece, columns)
    rows = zip(*(_figures(cells(table[column.name]), column) for column in columns), strict=True)
    styles = [_style(step) for step in band_of(table[GAP], found)] if GAP in table else [_style(-1)] * len(table)
    lines = zip(names(table), whereabouts(table), _gaps(table, columns, about), strict=True)
    shapes = zip(or_nothing(piece.geometry), points(piece).tolist(), strict=True)
    for (name, place, gap), shape, style, figures in zip(lines, shapes, styles, rows, strict=True):
        data = element("ExtendedData", element("SchemaData", *figures, schemaUrl=f"#{SCHEMA}"))
        told = html_lines(line for line in (name, place, gap) if line)
        yield placemark(name, told, data, _geometry(*shape), style=style)


def _gaps(table: pd.DataFrame, columns: tuple[Column, ...], about: About) -> list[str]:
    column = next((column for column in columns if column.name == GAP), None)
    if column is None:
        return [""] * len(table)
    heading = column.heading(about.language)
    return ["" if gap is None else f"{heading}: {number(gap, about.language)}" for gap in cells(table[GAP])]


def _geometry(shape: object, point: list[float]) -> str:
    if shape is not None:
        return kml_area(shape)
    return "" if np.isnan(point).any() else kml_point(*point)


def _figures(found: list[object], column: Column) -> list[str]:
    opened = f'<SimpleData name="{column.name}">'
    return ["" if value is None else f"{opened}{text(str(value))}</SimpleData>" for value in found]
