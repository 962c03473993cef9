"""How a writer tells how far it is, and the pieces it works in."""

from collections.abc import Callable, Iterator
from typing import Final

import pandas as pd

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows in all."""

ROWS_AT_ONCE: Final = 2_000


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def pieces(frame: pd.DataFrame, progress: Progress) -> Iterator[pd.DataFrame]:
    """Yield a frame piece by piece, in order, and tell after each how far the work is."""
    for start in range(0, len(frame), ROWS_AT_ONCE):
        piece = frame.iloc[start : start + ROWS_AT_ONCE]
        yield piece
        progress(start + len(piece), len(frame))
