"""The published figures the layer rests on: one row per figure, with its date and source."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.errors import DataError

NATIONAL = "00"
_FILE = Path(__file__).with_name("published.csv")
_COLUMNS = ("code", "variable", "value", "unit", "date", "producer", "url", "note")


@dataclass(frozen=True)
class Published:
    """Published figures by place and variable.

    Attributes
    ----------
    frame
        Columns ``code`` (Kemendagri code of province or regency, 00 for the country), ``variable``, ``value``,
        ``unit``, ``date`` (as precise as the source), ``producer``, ``url``, ``note``; one row per code and variable.
    """

    frame: pd.DataFrame

    def series(self, variable: str, *, level: int) -> "pd.Series[float]":
        """Return a variable by code; ``level`` is the length of the code: 2 for provinces, 5 for regencies."""
        rows = self.frame[(self.frame["variable"] == variable) & (self.frame["code"].str.len() == level)]
        rows = rows[rows["code"] != NATIONAL]
        return pd.Series(rows["value"].to_numpy(np.float64), index=pd.Index(rows["code"]), name=variable)

    def value(self, code: str, variable: str, otherwise: float | None = None) -> float:
        """Return one figure, or ``otherwise`` where it is not published.

        Raises
        ------
        DataError
            If the figure is not published and there is nothing else to take.
        """
        rows = self.frame[(self.frame["code"] == code) & (self.frame["variable"] == variable)]
        if len(rows):
            return float(rows["value"].iloc[0])
        if otherwise is None:
            raise DataError("sectors.not_published", code=code, variable=variable)
        return otherwise


def read_published(path: Path = _FILE) -> Published:
    """Read the published figures.

    Raises
    ------
    DataError
        If a column is missing, a value is not a number, or a figure stands twice.
    """
    frame = pd.read_csv(path, dtype={"code": str, "date": str}, keep_default_na=False)
    if list(frame.columns) != list(_COLUMNS):
        raise DataError("sectors.published_columns", file=path.name, expected=", ".join(_COLUMNS))
    values = pd.to_numeric(frame["value"], errors="coerce")
    wrong = values.isna() | (values < 0) | frame.duplicated(["code", "variable"])
    if wrong.any():
        raise DataError("sectors.published_value", file=path.name, row=int(np.flatnonzero(wrong)[0]) + 2)
    return Published(frame.assign(value=values))
