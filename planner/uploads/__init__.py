"""Uploads that lose nothing: every row of a file is accepted, held for a decision, or given back with its reason.

A file comes from anywhere. It is copied under a random name and read by a child process without rights
(`table_file`, `apart`); personal data is refused before anything is kept (`personal`); what is left is checked row by
row (`checks`). Nothing here stores anything.
"""

from planner.uploads.checks import Checked, check
from planner.uploads.columns import Columns, Suggestion, chosen, fitting, from_json, suggest
from planner.uploads.errors import Note, UploadError, UploadMachineError, reason_text
from planner.uploads.fingerprint import fingerprint
from planner.uploads.kinds import COLUMNS, KEYS, Kind
from planner.uploads.known import Known, known_of
from planner.uploads.layout import Table, find_table
from planner.uploads.limits import DEFAULT_LIMITS, OUTLINE_LIMITS, Limits
from planner.uploads.outlines import check_outlines
from planner.uploads.personal import refuse_personal
from planner.uploads.read import check_file, open_table
from planner.uploads.table_file import Sheet, Sheets, read_table
from planner.uploads.workbook_file import refused_workbook, template

__all__ = [
    "COLUMNS",
    "DEFAULT_LIMITS",
    "KEYS",
    "OUTLINE_LIMITS",
    "Checked",
    "Columns",
    "Kind",
    "Known",
    "Limits",
    "Note",
    "Sheet",
    "Sheets",
    "Suggestion",
    "Table",
    "UploadError",
    "UploadMachineError",
    "check",
    "check_file",
    "check_outlines",
    "chosen",
    "find_table",
    "fingerprint",
    "fitting",
    "from_json",
    "known_of",
    "open_table",
    "read_table",
    "reason_text",
    "refuse_personal",
    "refused_workbook",
    "suggest",
    "template",
]
