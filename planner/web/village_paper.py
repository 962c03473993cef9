"""The page of a village as a file to print: the same content on one A4 page."""

from functools import partial

import streamlit as st

from planner.rights import Principal
from planner.texts import t
from planner.village_page import Setting, shielded_setting, village_page, village_pdf
from planner.web import visitor
from planner.web.exports import kept


def button(code: str, setting: Setting) -> None:
    """Offer the page of a village as a PDF; it is made and written down when it is asked for.

    Parameters
    ----------
    code
        The village.
    setting
        The choices of the visit.
    """
    if not visitor.may("page.public"):
        return
    st.download_button(
        t("web.village.pdf", setting.language),
        partial(_file, code, setting, visitor.current()),
        file_name=t("web.village.pdf.name", setting.language, code=code),
        mime="application/pdf",
        on_click="ignore",
        key="village-pdf",
    )


def _file(code: str, setting: Setting, by: Principal) -> bytes:
    shown = shielded_setting(setting)
    stamp, content = village_pdf([village_page(shown, code)], shown)
    return kept(stamp, content, by=by)
