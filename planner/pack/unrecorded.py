"""The rows of an agent's area where there are no records: villages from a file, and nothing that happened there."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from planner.field.own_area import ACTIVE, FROM_ON, INACTIVE, LAST_VISIT_ON, MONTH

_VISITS = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle")
_PARTICIPANTS = ("village_code", "month", "active", "inactive")
_FUNDED = ("village_code", "fund", "people", "starts_on", "ends_on")


def rows_without_records(codes: Sequence[str], day: date) -> dict[str, pd.DataFrame]:
    """Return the frames that `planner.field.own_area.own_area` takes of an agent.

    Parameters
    ----------
    codes
        Codes of the villages.
    day
        Day from which the agent has them.
    """
    unknown = pd.array([None] * len(codes), dtype="Int64")
    owned = pd.DataFrame({"village_code": pd.Series(list(codes), dtype="str"), FROM_ON: day})
    nothing: dict[str, object] = {MONTH: None, ACTIVE: unknown, INACTIVE: unknown, LAST_VISIT_ON: None}
    return {
        "owned": owned.assign(**nothing),
        "visits": pd.DataFrame(columns=list(_VISITS)),
        "participants": pd.DataFrame(columns=list(_PARTICIPANTS)),
        "funded": pd.DataFrame(columns=list(_FUNDED)),
    }
