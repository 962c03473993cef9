"""Taking rows that wait: the likely village of each, and all that name a place in the same words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from geodata.errors import DataError
from geodata.schema import DISTRICT_NAME, REGENCY_NAME, VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language
from planner.rights import Principal
from planner.store.engine import Engine
from planner.store.held import settle
from planner.texts import t
from planner.uploads import Known

Row = Mapping[Any, Any]
"""A row of `planner.store.held.held`."""
_PLACE: Final = (VILLAGE_CODE, VILLAGE_NAME, DISTRICT_NAME, REGENCY_NAME)
_TOLD: Final = 10


def likely(row: Row, names: "pd.Series[str]") -> str:
    """Return the village that a row names by its code, else the first suggestion; empty where there is neither."""
    own = str(row["values"].get(VILLAGE_CODE) or "")
    if own in names.index:
        return own
    return str(row["suggestions"][0]["code"]) if row["suggestions"] else ""


def alike(row: Row, rows: pd.DataFrame) -> list[Row]:
    """Return the other rows that name the same place in the same words; none for a row with a code.

    Parameters
    ----------
    row
        The row.
    rows
        All rows that wait, columns ``upload``, ``row``, ``values``.
    """
    if row["values"].get(VILLAGE_CODE):
        return []
    place = [row["values"].get(name) for name in _PLACE]
    return [
        {"upload": upload, "row": number}
        for upload, number, values in zip(rows["upload"], rows["row"], rows["values"], strict=True)
        if (upload, number) != (row["upload"], row["row"]) and [values.get(name) for name in _PLACE] == place
    ]


def take_all(
    takes: Sequence[tuple[Row, str]], engine: Engine, by: Principal, known: Known, language: Language
) -> tuple[int, list[str]]:
    """Take rows, each for its village; return how many were taken, and why the first others keep waiting."""
    kept: list[str] = []
    for one, code in takes:
        try:
            settle(engine, int(one["upload"]), int(one["row"]), code, by=by, known=known)
        except DataError as error:
            kept.append(t("web.uploads.held.row_kept", language, row=str(one["row"]), why=error.text(language)))
    return len(takes) - len(kept), kept[:_TOLD]
