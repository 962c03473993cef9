"""A table that is no list of villages."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.manner import Shown


@dataclass(frozen=True)
class PlainSheet:
    """One table.

    Parameters
    ----------
    title
        What it shows; the name of its sheet in a workbook.
    headings
        One per column.
    rows
        Cells in the order of the headings.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Shown]]
