"""One module per published source: file in, tidy frame out. Every row is accepted, or reported with its reason."""

from dataclasses import dataclass

import pandas as pd

REJECTED_COLUMNS = ("file", "row", "reason")


@dataclass(frozen=True)
class Reading:
    """What a reader made of its files.

    Attributes
    ----------
    frame
        The accepted rows, tidy; one row per record of the source.
    rejected
        Columns ``file``, ``row`` (1-based, as the source counts them), ``reason`` (key of a text): the rows left out.
    total
        Rows found in the source; always ``len(frame) + len(rejected)``.
    """

    frame: pd.DataFrame
    rejected: pd.DataFrame
    total: int

    def __post_init__(self) -> None:
        if len(self.frame) + len(self.rejected) != self.total:
            msg = f"{len(self.frame)} accepted + {len(self.rejected)} rejected rows are not {self.total}"
            raise AssertionError(msg)
