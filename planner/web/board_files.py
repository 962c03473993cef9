"""Files of a section of the boards: each table as CSV, all of them as a workbook; what leaves is written down."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import streamlit as st

from geodata.office_day import today
from geodata.texts import Language
from planner.export.plain_sheet import PlainSheet
from planner.export.sheets import numbered_csv, numbered_xlsx
from planner.provenance import Stamp, params_sha256
from planner.small_cells import SMALLEST
from planner.texts import t
from planner.web import exports, visitor
from planner.web.download import FORMATS
from planner.web.target_sheet import Sheet


def stamp_of(
    sheets: Sequence[PlainSheet],
    ending: str,
    *,
    fingerprint: str,
    section: str,
    region: str,
    on: date,
    language: Language,
) -> Stamp:
    """Return what a file was made from; other figures in the records give another number.

    Parameters
    ----------
    sheets
        The tables of the file.
    ending
        Ending of the file, with its dot.
    fingerprint
        Fingerprint of the village layer.
    section, region
        Name of the section in the address, and code of the region; empty for all.
    on
        Day of the export.
    language
        Language of the file.
    """
    told = {sheet.title: [list(sheet.headings), *(list(row) for row in sheet.rows)] for sheet in sheets}
    return Stamp(
        kind="board",
        format=ending,
        language=language,
        made_on=on,
        fingerprint=fingerprint,
        params_sha256=params_sha256(told),
        smallest=SMALLEST,
        asked={"section": section, "region": region},
    )


def without(sheet: Sheet, cells: npt.NDArray[np.bool_], columns: Sequence[int], word: str) -> Sheet:
    """Return a table in which some cells are hidden.

    Parameters
    ----------
    sheet
        The table.
    cells
        Which are hidden: a row for each of the table, a column for each of ``columns``.
    columns
        Places of the columns in the table.
    word
        What stands there instead.
    """
    rows = [list(row) for row in sheet.rows]
    for row, column in np.argwhere(cells):
        rows[row][columns[column]] = word
    return Sheet(sheet.title, sheet.headings, rows)


def hidden_note(language: Language, *, is_any: bool) -> list[str]:
    """Say that counts of a few people are hidden; nothing where none is."""
    return [t("web.board.hidden_note", language, smallest=SMALLEST)] if is_any else []


def downloads(
    sheets: Sequence[Sheet], notes: Sequence[str], *, section: str, fingerprint: str, region: str, language: Language
) -> None:
    """Offer the files; one is made and written down when it is asked for.

    Parameters
    ----------
    sheets
        The tables, with titles of their own.
    notes
        What a reader must know.
    section, fingerprint, region, language
        As for `stamp_of`.
    """
    who, plain = visitor.current(), [sheet.plain() for sheet in sheets]

    def made(place: int, ending: str) -> Callable[[], bytes]:
        def make() -> bytes:
            told = plain if ending == ".xlsx" else [plain[place]]
            asked = {"fingerprint": fingerprint, "section": section, "region": region}
            stamp = stamp_of(told, ending, **asked, on=today(), language=language)
            content = (
                numbered_xlsx(told, notes, stamp, title=t("web.target.notes", language), language=language)
                if ending == ".xlsx"
                else numbered_csv(told[0], stamp, language)
            )
            return exports.kept(stamp, content, by=who)

        return make

    name = t(f"web.board.file.{section}", language) + (f"-{region}" if region else "")
    offered = [(0, ".xlsx", ""), *((place, ".csv", sheet.title) for place, sheet in enumerate(plain))]
    with st.container(horizontal=True, key="board-files"):
        for place, ending, table in offered:
            st.download_button(
                t(f"web.board.download{ending}", language, table=table),
                made(place, ending),
                file_name=f"{name}{f'-{place + 1}' if table else ''}{ending}",
                mime=FORMATS[ending],
                on_click="ignore",
                key=f"board-{section}-{place}{ending}",
            )
