"""What passes between the parent and the child process: the request, names of the files left behind, the refusal."""

from dataclasses import dataclass
from typing import Literal

CELLS_FILE, ANSWER_FILE = "cells.jsonl", "answer.json"
Cell = str | int | float | None
Format = Literal["csv", "workbook"]


class RefusedError(Exception):
    """The file is refused: key of a text and what fills it."""

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True)
class Request:
    """What the parent asks for; sizes are upper bounds."""

    format: Format
    file: str
    confinement: str
    unpacked_bytes: int
    zip_entries: int
    zip_ratio: int
    sheets: int
    rows: int
    columns: int
    cells: int
    cell_length: int
    memory_bytes: int
    seconds: int


class Meter:
    """Counts cells while reading, and stops at the first too many."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.cells = 0

    def row(self, sheet: str, number: int, width: int) -> None:
        """Count one row: its number in the file, from 1, and its cells up to the last that is filled."""
        self.cells += width
        if number > self.request.rows:
            raise RefusedError("upload.too_many_rows", sheet=sheet, limit=self.request.rows)
        if width > self.request.columns:
            raise RefusedError("upload.too_many_columns", sheet=sheet, found=width, limit=self.request.columns)
        if self.cells > self.request.cells:
            raise RefusedError("upload.too_many_cells", limit=self.request.cells)

    def text(self, sheet: str, number: int, text: str) -> str:
        """Pass a text that is not too long."""
        if len(text) > self.request.cell_length:
            raise RefusedError(
                "upload.cell_long", sheet=sheet, row=number, found=len(text), limit=self.request.cell_length
            )
        return text
