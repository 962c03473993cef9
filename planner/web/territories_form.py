"""The form of a division: where, among whom, with which figures."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.errors import PlanError
from planner.territories.agents import numbered
from planner.territories.params import TerritoryParams, WorkloadParams
from planner.territories.tables import read_agents, read_assignment
from planner.texts import t
from planner.web import data, notice, region, state, territories_links, territories_records
from planner.web.file_field import file_field
from planner.web.select_rules import Field
from planner.web.territories_asked import OFFICE_SCOPE, Asked, Pairs, agent_pairs, in_scope, offices, pairs_of
from planner.web.territories_work import Work

OFFICE: Final = "kantor"
REGION: Final = "wilayah"
_SCOPES: Final = (OFFICE, REGION)
_OWN: Final = ("catatan", "berlaku")
_STARTS: Final = ("jumlah", "berkas", "pembagian")
NOW: Final = frozenset({"berlaku", "pembagian"})
"""Beginnings that are an assignment, not a new division."""
_DEFAULT_AGENTS: Final = 10
_MOST_AGENTS: Final = 2_000
Read = TypeVar("Read")
_FILE: Final = "territories-csv"
_READ: Final = "territories-read"
_CHOSEN: Final = "territories-agents"

_NUMBERS: Final = (
    Field(state.AREA_LIMIT, "limit_pct", 100, whole=False, step=1, default=TerritoryParams().limit_pct, least=1),
    Field(state.HOME_WEIGHT, "home_weight", 100, whole=False, step=0.1, default=TerritoryParams().home_weight),
    Field(state.VISIT_HOURS, "hours_per_visit", 24, whole=False, step=0.5, default=2.0, least=0.1),
    Field(state.PER_VISIT, "workers_per_visit", 100_000, default=400, step=50, least=1),
)
_OF_WORK: Final = frozenset({"hours_per_visit", "workers_per_visit"})


def show(layer: VillageLayer, work: Work | None, language: Language) -> Asked | None:
    """Show the form; return what it asks for, nothing while it cannot be used.

    Parameters
    ----------
    layer
        The layer.
    work
        The division of this visit, whose links across water can be forbidden and whose locks are kept.
    language
        Language of the labels.
    """
    scope = _scope(layer, language)
    start = _start(language)
    try:
        agents, now = _who(start, scope, layer, language)
    except DataError as error:
        notice.show("error", *error.text(language).splitlines())
        agents, now = (), {}
    with st.expander(t("web.territories.figures", language)):
        columns = st.columns(2)
        params = _params([_number(field, columns[i % 2], language) for i, field in enumerate(_NUMBERS)])
        st.caption(t("territories.note.assumed", language))
    try:
        allow, forbid = territories_links.show(work, language)
    except PlanError as error:
        notice.show("error", error.text(language))
        return None
    if not agents or (start in NOW and not now):
        return None
    held = {} if work is None or start in NOW else {c: work.draft.assignment[c] for c in work.draft.locks}
    inside = set(layer.frame.loc[in_scope(layer, scope), VILLAGE_CODE]) if held else set()
    codes = {code for code, _ in agents}
    locks = {code: agent for code, agent in held.items() if agent in codes and code in inside}
    if locks:
        st.caption(t("web.territories.locks_kept", language, count=len(locks)))
    key = data.key_of(layer.fingerprint)
    return Asked(key, scope, agents, params, allow, forbid, pairs_of(locks), pairs_of(now))


def _scope(layer: VillageLayer, language: Language) -> str:
    """Show the choice of a branch office or a region."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        state.restore(state.SCOPE, _SCOPES, default=OFFICE)
        st.selectbox(
            t("web.territories.scope", language),
            _SCOPES,
            format_func=lambda one: t(f"web.territories.scope.{one}", language),
            key=state.SCOPE,
            width=230,
        )
        state.remember(state.SCOPE, default=OFFICE)
        if st.session_state[state.SCOPE] == REGION:
            return region.choose(data.st_regions(layer.fingerprint, layer), language)
        names = offices(layer)
        state.restore(state.OFFICE, names, default=territories_records.usual_office(names))
        st.selectbox(t("web.territories.office", language), names, key=state.OFFICE, width=330, placeholder="–")
        state.remember(state.OFFICE)
        return OFFICE_SCOPE + str(st.session_state[state.OFFICE] or "")


def _start(language: Language) -> str:
    known = (*_OWN, *_STARTS) if territories_records.exist() else _STARTS
    state.restore(state.AGENTS_FROM, known, default=known[0])
    st.selectbox(
        t("web.territories.start", language),
        known,
        format_func=lambda one: t(f"web.territories.start.{one}", language),
        key=state.AGENTS_FROM,
    )
    state.remember(state.AGENTS_FROM)
    return str(st.session_state[state.AGENTS_FROM])


