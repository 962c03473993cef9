"""A list of villages on paper: A4, landscape, the nearest misses and the sources after it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from babel.dates import format_date

from geodata import schema
from geodata.texts import Language, number
from planner import rupiah
from planner.errors import PlanError
from planner.export.about import About
from planner.export.cells import clean
from planner.export.columns import (
    FUNDING,
    FUNDING_IDR,
    NEXT_STEP,
    OWNER,
    REASON,
    SCORE_RANK,
    Column,
    cells,
    figure_heading,
    for_people,
    in_words,
    is_priority_list,
    printed,
    values,
)
from planner.export.plain_sheet import PlainSheet
from planner.export.progress import Progress
from planner.manner import Rupiah, Shown
from planner.paper import typeset
from planner.ranking import RANK
from planner.texts import t

MOST: Final = 500
"""Villages of a list on paper; more nobody prints, and a spreadsheet holds them."""

_TEMPLATE: Final = Path(__file__).parent.parent / "paper" / "list.typ"
_DECIMALS: Final = {"percent": 1, "measure": 2, "index": 4, "degrees": 6}
_FIRST: Final = 2  # notes that stand above the list
_NARROWEST: Final = 8  # letters
_WIDEST: Final = 70

Line = tuple[str, str]
"""A line of a cell, and how it looks: ``*`` strong, ``/`` an estimate, or nothing."""
Row = dict[str, str]


def write_pdf(path: Path, frame: gpd.GeoDataFrame, about: About, progress: Progress) -> None:
    """Write a list of villages as pages to print.

    Parameters
    ----------
    path
        The file to write.
    frame
        One row per village, sorted. A priority list has cells of its own; other lists have the columns that are
        printed.
    about
        Title, notes, further tables, sources.
    progress
        Told at the end.

    Raises
    ------
    PlanError
        If there are more villages than ``MOST``.
    PlanMachineError
        If it cannot be set.
    """
    if len(frame) > MOST:
        raise PlanError("export.too_many_pages", file=path.name, rows=len(frame), limit=MOST)
    path.write_bytes(typeset(_TEMPLATE, content(frame, about)))
    progress(len(frame), len(frame))


def content(frame: pd.DataFrame, about: About) -> dict[str, Any]:
    """Return what stands on the pages, as JSON can hold it."""
    language, day = about.language, about.created
    rows, columns = _told(frame, language)
    main = _priority(rows, language) if is_priority_list(columns) else _plain(rows, columns, language)
    stamp = "" if about.stamp is None else about.stamp.id
    print_mark = t("export.print.fingerprint", language, fingerprint=about.fingerprint[:16])
    made_from = [[t("export.about.fingerprint", language), about.fingerprint]]
    if about.stamp is not None:
        of = about.stamp
        named = (("plan", of.plan), ("plan_sha256", of.plan_sha256), ("params_sha256", of.params_sha256))
        made_from += [[t("export.about.number", language), of.id]]
        made_from += [[t(f"export.about.{name}", language), clean(value)] for name, value in named if value]
    return {
        "language": language,
        "title": clean(about.title),
        "date": [day.year, day.month, day.day],
        "made": format_date(day, "d MMMM y", locale=language),
        "keywords": [stamp] if stamp else [],
        "stamp": f"{stamp} · {print_mark}" if stamp else print_mark,
        "words": {
            "page": t("export.paper.page", language),
            "italic": t("export.print.italic", language),
            "notes": t("export.about.notes", language),
            "sources": t("export.about.sources", language),
            "made_from": t("export.paper.made_from", language),
        },
        "first": [clean(note) for note in about.notes[:_FIRST]],
        "main": main,
        "appendix": [_sheet(sheet, language) for sheet in about.appendix],
        "notes": [clean(note) for note in about.notes[_FIRST:]],
        "sources": _sources(about),
        "made_from": made_from,
    }


def _told(frame: pd.DataFrame, language: Language) -> tuple[list[Row], tuple[Column, ...]]:
    """Return the cells of a list as people read them, by name."""
    columns = for_people(frame)
    table = in_words(values(frame, columns), columns, language=language)
    told = {column.name: [_text(cell, column, language) for cell in cells(table[column.name])] for column in columns}
    return [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)], columns


def _text(cell: Any, column: Column, language: Language) -> str:  # noqa: ANN401 (a cell)
    if cell is None:
        return ""
    return number(cell, language, _DECIMALS.get(column.kind, 0)) if column.is_number else str(cell)


def _priority(rows: list[Row], language: Language) -> dict[str, Any]:
    """Return a priority list: what belongs together stands in one cell."""

    def heading(name: str) -> str:
        return t(f"export.paper.{name}", language)

    layout: tuple[tuple[str, float, bool, Callable[[Row, Language], list[Line]]], ...] = (
        ("rank", 0, True, lambda row, _: [(row[RANK], "*")]),
        ("village", 3.1, False, _village),
        ("score", 2.4, False, _score),
        ("reason", 6, False, lambda row, _: [(row[REASON], "")]),
        ("expected", 2.5, False, _expected),
        ("funding", 4, False, _funding),
        ("next_step", 3.4, False, _next_step),
    )
    return {
        "columns": [{"heading": heading(name), "width": width, "number": right} for name, width, right, _ in layout],
        "rows": [[_lines(tell(row, language)) for *_, tell in layout] for row in rows],
    }


def _lines(lines: Sequence[Line]) -> list[list[str]]:
    return [[words, look] for words, look in lines if words]


def _village(row: Row, language: Language) -> list[Line]:
    names = {"district": row[schema.DISTRICT_NAME], "regency": row[schema.REGENCY_NAME]}
    place = t("export.paper.place", language, **names)
    return [(row[schema.VILLAGE_NAME], "*"), (place, ""), (row[schema.VILLAGE_CODE], "")]


def _score(row: Row, language: Language) -> list[Line]:
    told = [(row["score"], "*")]
    ends = (row.get("rank_low", ""), row.get("rank_high", ""))
    key = "ranked_between" if all(ends) else "ranked"
    told.append((t(f"export.paper.{key}", language, rank=row[SCORE_RANK], low=ends[0], high=ends[1]), ""))
    return [*told, *((t(f"export.paper.{block}", language, points=row[block]), "") for block in ("need", "readiness"))]


def _expected(row: Row, language: Language) -> list[Line]:
    return [
        (
            t(
                f"export.paper.{name}",
                language,
                count=row[name],
                low=row[schema.low(name)],
                high=row[schema.high(name)],
            ),
            "/",
        )
        for name in ("expected_active", "expected_registrations")
        if row[name]
    ]


def _funding(row: Row, language: Language) -> list[Line]:
    amount = row[FUNDING_IDR]
    return [(row[FUNDING], ""), (t("export.paper.amount", language, amount=amount) if amount else "", "/")]


def _next_step(row: Row, language: Language) -> list[Line]:
    owner = row[OWNER]
    who = t("export.paper.owner", language, owner=owner, basis=row["owner_basis"]) if owner else ""
    return [(row[NEXT_STEP], ""), (who, "")]


def _plain(rows: list[Row], columns: tuple[Column, ...], language: Language) -> dict[str, Any]:
    """Return another list: the columns that are printed."""
    shown = printed(columns)
    return {
        "columns": [
            {"heading": column.heading(language), "width": column.width, "number": column.is_number} for column in shown
        ],
        "rows": [[row[column.name] for column in shown] for row in rows],
    }


def _sheet(sheet: PlainSheet, language: Language) -> dict[str, Any]:
    """Return a further table."""
    rows = [[_cell(cell, language) for cell in row] for row in sheet.rows]
    columns = []
    for place, heading in enumerate(sheet.headings):
        found = [row[place] for row in sheet.rows]
        is_number = bool(found) and not any(isinstance(cell, str) for cell in found)
        longest = max(len(words) for words in (*(row[place] for row in rows), *heading.split(), " " * _NARROWEST))
        columns.append({"heading": clean(heading), "width": min(longest, _WIDEST), "number": is_number})
    return {"title": clean(sheet.title), "columns": columns, "rows": rows}


def _cell(cell: Shown, language: Language) -> str:
    if cell is None or isinstance(cell, str):
        return clean(cell or "")
    if isinstance(cell, Rupiah):
        return rupiah.written(cell.amount, language)
    return number(cell, language, 0 if isinstance(cell, int) else 1)


def _sources(about: About) -> list[list[str]]:
    """Return every source once, with the figures that rest on it."""
    figures: dict[tuple[str, str], list[str]] = {}
    for source in about.sources:
        dated = f"{source.source} ({source.date})" if source.date else source.source
        named = figures.setdefault((clean(dated), clean(source.url)), [])
        heading = figure_heading(source.figure, about.language)
        if heading not in named:
            named.append(heading)
    return [
        [source, "; ".join(part for part in (", ".join(named), url) if part)]
        for (source, url), named in figures.items()
    ]
