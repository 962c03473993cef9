"""Decided names: what a person chose once for a written name is taken again.

Who decided, and when, is kept with the records; here stand only the pairs.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from geodata import codes
from geodata.errors import DataError
from geodata.names import normalise
from geodata.paths import replace_file
from geodata.readers.files import read_csv
from geodata.schema import VILLAGE_CODE

PARENT_CODE: Final = "parent_code"  # district or regency in which the name was written
ALIAS_NAME: Final = "name"
COLUMNS: Final = (PARENT_CODE, ALIAS_NAME, VILLAGE_CODE)


def aliases_of(decided: pd.DataFrame, *, file: str = "aliases") -> pd.DataFrame:
    """Bring decided names into their form.

    Parameters
    ----------
    decided
        Columns ``parent_code`` (district or regency), ``name`` as written, ``village_code``.
    file
        What the decisions are called in a refusal.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``, names normalised, each decision once, sorted; index 0 ...

    Raises
    ------
    DataError
        If a code is bad, a village lies outside its parent, a name is empty, or one name has two villages; names the
        rows (1 is the first).
    """
    tidy = pd.DataFrame(
        {
            PARENT_CODE: codes.normalised(decided[PARENT_CODE]),
            ALIAS_NAME: [normalise(str(name)) for name in decided[ALIAS_NAME].fillna("")],
            VILLAGE_CODE: codes.normalised(decided[VILLAGE_CODE]),
        },
        index=decided.index,
    ).reset_index(drop=True)
    inside = [
        isinstance(parent, str) and isinstance(village, str) and village.startswith(f"{parent}.")
        for parent, village in zip(tidy[PARENT_CODE], tidy[VILLAGE_CODE], strict=True)
    ]
    levels = codes.levels(tidy[PARENT_CODE]).isin(["district", "regency"]) & codes.levels(tidy[VILLAGE_CODE]).eq(
        "village"
    )
    bad = ~(pd.Series(inside, index=tidy.index, dtype="bool") & levels & tidy[ALIAS_NAME].ne(""))
    once = tidy.drop_duplicates()
    torn = once.duplicated([PARENT_CODE, ALIAS_NAME], keep=False).reindex(tidy.index, fill_value=False)
    rows = tidy.index[bad | torn] + 1
    if len(rows):
        raise DataError("names.aliases_bad", file=file, rows=", ".join(map(str, rows)))
    return once.sort_values(list(COLUMNS), ignore_index=True)


def read_aliases(path: Path) -> pd.DataFrame:
    """Read decided names from a CSV file with the columns ``parent_code``, ``name``, ``village_code``.

    Raises
    ------
    DataError
        If the file cannot be read, rows are torn, or as `aliases_of`.
    """
    reading = read_csv(path, COLUMNS)
    if len(reading.rejected):
        rows = ", ".join(map(str, reading.rejected["row"]))
        raise DataError("names.aliases_bad", file=path.name, rows=rows)
    return aliases_of(reading.frame, file=path.name)


def write_aliases(aliases: pd.DataFrame, path: Path) -> None:
    """Write decided names as CSV (UTF-8, commas); the file is there whole or stays as it was.

    Raises
    ------
    DataError
        As `aliases_of`, or if the file cannot be written.
    """
    tidy = aliases_of(aliases, file=path.name)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(tidy.itertuples(index=False))
        replace_file(part, path)
    except OSError as err:
        part.unlink(missing_ok=True)
        raise DataError("names.aliases_not_written", file=path.name, reason=err.strerror or str(err)) from err


def lookup(aliases: pd.DataFrame | None) -> Mapping[tuple[str, str], str]:
    """Return the village of each parent and normalised name."""
    if aliases is None:
        return {}
    return {(parent, name): code for parent, name, code in aliases[list(COLUMNS)].itertuples(index=False)}
