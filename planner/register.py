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
