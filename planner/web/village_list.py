"""The list of villages beside the map, in step with its colours and the selection."""

from typing import TYPE_CHECKING, Final

import pandas as pd
from pandas.io.formats.style import Styler

from geodata import schema
from geodata.texts import Language, number
from planner.choropleth import HOT_SPOTS
from planner.coverage import GAP
from planner.measures import BASIS, CLUSTER, HIGH, LOW, VALUE, Measure, ranks
from planner.texts import t
from planner.web.legend import basis_in_words, span

if TYPE_CHECKING:
    from collections.abc import Hashable

LONGEST: Final = 100  # rows that reach the browser; the search and the map find the others
ORDERS: Final = ("dark", "light", "name", "name_down")
"""Ways to sort the list: the darkest or the lightest first, or by name."""

RANK: Final = "rank"
COLUMNS: Final = (
    schema.VILLAGE_CODE,
    schema.VILLAGE_NAME,
    schema.DISTRICT_NAME,
    schema.REGENCY_NAME,
    GAP,
    schema.ELIGIBLE,
)
"""What the list shows of the figures of villages."""
_CLUSTER_RANK: Final = "cluster_rank"


def joined(figures: pd.DataFrame, values: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return names and figures of the villages with the figures of a measure.

    Parameters
    ----------
    figures
        A frame of ``planner.web.data.st_figures``.
    values
        The figures of the measure; same index.
    measure
        The measure.

    Returns
    -------
    DataFrame
        Same index. Columns of both, and ``rank`` by the measure.
    """
    added = {**values, RANK: ranks(values, measure)}
    if measure.kinds:
        places = {kind: place for place, kind in enumerate(HOT_SPOTS)}
        added[_CLUSTER_RANK] = values[CLUSTER].map(places)
    return pd.concat([figures.drop(columns=RANK, errors="ignore"), pd.DataFrame(added, index=figures.index)], axis=1)


def ordered(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return rows of ``joined`` in one of ``ORDERS``; hot spots come kind by kind. Missing figures stand last."""
    if order.startswith("name"):
        keys = rows[schema.VILLAGE_NAME].str.lower()
        down = order == "name_down"
        return rows.loc[keys.sort_values(ascending=not down, kind="stable").index]
    kind = [_CLUSTER_RANK] if _CLUSTER_RANK in rows else []
    return rows.sort_values([*kind, RANK], ascending=order == "dark", na_position="last", kind="stable")


def matching(rows: pd.DataFrame, search: str) -> "pd.Series[bool]":
    """Return whether each row's village or district holds a text, in any case; all for an empty one."""
    wanted = " ".join(search.split()).lower()
    if not wanted:
        return pd.Series(data=True, index=rows.index)
    names = rows[schema.VILLAGE_NAME] + "\n" + rows[schema.DISTRICT_NAME]
    return names.str.lower().str.contains(wanted, regex=False, na=False)


def listed(
    rows: pd.DataFrame, shown: "pd.Series[bool]", found: "pd.Series[bool]", *, order: str, selected: str, on_top: str
) -> pd.DataFrame:
    """Return the first villages of the list, and the selected one wherever it stands.

    Parameters
    ----------
    rows
        A frame of ``joined``.
    shown, found
        Whether a village lies in the chosen region and passes the filter, and whether it was also searched for; same
        index.
    order
        One of ``ORDERS``.
    selected
        Code of the selected village; when it is not among the first, it stands above them.
    on_top
        Code of a village that stands above the others in any case; empty for none.

    Returns
    -------
    DataFrame
        Rows of ``rows``, at most ``LONGEST`` and one.
    """
    # Sorted without the other columns: with all of them the list of the whole country takes five times as long.
    sorting = [name for name in (schema.VILLAGE_NAME, RANK, _CLUSTER_RANK) if name in rows]
    first = rows.loc[ordered(rows.loc[found, sorting], order).index[:LONGEST]]
    code = on_top if selected in set(first[schema.VILLAGE_CODE]) else selected
    leading = rows[shown & (rows[schema.VILLAGE_CODE] == code)]
    return pd.concat([leading, first.drop(leading.index, errors="ignore")])


def table(rows: pd.DataFrame, measure: Measure, language: Language) -> Styler:
    """Return the list as people read it; cells stay numbers, so that a click on a heading sorts them.

    Parameters
    ----------
    rows
        Rows of ``listed``.
    measure
        The measure they were joined with.
    language
        Language of headings and numbers.
    """
    called = measure.headed(language)
    decimals = measure.decimals if measure.spans == "figure" else 0
    ranges = [span(low, high, language, decimals) for low, high in zip(rows[LOW], rows[HIGH], strict=True)]
    columns: dict[str, object] = {
        _heading(RANK, language): rows[RANK],
        _heading("village", language): rows[schema.VILLAGE_NAME],
    }
    if measure.kinds:
        columns[_heading("kind", language)] = [t(f"web.map.hot.{kind}", language) for kind in rows[CLUSTER]]
    columns[called] = rows[VALUE]
    if rows[LOW].notna().any():
        columns[_heading(f"range_{measure.spans}", language)] = ranges
    columns |= {
        _heading("district", language): rows[schema.DISTRICT_NAME],
        _heading("regency", language): rows[schema.REGENCY_NAME],
    }
    counts = {_heading("gap", language): GAP, _heading("eligible", language): schema.ELIGIBLE}
    columns |= {heading: rows[column] for heading, column in counts.items() if column != measure.key}
    columns[_heading("basis", language)] = [basis_in_words(basis, language) for basis in rows[BASIS]]

    def count(value: object) -> str:
        return number(float(str(value)), language)

    def figure(value: object) -> str:
        return t(f"web.cell.{measure.unit}", language, values=measure.written(float(str(value)), language))

    counted: list[Hashable] = [heading for heading in (_heading(RANK, language), *counts) if heading in columns]
    shown = pd.DataFrame(columns, index=rows.index).style
    return shown.format(count, subset=counted, na_rep="–").format(figure, subset=[called], na_rep="–")


def widths(measure: Measure, language: Language) -> dict[str, int]:
    """Return the widths of columns of ``table`` in pixels, so that a phone shows the figure beside the name."""
    words = {RANK: 74, "village": 122, "kind": 190, f"range_{measure.spans}": 112}
    return {_heading(word, language): width for word, width in words.items()} | {measure.headed(language): 122}


def _heading(word: str, language: Language) -> str:
    return t(f"web.list.{word}", language)
