"""The file that a command will write: whether it can be, before the long work begins."""

from collections.abc import Sequence
from pathlib import Path

from planner.errors import PlanError


def check_file(file: Path, endings: Sequence[str]) -> None:
    """Refuse a file that cannot be written, before the long work begins.

    Raises
    ------
    PlanError
        If it has another ending, is a folder, or is in none.
    """
    if file.suffix.lower() not in endings:
        raise PlanError("export.unknown_ending", file=file.name, endings=", ".join(endings))
    if file.is_dir():
        raise PlanError("export.is_folder", file=file, example=file / f"rencana{endings[0]}")
    if not file.resolve().parent.is_dir():
        raise PlanError("export.no_folder", file=file.name, folder=file.resolve().parent)
