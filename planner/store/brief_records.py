"""What the briefs of regencies take from the records: who is paid for, and where officials are registered."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from planner.funded_groups import expiring
from planner.launch_pipeline import Officials
from planner.store import counted
from planner.store.funded import funded


class BriefRecords(NamedTuple):
    """Groups as of `planner.funded_groups.expiring`, none where there are none; latest counts of officials by village.

    Both are counts: nobody's data.
    """

    groups: pd.DataFrame | None
    officials: Mapping[str, Officials]


def brief_records(connection: sa.Connection) -> BriefRecords:
    """Return what briefs take from the records.

    Parameters
    ----------
    connection
        Of the records, read by the office.
    """
    groups = funded(connection)
    rows = counted.officials(connection)
    columns = ("village_code", "registered", "total", "counted_on")
    officials = {
        str(code): Officials(int(registered), int(total), day)
        for code, registered, total, day in zip(*(rows[name] for name in columns), strict=True)
    }
    return BriefRecords(expiring(groups) if len(groups) else None, officials)
