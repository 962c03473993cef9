"""Villages that must or must not be chosen: two lists in the address."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.texts import t
from planner.web import state
from planner.web.labels import plain

Lock = Literal["wajib", "jangan"]
LOCKS: Final[tuple[Lock, ...]] = ("wajib", "jangan")

_CODE: Final = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")
_BETWEEN: Final = ","
_FULL: Final = "select-locks-full"


@dataclass(frozen=True)
class Locked:
    """Codes of villages that must be chosen, and of those that must not."""

    must: tuple[str, ...]
    never: tuple[str, ...]

    def of(self, code: str) -> Lock | None:
        """Return on which list a village stands."""
        return "wajib" if code in self.must else "jangan" if code in self.never else None

    def within(self, codes: Collection[str]) -> "Locked":
        """Return those among some codes."""
        must, never = (tuple(code for code in kind if code in codes) for kind in (self.must, self.never))
        return Locked(must, never)


def restored() -> Locked:
    """Return the lists of this visit; a village on both must be chosen."""
    must, never = (_codes(state.restore_text(kind, _is_list)) for kind in LOCKS)
    never = tuple(code for code in never if code not in must)
    state.put("wajib", _BETWEEN.join(must))
    state.put("jangan", _BETWEEN.join(never))
    return Locked(must, never)


def put(code: str, kind: Lock | None) -> None:
    """Put a village on a list, or take it off; a list that no address can hold stays as it is."""
    lists = {name: [known for known in _codes(st.session_state[name]) if known != code] for name in LOCKS}
    if kind is not None:
        lists[kind].append(code)
    texts = {name: _BETWEEN.join(codes) for name, codes in lists.items()}
    st.session_state[_FULL] = max(map(len, texts.values())) > state.LONGEST
    if not st.session_state[_FULL]:
        for name, text in texts.items():
            state.put(name, text)


def buttons(code: str, now: Lock | None, language: Language, *, declared: bool) -> None:
    """Show the buttons that put a village on a list or take it off.

    Parameters
    ----------
    code
        The village.
    now
        On which list it stands.
    language
        Language of the buttons.
    declared
        Whether it is a Desa Sadar already: then it cannot be asked for.
    """
    with st.container(horizontal=True, key="locks"):
        for kind in LOCKS:
            off = now == kind or (declared and kind == "wajib")
            label = t(f"web.select.lock.{kind}", language)
            st.button(label, key=f"lock-{kind}", on_click=partial(put, code, kind), disabled=off)
        free = t("web.select.lock.free", language)
        st.button(free, key="lock-free", on_click=partial(put, code, None), disabled=now is None)


def chips(locked: Locked, villages: pd.DataFrame, language: Language) -> None:
    """Show both lists; a click on a village takes it off.

    Parameters
    ----------
    locked
        The lists.
    villages
        All villages with code and name.
    language
        Language of the words.
    """
    if st.session_state.get(_FULL):
        st.warning(t("web.select.lock.full", language))
    codes = [*locked.must, *locked.never]
    rows = villages[villages[schema.VILLAGE_CODE].isin(codes)]
    names = dict(zip(rows[schema.VILLAGE_CODE], rows[schema.VILLAGE_NAME], strict=True))
    for kind, listed in zip(LOCKS, (locked.must, locked.never), strict=True):
        if not listed:
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"chips-{kind}"):
            st.html(f'<p class="chips">{t(f"web.select.lock.{kind}_list", language)}</p>', width="content")
            for code in listed:
                label = t("web.select.lock.chip", language, village=plain(str(names.get(code, code))))
                st.button(label, key=f"chip-{code}", on_click=partial(put, code, None), type="tertiary")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in text.split(_BETWEEN) if code))


def _is_list(text: str) -> bool:
    return all(_CODE.fullmatch(code) for code in _codes(text))
