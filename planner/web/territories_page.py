"""The page of the areas of agents: divide, look, move by hand, balance again, save."""

from functools import partial
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.territories.current import as_assigned
from planner.territories.divide import Territories, divide
from planner.texts import t
from planner.web import (
    data,
    day_text,
    notice,
    territories_change,
    territories_file,
    territories_form,
    territories_history,
    territories_keep,
    territories_map,
    territories_move,
    territories_records,
    territories_tables,
    territories_work,
    visitor,
)
from planner.web.frame import head
from planner.web.jobs import Job
from planner.web.layer_map import LayerMap, prepared
from planner.web.territories_asked import Asked, agent_table, villages_in
from planner.web.territories_file import Kept
from planner.web.territories_work import Work
from planner.web.waiting import result_of
from planner.web.workers import apart

_WANTED: Final = "territories-wanted"
_LOOKED: Final = "territories-looked"


def render(static: Path) -> None:
    """Show the page.

    Parameters
    ----------
    static
        Folder beside the entry that Streamlit serves to the browser.
    """
    language = head("web.territories.title", "web.territories.intro")
    visitor.require("page.territories")
    _work(prepared(static, language), language)


@st.fragment
def _work(found: LayerMap, language: Language) -> None:
    try:
        work = territories_work.current()
        if work is not None and work.asked.fingerprint != data.key_of(found.layer.fingerprint):
            work = None
        _kept(found.layer, work, language)
        with st.container(border=True, key="rules"):
            asked = territories_form.show(found.layer, work, language)
            st.button(
                t("web.territories.divide", language),
                type="primary",
                disabled=asked is None,
                key="territories-divide",
                on_click=_want,
                args=(asked, None),
                width="stretch",
            )
        work = _divided(found.layer, work, language)
        if work is not None:
            _show(found, work, asked, language)
    except DataError as error:
        notice.show("error", *error.text(language).splitlines())


def _show(found: LayerMap, work: Work, asked: Asked | None, language: Language) -> None:
    if asked is not None and not asked.same_question(work.asked) and work.kind != "agents":
        notice.show("info", t("web.territories.outdated", language))
    if territories_change.show(work, found.layer, language):
        st.rerun()
    territories_change.told(work, language)
    with st.container(key="territories"):
        left, right = st.columns([3, 2], gap="medium")
        with left, st.container(key="map"):
            territories_map.show(found, work, language)
        with right, st.container(border=True, key="territories-moves"):
            territories_move.show(work, language)
    st.caption(t("web.territories.draft_note", language))
    territories_tables.show(work, language)
    territories_tables.changes(work, language)
    territories_keep.files(work, found.layer, language)
    territories_keep.save(work, language)
    territories_history.show(work, found.layer, language)


def _want(asked: Asked, kept: Kept | None) -> None:
    """Begin a division; called before the rerun."""
    st.session_state[_WANTED] = (asked, kept)
    st.session_state[_LOOKED] = True


def _kept(layer: VillageLayer, work: Work | None, language: Language) -> None:
    """Offer the draft of an earlier visit, while none is open."""
    if work is not None or st.session_state.get(_LOOKED):
        return
    kept = territories_file.kept(data.key_of(layer.fingerprint))
    if kept is None:
        return
    notice.show("info", t("web.territories.kept", language, at=day_text.time(kept.at, language)))
    with st.container(horizontal=True, key="territories-kept"):
        st.button(
            t("web.territories.kept_open", language), key="territories-open", on_click=_want, args=(kept.asked, kept)
        )
        st.button(t("web.territories.kept_drop", language), key="territories-drop", on_click=territories_file.drop)


def _divided(layer: VillageLayer, work: Work | None, language: Language) -> Work | None:
    """Return the division that is asked for, or the one of this visit; nothing while the work goes on."""
    wanted: tuple[Asked, Kept | None] | None = st.session_state.get(_WANTED)
    if wanted is None:
        return work
    asked, kept = wanted
    villages = villages_in(layer, asked.scope)
    pairs = data.st_surroundings(layer.fingerprint, layer).pairs

    def told(job: Job) -> str:
        percent = 100 * sum(job.steps) / max(1, asked.parameters.moves_per_village * len(villages))
        return t("web.territories.dividing", language, percent=min(99, round(percent)))

    try:
        shared = not asked.current and not asked.locks and not territories_records.exist()
        key = ("territories", *asked)
        found: Territories | None = result_of(
            key, partial(_found, asked, villages, pairs, layer), told, language, shared=shared
        )
    except DataError:
        del st.session_state[_WANTED]
        raise
    if found is None:
        return None
    del st.session_state[_WANTED]
    made = _begun(asked, found, kept)
    territories_work.put(made)
    return made


def _found(
    asked: Asked, villages: gpd.GeoDataFrame, pairs: pd.DataFrame, layer: VillageLayer, job: Job
) -> Territories | None:
    """Divide the villages, or take them as they are; the long work."""
    agents, params = agent_table(asked.agents, layer), asked.parameters
    if asked.current:
        return as_assigned(villages, pairs, agents, dict(asked.current), params, allow=asked.allow, forbid=asked.forbid)
    return apart(
        job,
        divide,
        villages,
        pairs,
        agents,
        params,
        allow=asked.allow,
        forbid=asked.forbid,
        locks=dict(asked.locks),
        telling="on_moves",
    )


def _begun(asked: Asked, found: Territories, kept: Kept | None) -> Work:
    """Begin to work on a division; with records it is compared with them."""
    if kept is not None:
        work = territories_work.begun(asked, found, kept.before, kept.kind)
    elif territories_records.exist():
        now = territories_records.now()
        inside = {code: now[code] for code in found.assignment.index.astype(str) if code in now}
        work = territories_work.begun(asked, found, inside or None, "records")
    else:
        earlier = territories_work.current()
        known = earlier.before if earlier is not None and earlier.kind == "file" else None
        work = territories_work.begun(asked, found, dict(asked.current) or known, "file")
    if territories_records.exist():
        kept_seen = None if kept is None else kept.seen
        work.seen = territories_records.seen() if kept_seen is None else kept_seen
    return work
