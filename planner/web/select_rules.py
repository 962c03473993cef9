"""The form of the rules of a selection: every field in the address, problems beside the fields."""

import re
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from pydantic import ValidationError

from geodata.texts import Language
from planner import rupiah
from planner.errors import PlanError
from planner.selection.limits import Limits, by_field
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.texts import t
from planner.web import notice, select_limits, state
from planner.web.locks import Locked

_MOST: Final = 100_000
_DIGITS: Final = 9
_KM: Final = re.compile(r"\d{1,3}(\.\d{1,2})?")


@dataclass(frozen=True)
class Field:
    """A number of the form.

    Attributes
    ----------
    key
        Its name in the address.
    name
        The field of `SelectionParams`.
    most
        The largest number it takes.
    whole
        Whether it counts something.
    default
        What the rules have where it is left empty.
    step
        By how much a press on its buttons changes it.
    least
        The smallest number it takes.
    """

    key: str
    name: str
    most: float
    whole: bool = True
    default: float | None = None
    step: float = 1
    least: float = 0

    def read(self, text: str) -> float | None:
        """Return the number of an address; nothing where it holds none."""
        number: float | None = None
        if self.whole and text.isascii() and text.isdigit() and len(text) < _DIGITS:
            number = int(text)
        elif not self.whole and text.isascii() and _KM.fullmatch(text):
            number = float(text)
        return number if number is not None and self.least <= number <= self.most else None

    def write(self, number: float) -> str:
        """Return a number as it stands in the address."""
        return str(int(number)) if self.whole else f"{number:g}"


LAUNCHES: Final = Field(state.LAUNCHES, "launches", _MOST)
_ROWS: Final = (
    (
        Field(state.LAUNCHES_LEAST, "launches_min", _MOST, default=0),
        Field(state.PER_DISTRICT, "max_per_district", _MOST),
    ),
    (
        Field(state.AGENT_DAYS, "agent_days", 10_000_000),
        Field(state.PER_DAY, "registrations_per_day", 1_000, whole=False, default=20, least=0.1),
    ),
    (
        Field(state.REGENCY_LEAST, "min_per_regency", _MOST, default=0),
        Field(state.REGENCY_MOST, "max_per_regency", _MOST),
    ),
    (
        Field(state.BRANCH_LEAST, "min_per_branch", _MOST, default=0),
        Field(state.BRANCH_MOST, "max_per_branch", _MOST),
    ),
    (
        Field(state.SPILLOVER, "spillover_km", 50, whole=False, default=0),
        Field(state.SPILLED, "spillover_share", 1, whole=False, default=0.25, step=0.05),
    ),
    (
        Field(state.SPACING, "spacing_km", 500, whole=False, default=0),
        Field(state.SECTOR_SHARE, "sector_share_pct", 100, whole=False, default=10),
    ),
    (
        Field(state.NEARNESS, "gap_pct", 100, whole=False, default=0.1, step=0.1),
        Field(state.SECONDS, "seconds", 600, default=60),
    ),
)
OTHERS: Final = tuple(field for row in _ROWS for field in row)
"""The rules that are folded away at first."""
_BOTH: Final = (
    (state.LAUNCHES_LEAST, state.LAUNCHES),
    (state.REGENCY_LEAST, state.REGENCY_MOST),
    (state.BRANCH_LEAST, state.BRANCH_MOST),
)
_OPEN: Final = "select-others-open"


def main_fields(language: Language) -> list[str]:
    """Show budget, launches and objective; return what is wrong with them."""
    wrong = _budget(language)
    _number(LAUNCHES, language)
    names = {name: t(f"web.select.objective.{name}", language) for name in OBJECTIVES}
    state.restore(state.OBJECTIVE, OBJECTIVES, default=OBJECTIVES[0])
    st.selectbox(t("web.select.field.tujuan", language), OBJECTIVES, format_func=names.__getitem__, key=state.OBJECTIVE)
    state.remember(state.OBJECTIVE, default=OBJECTIVES[0])
    st.caption(t("web.select.help.tujuan", language))
    return wrong


