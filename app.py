"""The web entry: page settings and navigation."""

from pathlib import Path

import streamlit as st

from planner.web import frame, state
from planner.web.pages import navigable, own_address, registry

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Show the chosen page."""
    language = state.language()
    entries = registry(STATIC)
    pages = navigable(entries, language)
    page = st.navigation([*pages.values(), own_address(entries[0], language)], position="hidden")
    st.set_page_config(page_title=page.title, layout="wide", menu_items={})
    state.arrive(page.url_path)
    frame.top(pages, language)
    page.run()


main()
