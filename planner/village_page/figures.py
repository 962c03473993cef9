"""The figures of the page of a village in words: range, how they were obtained, sources."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from geodata import catalogue, declared, schema
from geodata.names_match import MATCHED_CODE
from geodata.provenance import Origin
from geodata.texts import Language, number
from planner.coverage import COVERAGE, GAP
from planner.explain import Explanation
from planner.rupiah import spoken
from planner.source_words import by_title, dated, named
from planner.surroundings import OWN
from planner.texts import t
from planner.village_figures import VillageFigure
from planner.village_launch import Ranged, VillageLaunch
from planner.village_page.setting import Setting

_SHOWN: Final = (
    GAP, COVERAGE, *(schema.sector_column(sector) for sector in schema.SECTORS), schema.IDM_SOCIAL,
    schema.IDM_ECONOMIC, schema.BUMDES_WORKERS, schema.MILL_KM, schema.PORT_KM, schema.OUTLINE,
)  # fmt: skip
"""Figures the page rests on."""

_ENDS: Final = (declared.EARLIEST, declared.LATEST)


class Fact(NamedTuple):
    """A figure in words: what it is, its value, its range, and how it was obtained or what else must be known."""

    label: str
    value: str
    span: str = ""
    note: str = ""


def tiles(
    figures: Sequence[VillageFigure], told: Explanation, launch: VillageLaunch, setting: Setting
) -> tuple[Fact, ...]:
    """Return what counts most: uncovered workers, coverage with date and base, rank with interval, participants.

    Parameters
    ----------
    figures
        Of the village.
    told
        Its rank and score.
    launch
        What a launch would bring.
    setting
        What all pages share.
    """
    language = setting.language
    known = {figure.name: figure for figure in figures}
    of_sector = t(f"web.village.of_sector.{setting.ranking.sector or 'all'}", language)
    gap, coverage = known[GAP], known[COVERAGE]
    return (
        Fact(
            t("web.village.tile.gap", language, sector=of_sector),
            _value(gap, language),
            _span(gap, language),
            _basis(gap, language),
        ),
        Fact(
            t("web.village.tile.coverage", language),
            _value(coverage, language),
            _span(coverage, language),
            " ".join(filter(None, (_basis(coverage, language), _base(known, language)))),
        ),
        Fact(
            t("web.village.tile.rank", language),
            t("web.village.rank", language, rank=told.rank, villages=told.villages),
            _ranks(told, language),
            t("village_paper.ranked", language, region=setting.region, score=number(told.score, language, 1)),
        ),
        Fact(t("web.village.launch.active", language), *_people(launch.active, language)),
    )


def expected(launch: VillageLaunch, village: Mapping[str, Any], language: Language) -> tuple[Fact, ...]:
    """Return what a launch would bring and cost, the office that serves the village, and what must be known first.

    Parameters
    ----------
    launch
        What it would bring and cost.
    village
        The row of the village in the scores.
    language
        Language of the words.
    """
    assumed = t("web.basis.assumed", language)
    office = launch.office or t("web.village.unknown", language)
    served = assumed if launch.office_basis == "assumed" else t("export.branch_basis.published", language)
    return (
        Fact(t("web.village.launch.registrations", language), *_people(launch.registrations, language)),
        Fact(t("web.village.launch.active", language), *_people(launch.active, language)),
        Fact(t("web.village.launch.cost", language), *_rupiah(launch.cost_idr, language)),
        Fact(t("web.village.launch.office", language), office, _ways(launch, language), served),
        Fact(t("web.village.launch.gate", language), t(f"export.gate.{village['gate']}", language)),
    )


def status(setting: Setting, code: str) -> tuple[str, ...]:
    """Say what the registers tell of a village: declared, or known for a related programme, with date."""
    register, language = setting.surroundings.declared, setting.language
    rows = register[register[MATCHED_CODE] == code].to_dict("records")
    return tuple(_event({str(k): None if pd.isna(v) else v for k, v in row.items()}, language) for row in rows)


def sources(figures: Sequence[VillageFigure], setting: Setting) -> tuple[str, ...]:
    """Return where the figures of the page come from: producer, what, of which date; each once."""
    known = {figure.name: figure for figure in figures}
    records = setting.layer.figures
    outline = records[schema.OUTLINE].origins if schema.OUTLINE in records else ()
    shown = (known[name].origins if name in known else outline for name in _SHOWN)
    origins = dict.fromkeys(origin for found in shown for origin in found)
    return _grouped(origins, setting.language)


def _grouped(origins: Mapping[Origin, None], language: Language) -> tuple[str, ...]:
    """Name each producer once, with all that is of it."""
    catalogued = by_title(catalogue.load())
    found: dict[str, dict[str, None]] = {}
    for origin in origins:
        producer, title = named(origin, catalogued, language)
        found.setdefault(producer, {})[f"{title} ({dated(origin.date, language)})"] = None
    return tuple(f"{producer}: {', '.join(titles)}" for producer, titles in found.items())


def _event(row: Mapping[str, Any], language: Language) -> str:
    first, last = (dated(None if row[end] is None else str(row[end])[:10], language) for end in _ENDS)
    when = first if first == last else t("web.about.range", language, low=first, high=last)
    own = row[declared.SOURCE_URL] == OWN
    source = t("web.village.event.own", language) if own else _publisher(str(row[declared.SOURCE_URL]))
    event = t(f"web.about.event.{row[declared.STATUS]}", language)
    return t("village_paper.event", language, event=event, when=when, source=source)


def _publisher(addresses: str) -> str:
    """Return the sites of addresses."""
    sites = (address.split("/")[2].removeprefix("www.") for address in addresses.split(" | ") if "//" in address)
    return ", ".join(dict.fromkeys(sites))


def _base(known: Mapping[str, VillageFigure], language: Language) -> str:
    """Say whose coverage it is and of which dates."""
    active, eligible = known[schema.ACTIVE_BPU], known[schema.ELIGIBLE]
    dates = sorted({origin.date for origin in active.origins if origin.date})
    if eligible.value is None or not dates:
        return ""
    ends = list(dict.fromkeys(dated(day, language) for day in (dates[0], dates[-1])))
    when = t("web.about.range", language, low=ends[0], high=ends[1]) if len(ends) > 1 else ends[0]
    return t("web.village.base", language, eligible=number(float(eligible.value), language), when=when)


def _value(figure: VillageFigure, language: Language) -> str:
    if figure.value is None:
        return t("web.village.unknown", language)
    percent = figure.name == COVERAGE
    return number(float(figure.value), language, int(percent)) + "%" * percent


def _span(figure: VillageFigure, language: Language) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    percent = figure.name == COVERAGE
    least, most = (number(end, language, int(percent)) for end in (figure.low, figure.high))
    return "" if least == most else f"{least}–{most}{'%' * percent}"


def _basis(figure: VillageFigure, language: Language) -> str:
    if figure.value is None:
        return ""
    return t("village_paper.basis", language, basis=t(f"web.basis.{figure.basis}", language))


def _ranks(told: Explanation, language: Language) -> str:
    if told.rank_range is None:
        return t("web.village.rank.no_interval", language)
    first, last = told.rank_range
    return t("village_paper.ranks", language, first=first, last=last)


def _people(figure: Ranged, language: Language) -> tuple[str, str, str]:
    value, least, most = (number(round(end), language) for end in figure)
    return value, f"{least}–{most}", t("web.basis.assumed", language)


def _rupiah(figure: Ranged, language: Language) -> tuple[str, str, str]:
    value, least, most = (spoken(end, language) for end in figure)
    return value, f"{least}–{most}", t("web.basis.assumed", language)


def _ways(launch: VillageLaunch, language: Language) -> str:
    """Write how far the serving office is, and the nearest one if that is another: criteria and cost go by it."""
    serving, nearest = launch.office_km, launch.nearest_km
    if serving is None or nearest is None or round(serving, 1) == round(nearest, 1):
        return _km(serving, language)
    ways = {"km": number(serving, language, 1), "nearest": number(nearest, language, 1)}
    return t("village_paper.km_nearest", language, **ways)


def _km(km: float | None, language: Language) -> str:
    return "" if km is None else t("village_paper.km", language, km=number(km, language, 1))
