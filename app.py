"""The web entry: page settings and navigation."""

from pathlib import Path

import streamlit as st

from planner.texts import t
from planner.web import gap_map

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Show the chosen page."""
    title = t("web.gap.title", "en" if st.query_params.get("lang") == "en" else "id")
    st.set_page_config(page_title=title, layout="wide", menu_items={})
    page = st.Page(lambda: gap_map.render(STATIC), title=title, url_path="peta", default=True)
    st.navigation([page], position="hidden").run()


main()
