"""How large an uploaded file may be, and how long and with how much memory it may be read."""

from dataclasses import dataclass
from typing import Final

from geodata.readers.vector.limits import Limits as OutlineLimits


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one table of numbers and words.

    Attributes
    ----------
    file_bytes
        Size of the file.
    unpacked_bytes
        Size of all that a workbook unpacks to, counted while unpacking, not as the file says.
    zip_entries
        Files in a workbook.
    zip_ratio
        How many times larger a file in a workbook may become; asked of files of 10 MB and more.
    sheets, rows, columns, cells
        Size of the tables; ``cells`` counts all sheets together.
    cell_length
        Characters of one cell.
    memory_bytes
        Address space of the child process.
    seconds
        Time for reading, both by the clock and of the processor.
    """

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 300_000_000
    zip_entries: int = 1_000
    zip_ratio: int = 200
    sheets: int = 50
    rows: int = 200_000
    columns: int = 200
    cells: int = 4_000_000
    cell_length: int = 2_000
    memory_bytes: int = 1_500_000_000
    seconds: int = 60


DEFAULT_LIMITS: Final = Limits()
OUTLINE_LIMITS: Final = OutlineLimits(
    file_bytes=100_000_000,
    unpacked_bytes=500_000_000,
    rows=20_000,
    vertices=1_500_000,
    columns=200,
    memory_bytes=3_000_000_000,
    seconds=90,
)