def _who(start: str, scope: str, layer: VillageLayer, language: Language) -> tuple[Pairs, dict[str, str]]:
    """Show who is there; return agents with homes, and the assignment it begins with."""
    if start == "jumlah":
        return _counted(language), {}
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    inside = set(villages.loc[in_scope(layer, scope).to_numpy(), VILLAGE_CODE])
    if start in _OWN:
        return _of_records(start, scope, inside, language)
    if start == "berkas":
        read: pd.DataFrame | None = _file(start, lambda path: read_agents(path, villages), language)
        return (() if read is None else agent_pairs(read)), {}
    given: Mapping[str, str] | None = _file(start, read_assignment, language)
    now = {code: agent for code, agent in (given or {}).items() if code in inside}
    if given and not now:
        raise PlanError("web.territories.none_inside")
    return tuple((agent, "") for agent in sorted(set(now.values()))), now


def _counted(language: Language) -> Pairs:
    state.restore_number(state.AGENTS, default=_DEFAULT_AGENTS, most=_MOST_AGENTS)
    st.session_state[state.AGENTS] = max(1, st.session_state[state.AGENTS])
    st.number_input(t("web.territories.agents", language), 1, _MOST_AGENTS, key=state.AGENTS, width=230)
    state.remember_number(state.AGENTS, default=_DEFAULT_AGENTS)
    return agent_pairs(numbered(st.session_state[state.AGENTS]))


def _of_records(start: str, scope: str, inside: set[str], language: Language) -> tuple[Pairs, dict[str, str]]:
    """Show the agents of the records; those of the scope are chosen at first."""
    known, now = territories_records.agents(), territories_records.now()
    mine = {code: agent for code, agent in now.items() if code in inside}
    office = scope.removeprefix(OFFICE_SCOPE) if scope.startswith(OFFICE_SCOPE) else None
    own = territories_records.at_home(known, mine, inside, office)
    key = f"{_CHOSEN}-{scope}"
    st.session_state[key] = [code for code in st.session_state.get(key, own) if code in known]
    chosen = st.multiselect(
        t("web.territories.who", language),
        list(known),
        key=key,
        placeholder=t("web.territories.who_none", language),
    )
    if not chosen:
        st.caption(t("web.territories.choose_agents", language))
        return (), {}
    held = {code: agent for code, agent in mine.items() if agent in set(chosen)}
    without = len(inside) - len(held)
    st.caption(t("web.territories.now_told", language, agents=len(chosen), villages=len(held), without=without))
    if start == "berlaku" and not held:
        raise PlanError("web.territories.none_now")
    return tuple((code, known[code]) for code in chosen), held if start == "berlaku" else {}


def _file(kind: str, read: Callable[[Path], Read], language: Language) -> Read | None:
    """Show the field of a file; return what stands in it, also after the field is gone from the screen."""
    key = f"{_FILE}-{kind}"
    file_field(
        t(f"web.territories.file.{kind}", language),
        key,
        choose=t("web.territories.file_choose", language),
        refused=t("web.territories.file_refused", language),
        on_change=lambda: st.session_state.pop(f"{_READ}-{kind}", None),
    )
    given = st.session_state.get(key)
    kept = st.session_state.get(f"{_READ}-{kind}")
    if given is not None and kept is None:
        with TemporaryDirectory() as folder:
            ending = Path(given.name).suffix.lower()
            path = Path(folder) / f"{Path(given.name).stem[:60]}{ending if ending in ('.json', '.geojson') else '.csv'}"
            path.write_bytes(given.getvalue())
            kept = read(path)
        st.session_state[f"{_READ}-{kind}"] = kept
    found: Read | None = kept
    return found


def _number(field: Field, column: "st.delta_generator.DeltaGenerator", language: Language) -> tuple[str, float]:
    if field.key not in st.session_state:
        told = field.read(st.query_params.get(field.key, ""))
        st.session_state[field.key] = field.default if told is None else told
    kind: type[int | float] = int if field.whole else float
    st.session_state[field.key] = kind(st.session_state[field.key])
    number = column.number_input(
        t(f"web.territories.field.{field.name}", language),
        kind(field.least),
        kind(field.most),
        step=kind(field.step),
        format=None if field.whole else "%0.1f",
        key=field.key,
    )
    state.write(field.key, field.write(number), default=field.write(field.default or 0))
    return field.name, float(number)


def _params(numbers: list[tuple[str, float]]) -> str:
    work: dict[str, Any] = {name: value for name, value in numbers if name in _OF_WORK}
    areas: dict[str, Any] = {name: value for name, value in numbers if name not in _OF_WORK}
    return TerritoryParams(**areas, workload=WorkloadParams(**work)).model_dump_json()
