"""The file of paid months that a visitor uploads: read once, kept for this visit only, never written for good.

Nothing of it goes into a cache of Streamlit, which all visitors share.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.texts import Language
from planner.errors import PlanError, PlanMachineError
from planner.expiry_file import CalendarError, Fault, read_groups
from planner.export.cells import clean

MOST_MB: Final = 1
MOST_ROWS: Final = 10_000  # more than the villages of the five provinces
_FIELD: Final = "calendar-file"
_TAKEN: Final = "calendar-files-taken"
_KEPT: Final = "calendar-groups"
_NAME_LENGTH: Final = 60
_TOLD_FAULTS: Final = 50
_OTHER_FILES: Final = frozenset({"readers.empty", "readers.wrong_kind"})  # these tell of files that the program fetched


class Upload(NamedTuple):
    """What became of a file: its groups, or why it was refused."""

    name: str
    groups: pd.DataFrame | None
    refused: DataError | None


def kept() -> Upload | None:
    """Return what this visitor uploaded, on whatever page they were since."""
    found: Upload | None = st.session_state.get(_KEPT)
    return found


def field() -> str:
    """Return the key of the field for files; every file gets a field of its own, so that Streamlit drops the last."""
    return f"{_FIELD}-{st.session_state.get(_TAKEN, 0)}"


def take() -> None:
    """Read the file that was just chosen."""
    file = st.session_state.get(field())
    if file is not None:
        st.session_state[_KEPT] = read_upload(file.name, file.getvalue())
        st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1


def forget() -> None:
    """Drop the groups of this visit."""
    st.session_state.pop(_KEPT, None)


def read_upload(name: str, content: bytes) -> Upload:
    """Read an uploaded file of paid months.

    The file lies in a scratch folder under a name of ours while it is read.

    Parameters
    ----------
    name
        Name that the visitor's browser told; shown, never used as a path.
    content
        The file.
    """
    shown = " ".join(clean(name).split())[:_NAME_LENGTH]
    try:
        return Upload(shown, _groups(shown, content), None)
    except DataError as error:
        known = error.key not in _OTHER_FILES
        told = error if known else PlanError("web.calendar.no_csv", file=shown)
        told.values["file"] = shown  # noqa: PD011  # no frame
        return Upload(shown, None, told)


def refusal(error: DataError, language: Language) -> tuple[str, list[str], int]:
    """Return why a file was refused: the sentence, one line for every wrong row in order, and how many more there are.

    Parameters
    ----------
    error
        What the reader said.
    language
        Language of the words.
    """
    if not isinstance(error, CalendarError):
        return error.text(language), [], 0
    rows = sorted((row, place) for place, fault in enumerate(error.faults) for row in fault.rows)
    lines = [_line(error.faults[place], row, language) for row, place in rows[:_TOLD_FAULTS]]
    return error.text(language).split("\n", 1)[0], lines, max(0, len(rows) - _TOLD_FAULTS)


def _line(fault: Fault, row: int, language: Language) -> str:
    one = Fault(" ".join(fault.column.split())[:_NAME_LENGTH], fault.key, (row,))
    return CalendarError("", [one]).text(language).split("\n- ", 1)[1]


def _groups(name: str, content: bytes) -> pd.DataFrame:
    if len(content) > MOST_MB * 1024 * 1024:
        raise PlanError("web.calendar.too_large", file=name, most=MOST_MB)
    if max(content.count(b"\n"), content.count(b"\r")) > MOST_ROWS:
        raise PlanError("web.calendar.too_many", file=name, most=MOST_ROWS)
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "upload.csv"
            path.write_bytes(content)
            return read_groups(path)
    except OSError as error:
        raise PlanMachineError("web.calendar.disk", reason=error.strerror or "?") from error
