"""GeoPackage for QGIS: one layer, its sources in the metadata, headings and meanings of the columns as aliases."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio

from geodata.texts import Language
from planner.export.about import About, Source, as_json
from planner.export.cells import clean
from planner.export.columns import Column, figure_heading, for_programs
from planner.export.progress import Progress
from planner.export.shapes import layer
from planner.texts import t

LAYER: Final = "villages"

# OGC 12-128r19, extension "Schema" (F.9)
_SCHEMA_EXTENSION: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
INSERT INTO gpkg_extensions VALUES (
    'gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""


def write_gpkg(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as a GeoPackage; its metadata item ``about`` holds sources and parameters as JSON.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted, EPSG:4326.
    about
        What the file says about itself.
    progress
        Told at the end.
    """
    columns = for_programs(frame)
    pyogrio.write_dataframe(
        layer(frame, columns),
        path,
        layer=LAYER,
        driver="GPKG",
        promote_to_multi=True,
        dataset_metadata={"about": as_json(about)},
        layer_options={"IDENTIFIER": clean(about.title), "DESCRIPTION": _description(about)},
    )
    _name_columns(path, columns, about.language)
    progress(len(frame), len(frame))


def _description(about: About) -> str:
    """Return what a program that opens the file shows about it: date, fingerprint, sources, notes."""
    language = about.language
    lines = [
        f"{t('export.about.created', language)}: {about.created.isoformat()}",
        f"{t('export.about.fingerprint', language)}: {about.fingerprint}",
        *(_source_line(source, language) for source in about.sources),
        *about.notes,
    ]
    return "\n".join(clean(line) for line in lines)


def _source_line(source: Source, language: Language) -> str:
    told = (t(f"export.basis.{source.basis}", language), source.source, source.date, source.url, source.licence)
    return f"{figure_heading(source.figure, language)}: {'; '.join(part for part in told if part)}"


def _name_columns(path: Path, columns: tuple[Column, ...], language: Language) -> None:
    """Write heading and meaning of each column where QGIS looks for its alias and comment."""
    rows = [(LAYER, c.name, c.heading(language), c.heading(language), c.meaning(language)) for c in columns]
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA_EXTENSION)
        database.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", rows)
