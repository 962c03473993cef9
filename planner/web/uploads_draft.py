"""The file that a visitor is about to upload, and how far it is: in the session of this visit only, until it is left.

Nothing of it goes into a cache of Streamlit, which all visitors share, and nothing is written for good before the
visitor says so.
"""

import secrets
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final, Literal, get_args

import streamlit as st

from geodata.errors import DataError
from planner.errors import PlanError
from planner.export.cells import clean
from planner.uploads import Checked, Columns, Kind, Sheets, Table, fingerprint
from planner.web import state, waiting

Step = Literal["open", "columns", "check", "result", "keep", "kept", "refused"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_DRAFT: Final = "upload-draft"
_FIELD: Final = "upload-file"
_TAKEN: Final = "upload-files-taken"
_LONGEST_NAME: Final = 60


@dataclass
class Draft:
    """A file on its way.

    Attributes
    ----------
    kind
        What it is, as the visitor says.
    name
        Its name as the visitor's browser told; shown, never used as a path.
    sha256
        Fingerprint of its bytes.
    content
        Its bytes, as long as they are needed.
    step
        Where it stands.
    sheets, sheet
        Its sheets, and which of them the visitor chose; the one that fits best where none was chosen.
    table
        What is on the sheet.
    columns
        What the visitor says of the columns.
    checked
        What becomes of each row.
    problem
        Why the last step failed.
    upload
        Number of the upload, once it is kept.
    token
        Names this file in keys of widgets and of work.
    """

    kind: Kind
    name: str
    sha256: str
    content: bytes | None
    step: Step = "open"
    sheets: Sheets | None = None
    sheet: str | None = None
    table: Table | None = None
    columns: Columns | None = None
    checked: Checked | None = None
    problem: DataError | None = None
    upload: int | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def refuse(self, error: DataError) -> None:
        """Drop all that was read: the file is refused as a whole."""
        emptied = replace(self, step="refused", problem=error, content=None, sheets=None, table=None, checked=None)
        self.__dict__.update(emptied.__dict__)

    def keeps(self, upload: int) -> None:
        """Note that it is kept; only its counts are still needed."""
        self.step, self.upload, self.problem = "kept", upload, None
        self.content = self.sheets = self.table = None


def current() -> Draft | None:
    """Return the file of this visit; nothing while there is none."""
    found: Draft | None = st.session_state.get(_DRAFT)
    return found


def field_key() -> str:
    """Return the key of the field for files; every file gets a field of its own, so that Streamlit drops the last."""
    return f"{_FIELD}-{st.session_state.get(_TAKEN, 0)}"


def take() -> None:
    """Take the file that was just chosen; called before the rerun."""
    file = st.session_state.get(field_key())
    if file is not None:
        begin(st.session_state.get(state.UPLOAD_KIND, KINDS[0]), file.name, file.getvalue())
        st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1


def begin(kind: Kind, name: str, content: bytes) -> None:
    """Take a file in place of the last one."""
    leave()
    shown, most = shown_name(name), most_mb()
    draft = Draft(kind, shown, fingerprint(content), content, step="columns" if kind == "outlines" else "open")
    if len(content) > most * 1024 * 1024:
        draft.refuse(PlanError("web.uploads.too_large", file=shown, most=most))
    st.session_state[_DRAFT] = draft


def leave() -> None:
    """Drop the file and stop all work on it."""
    draft: Draft | None = st.session_state.pop(_DRAFT, None)
    if draft is not None:
        for work in ("upload-open", "upload-check"):
            waiting.forget((work, draft.token))


def most_mb() -> int:
    """Return how many megabytes (of 1024 x 1024 bytes) the server takes."""
    return int(st.get_option("server.maxUploadSize"))


def shown_name(name: str) -> str:
    """Return the name of a file on one short line, its ending kept; what a path would need is left out."""
    told = PurePosixPath(name.replace("\\", "/")).name
    line = " ".join(clean(told).split()) or "-"
    if len(line) <= _LONGEST_NAME:
        return line
    ending = PurePosixPath(line).suffix[:12]
    return f"{line[: _LONGEST_NAME - len(ending) - 1]}…{ending}"
