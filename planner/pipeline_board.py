"""Where the launches stand together: how many wait at each step, and which of them are late."""

from datetime import date, timedelta
from typing import Final

import pandas as pd

from planner.launch_pipeline import STEPS, next_step

GOING: Final = "going"
LATE: Final = "late"
LONGEST: Final = "longest"
SOON: Final = "soon"
UNGATED: Final = "ungated"
SOON_DAYS: Final = 30


def stages(found: pd.DataFrame, *, today: date) -> pd.DataFrame:
    """Count the launches that go on, by the last step they reached.

    Parameters
    ----------
    found
        Of `planner.launch_pipeline.overview`.
    today
        The day of the view.

    Returns
    -------
    One row per step that another one follows, in their order (index ``step``), launches: ``going``; ``late`` (the next
    step was due before today); ``soon`` (due today or in 30 days); ``ungated`` (not all perangkat are known to be
    registered); and ``longest``, days that the latest one is late.
    """
    going = found[found["status"] == "open"]
    due = going["due_on"].map(lambda day: isinstance(day, date) and today <= day <= today + timedelta(days=SOON_DAYS))
    by_step = pd.DataFrame(
        {
            GOING: 1,
            LATE: (going["overdue_days"] > 0).astype(int),
            SOON: due.astype(int),
            UNGATED: (going["gate"] != "met").astype(int),
            LONGEST: going["overdue_days"].astype(int),
        },
        index=going.index,
    ).groupby(going["step"].astype(str))
    steps = pd.Index([step for step in STEPS if next_step(step) is not None], name="step")
    counted = by_step.sum().assign(**{LONGEST: by_step[LONGEST].max()})
    return counted.reindex(steps, fill_value=0).astype(int)


def select_late(found: pd.DataFrame) -> pd.DataFrame:
    """Return the launches whose next step is late, the longest first; of those alike by number."""
    late = found[found["overdue_days"] > 0]
    return late.sort_values(["overdue_days", "id"], ascending=[False, True])
