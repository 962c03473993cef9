"""The pages in the order of the navigation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geodata.texts import Language
from planner.rights import Action, Principal, may
from planner.texts import t
from planner.web import (
    about_data,
    agents_page,
    area,
    as_agent,
    audit_page,
    board_page,
    frame,
    gap_map,
    launches_page,
    people,
    scenarios,
    select,
    target,
    territories_page,
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
    action
        What somebody must be allowed to do to open it.
    """

    key: str
    title: str
    render: Callable[[], None]
    action: Action

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
        PageEntry("map", "web.gap.title", lambda: gap_map.render(static), "page.public"),
        PageEntry("weights", "web.weights.title", lambda: weights_page.render(static), "page.public"),
        PageEntry("select", "web.select.title", lambda: select.render(static), "page.public"),
        PageEntry("village", "web.village.title", lambda: village.render(static), "page.public"),
        PageEntry("scenarios", "web.scenarios.title", lambda: scenarios.render(static), "page.public"),
        PageEntry("launches", "web.launches.title", launches_page.render, "page.launches"),
        PageEntry("target", "web.target.title", target.render, "page.public"),
        PageEntry("board", "web.board.title", board_page.render, "page.public"),
        PageEntry("agents", "web.agents.title", agents_page.render, "page.agents"),
        PageEntry("uploads", "web.uploads.title", lambda: uploads_page.render(static), "page.uploads"),
        PageEntry("territories", "web.territories.title", lambda: territories_page.render(static), "page.territories"),
        PageEntry("area", "web.area.title", area.render, "page.area"),
        PageEntry("as_agent", "web.as_agent.title", as_agent.render, "view.as_agent"),
        PageEntry("people", "web.people.title", people.render, "page.people"),
        PageEntry("audit", "web.audit.title", audit_page.render, "audit.read"),
        PageEntry("about", "web.about.title", about_data.render, "page.public"),
    )


def offered(entries: Sequence[PageEntry], who: Principal | None) -> tuple[list[PageEntry], list[PageEntry]]:
    """Return the pages that somebody may open, and the others, each of which only says that it is not for this role.

    While nobody is signed in, each page only says so.
    """
    if who is None:
        return [replace(entry, title="web.signed_out.title", render=frame.signed_out) for entry in entries], []
    mine = [entry for entry in entries if may(who, entry.action)]
    others = [entry for entry in entries if entry not in mine]
    return mine, [replace(entry, title="web.refused.title", render=frame.refusal) for entry in others]


def navigable(entries: Sequence[PageEntry], language: Language) -> "dict[str, StreamlitPage]":
    """Return the pages by key as Streamlit navigates them; the first one stands at the root."""
    return {entry.key: _page(entry, language, default=entry is entries[0]) for entry in entries}


def own_address(entry: PageEntry, language: Language) -> "StreamlitPage":
    """Return a page at its own address without a link; else Streamlit would say in English that it does not exist."""
    return _page(entry, language, default=False)


def _page(entry: PageEntry, language: Language, *, default: bool) -> "StreamlitPage":
    path = "" if default else entry.url_path
    return st.Page(entry.render, title=t(entry.title, language), url_path=path, default=default)
