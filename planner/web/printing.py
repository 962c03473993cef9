"""Printing a page with the browser: the button, and what stands on paper alone."""

from html import escape
from typing import Final

import streamlit as st

from geodata import office_day
from geodata.texts import Language
from planner.texts import t
from planner.web.wording import dated

# No data in here: the address is read in the browser, and written as text.
_SCRIPT: Final = """<script>
window.onbeforeprint = () => {
  for (const place of document.querySelectorAll(".print-address")) place.textContent = location.href;
};
for (const button of document.querySelectorAll(".print-button")) button.onclick = () => window.print();
</script>"""


def button(language: Language) -> None:
    """Show the button that opens the browser's print dialogue."""
    words = escape(t("web.print", language))
    st.html(
        f'<button type="button" class="print-button">{words}</button>{_SCRIPT}',
        width="content",
        unsafe_allow_javascript=True,
    )


def colophon(fingerprint: str, language: Language) -> str:
    """Say when a page was printed, from which address and which data, as HTML that only paper shows.

    Parameters
    ----------
    fingerprint
        Fingerprint of the layer.
    language
        Language of the words.
    """
    today = dated(office_day.today().isoformat(), language)
    return (
        f'<p class="print-only">{escape(t("web.print.colophon", language, date=today, fingerprint=fingerprint))}<br>'
        f'{escape(t("web.print.address", language))} <span class="print-address"></span></p>'
    )
