"""The offline pack of an agent: to take it along, and to send back what was written down without a connection."""

from typing import Final

import streamlit as st

from geodata.texts import Language
from planner.texts import t
from planner.web import area_parts as parts
from planner.web.area_data import Seen
from planner.web.tables import paragraph

VIEW: Final = "luring"


def show(seen: Seen, language: Language) -> None:  # noqa: ARG001  # the pack is made of it
    """Show what works without a connection, and the pack."""
    told = (t(f"web.area.pack.{name}", language) for name in ("here", "pack"))
    st.html(parts.part(VIEW, parts.title(t("web.area.pack.title", language)), *(paragraph(one) for one in told)))
