"""What the visitor has chosen: kept in the session and in the address, so that a page can be shared."""

from collections.abc import Collection
from typing import Final

import streamlit as st

from geodata.texts import LANGUAGES, Language

LANGUAGE: Final = "lang"
PROVINCE: Final = "provinsi"
REGENCY: Final = "kabupaten"
SECTOR: Final = "sektor"
MEASURE: Final = "ukuran"
CLASSES: Final = "kelas"
VILLAGE: Final = "desa"


def restore(key: str, allowed: Collection[str], *, default: str = "") -> str:
    """Return a choice: from the session, else from the address, else the default.

    Parameters
    ----------
    key
        Name of the choice in session and address.
    allowed
        Values it may have; others are dropped without a word, as an old link may carry them.
    default
        Value that is left out of the address.
    """
    chosen = st.session_state.get(key, st.query_params.get(key, default))
    st.session_state[key] = chosen if chosen in allowed else default
    return str(st.session_state[key])


def remember(key: str, *, default: str = "") -> None:
    """Write a choice from the session to the address."""
    chosen = st.session_state[key]
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen


def language_switch() -> Language:
    """Show the choice of language and return the chosen one; Bahasa Indonesia comes first."""
    restore(LANGUAGE, LANGUAGES, default="id")
    names = {"id": "Bahasa Indonesia", "en": "English"}
    st.segmented_control(
        "Bahasa / Language",
        LANGUAGES,
        format_func=names.__getitem__,
        key=LANGUAGE,
        required=True,
        label_visibility="collapsed",
    )
    remember(LANGUAGE, default="id")
    chosen: Language = "en" if st.session_state[LANGUAGE] == "en" else "id"
    return chosen
