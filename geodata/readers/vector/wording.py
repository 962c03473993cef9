"""Names and figures of a file as they stand in a sentence: short, on one line, without signs that do harm."""

import re
from collections.abc import Sequence

SHOWN_ROWS = 20


def one_line(name: object) -> str:
    """Write a name of the file on one short line."""
    line = re.sub(r"[^\w .:/()+%-]", "?", str(name))
    return line if len(line) <= 60 else f"{line[:57]}..."


def listed(names: Sequence[object]) -> str:
    """Write the first 20 names on one line."""
    return ", ".join(one_line(n) for n in names[:SHOWN_ROWS]) + (", ..." if len(names) > SHOWN_ROWS else "")


def bounds_text(bounds: Sequence[float]) -> str:
    """Write west, south, east and north with six digits."""
    return " ".join(f"{value:.6g}" for value in bounds)
