"""The legend of the map and the card of a village, as HTML; every name is escaped."""

from collections.abc import Collection, Iterable, Mapping
from html import escape
from typing import Any, Final

import pandas as pd

from geodata import schema
from geodata.errors import DataError
from geodata.provenance import FigureRecord
from geodata.texts import Language, number, render
from planner.choropleth import Pattern, Style, styles
from planner.coverage import COVERAGE, GAP
from planner.map_legend import Legend
from planner.texts import t
from planner.web.symbols import MARKS, PLACES, Symbol, image
from planner.web.wording import placed

_FIGURES: Final = (schema.ELIGIBLE, schema.ACTIVE_BPU, schema.INACTIVE_BPU, schema.POPULATION, schema.FAMILIES)

_STRIPE_DEGREES: Final[Mapping[Pattern, tuple[int, ...]]] = {
    "rising": (135,),
    "falling": (45,),
    "level": (0,),
    "grid": (0, 90),
}


def legend(words: Legend) -> str:
    """Say in words what the colours mean, as HTML."""
    rows = [_entry(styles()[entry.look], entry.words) for entry in words.entries]
    return _listed(words.title, rows, words.notes)


def marks_legend(marks: Mapping[str, Collection[int]], places: Mapping[str, int], language: Language) -> str:
    """Say in words what the signs on the map mean.

    Parameters
    ----------
    marks
        Marked villages, by kind; as in ``planner.web.map.MapState``. Kinds without villages are left out.
    places
        Number of places of each kind that is switched on.
    language
        Language of the words.

    Returns
    -------
    str
        HTML; empty without any sign.
    """
    rows = [
        _sign(symbol, t(f"web.map.mark.{kind}", language), len(marks[kind]), language)
        for kind, symbol in MARKS.items()
        if len(marks.get(kind, ()))
    ]
    rows += [
        _sign(symbol, t(f"web.map.place.{kind}", language), places[kind], language)
        for kind, symbol in PLACES.items()
        if kind in places
    ]
    return _listed(t("web.map.marks_title", language), rows, []) if rows else ""


def card(
    village: pd.Series, records: Mapping[str, FigureRecord], language: Language, *, villages: int, sector: str
) -> str:
    """Show all figures of a village with range and basis.

    Parameters
    ----------
    village
        A row of ``planner.web.data.st_figures``.
    records
        How the figures of the layer came about.
    language
        Language of the words.
    villages
        Number of villages in the ranking.
    sector
        Sector the figures count; empty for all informal workers.
    """
    place = placed(village, language)
    status = [t(f"web.outline.{village[schema.OUTLINE]}", language)]
    if pd.notna(village["rank"]):
        status.insert(0, t("web.card.rank", language, rank=int(village["rank"]), villages=villages))
    rows = "".join(_figure(village, column, language) for column in (GAP, COVERAGE, *_FIGURES) if column in village)
    head = "".join(f"<th>{escape(t(f'web.card.{word}', language))}</th>" for word in ("what", "figure", "basis"))
    return (
        f'<section class="card" aria-live="polite"><h2>{escape(str(village[schema.VILLAGE_NAME]))}</h2>'
        f"<p>{escape(place)}<br>{escape(' '.join(status))}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f"{'' if sector else _by_sector(village, language)}"
        f"{_sources(records, (*_FIGURES, f'workers_{sector}'), language)}</section>"
    )


def _by_sector(village: pd.Series, language: Language) -> str:
    """Show the informal workers of each sector, folded away."""
    columns = [schema.sector_column(sector) for sector in schema.SECTORS]
    rows = "".join(_figure(village, column, language) for column in columns if column in village)
    words = escape(t("web.card.by_sector", language))
    return f"<details><summary>{words}</summary><table><tbody>{rows}</tbody></table></details>" if rows else ""


def _sources(records: Mapping[str, FigureRecord], columns: Iterable[str], language: Language) -> str:
    """Say for each figure how it was made, from which sources and of which date, folded away."""
    entries = "".join(_source(column, records[column], language) for column in columns if column in records)
    words = escape(t("web.card.sources", language))
    return f"<details><summary>{words}</summary><ul>{entries}</ul></details>" if entries else ""


def _source(column: str, record: FigureRecord, language: Language) -> str:
    method = render(DataError.folder, record.method, language, {})
    origins = [
        t("web.card.origin", language, producer=origin.producer, title=origin.title, date=origin.date)
        for origin in record.origins
    ]
    told = escape(" ".join((method, "; ".join(origins))))
    return f"<li><b>{escape(t(f'web.figure.{column}', language))}</b>: {told}</li>"


def basis_in_words(basis: Any, language: Language) -> str:  # noqa: ANN401  # a cell may be missing
    """Say how a figure was obtained."""
    return t(f"web.basis.{basis}", language) if isinstance(basis, str) else t("web.basis.none", language)


def span(low: float | None, high: float | None, language: Language, decimals: int = 0) -> str:
    """Write a range; empty when an end is missing."""
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    return f"{number(low, language, decimals)}–{number(high, language, decimals)}"


def _figure(village: pd.Series, column: str, language: Language) -> str:
    value, decimals = village[column], _decimals(column)
    shown = t("web.card.unknown", language) if pd.isna(value) else number(value, language, decimals)
    shown += "%" if column == COVERAGE and pd.notna(value) else ""
    ends = span(village.get(schema.low(column)), village.get(schema.high(column)), language, decimals)
    basis = basis_in_words(village.get(schema.basis(column)), language)
    return (
        f'<tr class="{column}"><th scope="row">{escape(t(f"web.figure.{column}", language))}</th>'
        f'<td class="figure">{escape(shown)} <span class="range">{escape(ends)}</span></td>'
        f"<td>{escape(basis)}</td></tr>"
    )


def _listed(title: str, rows: Iterable[str], notes: Collection[str]) -> str:
    title = escape(title)
    note = f'<p class="legend-note">{escape(" ".join(notes))}</p>' if notes else ""
    return f'<p class="legend-title">{title}</p><ul class="legend" aria-label="{title}">{"".join(rows)}</ul>{note}'


def _sign(symbol: Symbol, name: str, count: int, language: Language) -> str:
    words = t("web.map.counted", language, name=name, count=count)
    return f"<li>{image(symbol)}{escape(words)}</li>"


def _entry(style: Style, words: str) -> str:
    return f'<li><span class="swatch" style="background:{_background(style)}"></span>{escape(words)}</li>'


def _background(style: Style) -> str:
    """Return the look of an area as CSS."""
    if style.stripe is None:
        return style.fill
    layers = [
        f"repeating-linear-gradient({angle}deg,{style.stripe} 0 1px,transparent 1px 4px)"
        for angle in _STRIPE_DEGREES[style.pattern]
    ]
    return f"{','.join(layers)},{style.fill}"


def _decimals(column: str) -> int:
    return 1 if column == COVERAGE else 0
