"""Rupiah as people write and read them: 500jt, 1,86 miliar, Rp16.800."""

import re
from typing import Final

from geodata.texts import Language, number
from planner.errors import PlanError
from planner.texts import t

MOST: Final = 1_000_000_000_000_000  # a thousand trillion: more is a slip of the keys
_WORDS: Final = {
    "": 1,
    "rb": 10**3,
    "ribu": 10**3,
    "k": 10**3,
    "jt": 10**6,
    "juta": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "m": 10**9,
    "miliar": 10**9,
    "milyar": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "t": 10**12,
    "triliun": 10**12,
    "trillion": 10**12,
}
_AMOUNT: Final = re.compile(r"(?:rp\.?|idr)?\s*(\d[\d.,]*)\s*([a-z]*)")


def parse(text: str) -> int:
    """Return an amount that a person wrote.

    Points and commas may group thousands or separate decimals: three digits after every one of them are groups, except
    after a single comma before a word such as ``jt``. ``M`` is a billion (miliar), as offices write it.

    Parameters
    ----------
    text
        Such as ``500jt``, ``1,86 miliar``, ``Rp 16.800``, ``2500000``.

    Returns
    -------
    Rupiah, rounded to whole ones.

    Raises
    ------
    PlanError
        If it is no amount, is negative, or above ``MOST``.
    """
    found = _AMOUNT.fullmatch(text.strip().lower())
    digits = _digits(found[1], has_word=bool(found[2])) if found and found[2] in _WORDS else None
    if found is None or digits is None:
        raise PlanError("rupiah.unreadable", text=text.strip()[:40])
    amount = round(digits * _WORDS[found[2]])
    if amount > MOST:
        raise PlanError("rupiah.too_much", text=text.strip()[:40])
    return amount


def written(amount: float, language: Language) -> str:
    """Write rupiah in full: Rp1.234.567."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{number(abs(round(amount)), language)}"


def spoken(amount: float, language: Language) -> str:
    """Write rupiah as said in a meeting, to three digits: Rp1,86 miliar; small amounts in full."""
    size = abs(amount)
    for power, unit in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if size >= power - (0.5 if unit == "million" else power / 2_000):  # 999,9 million are told as 1 billion
            digits = size / power
            decimals = 2 if digits < 10 else 1 if digits < 100 else 0
            shown = number(digits, language, decimals)
            mark = "," if language == "id" else "."
            shown = shown.rstrip("0").rstrip(mark) if mark in shown else shown
            return ("-" if amount < 0 else "") + t(f"rupiah.{unit}", language, amount=shown)
    return written(amount, language)


def _digits(text: str, *, has_word: bool) -> float | None:
    groups = re.split(r"[.,]", text)
    if len(groups) == 1:
        return float(text)
    marks = re.findall(r"[.,]", text)
    in_threes = len(groups[0]) in (1, 2, 3) and all(len(group) == 3 for group in groups[1:])
    if in_threes and len(set(marks)) == 1 and not (has_word and marks == [","]):
        return float("".join(groups))
    whole, decimals = groups[:-1], groups[-1]
    grouped = len(whole) == 1 or (
        all(len(group) == 3 for group in whole[1:]) and len(set(marks[:-1])) == 1 and marks[-1] != marks[0]
    )
    return float(f"{''.join(whole)}.{decimals}") if grouped and decimals and has_word else None
