"""The catalogue of sources and the registers kept by hand, as tables."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from geodata import declared, offices, schema
from geodata.catalogue import Catalogue
from geodata.paths import Paths
from geodata.texts import Language, number, percentage
from planner import published, target_wording, tariffs, ucj, ucj_board
from planner.coverage_figures import OWN
from planner.expiry import MONTHS
from planner.funding import FUND
from planner.rupiah import written
from planner.texts import t
from planner.web.tables import Cell, Link, folded, links, paragraph, table
from planner.web.wording import dated, of_source

Row = Mapping[str, Any]
Telling = Callable[[Row, Language], Cell]


def catalogue_table(catalogue: Catalogue, language: Language) -> str:
    """List the sources with producer, version, licence and citation."""
    headings = [t(f"web.about.source.{name}", language) for name in ("source", "version", "licence", "citation")]
    rows: list[list[Cell]] = [
        [
            (Link(source.title.text(language), source.homepage, f"· {of_source(source, 'producer', language)}"),),
            of_source(source, "version", language),
            of_source(source, "licence", language),
            source.citation,
        ]
        for source in catalogue.sources
    ]
    return table(headings, rows, caption=t("web.about.sources.title", language))


def registers(villages: pd.DataFrame, language: Language) -> str:
    """List the registers with date, source and confidence of each row.

    Parameters
    ----------
    villages
        Villages of the layer, whose names stand in for codes.
    language
        Language of the words.
    """
    names = dict(zip(villages[schema.REGENCY_CODE], villages[schema.REGENCY_NAME], strict=True))
    readings: dict[str, tuple[pd.DataFrame, Mapping[str, Telling]]] = {
        "declared": (declared.read_declared(), _DECLARED),
        "offices": (offices.read_offices(), {**_OFFICES, "serves": lambda row, _: _serves(row, names), "told": told}),
        "tariffs": (tariffs.read_tariffs(), _TARIFFS),
        "budgets": (published.read_budgets(), _BUDGETS),
    }
    return "".join(_register(name, *reading, language) for name, reading in readings.items()) + _targets(language)


def _targets(language: Language) -> str:
    """List the targets of coverage; the office's own register among them with its date, or why it is not used."""
    folder, refusals = Paths.of().root, list[str]()
    targets = ucj_board.usable_targets(folder, lambda error: refusals.append(error.text(language)))
    day = ucj_board.own_file_day(folder)
    if refusals:
        told = paragraph(*refusals, t("web.ucj.own_refused", language))
    elif day is None:
        told = ""
    else:
        values = {"file": ucj_board.OWN_FILE, "rows": int(targets[OWN].sum()), "day": dated(day.isoformat(), language)}
        told = paragraph(t("web.about.own_targets", language, **values))
    return told + _register("ucj", targets, _UCJ, language)


def _register(name: str, frame: pd.DataFrame, columns: Mapping[str, Telling], language: Language) -> str:
    headings = [t(f"web.about.column.{column}", language) for column in columns]
    rows = [[tell(row, language) for tell in columns.values()] for row in map(_plain, frame.to_dict("records"))]
    title = t(f"web.about.register.{name}", language, rows=len(frame))
    return folded(
        title, paragraph(t(f"web.about.register.{name}.note", language)) + table(headings, rows, caption=title)
    )


def _plain(row: Mapping[Any, Any]) -> Row:
    return {str(name): None if pd.isna(value) else value for name, value in row.items()}


def told(row: Row, language: Language) -> tuple[Link, ...]:
    """Link the sources of a row, each with its date and confidence."""
    dates, trust = str(row["source_date"]).split(" | "), str(row["confidence"]).split(" | ")
    notes = [f"({dated(day, language)}; {letter})" for day, letter in zip(dates, trust, strict=False)]
    return links(str(row["source_url"]), " | ".join(notes))


def _text(name: str) -> Telling:
    return lambda row, _: str(row[name] or "")


def _word(name: str, prefix: str) -> Telling:
    return lambda row, language: t(f"{prefix}.{row[name]}", language)


def _count(name: str) -> Telling:
    return lambda row, language: "" if row[name] is None else number(float(row[name]), language)


def _day(name: str) -> Telling:
    return lambda row, language: "" if row[name] is None else dated(str(row[name])[:10], language)


def _rupiah(name: str) -> Telling:
    return lambda row, language: written(float(row[name]), language)


def when(row: Row, language: Language) -> str:
    """Say when something happened, or between which days."""
    first, last = (dated(str(row[end])[:10], language) for end in (declared.EARLIEST, declared.LATEST))
    return first if first == last else t("web.about.range", language, low=first, high=last)


def _percent(share: float, language: Language) -> str:
    return percentage(share, language, 0 if share == round(share) else 2)


def _village(row: Row, language: Language) -> str:
    return str(row[schema.VILLAGE_NAME] or t("web.about.unnamed", language))


def _serves(row: Row, names: Mapping[str, str]) -> str:
    """Name the regencies of an office; one that the layer lacks keeps its code."""
    return ", ".join(names.get(code, code) for code in str(row[offices.SERVED_REGENCY_CODES] or "").split())


_DECLARED: Final[Mapping[str, Telling]] = {
    "village": _village,
    "regency": _text(schema.REGENCY_NAME),
    "event": _word(declared.STATUS, "web.about.event"),
    "when": when,
    "told": told,
}
_OFFICES: Final[Mapping[str, Telling]] = {
    "office": _text(offices.OFFICE_NAME),
    "kind": _word(offices.OFFICE_TYPE, "web.about.office"),
    "town": _text(offices.SEAT_TOWN),
}
_TARIFFS: Final[Mapping[str, Telling]] = {
    "programme": _word(tariffs.PROGRAMME, "web.about.programme"),
    "payer": _word(tariffs.PAYER, "web.about.payer"),
    "work": _word(tariffs.SECTOR, "web.about.work"),
    "from": _day(tariffs.VALID_FROM),
    "until": _day(tariffs.VALID_TO),
    "monthly": _rupiah(tariffs.AMOUNT),
    "told": told,
}
_BUDGETS: Final[Mapping[str, Telling]] = {
    "place": _text(published.PLACE),
    "year": _text(published.YEAR),
    "fund": _word(FUND, "funding.name"),
    "workers": _count(published.WORKERS),
    "months": _count(MONTHS),
    "amount": _rupiah(published.AMOUNT),
    "told": told,
}
_UCJ: Final[Mapping[str, Telling]] = {
    "place": target_wording.target_region,
    "year": lambda row, _: str(row[ucj.TARGET_YEAR]),
    "target": lambda row, language: _percent(float(row[ucj.TARGET]), language),
    "segment": _word(ucj.SEGMENT, "targets.ucj.segment"),
    "base": _count(ucj.BASE),
    "covered": _count(ucj.COVERED),
    "at": _day(ucj.COVERED_DATE),
    "told": told,
}
