"""The report on a file of outlines: what it holds, and what of it can be used."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.errors import DataError
from geodata.readers.vector.wording import SHOWN_ROWS, bounds_text, listed, one_line
from geodata.texts import Language, render


@dataclass(frozen=True)
class CheckReport:
    """What a file of outlines holds, and what of it can be used.

    Attributes
    ----------
    file, format, layer, layers, crs
        What was found; ``layer`` is empty and ``layers`` too where the format has none.
    rows, vertices
        Size of the layer.
    columns
        Names of all columns.
    mapping
        Column taken for each name of the village layer.
    bounds
        West, south, east, north of the accepted outlines, degrees in EPSG:4326; missing where none is.
    accepted, invalid
        Rows accepted; those among them whose outline crosses itself or is otherwise invalid.
    rejected
        Columns ``file``, ``row``, ``reason``, as in `Reading`.
    """

    file: str
    format: str
    layer: str
    layers: tuple[str, ...]
    crs: str
    rows: int
    vertices: int
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    bounds: tuple[float, float, float, float] | None
    accepted: int
    invalid: int
    rejected: pd.DataFrame

    @property
    def reasons(self) -> Mapping[str, int]:
        """Rejected rows per reason, most frequent first."""
        return dict(Counter(self.rejected["reason"]).most_common())

    def lines(self, language: Language = "id") -> list[str]:
        """Return the report as sentences in a language, with the first 20 rejected rows."""

        def say(key: str, **values: object) -> str:
            return render(DataError.folder, key, language, values)

        first = self.rejected.head(SHOWN_ROWS)
        said = [
            say("vector.report_source", file=self.file, format=self.format, rows=self.rows, vertices=self.vertices),
            say("vector.report_layer", layer=self.layer, layers=listed(self.layers)) if self.layer else "",
            say("vector.report_crs", crs=self.crs),
            say("vector.report_columns", columns=listed(self.columns)),
            say("vector.report_mapping", mapping=", ".join(f"{to} = {one_line(c)}" for to, c in self.mapping.items())),
            say("vector.report_bounds", bounds=bounds_text(self.bounds)) if self.bounds else "",
            say("vector.report_counts", accepted=self.accepted, rejected=len(self.rejected), invalid=self.invalid),
            *(say("vector.report_reason", count=n, reason=say(key)) for key, n in self.reasons.items()),
            *(say("vector.report_row", row=r.row, reason=say(str(r.reason))) for r in first.itertuples()),
            say("vector.report_more", count=len(self.rejected) - SHOWN_ROWS) if len(self.rejected) > SHOWN_ROWS else "",
        ]
        return [line for line in said if line]

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values for JSON, with the first 20 rejected rows."""
        rows = self.rejected.head(SHOWN_ROWS)[["row", "reason"]].to_dict("records")
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "rejected"}
        return plain | {"mapping": dict(self.mapping), "reasons": dict(self.reasons), "rejected": rows}
