"""From an uploaded file to its checked rows: the whole way, for every kind."""

import datetime as dt
from pathlib import Path

from geodata import office_day
from planner.uploads.checks import Checked, check
from planner.uploads.columns import Columns
from planner.uploads.kinds import Kind
from planner.uploads.known import Known
from planner.uploads.layout import Table, find_table
from planner.uploads.limits import DEFAULT_LIMITS, Limits
from planner.uploads.outlines import check_outlines
from planner.uploads.personal import refuse_personal
from planner.uploads.table_file import read_table


def open_table(
    source: Path | bytes, name: str, kind: Kind, *, sheet: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Table:
    """Read a file and return its table, after refusing personal data.

    Parameters
    ----------
    source, name
        The file or its bytes, and its name as the user knows it.
    kind
        Kind of the upload, any but outlines.
    sheet
        Sheet to take; else the one that fits best.
    limits
        Bounds on size, time and memory.

    Raises
    ------
    UploadError
        If the file is refused as a whole.
    """
    sheets = read_table(source, name, limits=limits)
    table = find_table(sheets, kind, sheet=sheet)
    refuse_personal(sheets, table)
    return table


def check_file(
    path: Path,
    kind: Kind,
    known: Known,
    *,
    columns: Columns | None = None,
    sheet: str | None = None,
    today: dt.date | None = None,
) -> Checked:
    """Check a file of any kind.

    Parameters
    ----------
    path
        The file.
    kind
        Kind of the upload.
    known
        Villages, bridge and most workers.
    columns
        Headings and constants that the user gave; the rest is suggested.
    sheet
        Sheet to take; else the one that fits best.
    today
        Days after it are refused; the day of this machine where left out.

    Raises
    ------
    DataError
        If the file is refused as a whole.
    """
    if kind == "outlines":
        return check_outlines(path, known, columns=columns.headings if columns else None)
    table = open_table(path, path.name, kind, sheet=sheet)
    return check(table, kind, known, columns=columns, today=today or office_day.today())
