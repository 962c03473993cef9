"""The page about the columns of exported files, made from their catalogue.

Run from the project's root to write it anew: ``python -m tests.columns_page``.
"""

from collections.abc import Iterator
from pathlib import Path

from planner.export.columns import COLUMNS, VOCABULARIES, Column
from planner.texts import t

PAGE = Path(__file__).parent.parent / "docs" / "columns.md"

FORMATS = (
    ("`.xlsx`, `.ods`", "headings", "words", "no outlines", "sheet *Tentang data*"),
    ("`.csv`", "headings", "words", "no outlines", "last columns: date, fingerprint, number of the export"),
    (
        "`.gpkg`",
        "names, headings as aliases",
        "codes",
        "outlines",
        "metadata `about`; style for QGIS; `gpkg_data_columns`",
    ),
    ("`.geojson`", "names", "codes", "outlines, six decimals", "member `about`"),
    ("`.parquet`", "names", "codes", "outlines", "metadata `about`"),
    ("`.fgb`", "names", "codes", "outlines, rows in order, no index", "metadata `about`"),
    ("`.kml`", "names, headings shown", "codes", "outlines, else the point", "data `about` of the document"),
    ("`.gpx`", "names after `desa:`", "codes", "the point", "extension `about` of the metadata"),
)

TOP = """# Columns of exported files

Made from the catalogue of columns by `python -m tests.columns_page`; a test keeps it current.

A file holds the columns its list has, in this order; a list that leads with its reasons puts some of them first. The
same list has the same values in every format. Counts are whole numbers; a missing figure is an empty cell, `null` or an
absent element, never 0. Percentages are numbers from 0 to 100. Coordinates are EPSG:4326, longitude before latitude. A
figure followed by `_low` and `_high` has a range, and `_basis` says how it was obtained. In spreadsheets a figure in
italics is an estimate. "Map files only" marks columns that tables for people leave out.
"""


def page() -> str:
    """Return the page."""
    parts = [
        TOP,
        "## Formats\n",
        *table(("ending", "columns are called", "coded values", "geometry", "about the data"), FORMATS),
    ]
    parts += ["\n## Columns\n"]
    parts += table(("name", "heading (id)", "heading (en)", "unit", "kind", "meaning"), map(row, COLUMNS))
    parts += ["\n## Coded values\n", *table(("column", "code", "words (id)", "words (en)"), codes())]
    return "\n".join(parts) + "\n"


def row(column: Column) -> tuple[str, ...]:
    """Return what the page says about a column."""
    kind = column.kind if column.in_tables else f"{column.kind}, map files only"
    headings = (column.heading("id"), column.heading("en"))
    return (f"`{column.name}`", *headings, column.unit_text("en"), kind, column.meaning("en"))


def codes() -> Iterator[tuple[str, ...]]:
    """Yield every coded value with its words."""
    for vocabulary, words in VOCABULARIES.items():
        for code in words:
            key = f"export.{vocabulary}.{code}"
            name = "`*_basis`" if vocabulary == "basis" else f"`{vocabulary}`"
            yield name, f"`{code}`", t(key, "id"), t(key, "en")


def table(headings: tuple[str, ...], rows: object) -> list[str]:
    """Return a table of Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
