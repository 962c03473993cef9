"""The pages in the order of the navigation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import (
    about_data,
    gap_map,
    launches_page,
    scenarios,
    select,
    target,
    uploads_page,
    village,
    weights_page,
)
from planner.web.addresses import ADDRESSES

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


@dataclass(frozen=True)
class PageEntry:
    """One page.

    Parameters
    ----------
    key
        Its name in code; ``web.page.<key>`` is its name in the navigation.
    title
        Key of its title.
    render
        Shows it.
    """

    key: str
    title: str
    render: Callable[[], None]

    @property
    def url_path(self) -> str:
        """Its address below the root."""
        return ADDRESSES[self.key]


def registry(static: Path) -> tuple[PageEntry, ...]:
    """Return all pages; the first one opens when none is asked for.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    return (
        PageEntry("map", "web.gap.title", lambda: gap_map.render(static)),
        PageEntry("weights", "web.weights.title", lambda: weights_page.render(static)),
        PageEntry("select", "web.select.title", lambda: select.render(static)),
        PageEntry("village", "web.village.title", lambda: village.render(static)),
        PageEntry("scenarios", "web.scenarios.title", lambda: scenarios.render(static)),
        PageEntry("launches", "web.launches.title", launches_page.render),
        PageEntry("target", "web.target.title", target.render),
        PageEntry("uploads", "web.uploads.title", lambda: uploads_page.render(static)),
        PageEntry("about", "web.about.title", about_data.render),
    )


def navigable(entries: Sequence[PageEntry], language: Language) -> "dict[str, StreamlitPage]":
    """Return the pages by key as Streamlit navigates them; the first one stands at the root."""
    return {entry.key: _page(entry, language, default=entry is entries[0]) for entry in entries}


def own_address(entry: PageEntry, language: Language) -> "StreamlitPage":
    """Return the first page at its own address too: there Streamlit would say in English that it does not exist."""
    return _page(entry, language, default=False)


def _page(entry: PageEntry, language: Language, *, default: bool) -> "StreamlitPage":
    path = "" if default else entry.url_path
    return st.Page(entry.render, title=t(entry.title, language), url_path=path, default=default)
