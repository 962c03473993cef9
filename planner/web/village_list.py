"""The list of villages beside the map, sorted by uncovered workers and in step with the selection."""

from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from geodata import schema
from geodata.texts import Language, number
from planner.coverage import GAP
from planner.texts import t
from planner.web.legend import basis_in_words, span

LONGEST: Final = 100  # rows that reach the browser; the search and the map find the others


def listed(figures: pd.DataFrame, shown: pd.Series, *, search: str, selected: str, on_top: str) -> pd.DataFrame:
    """Return the villages with the most uncovered workers, and the selected one wherever it ranks.

    Parameters
    ----------
    figures
        A frame of ``planner.web.data.st_figures``.
    shown
        Whether a village lies in the chosen region; same index.
    search
        Part of a village's or district's name, in any case; empty for all.
    selected
        Code of the selected village; when it is not among the first, it stands above them.
    on_top
        Code of a village that stands above the others in any case; empty for none.

    Returns
    -------
    DataFrame
        Rows of ``figures``, at most ``LONGEST`` and one.
    """
    # Ranks alone are sorted: with all columns the list of the whole country takes five times as long.
    ranks = figures.loc[shown, "rank"]
    if wanted := " ".join(search.split()).casefold():
        names = figures.loc[shown, schema.VILLAGE_NAME] + "\n" + figures.loc[shown, schema.DISTRICT_NAME]
        ranks = ranks[names.str.casefold().str.contains(wanted, regex=False, na=False)]
    first: pd.DataFrame = figures.loc[ranks.sort_values().index[:LONGEST]]
    code = on_top if selected in set(first[schema.VILLAGE_CODE]) else selected
    leading = figures[shown & (figures[schema.VILLAGE_CODE] == code)]
    return pd.concat([leading, first.drop(leading.index, errors="ignore")])


def table(rows: pd.DataFrame, language: Language) -> Styler:
    """Return the list as people read it; cells stay numbers, so that a click on a heading sorts them.

    Parameters
    ----------
    rows
        Rows of ``listed``.
    language
        Language of headings and numbers.
    """
    ranges = [
        span(low, high, language) for low, high in zip(rows[schema.low(GAP)], rows[schema.high(GAP)], strict=True)
    ]
    columns = {
        "rank": rows["rank"],
        "village": rows[schema.VILLAGE_NAME],
        "gap": rows[GAP],
        "range": ranges,
        "district": rows[schema.DISTRICT_NAME],
        "regency": rows[schema.REGENCY_NAME],
        "eligible": rows[schema.ELIGIBLE],
        "basis": [basis_in_words(basis, language) for basis in rows[schema.basis(GAP)]],
    }
    headings = {name: t(f"web.list.{name}", language) for name in columns}
    shown = pd.DataFrame(columns, index=rows.index).rename(columns=headings)

    def count(value: object) -> str:
        return number(float(str(value)), language)

    return shown.style.format({headings[name]: count for name in ("rank", "gap", "eligible")}, na_rep="–")
