"""Whether a file is still what was exported: unchanged, changed afterwards, or not known here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from planner.errors import PlanError
from planner.export_shelf import Entry, ExportShelf
from planner.stated import Stated, stated

Status = Literal["unchanged", "changed", "unknown", "unmarked"]


@dataclass(frozen=True)
class Verdict:
    """What became of an exported file.

    Attributes
    ----------
    status
        ``unchanged``: the bytes are those of an export; ``changed``: it names an export, the bytes are others;
        ``unknown``: it names an export that was not written down here; ``unmarked``: it names none.
    stated
        What the file is and says.
    entries
        The exports with these bytes, or with the number it names; the newest first.
    """

    status: Status
    stated: Stated
    entries: tuple[Entry, ...] = ()

    @property
    def original(self) -> Entry | None:
        """The export that the file is or was, one whose content is kept if there is any."""
        return next((entry for entry in self.entries if entry.kept), next(iter(self.entries), None))


def verify(path: Path, shelf: ExportShelf) -> Verdict:
    """Say whether a file is still what was exported.

    Raises
    ------
    PlanError
        If the file or the register cannot be read.
    """
    found = stated(path)
    same = shelf.found(found.sha256)
    if same:
        return Verdict("unchanged", found, tuple(same))
    for number in found.numbers:
        if entries := shelf.by_number(number):
            return Verdict("changed", found, tuple(entries))
    return Verdict("unknown" if found.numbers else "unmarked", found)


def original(verdict: Verdict, shelf: ExportShelf) -> bytes:
    """Return the file as it was exported.

    Raises
    ------
    PlanError
        If it was not written down here, or its content is not kept.
    """
    entry = verdict.original
    if entry is None:
        raise PlanError("exports.nothing_to_restore", register=shelf.where)
    content = shelf.content_of(entry.sha256)
    if content is None:
        raise PlanError("exports.not_kept", number=entry.stamp.id, megabytes=-(-entry.size // 10**6))
    return content
