"""The map of areas: before and now, villages that change hands, that are locked, and that are picked."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from geodata import schema
from geodata.texts import Language
from planner.texts import t
from planner.web.area_colours import area_styles, classes
from planner.web.layer_map import MAP_HEIGHT, LayerMap
from planner.web.legend import marks_legend
from planner.web.map import Bounds, MapState, picked_villages, village_map
from planner.web.map_areas import Area, Picks
from planner.web.tables import paragraph
from planner.web.territories_asked import in_scope
from planner.web.territories_work import Work

_SHOWN: Final = "territories-shown"
_NOW: Final = "now"
_BEFORE: Final = "before"
_MARKS: Final = ("changed", "locked", "picked")
_MOST_MARKED: Final = 1 / 3  # of the villages: more signs than that hide the areas


def show(found: LayerMap, work: Work, language: Language) -> None:
    """Show the map.

    Parameters
    ----------
    found
        The layer and its files.
    work
        The division.
    language
        Language of the map's own words.
    """
    layer = found.layer
    codes = layer.frame[schema.VILLAGE_CODE].astype(str).tolist()
    shown = _shown(work, language)
    assignment = work.before if shown == _BEFORE else work.draft.assignment
    held = {code: agent for code, agent in assignment.items() if code in work.draft.assignment}
    marks = _marks(work, codes)
    many = len(marks["changed"]) > _MOST_MARKED * len(work.draft.assignment)
    changed = len(marks.pop("changed")) if many else 0
    inside = set(layer.frame.loc[in_scope(layer, work.asked.scope).to_numpy(), schema.VILLAGE_CODE].astype(str))
    free = len(inside.difference(work.draft.assignment))
    now = MapState(
        classes(codes, held, work.colours(), inside=inside),
        "",
        _bounds(work),
        area_styles(),
        language,
        marks={kind: marks[kind] for kind in _MARKS if kind in marks and kind != "picked"},
        areas=_areas(codes, held),
        picks=Picks(marks["picked"], work.heard),
    )
    village_map(found.files, found.assets, state=now, height=MAP_HEIGHT + 90, on_click=partial(_take_picks, work))
    told = [t("web.territories.map_note", language)]
    if changed:
        told.insert(0, t("web.territories.many_changed", language, count=changed, villages=len(work.draft.assignment)))
    if free:
        told.insert(0, t("web.territories.free", language, count=free))
    st.html(f'{marks_legend(marks, {}, language)}<div class="about">{paragraph(*told)}</div>')


def _shown(work: Work, language: Language) -> str:
    """Show the switch between now and before; return which one is on the map."""
    if dict(work.before) == dict(work.draft.assignment):
        st.session_state.pop(_SHOWN, None)
        return _NOW
    st.session_state.setdefault(_SHOWN, _NOW)
    words = {_NOW: t("web.territories.now", language), _BEFORE: t(f"web.territories.before.{work.kind}", language)}
    with st.container(key="territories-switch"):
        st.segmented_control(
            t("web.territories.shown", language),
            list(words),
            format_func=words.__getitem__,
            key=_SHOWN,
            required=True,
        )
    return str(st.session_state[_SHOWN] or _NOW)


def _marks(work: Work, codes: list[str]) -> dict[str, list[int]]:
    changed = set(work.changes()[schema.VILLAGE_CODE])
    kinds = {"changed": changed, "locked": work.draft.locks, "picked": frozenset(work.picked)}
    return {kind: [at for at, code in enumerate(codes) if code in listed] for kind, listed in kinds.items()}


def _areas(codes: list[str], assignment: Mapping[str, str]) -> list[Area]:
    own: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        if agent := assignment.get(code):
            own.setdefault(agent, []).append(at)
    return [Area(agent, own[agent]) for agent in sorted(own)]


def _bounds(work: Work) -> Bounds:
    """Return south, west, north, east of the villages; those that are divided stay the same while somebody works."""
    west, south, east, north = work.draft.base.ground.villages.total_bounds
    return float(south), float(west), float(north), float(east)


def _take_picks(work: Work) -> None:
    """Take over what was picked on the map; called before the rerun."""
    told = picked_villages(st.session_state)
    if told is not None:
        work.pick(told.codes)
        work.heard = told.told
