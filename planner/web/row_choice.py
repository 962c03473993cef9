"""A list whose selected row is the selected village."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from planner.web import state

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def select(code: str) -> None:
    """Select a village, or none with an empty code; called before the rerun."""
    st.session_state[state.VILLAGE] = code


def show(
    key: str,
    rows: "Styler",
    codes: Sequence[str],
    selected: str,
    *,
    height: int,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    on_take: Callable[[str], None] = select,
) -> None:
    """Show a list of villages; the row of the selected one is marked, and a row that is chosen selects its village.

    Parameters
    ----------
    key
        Name of the list in the session.
    rows
        The list as people read it.
    codes
        Codes of its villages, in its order.
    selected
        Code of the selected village; empty for none.
    height
        Pixels.
    alt
        What a screen reader says of the list.
    columns
        How single columns look, by heading.
    on_take
        Called before the rerun with the code of the row that was chosen, empty when it is left.
    """
    st.session_state[_codes(key)] = codes
    wanted = [codes.index(selected)] if selected in codes else []
    if _chosen(key) != wanted:
        st.session_state[key] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    st.dataframe(
        _without_html(rows),
        column_config=columns,
        key=key,
        height=height,
        hide_index=True,
        on_select=partial(_take, key, on_take),
        selection_mode="single-row",
        placeholder="–",
        alt=alt,
    )


def _without_html(rows: "Styler") -> "Styler":
    """Give the texts of cells that are written otherwise: Streamlit reads them from all of the HTML, made for that."""
    made: Any = rows  # the same inner names by which Streamlit asks
    columns = {place: made.data.iloc[:, place].tolist() for place in {place for _, place in made._display_funcs}}  # noqa: SLF001
    cells = [
        {"id": f"row{row}_col{place}", "display_value": write(columns[place][row])}
        for (row, place), write in made._display_funcs.items()  # noqa: SLF001
    ]
    made._compute = lambda: rows  # noqa: SLF001
    made._translate = lambda *_: {"body": [cells]}  # noqa: SLF001
    return rows


def _take(key: str, on_take: Callable[[str], None]) -> None:
    """Tell whose row was chosen; a row of a longer list that is gone by now is nobody's."""
    codes = st.session_state[_codes(key)]
    on_take(next((codes[row] for row in _chosen(key) if row < len(codes)), ""))


def _codes(key: str) -> str:
    return f"{key}-codes"


def _chosen(key: str) -> list[int]:
    chosen = st.session_state.get(key) or {"selection": {"rows": []}}
    return list(chosen["selection"]["rows"])
