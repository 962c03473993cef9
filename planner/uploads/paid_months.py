"""For which months the contributions of a group are paid: from a month on, so many months or until a last one.

Contributions are paid for whole calendar months, so a day stands for its month (see `planner.expiry`).
"""

from typing import Final, NamedTuple

import pandas as pd

from planner.expiry_file import FIRST_DAY, MOST_MONTHS
from planner.uploads.kinds import ENDS, MONTHS, STARTS

TOO_FAR: Final = "upload.refused.too_far_ahead"
TOO_EARLY: Final = "upload.refused.before_bpjs"
NO_END: Final = "upload.refused.no_end"
OTHER_END: Final = "upload.refused.other_end"
END_FIRST: Final = "upload.refused.end_first"
TOO_LONG: Final = "upload.refused.too_many_months"


class Paid(NamedTuple):
    """What holds of the groups, same index.

    Attributes
    ----------
    last
        Last paid day; missing where it is not known.
    problems
        Name of the column, key of the reason, and which rows it is for.
    """

    last: pd.Series
    problems: tuple[tuple[str, str, pd.Series], ...]


def paid_months(first: pd.Series, months: pd.Series, last: pd.Series, *, written: pd.Series) -> Paid:
    """Say until when the contributions of groups are paid, and what does not fit.

    Parameters
    ----------
    first, last
        First days of the first and of the last month paid, missing where not known.
    months
        How many months are paid, missing where not known.
    written
        Whether anything is written of the end.
    """
    begins, ends = _numbered(first), _numbered(last)
    by_months = begins + months - 1
    both = by_months.notna() & ends.notna()
    agreed = ends.fillna(by_months).mask(both & (ends != by_months))
    problems = (
        (STARTS, TOO_EARLY, first < pd.Timestamp(FIRST_DAY)),
        (MONTHS, NO_END, ~written),
        (ENDS, END_FIRST, ends < begins),
        (ENDS, OTHER_END, both & (ends != by_months) & (ends >= begins)),
        (ENDS, TOO_LONG, ends - begins >= MOST_MONTHS),
    )
    return Paid(_last_days(agreed), problems)


def _numbered(days: pd.Series) -> pd.Series:
    """Return months as whole numbers; those that follow each other differ by one."""
    months: pd.Series = days.dt.year * 12 + days.dt.month - 1
    return months.astype("Int64")


def _last_days(months: pd.Series) -> pd.Series:
    known = months.dropna()
    parts = pd.DataFrame({"year": known // 12, "month": known % 12 + 1, "day": 1})
    return pd.Series(pd.to_datetime(parts) + pd.offsets.MonthEnd(0), index=months.index)
