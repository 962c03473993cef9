"""Every figure of one village: value, range, how it was obtained, by which method, from which sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.provenance import FigureRecord, Origin
from geodata.schema import Sector
from planner.coverage import COVERAGE, GAP, gap, parts_of
from planner.criteria import GATE_COLUMN

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "coverage": (GAP, COVERAGE, schema.ELIGIBLE, schema.ACTIVE_BPU, schema.INACTIVE_BPU),
    "people": (schema.POPULATION, schema.FAMILIES, schema.POLLING_STATIONS, schema.AREA_KM2),
    "work": (schema.WORKERS, *(schema.sector_column(sector) for sector in schema.SECTORS)),
    "readiness": (
        schema.IDM,
        schema.IDM_SOCIAL,
        schema.IDM_ECONOMIC,
        schema.IDM_ECOLOGICAL,
        schema.IDM_STATUS,
        schema.BUMDES_WORKERS,
    ),
    "distance": (schema.MILL_KM, schema.PORT_KM, schema.COAST_KM),
}
"""The figures by what they tell of."""

NOT_OF_KELURAHAN: Final = frozenset(GROUPS["readiness"])
"""Figures that no kelurahan has: the IDM rates desa alone, and BUMDes belong to them."""


@dataclass(frozen=True)
class VillageFigure:
    """One figure of one village.

    Attributes
    ----------
    name
        Column of the layer, ``gap_workers`` or ``coverage_pct``.
    value, low, high
        Number with its range, or text; none where unknown, without range for what has none.
    basis
        ``observed``, ``disaggregated`` or ``assumed``; none where unknown.
    methods
        Keys of the texts (of ``geodata``) that tell how it was made.
    origins
        Sources that say anything of the village; none where the figure is unknown.
    """

    name: str
    value: float | str | None
    low: float | None
    high: float | None
    basis: str | None
    methods: tuple[str, ...]
    origins: tuple[Origin, ...]


def village_figures(
    layer: VillageLayer, village: pd.DataFrame, *, sector: Sector | None = None
) -> tuple[VillageFigure, ...]:
    """Return every figure of one village.

    Parameters
    ----------
    layer
        The layer.
    village
        Its row of the layer.
    sector
        Uncovered workers of this sector alone; the other figures count all workers in any case.

    Returns
    -------
    Uncovered workers and coverage first, then in the order of the schema.
    """
    row = {**village.iloc[0].to_dict(), **gap(village).iloc[0].to_dict()}
    if sector is not None:
        row |= gap(village, sector).filter(regex=f"^{GAP}").iloc[0].to_dict()
    names = [GAP, COVERAGE, *schema.ESTIMATES, *schema.OBSERVED]
    if GATE_COLUMN in row:
        names.append(GATE_COLUMN)
    return tuple(_figure(layer, name, row, sector=sector) for name in names)


def plain(value: Any) -> Any:  # noqa: ANN401 (whatever a cell holds)
    """Return what a cell holds as a plain value; None if missing."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def dotted(code: str) -> str:
    """Return a village code with dots, also where it was written without."""
    return f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}" if len(code) == 10 and code.isdigit() else code


def _record(record: FigureRecord, *, how: str | None) -> FigureRecord:
    """Return how a figure of a village came about, which may have been counted there."""
    return record.counted if how == "observed" and record.counted else record


def _figure(layer: VillageLayer, name: str, row: Mapping[Any, Any], *, sector: Sector | None) -> VillageFigure:
    parts = [part for part in parts_of(name, sector if name == GAP else None) if part in layer.figures]
    records = [_record(layer.figures[part], how=plain(row.get(schema.basis(part)))) for part in parts]
    value = plain(row[name])
    code = str(row[schema.VILLAGE_CODE])
    how = plain(row.get(schema.basis(name))) or (records[0].basis if records and value is not None else None)
    origins = dict.fromkeys(o for record in records for o in record.origins if o.concerns(code))
    return VillageFigure(
        name=name,
        value=value,
        low=plain(row.get(schema.low(name))),
        high=plain(row.get(schema.high(name))),
        basis=how,
        methods=tuple(dict.fromkeys(record.method for record in records)),
        origins=tuple(origins) if value is not None else (),
    )
