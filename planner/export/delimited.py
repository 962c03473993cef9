"""CSV for the spreadsheet of the language.

A spreadsheet splits and reads a CSV as its own language does, so the file follows the language: in Bahasa Indonesia
semicolons between cells and a decimal comma (with a point, Excel reads 12.5 as a time of day or a date), in English
commas and a decimal point. UTF-8 with a byte order mark, lines end in CR LF, no separators within numbers. Text a
spreadsheet would run gets an apostrophe (`planner.export.cells.without_formula`). A CSV has no place for sources: the
last columns, date, fingerprint and number of the export, lead back to them.
"""

import csv
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.texts import Language
from planner.export.about import About
from planner.export.cells import clean, without_formula
from planner.export.columns import Column, cells, each, for_people, in_words, values
from planner.export.progress import Progress, pieces
from planner.texts import t

SEPARATORS: Final[dict[Language, str]] = {"id": ";", "en": ","}
DECIMAL_SIGNS: Final[dict[Language, str]] = {"id": ",", "en": "."}


def write_csv(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a ranked list as a CSV for people.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted.
    about
        Language, date and fingerprint come from here.
    progress
        Told after each piece of rows.
    """
    columns = for_people(frame)
    origin = _origin(about)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=SEPARATORS[about.language])
        writer.writerow([*(column.heading(about.language) for column in columns), *origin])
        for piece in pieces(frame, progress):
            table = in_words(values(piece, columns), columns, language=about.language)
            texts = [_texts(table[column.name], column, DECIMAL_SIGNS[about.language]) for column in columns]
            writer.writerows([*row, *origin.values()] for row in zip(*texts, strict=True))


def _origin(about: About) -> dict[str, str]:
    """Return what leads back to the sources, under its headings."""
    origin = {"created": about.created.isoformat(), "fingerprint": about.fingerprint}
    if about.stamp is not None:
        origin["stamp"] = about.stamp.id
    return {t(f"export.heading.{name}", about.language): without_formula(clean(text)) for name, text in origin.items()}


def _texts(series: pd.Series, column: Column, decimal_sign: str) -> list[str]:
    if not column.is_number:
        return [text or "" for text in cells(each(series, without_formula))]
    numbers = ("" if number is None else str(number) for number in cells(series))
    return list(numbers) if column.kind == "count" else [number.replace(".", decimal_sign) for number in numbers]
