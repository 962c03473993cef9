"""What passes between the parent and the child process: the request, names of the files left behind, the refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

DRIVERS: Mapping[str, str] = {"shapefile": "ESRI Shapefile", "flatgeobuf": "FlatGeobuf", "kml": "LIBKML"}
ROWS_FILE, ANSWER_FILE = "rows.arrow", "answer.json"
GEOMETRY, VALUE = "geometry", "value"
CELLS, VALID = "cells", "valid"


class RefusedError(Exception):
    """The file is refused: key of a text and what fills it."""

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True)
class Request:
    """What the parent asks for; sizes are upper bounds."""

    format: str
    file: str
    layer: str | None
    rows: int
    columns: int
    text_length: int
    geometry_bytes: int
    memory_bytes: int
    result_bytes: int
    seconds: int
