"""Modules whose tests are tested, and which tests concern each; the quickest first."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Subject:
    """A module and its tests.

    Attributes
    ----------
    module
        Its name.
    tests
        Files of tests.
    chosen
        Which of their tests, as ``pytest -k`` takes it; empty for all.
    """

    module: str
    tests: tuple[str, ...]
    chosen: str = ""


LEAST_PCT: Final = 85
"""Of a hundred mutants of all subjects so many must be seen by the tests."""

SELECTION: Final = "tests/planner/selection"
SUBJECTS: Final = (
    Subject("planner.rights", ("tests/planner/test_rights.py",)),
    Subject("planner.scoring", ("tests/planner/test_scoring_parts.py",)),
    Subject("planner.selection.limits", (f"{SELECTION}/test_limits.py", f"{SELECTION}/test_selection_params.py")),
    Subject(
        "planner.selection.params",
        (
            f"{SELECTION}/test_param_bounds.py",
            f"{SELECTION}/test_selection_params.py",
            f"{SELECTION}/test_candidates.py",
        ),
    ),
    Subject("planner.selection.problem", (f"{SELECTION}/test_problem.py",)),
    Subject("planner.selection.candidates", (f"{SELECTION}/test_candidates.py",)),
    Subject(
        "planner.store.rights_sqlite",
        ("tests/store/test_own_rows.py", "tests/store/test_acting.py"),
        "sqlite and not sqlite-driver and not at_once and not let_through",
    ),
)
