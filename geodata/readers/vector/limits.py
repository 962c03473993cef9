"""How large a file of outlines may be, and how long and with how much memory it may be read."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and how long and with how much memory it may be read.

    Attributes
    ----------
    file_bytes
        Size of the file.
    unpacked_bytes
        Size of all that a zip says it holds.
    zip_entries
        Files in a zip.
    zip_ratio
        How many times larger a file in a zip may become; asked of files of 10 MB and more.
    rows
        Outlines.
    vertices
        Vertices of all outlines together.
    columns
        Columns.
    text_length
        Characters of a name or code.
    memory_bytes
        Address space of the child process.
    seconds
        Time for reading, both by the clock and of the processor.
    """

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 2_000_000_000
    zip_entries: int = 1_000
    zip_ratio: int = 200
    rows: int = 200_000
    vertices: int = 20_000_000
    columns: int = 500
    text_length: int = 200
    memory_bytes: int = 4_000_000_000
    seconds: int = 180


DEFAULT_LIMITS: Final = Limits()
