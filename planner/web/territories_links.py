"""Links across water and barriers of a division: those that were drawn can be forbidden, others named."""

from typing import Final

import streamlit as st

from geodata.contiguity import DISTANCE_KM, VILLAGE_CODE_A, VILLAGE_CODE_B
from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from geodata.texts import Language, number
from planner.territories.graph import Link
from planner.territories.tables import parse_links
from planner.texts import t
from planner.web.labels import plain
from planner.web.territories_work import Work

_ALLOW: Final = "territories-allow"
_FORBID: Final = "territories-forbid"
_CLOSED: Final = "territories-closed"
_LONGEST: Final = 2_000

Links = tuple[Link, ...]


def show(work: Work | None, language: Language) -> tuple[Links, Links]:
    """Show the links; return those to add, and the barriers.

    Raises
    ------
    PlanError
        If what was written is no link.
    """
    with st.expander(t("web.territories.links", language)):
        st.caption(t("web.territories.links_about", language))
        closed = _drawn(work, language)
        allow = _written(_ALLOW, "allow", "19.02.02.2010:19.02.03.2004", language)
        forbid = _written(_FORBID, "forbid", "16.02:16.07, 16.02.03.2001:16.02.04.2005", language)
    return allow, tuple(dict.fromkeys((*closed, *forbid)))


def _drawn(work: Work | None, language: Language) -> list[Link]:
    """Show the links that were drawn, and those of them that were forbidden before; return the forbidden ones."""
    known: dict[Link, str] = st.session_state.setdefault(_CLOSED, {})
    listed = dict(known)
    if work is not None:
        base = work.draft.base
        names = base.ground.villages.set_index(VILLAGE_CODE)[VILLAGE_NAME]
        for row in base.islands.joined.to_dict("records"):
            one, other = str(row[VILLAGE_CODE_A]), str(row[VILLAGE_CODE_B])
            km = number(float(row[DISTANCE_KM]), language, 1)
            listed[one, other] = t(
                "web.territories.link", language, one=names[one], a=one, other=names[other], b=other, km=km
            )
    if not listed:
        st.caption(t("web.territories.links_none", language))
    closed: dict[Link, str] = {}
    for link, words in listed.items():
        key = f"territories-link-{link[0]}-{link[1]}"
        st.session_state.setdefault(key, link not in known)
        if not st.checkbox(plain(words), key=key):
            closed[link] = words
    st.session_state[_CLOSED] = closed
    return list(closed)


def _written(key: str, name: str, example: str, language: Language) -> Links:
    st.session_state.setdefault(key, "")
    text = st.text_input(t(f"web.territories.{name}", language), key=key, placeholder=example, max_chars=_LONGEST)
    return tuple(parse_links(text, option=t(f"web.territories.{name}", language)))
