"""Files of every format read back as a table of values under the names of the columns, by programs of others."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
from python_calamine import CalamineWorkbook

from geodata.texts import Language
from planner.export.columns import Column, for_people, for_programs, in_words, values
from planner.export.gpx import NAMESPACE

KML = "{http://www.opengis.net/kml/2.2}"
GPX = "{http://www.topografix.com/GPX/1/1}"
FOR_PEOPLE = frozenset({".xlsx", ".csv", ".ods"})
"""Formats whose coded values stand in words, under headings."""


def columns_of(frame: gpd.GeoDataFrame, ending: str) -> tuple[Column, ...]:
    """Columns that a file of the format holds."""
    return for_people(frame) if ending in {*FOR_PEOPLE, ".gpx"} else for_programs(frame)


def expected(frame: gpd.GeoDataFrame, ending: str, language: Language) -> pd.DataFrame:
    """What a file of the format must hold."""
    columns = columns_of(frame, ending)
    table = values(frame, columns)
    if ending in FOR_PEOPLE:
        table = in_words(table, columns, language=language)
    return as_plain(table, columns)


def read_back(path: Path, frame: gpd.GeoDataFrame, language: Language) -> pd.DataFrame:
    """The values of a file, whatever its format."""
    columns = columns_of(frame, path.suffix)
    found = READERS[path.suffix](path, columns, language)
    return as_plain(found[[column.name for column in columns]], columns)


def as_plain(table: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Numbers as floats, texts as objects, nothing as None: what formats hold alike."""
    plain = {}
    for column in columns:
        if column.is_number:
            plain[column.name] = (
                pd.to_numeric(table[column.name]).astype("Float64").to_numpy("float64", na_value=float("nan"))
            )
        else:
            plain[column.name] = [None if pd.isna(v) or v == "" else str(v) for v in table[column.name]]
    return pd.DataFrame(plain)


def _spreadsheet(path: Path, columns: tuple[Column, ...], _: Language) -> pd.DataFrame:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)[1:]
    return pd.DataFrame([row[: len(columns)] for row in rows], columns=_names(columns)).replace({"": None})


def _csv(path: Path, columns: tuple[Column, ...], language: Language) -> pd.DataFrame:
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "id" else ","))[1:]
    table = pd.DataFrame([row[: len(columns)] for row in rows], columns=_names(columns))
    for column in columns:
        if column.is_number:
            table[column.name] = table[column.name].str.replace(",", ".").replace("", None)
    return table


def _geojson(path: Path, _: tuple[Column, ...], __: Language) -> pd.DataFrame:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([feature["properties"] for feature in features])


def _map(path: Path, _: tuple[Column, ...], __: Language) -> pd.DataFrame:
    return pd.DataFrame(pyogrio.read_dataframe(path, layer="villages", read_geometry=False))


def _parquet(path: Path, _: tuple[Column, ...], __: Language) -> pd.DataFrame:
    return pd.DataFrame(gpd.read_parquet(path).drop(columns="geometry"))


def _kml(path: Path, columns: tuple[Column, ...], _: Language) -> pd.DataFrame:
    marks = ET.parse(path).getroot().iter(f"{KML}Placemark")
    rows = [{data.get("name"): data.text for data in mark.iter(f"{KML}SimpleData")} for mark in marks]
    return pd.DataFrame(rows, columns=_names(columns))


def _gpx(path: Path, columns: tuple[Column, ...], _: Language) -> pd.DataFrame:
    start = f"{{{NAMESPACE}}}"
    points = ET.parse(path).getroot().iter(f"{GPX}wpt")
    rows = [{e.tag.removeprefix(start): e.text for e in point.find(f"{GPX}extensions")} for point in points]
    return pd.DataFrame(rows, columns=_names(columns))


def _names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name for column in columns]


READERS: dict[str, Callable[[Path, tuple[Column, ...], Language], pd.DataFrame]] = {
    ".xlsx": _spreadsheet,
    ".ods": _spreadsheet,
    ".csv": _csv,
    ".geojson": _geojson,
    ".gpkg": _map,
    ".fgb": _map,
    ".parquet": _parquet,
    ".kml": _kml,
    ".gpx": _gpx,
}
