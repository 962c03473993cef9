"""What an upload of participants changes on the map."""

from dataclasses import dataclass

import pandas as pd

from geodata.schema import ACTIVE_BPU, VILLAGE_CODE, basis
from planner.observed import ACTIVE, MONTH
from planner.uploads.kinds import SEGMENT

COUNTED = "BPU"
"""The segment that the map shows."""


@dataclass(frozen=True)
class Effect:
    """What changes.

    Attributes
    ----------
    villages
        How many get another count of participants.
    first
        How many of these had no count before, only an estimate.
    before, after
        Active participants in these villages, as the map shows them and as it will.
    older
        Villages of the file that keep their count because it is of a later month.
    """

    villages: int
    first: int
    before: int
    after: int
    older: int


def effect(figures: pd.DataFrame, accepted: pd.DataFrame, counted: pd.DataFrame | None = None) -> Effect:
    """Say what a file of participants changes.

    Parameters
    ----------
    figures
        Villages of the layer in use: ``village_code``, ``active_bpu`` and its basis.
    accepted
        Rows to take: ``village_code``, ``month``, ``segment``, ``active``.
    counted
        What the records hold, ``village_code`` and ``month``; see `planner.store.participants.latest`.
    """
    rows = accepted.loc[accepted[SEGMENT] == COUNTED, [VILLAGE_CODE, MONTH, ACTIVE]]
    last = rows.assign(**{MONTH: pd.to_datetime(rows[MONTH])}).sort_values(MONTH, kind="stable")
    new = last.drop_duplicates(VILLAGE_CODE, keep="last").set_index(VILLAGE_CODE)
    new = new[new.index.isin(figures[VILLAGE_CODE])]
    older = pd.Series(data=False, index=new.index)
    if counted is not None and len(counted):
        known = pd.to_datetime(counted.set_index(VILLAGE_CODE)[MONTH]).reindex(new.index)
        older = known > new[MONTH]
    taken = new[~older]
    now = figures.set_index(VILLAGE_CODE).loc[taken.index]
    return Effect(
        villages=len(taken),
        first=int((now[basis(ACTIVE_BPU)] != "observed").sum()),
        before=int(now[ACTIVE_BPU].fillna(0).sum()),
        after=int(taken[ACTIVE].sum()),
        older=int(older.sum()),
    )
