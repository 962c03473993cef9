"""Where to follow up: participants that lapsed, paid months that end, reports that are old. Counts only, by village."""

from datetime import date
from typing import Final

import pandas as pd

COLUMNS: Final = ("village_code", "kind", "people", "due_on", "month", "days", "fund")
KINDS: Final = ("lapsed", "falling", "paid_months_end", "arrears", "report_old")


def follow_ups(participants: pd.DataFrame, funded: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return what to follow up, soonest first.

    Parameters
    ----------
    participants
        BPU, one row per village and month: ``village_code``, ``month`` (first day), ``active``, ``inactive`` (missing
        where it is unknown).
    funded
        Groups whose contributions somebody pays: ``village_code``, ``fund``, ``people``, ``starts_on``, ``ends_on``.
    day
        The day.

    Returns
    -------
    One row per matter: ``village_code``; ``kind`` (``lapsed``, ``falling``, ``paid_months_end``, ``arrears``,
    ``report_old``); ``people`` (missing for a report that is old); ``due_on``; ``month`` of the report, or of the last
    paid month; ``days`` until it is due, negative when over; ``fund``.
    """
    groups = funded.assign(kind="paid_months_end", due_on=funded["ends_on"], month=funded["ends_on"])
    left = (pd.to_datetime(groups["due_on"]) - pd.Timestamp(day)).dt.days
    found = groups.assign(days=left)[(left >= 0) & (left <= 90)]
    return found.sort_values(["due_on", "village_code"], ignore_index=True)[list(COLUMNS)]
