"""The planner's own small registers: read as those of geodata, refused in the planner's words."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from geodata import register
from geodata.errors import DataError
from planner.errors import PlanError


def read_register(path: Path, forms: Mapping[str, str], *, refusal: str) -> pd.DataFrame:
    """Read a register.

    Parameters
    ----------
    path, forms
        As for ``geodata.register.read_register``.
    refusal
        Key of the planner's text for a refused register; takes ``file`` and ``problems``.

    Returns
    -------
    pandas.DataFrame
        As ``geodata.register.read_register``: the columns of ``forms`` as text, missing where empty.

    Raises
    ------
    PlanError
        If fields do not have their form; names every column and row.
    DataError
        If the file cannot be used.
    """
    try:
        return register.read_register(path, forms, refusal=refusal)
    except DataError as error:
        if error.key == refusal:
            raise PlanError(refusal, **error.values) from error
        raise


def refuse_odd(found: pd.DataFrame, odd: Mapping[str, "pd.Series[bool]"], path: Path, *, refusal: str) -> None:
    """Refuse a register with odd values; names all rows and columns.

    Parameters
    ----------
    found
        Of `read_register`.
    odd
        Which rows are odd, by column.
    path
        The file.
    refusal
        Key of the text, with ``file`` and ``problems``.

    Raises
    ------
    PlanError
        If any row is odd.
    """
    wrong = {name: ", ".join(str(row + 1) for row in found.index[rows]) for name, rows in odd.items() if rows.any()}
    if wrong:
        problems = "; ".join(f"{name} ({rows})" for name, rows in wrong.items())
        raise PlanError(refusal, file=path.name, problems=problems)


def without_basis(found: pd.DataFrame, bases: Mapping[str, str]) -> "dict[str, pd.Series[bool]]":
    """Return which rows have a figure without its basis or the reverse, by the column of the basis."""
    return {how: found[how].isna() != found[figure].isna() for figure, how in bases.items()}
