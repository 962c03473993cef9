"""Head and figures of a village as HTML: what is known, with range, basis, method and sources."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, Final

import pandas as pd

from geodata import declared, schema
from geodata.errors import DataError
from geodata.provenance import Origin
from geodata.texts import Language, number, render
from planner.coverage import COVERAGE, GAP
from planner.explain import Explanation
from planner.surroundings import OWN
from planner.texts import t
from planner.village_figures import GROUPS, NOT_OF_KELURAHAN, VillageFigure
from planner.web import about_sources
from planner.web.legend import basis_in_words, span
from planner.web.origins import Sources, told
from planner.web.tables import folded, table
from planner.web.wording import dated, placed

_INDICES: Final = (schema.IDM, schema.IDM_SOCIAL, schema.IDM_ECONOMIC, schema.IDM_ECOLOGICAL)


def head(village: Mapping[str, Any], records: pd.DataFrame, language: Language) -> str:
    """Say which village it is, where it lies, how well its outline is known, and whether it is declared.

    Parameters
    ----------
    village
        Its row of the scores.
    records
        Rows of the register of declared villages that were matched with it.
    language
        Language of the words.
    """
    place = placed(village, language)
    outline = t(f"web.outline.{village[schema.OUTLINE]}", language)
    events = "".join(_event(row, language) for row in records.to_dict("records"))
    name = escape(str(village[schema.VILLAGE_NAME]))
    return f'<h2>{name}</h2><p class="place">{escape(place)}<br>{escape(outline)}</p>{events}'


def headline(
    figures: Sequence[VillageFigure], explanation: Explanation, region_name: str, language: Language, *, sector: str
) -> str:
    """Show what counts most: uncovered workers, coverage with date and base, rank with its interval, score.

    Parameters
    ----------
    figures
        Of ``planner.village_figures``.
    explanation
        Rank and score of the village.
    region_name
        Where it is ranked.
    language
        Language of the words.
    sector
        The sector whose uncovered workers are counted; empty for all.
    """
    known = {figure.name: figure for figure in figures}
    rank_range = explanation.rank_range
    between = (
        t("web.village.rank.interval", language, first=rank_range[0], last=rank_range[1])
        if rank_range
        else t("web.village.rank.no_interval", language)
    )
    tiles = (
        (
            t("web.village.tile.gap", language, sector=t(f"web.village.of_sector.{sector or 'all'}", language)),
            _value(known[GAP], explanation.village, language),
            _range_and_basis(known[GAP], language),
        ),
        (
            t("web.village.tile.coverage", language),
            _value(known[COVERAGE], explanation.village, language),
            " ".join((_range_and_basis(known[COVERAGE], language), _base(known, language))),
        ),
        (
            t("web.village.tile.rank", language),
            t("web.village.rank", language, rank=explanation.rank, villages=explanation.villages),
            t("web.village.ranked_in", language, region=region_name) + f" {between}",
        ),
        (
            t("web.village.tile.score", language),
            number(explanation.score, language, 1),
            t(f"web.village.label.{explanation.village['label']}", language),
        ),
    )
    return f'<dl class="tiles">{"".join(_tile(*tile) for tile in tiles)}</dl>'


def all_figures(
    figures: Sequence[VillageFigure], village: Mapping[str, Any], numbers: Mapping[Origin, int], language: Language
) -> str:
    """Show every figure in tables: value, range, basis, numbers of the sources; below them how they were made.

    Parameters
    ----------
    figures
        Of ``planner.village_figures``.
    village
        Row of the village.
    numbers
        Number of each source, see `numbered`.
    language
        Language of the words.
    """
    known = {figure.name: figure for figure in figures}
    groups = {name: [known[column] for column in columns] for name, columns in GROUPS.items()}
    return "".join(_group(name, found, village, numbers, language) for name, found in groups.items())


def numbered(figures: Sequence[VillageFigure]) -> dict[Origin, int]:
    """Return the number of each source of figures, in the order in which the tables name them."""
    known = {figure.name: figure for figure in figures}
    ordered = (origin for names in GROUPS.values() for name in names for origin in known[name].origins)
    return {origin: place for place, origin in enumerate(dict.fromkeys(ordered), start=1)}


def source_list(numbers: Mapping[Origin, int], sources: Sources, village: Mapping[str, Any], language: Language) -> str:
    """List the sources by their numbers: producer, title, place, date, licence."""
    items = (f"<li>{told(origin, sources, _place(origin.area, village), language).html()}</li>" for origin in numbers)
    return f'<ol class="sources">{"".join(items)}</ol>'


def _event(row: Mapping[Any, Any], language: Language) -> str:
    plain = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    if plain[declared.SOURCE_URL] == OWN:
        links = escape(t("web.village.event.own", language))
    else:
        links = ", ".join(link.html() for link in about_sources.told(plain, language))
    event = t(f"web.about.event.{plain['status']}", language)
    words = t("web.village.event", language, event=event, when=about_sources.when(plain, language))
    return f'<p class="event">{escape(words)} {links}</p>'


def _tile(title: str, value: str, rest: str) -> str:
    return f"<div><dt>{escape(title)}</dt><dd><b>{escape(value)}</b> <span>{escape(rest)}</span></dd></div>"


def _base(known: Mapping[str, VillageFigure], language: Language) -> str:
    """Say whose coverage it is and of which dates."""
    active, eligible = known[schema.ACTIVE_BPU], known[schema.ELIGIBLE]
    dates = sorted({origin.date for origin in active.origins if origin.date})
    if eligible.value is None or not dates:
        return ""
    ends = list(dict.fromkeys(dated(day, language) for day in (dates[0], dates[-1])))
    when = t("web.about.range", language, low=ends[0], high=ends[1]) if len(ends) > 1 else ends[0]
    return t("web.village.base", language, eligible=number(float(eligible.value), language), when=when)


def _group(
    name: str,
    figures: Sequence[VillageFigure],
    village: Mapping[str, Any],
    numbers: Mapping[Origin, int],
    language: Language,
) -> str:
    title = t(f"web.village.group.{name}", language)
    headings = [t(f"web.village.column.{column}", language) for column in ("figure", "value", "range", "basis", "no")]
    rows = [
        (
            _heading(figure, language),
            _value(figure, village, language),
            span(figure.low, figure.high, language, _decimals(figure.name)),
            basis_in_words(figure.basis, language) if figure.value is not None else "",
            ", ".join(str(numbers[origin]) for origin in figure.origins),
        )
        for figure in figures
    ]
    methods = _methods(figures, language)
    how = folded(t("web.village.methods", language), methods) if methods else ""
    return f'<div class="group"><h4>{escape(title)}</h4>{table(headings, rows, caption=title)}{how}</div>'


def _methods(figures: Sequence[VillageFigure], language: Language) -> str:
    """Say how the figures were made, each method once; empty where none is on record."""
    items = []
    for methods, found in groupby(figures, key=lambda figure: figure.methods):
        names = ", ".join(_heading(figure, language) for figure in found)
        words = " ".join(render(DataError.folder, method, language, {}) for method in methods)
        items += [f"<li><b>{escape(names)}</b>: {escape(words)}</li>"] if words else []
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _heading(figure: VillageFigure, language: Language) -> str:
    return t(f"export.heading.{figure.name}", language)


def _value(figure: VillageFigure, village: Mapping[str, Any], language: Language) -> str:
    """Write a value; what is missing is said to be unknown, or not to exist for a kelurahan, never 0."""
    if figure.value is None:
        none = figure.name in NOT_OF_KELURAHAN and village[schema.VILLAGE_TYPE] == "kelurahan"
        return t("web.village.none_for_kelurahan" if none else "web.village.unknown", language)
    if isinstance(figure.value, str):
        return t(f"web.village.{figure.name}.{figure.value}", language)
    shown = number(figure.value, language, _decimals(figure.name))
    return f"{shown}%" if figure.name.endswith("_pct") else shown


def _range_and_basis(figure: VillageFigure, language: Language) -> str:
    if figure.value is None:
        return ""
    ends = span(figure.low, figure.high, language, _decimals(figure.name))
    return t("web.village.range_and_basis", language, range=ends or "–", basis=basis_in_words(figure.basis, language))


def _decimals(figure: str) -> int:
    if figure in _INDICES:
        return 3
    return int(figure.endswith(("_pct", "_km", "_km2")))


def _place(area: str, village: Mapping[str, Any]) -> str:
    """Name the area of a source; one that is not around the village keeps its code."""
    names = {
        village[schema.PROVINCE_CODE]: schema.PROVINCE_NAME,
        village[schema.REGENCY_CODE]: schema.REGENCY_NAME,
        village[schema.DISTRICT_CODE]: schema.DISTRICT_NAME,
        village[schema.VILLAGE_CODE]: schema.VILLAGE_NAME,
    }
    return str(village[names[area]]) if area in names else area
