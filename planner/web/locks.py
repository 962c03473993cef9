"""Villages that a visitor locks into the coming plan or out of it: codes in the address, shared by the pages."""

import re
from typing import Final, Literal

import streamlit as st

from planner.web import state

Lock = Literal["wajib", "jangan"]
LOCKS: Final[tuple[Lock, ...]] = (state.MUST, state.NEVER)

_CODES: Final = re.compile(r"(\d\d\.\d\d\.\d\d\.\d{4})(,\d\d\.\d\d\.\d\d\.\d{4})*")
_BETWEEN: Final = ","
_FULL: Final = "locks-full"


def locked(lock: Lock) -> tuple[str, ...]:
    """Return the codes that are locked in (``wajib``) or out (``jangan``), in the order in which that was asked."""
    text = state.restore_text(lock, lambda text: bool(_CODES.fullmatch(text)))
    return tuple(dict.fromkeys(text.split(_BETWEEN))) if text else ()


def lock_of(code: str) -> Lock | None:
    """Return how a village is locked; nothing where it is free."""
    return next((lock for lock in LOCKS if code in locked(lock)), None)


def is_full(lock: Lock) -> bool:
    """Whether no further village finds room in the address."""
    return len(_BETWEEN.join((*locked(lock), "00.00.00.0000"))) > state.LONGEST


def put_lock(code: str, lock: Lock | None) -> None:
    """Lock a village in or out, or free it again."""
    for name in LOCKS:
        others = [other for other in locked(name) if other != code]
        state.put(name, _BETWEEN.join([*others, code] if name == lock else others))


def keep() -> None:
    """Keep what is locked for the other pages, as a link brought it."""
    for name in LOCKS:
        state.put(name, _BETWEEN.join(locked(name)))


def clicked(code: str, lock: Lock | None) -> None:
    """Lock a village when its button is clicked; what the address cannot hold is told by `was_full`."""
    full = lock is not None and is_full(lock)
    st.session_state[_FULL] = full
    if not full:
        put_lock(code, lock)


def was_full() -> bool:
    """Whether the last click found no room; said once."""
    return bool(st.session_state.pop(_FULL, False))
