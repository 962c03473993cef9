"""Where it is written down what left the office: in the records, or in a folder of a laptop; the same in both."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final, Protocol

from planner.errors import PlanError
from planner.provenance import Stamp

LARGEST_KEPT: Final = 8_000_000
"""Bytes of a file whose content is kept too."""
KEPT_IN_ALL: Final = 500_000_000
"""Bytes of all contents that are kept; then the oldest go."""
MOST: Final = 200
"""Rows of a list."""


@dataclass(frozen=True)
class Exported:
    """An exported file as it was written.

    Attributes
    ----------
    sha256
        Of its bytes.
    size
        Bytes.
    content
        The bytes; nothing for a file that is too large to be kept.
    """

    sha256: str
    size: int
    content: bytes | None

    @classmethod
    def of(cls, content: bytes) -> "Exported":
        """Return a file of its content."""
        return cls(sha256(content).hexdigest(), len(content), content if len(content) <= LARGEST_KEPT else None)

    @classmethod
    def of_file(cls, path: Path) -> "Exported":
        """Return a file, which may be larger than memory.

        Raises
        ------
        PlanError
            If it cannot be read.
        """
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_KEPT + 1)
                if len(content) <= LARGEST_KEPT:
                    return cls.of(content)
                file.seek(0)
                digest = file_digest(file, "sha256").hexdigest()
                return cls(digest, file.tell(), None)
        except OSError as error:
            raise PlanError("exports.unreadable", file=path, reason=error.strerror or str(error)) from error


@dataclass(frozen=True)
class Entry:
    """An export that was written down.

    Attributes
    ----------
    stamp
        What the file was made from.
    sha256, size
        Of the file, bytes.
    made_at
        When it was exported.
    by
        Login of who exported it; ``console`` and ``laptop`` for who has none.
    kept
        Whether the content is still there.
    """

    stamp: Stamp
    sha256: str
    size: int
    made_at: datetime
    by: str
    kept: bool


class ExportShelf(Protocol):
    """What left the office. Every method raises a PlanError where it cannot be read or written."""

    @property
    def where(self) -> str:
        """Where it is written down, for people."""

    def keep(self, stamp: Stamp, file: Exported) -> None:
        """Write down an exported file."""

    def last(self, most: int = MOST) -> list[Entry]:
        """Return the last exports, the newest first."""

    def found(self, sha256: str) -> list[Entry]:
        """Return the exports with exactly these bytes, the newest first."""

    def by_number(self, number: str) -> list[Entry]:
        """Return the exports with a number, ``DSP-`` and 16 digits, the newest first."""

    def content_of(self, sha256: str) -> bytes | None:
        """Return a file again; nothing where it is not kept."""