def other_fields(names: select_limits.Names, language: Language) -> Limits:
    """Show the other rules; return the limits of single regencies, sectors and offices that can be used here.

    Parameters
    ----------
    names
        What can be limited in this region.
    language
        Language of the labels.
    """
    for field in OTHERS:
        _restore(field)
    limits = select_limits.restored()
    given = bool(limits) or any(st.session_state[field.key] is not None for field in OTHERS)
    opened = st.session_state.setdefault(_OPEN, given)  # another answer later would fold it under the visitor's hands
    with st.expander(t("web.select.others", language), expanded=opened):
        for row in _ROWS:
            for column, field in zip(st.columns(2), row, strict=True):
                with column:
                    _number(field, language)
        return select_limits.edit(limits, names, language)


def rules_of(limits: Limits, locked: Locked, language: Language) -> tuple[SelectionParams | None, list[str]]:
    """Return the rules of the form, or what is wrong with them.

    Parameters
    ----------
    limits, locked
        Of single regencies, sectors and offices; of single villages.
    language
        Language of the sentences.
    """
    values: dict[str, Any] = {"objective": st.session_state[state.OBJECTIVE], **by_field(limits)}
    values |= {"must": locked.must, "never": locked.never}
    if amount := st.session_state[state.BUDGET].strip():
        values["budget_idr"] = rupiah.parse(amount)
    for field in (LAUNCHES, *OTHERS):
        number = st.session_state[field.key]
        if number is not None:
            values[field.name] = number
    wrong = [
        t("web.select.problem.ends", language, least=_label(least, language), most=_label(most, language))
        for least, most in _BOTH
        if (st.session_state[least] or 0) > _or(st.session_state[most], _MOST)
    ]
    if wrong:
        return None, wrong
    try:
        return SelectionParams(**values), []
    except ValidationError:  # all else is checked by the fields: only a limit can be missing
        return None, [t("web.select.problem.no_limit", language)]


def is_unlimited() -> bool:
    """Say whether nothing holds the size of the plan yet."""
    numbers = (st.session_state[key] for key in (state.LAUNCHES, state.AGENT_DAYS))
    return not st.session_state[state.BUDGET].strip() and all(number is None for number in numbers)


def put(changes: dict[str, Any]) -> None:
    """Fill in fields of the form; called before the rerun."""
    st.session_state.update(changes)


def _budget(language: Language) -> list[str]:
    key = state.BUDGET
    if key not in st.session_state:
        told = st.query_params.get(key, "")
        st.session_state[key] = told if len(told) < 40 and not _unreadable(told, language) else ""
    st.text_input(_label(key, language), key=key, placeholder=t("web.select.example.anggaran", language), max_chars=40)
    wrong = _unreadable(st.session_state[key], language)
    if wrong:
        notice.show("error", wrong)
        state.write(key, "")
        return [wrong]
    text = st.session_state[key].strip()
    state.write(key, text)
    if text:
        st.caption(t("web.select.read_as", language, amount=rupiah.written(rupiah.parse(text), language)))
    else:
        st.caption(t("web.select.help.anggaran", language))
    return []


def _unreadable(text: str, language: Language) -> str:
    if not text.strip():
        return ""
    try:
        rupiah.parse(text)
    except PlanError as error:
        return error.text(language)
    return ""


def _restore(field: Field) -> None:
    if field.key not in st.session_state:
        st.session_state[field.key] = field.read(st.query_params.get(field.key, ""))


def _number(field: Field, language: Language) -> None:
    _restore(field)
    st.number_input(
        _label(field.key, language),
        int(field.least) if field.whole else float(field.least),
        int(field.most) if field.whole else float(field.most),
        value=None,
        step=int(field.step) if field.whole else float(field.step),
        format=None if field.whole else "%0.2f" if field.step < 0.1 else "%0.1f",
        key=field.key,
        placeholder=t(f"web.select.example.{field.key}", language),
    )
    number = st.session_state[field.key]
    state.write(field.key, "" if number is None else field.write(number))
    st.caption(t(f"web.select.help.{field.key}", language))


def _label(key: str, language: Language) -> str:
    return t(f"web.select.field.{key}", language)


def _or(number: float | None, other: float) -> float:
    return other if number is None else number
