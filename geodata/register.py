"""Small registers kept by hand, one CSV each: every field is checked against its form, all problems told at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.errors import DataError
from geodata.readers.fields import blank
from geodata.readers.files import read_csv

ANYTHING: Final = r".*"
FILLED: Final = r".+"
DAY: Final = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ADDRESS: Final = r"https?://\S+"
_DATE: Final = r"(\d{4}(-\d\d){0,2}|n\.d\.)"
ADDRESSES: Final = rf"{_ADDRESS}( \| {_ADDRESS})*"
DATES: Final = rf"{_DATE}( \| {_DATE})*"
CONFIDENCES: Final = r"[A-D]( \| [A-D])*"


def read_register(path: Path, forms: Mapping[str, str], *, refusal: str) -> pd.DataFrame:
    """Read a register.

    Parameters
    ----------
    path
        CSV file with at least the columns of ``forms``.
    forms
        Regular expression that each field of a column must match, whole and without space around it.
    refusal
        Key of the text for a refused register; takes ``file`` and ``problems``.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``forms``, as text, missing where empty; rows as in the file, numbered from 0.

    Raises
    ------
    DataError
        If the file cannot be used, or fields do not have their form; names every column and row (1 is the first below
        the header).
    """
    reading = read_csv(path, tuple(forms))
    frame = reading.frame.droplevel("file").rename_axis(None).apply(lambda column: column.str.strip())
    torn = {"CSV": reading.rejected["row"].tolist()}
    wrong = {column: frame.index[~frame[column].str.fullmatch(form)].tolist() for column, form in forms.items()}
    problems = [f"{column} ({', '.join(map(str, rows))})" for column, rows in {**torn, **wrong}.items() if rows]
    if problems:
        raise DataError(refusal, file=path.name, problems="; ".join(problems))
    filled = {column: frame[column].mask(blank(frame[column])) for column in frame.columns}
    return pd.DataFrame(filled).reset_index(drop=True)
