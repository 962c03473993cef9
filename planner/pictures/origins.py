"""Where the figures and outlines of a picture come from, in one line."""

from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

from geodata import catalogue, schema
from geodata.layer import VillageLayer
from geodata.provenance import FigureRecord, Origin
from geodata.texts import Language
from planner.coverage import COVERAGE, GAP, parts_of
from planner.measures import Measure
from planner.source_words import by_title, dated, named
from planner.texts import t

_OF_SCORE: Final = (schema.INACTIVE_BPU, schema.IDM_SOCIAL, schema.BUMDES_WORKERS)


def sources_line(
    layer: VillageLayer, measure: Measure, sector: str, *, villages: pd.DataFrame, language: Language
) -> str:
    """Name producers and dates of the figures of a measure, and of the outlines.

    Parameters
    ----------
    layer
        The layer that was drawn.
    measure
        What it was coloured by.
    sector
        Sector whose workers count; empty for all.
    villages
        Rows of the layer that are shown; what is said of others is left out. Of a figure that an office counted, that
        is told instead of the estimate, or beside it where some of them were not counted.
    language
        Language of the words.
    """
    columns = [column for column in _columns(layer, measure, sector) if column in layer.figures]
    known = [origin for column in columns for origin in _origins(layer.figures[column], column, villages)]
    outlines = layer.figures[schema.OUTLINE].origins if schema.OUTLINE in layer.figures else ()
    told = {"figures": _told(known, language), "outlines": _told(outlines, language)}
    return " ".join(t(f"pictures.source.{name}", language, names=names) for name, names in told.items() if names)


def _origins(record: FigureRecord, column: str, villages: pd.DataFrame) -> Iterator[Origin]:
    """Yield the sources of a figure in some villages."""
    how = schema.basis(column)
    counted = pd.Series(data=False, index=villages.index)
    if record.counted and how in villages:
        counted = villages[how].eq("observed").fillna(value=False).astype(bool)
    for made, rows in ((record, villages[~counted]), (record.counted, villages[counted])):
        origins = made.origins if made else ()
        sizes = {len(one.area) for one in origins}
        seen = {code[:size] for code in rows[schema.VILLAGE_CODE] for size in sizes}
        yield from (one for one in origins if one.area in seen)


def _columns(layer: VillageLayer, measure: Measure, sector: str) -> tuple[str, ...]:
    if measure.key in layer.figures:
        return (measure.key,)
    gap = parts_of(GAP, sector or None)
    return gap if measure.key in {GAP, COVERAGE, "hot_gap"} else (*gap, *_OF_SCORE)


def _told(origins: Iterable[Origin], language: Language) -> str:
    """Name each producer once, with the first and the last date of what is used of it."""
    sources = by_title(catalogue.load())
    dates: dict[str, set[str]] = {}
    for origin in origins:
        dates.setdefault(named(origin, sources, language)[0], set()).add(origin.date)
    parts = []
    for producer, days in dates.items():
        ends = sorted(day for day in days if day)
        written = list(dict.fromkeys(dated(day, language) for day in (ends[:1] + ends[-1:])))
        parts.append(f"{producer} ({'–'.join(written)})" if written else producer)
    return "; ".join(parts)
