"""GeoPackage for QGIS: one coloured layer, its sources in the metadata, headings and meanings of columns as aliases.

The table ``layer_styles`` is where QGIS keeps the styles of a GeoPackage; it takes the default one when it opens the
layer. Every date in the file is that of the list, so that the same list gives the same bytes.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas as gpd

from geodata.texts import Language
from planner.export.about import About, Source
from planner.export.cells import clean, without_tags
from planner.export.classes import Band, bands
from planner.export.column_notes import as_json, with_unit
from planner.export.columns import Column, figure_heading, for_programs
from planner.export.gdal import gdal
from planner.export.progress import Progress
from planner.export.qgis_style import NAME, qml, sld
from planner.export.shapes import layer
from planner.texts import t

LAYER: Final = "villages"

_VERSION: Final = "1.2"  # of the standard; programs of 2022 warn of a newer one

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

# As QGIS makes it; a table without geometry is registered as "attributes" (OGC 12-128r19, 2.4)
_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
    VALUES ('layer_styles', 'attributes', 'layer_styles', '');
"""
_STYLE: Final = "INSERT INTO layer_styles VALUES (1, '', '', ?, ?, ?, ?, ?, 1, ?, '', NULL, ?)"


def write_gpkg(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as a GeoPackage; its metadata item ``about`` holds sources, parameters and columns as JSON.

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
    with gdal() as library:
        library.write_dataframe(
            layer(frame, columns),
            path,
            layer=LAYER,
            driver="GPKG",
            dataset_options={"VERSION": _VERSION},
            promote_to_multi=True,
            dataset_metadata={"about": as_json(about, columns)},
            layer_options={"IDENTIFIER": without_tags(clean(about.title)), "DESCRIPTION": _description(about)},
        )
    with closing(sqlite3.connect(path)) as database, database:
        _name_columns(database, columns, about)
        _add_style(database, bands(frame), columns, about)
        _date(database, about)
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
    return "\n".join(without_tags(clean(line)) for line in lines)


def _source_line(source: Source, language: Language) -> str:
    told = (t(f"export.basis.{source.basis}", language), source.source, source.date, source.url, source.licence)
    return f"{figure_heading(source.figure, language)}: {'; '.join(part for part in told if part)}"


def _name_columns(database: sqlite3.Connection, columns: tuple[Column, ...], about: About) -> None:
    """Write heading, meaning and unit of each column where QGIS looks for its alias and comment."""
    headings = [(column.name, column.heading(about.language)) for column in columns]
    rows = [(LAYER, name, h, h, with_unit(c, about)) for (name, h), c in zip(headings, columns, strict=True)]
    database.executescript(_SCHEMA_EXTENSION)
    database.executemany("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", rows)


def _add_style(
    database: sqlite3.Connection, found: tuple[Band, ...], columns: tuple[Column, ...], about: About
) -> None:
    """Write the style by which the layer is coloured; without figures there is none."""
    if not found:
        return
    geometry = database.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()[0]
    looks = (qml(found, columns, about.language), sld(found, LAYER, about.language))
    told = t("export.map.legend", about.language)
    database.executescript(_STYLES)
    database.execute(_STYLE, (LAYER, geometry, NAME, *looks, told, _moment(about)))


def _date(database: sqlite3.Connection, about: About) -> None:
    """Write the date of the list where there is the time of writing."""
    for table, column in (("gpkg_contents", "last_change"), ("gpkg_metadata_reference", "timestamp")):
        database.execute(f"UPDATE {table} SET {column} = ?", (_moment(about),))  # noqa: S608  # names of our own


def _moment(about: About) -> str:
    return f"{about.created.isoformat()}T00:00:00.000Z"
