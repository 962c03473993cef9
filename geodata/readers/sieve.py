"""Part the rows of a source into accepted ones and rejected ones with a reason; the counts always add up."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import numpy as np
import pandas as pd

from geodata.readers import REJECTED_COLUMNS, Reading

DUPLICATE: Final = "readers.duplicate"


def flag(rows: pd.Series, reason: str) -> pd.Series:
    """Return a reason where a row is marked, missing elsewhere."""
    return pd.Series(np.where(rows.to_numpy(bool), reason, ""), index=rows.index, dtype="str").where(rows)


def first_reason(*reasons: pd.Series) -> pd.Series:
    """Return for each row the first reason against it, in the order given; missing where there is none."""
    return reduce(lambda found, more: found.where(found.notna(), more), reasons)


def repeats(keys: pd.Series | pd.DataFrame, reasons: pd.Series) -> pd.Series:
    """Add the reason `DUPLICATE` to rows whose keys all stand in an earlier row that is not rejected itself."""
    again = keys[reasons.isna()].duplicated()
    return reasons.where(reasons.notna(), flag(again.reindex(keys.index, fill_value=False), DUPLICATE))


def sift(raw: Reading, tidy: pd.DataFrame, reasons: pd.Series, *, whole: Sequence[str] = ()) -> Reading:
    """Accept the rows without a reason against them.

    Parameters
    ----------
    raw
        What stood in the files; index ``file``, ``row``.
    tidy
        What was made of it; same index.
    reasons
        Key of a text for each row to reject, missing elsewhere; same index.
    whole
        Columns of whole numbers that no accepted row lacks; they become plain integers.

    Returns
    -------
        Accepted rows with a plain index, in the order of the source; rejected rows in the order of file and row.
    """
    refused = reasons.dropna().rename("reason").reset_index()[list(REJECTED_COLUMNS)]
    return Reading(
        frame=tidy[reasons.isna()].reset_index(drop=True).astype(dict.fromkeys(whole, "int64")),
        rejected=_in_order([raw.rejected, refused]),
        total=raw.total,
    )


def stack(readings: Iterable[Reading]) -> Reading:
    """Put the raw rows of several files under each other; needs at least one."""
    parts = list(readings)
    return Reading(
        frame=pd.concat([part.frame for part in parts]),
        rejected=_in_order([part.rejected for part in parts]),
        total=sum(part.total for part in parts),
    )


def _in_order(rejected: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in rejected if len(part)] or rejected[:1]
    rows = pd.concat(filled, ignore_index=True).astype({"file": "str", "row": "int64", "reason": "str"})
    return rows.sort_values(["file", "row"], kind="stable", ignore_index=True)
