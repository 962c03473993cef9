"""What works without a connection, told to the agent."""

from typing import Final

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import area_parts as parts
from planner.web.tables import paragraph

VIEW: Final = "luring"


def show(language: Language) -> None:
    """Show what works without a connection."""
    told = (t(f"web.area.pack.{name}", language) for name in ("here", "pack"))
    st.html(parts.part(VIEW, parts.title(t("web.area.pack.title", language)), *(paragraph(one) for one in told)))
