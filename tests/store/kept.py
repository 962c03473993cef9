"""Checked rows as a file would give them."""

from typing import Any

import pandas as pd

from planner.uploads.checks import PROBLEM_COLUMNS, Checked
from planner.uploads.columns import Columns
from planner.uploads.kinds import Kind


def checked(
    kind: Kind,
    accepted: pd.DataFrame,
    held: pd.DataFrame | None = None,
    reason: str = "upload.held.names.unsure",
    refused: int = 0,
    **changes: Any,
) -> Checked:
    """Return checked rows: those accepted, those held for one reason, and a number of refused ones."""
    waiting = accepted.iloc[:0] if held is None else held
    problems = [(int(row), "Desa", "x", reason) for row in waiting.index]
    return Checked(
        kind=kind,
        columns=Columns(),
        accepted=accepted,
        held=waiting,
        refused=pd.DataFrame({"Desa": ["x"] * refused}),
        problems=pd.DataFrame(problems, columns=list(PROBLEM_COLUMNS)),
        notes=(),
        total=len(accepted) + len(waiting) + refused,
        **changes,
    )
