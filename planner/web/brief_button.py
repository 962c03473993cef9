"""Briefs for heads of regions as a file: one at once, those of a whole plan prepared with progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Final

import streamlit as st

from geodata.declared import declared_codes
from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.offices import read_offices
from geodata.paths import Paths
from geodata.schema import REGENCY_CODE, REGENCY_NAME
from geodata.texts import Language
from planner import plan_record, published, ucj_board
from planner.briefs import Basis, Known, page, set_pages
from planner.briefs.proposed import of_gap, of_plan
from planner.briefs.stamped import ENDING, stamp_of
from planner.criteria import Surroundings
from planner.params import ScoringParams
from planner.rights import Principal
from planner.selection.plan import SelectionPlan
from planner.store.brief_records import BriefRecords, brief_records
from planner.store.engine import Engine, reading
from planner.texts import t
from planner.web import data, records, visitor
from planner.web.exports import kept
from planner.web.jobs import Job, Key
from planner.web.labels import plain
from planner.web.links import page_link
from planner.web.waiting import result_of

_MIME: Final = "application/pdf"
_EVERY: Final = ""
_CHOSEN: Final = "brief-regency"
_ASKED: Final = "brief-asked"


class _EndedError(Exception):
    """Nobody waits for the file any more."""


@dataclass(frozen=True)
class Proposal:
    """A plan whose villages a brief proposes: the plan, the layer it was made from, its name and its record."""

    plan: SelectionPlan
    layer: VillageLayer
    name: str
    record: bytes


@dataclass(frozen=True)
class _Source:
    """What a file is made of, known before anybody clicks; the records only where there are some."""

    layer: VillageLayer
    around: Surroundings
    proposal: Proposal | None
    engine: Engine | None
    by: Principal
    on: date
    language: Language


def offer(layer: VillageLayer, language: Language, proposal: Proposal | None = None, *, region: str = "") -> None:
    """Offer the briefs of regencies: of those where a plan has villages, without a plan of any one of a region.

    Parameters
    ----------
    layer
        The layer in use.
    language
        Language of the briefs and of the words.
    proposal
        The plan.
    region
        Code of a province or a regency; empty for all.

    Raises
    ------
    PlanError
        If the visitor may not see the figures of the office.
    """
    by = visitor.require("page.public")
    around = data.st_surroundings(layer.fingerprint, layer)
    source = _Source(layer, around, proposal, visitor.records() if records.exist() else None, by, today(), language)
    names = {code: name for code, name in _names(layer, proposal).items() if code.startswith(region)}
    if not names:
        return
    # another plan, and another region, has other regencies
    chosen_key = "-".join(filter(None, (_CHOSEN, *map(str, _key(source)[1:3]), region)))
    with st.expander(t("web.brief.title", language)):
        st.caption(t("web.brief.note", language))
        if proposal is None:
            st.caption(t("web.brief.no_plan", language))
            page_link("scenarios", language, words="web.brief.of_plan")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = _chosen(names, chosen_key, language, every=proposal is not None)
            if chosen != _EVERY:
                words = t("web.brief.file", language, regency=plain(names[chosen]))
                _download(words, partial(_made, source, [chosen]), language, chosen)
            else:
                key = _key(source)
                words = t("web.brief.prepare", language, count=len(names))
                st.button(words, key="brief-prepare", on_click=partial(_ask, key))
        if chosen == _EVERY and st.session_state.get(_ASKED) == _key(source):
            _all(source, list(names), language)


def _chosen(names: dict[str, str], key: str, language: Language, *, every: bool) -> str:
    """Ask for one of several regencies, or for all where these can be asked for; return its code, empty for all."""
    if len(names) == 1:
        return next(iter(names))
    return st.selectbox(
        t("web.brief.regency", language),
        [*names, *([_EVERY] if every else [])],
        format_func=lambda code: names.get(code) or t("web.brief.every", language, count=len(names)),
        key=key,
        width=320,
    )


def _all(source: _Source, codes: list[str], language: Language) -> None:
    """Offer the briefs of all regencies of a plan as one file, once it is made."""

    def told(job: Job) -> str:
        return t("web.brief.step", language, done=job.steps[-1] if job.steps else 0, total=len(codes))

    content = result_of(_key(source), partial(_prepared, source, codes), told, language, shared=False)
    if content is not None:
        _download(t("web.brief.file_all", language, count=len(codes)), content, language, "")


def _download(words: str, content: object, language: Language, code: str) -> None:
    name = "-".join([t("briefs.file", language), *([code] if code else [])])
    st.download_button(
        words,
        content,  # type: ignore[arg-type]  # bytes, or their maker
        file_name=name + ENDING,
        mime=_MIME,
        on_click="ignore",
        key=f"brief-file-{code}",
    )


def _ask(key: Key) -> None:
    st.session_state[_ASKED] = key


def _key(source: _Source) -> Key:
    plan = "" if source.proposal is None else sha256(source.proposal.record).hexdigest()
    return ("briefs", data.key_of(source.layer.fingerprint), plan, source.on, source.language)


def _names(layer: VillageLayer, proposal: Proposal | None) -> dict[str, str]:
    """Return the regencies that can be asked for, by code: those of the plan, else all."""
    rows = layer.frame[[REGENCY_CODE, REGENCY_NAME]].drop_duplicates(REGENCY_CODE)
    names = dict(zip(rows[REGENCY_CODE], rows[REGENCY_NAME], strict=True))
    wanted = names if proposal is None else {*proposal.plan.chosen[REGENCY_CODE]}
    return {str(code): str(name) for code, name in sorted(names.items()) if code in wanted}


def _prepared(source: _Source, codes: Sequence[str], job: Job) -> bytes | None:
    try:
        return _made(source, codes, job)
    except _EndedError:
        return None


def _made(source: _Source, codes: Sequence[str], job: Job | None = None) -> bytes:
    """Make a file and write down that it left."""
    basis, scoring = _basis(source)
    pages = []
    for done, code in enumerate(codes, start=1):
        pages.append(page(basis, code, source.language))
        if job is not None and not job.tell(done):
            raise _EndedError
    proposal = source.proposal
    plan, record = ("", b"") if proposal is None else (proposal.name, proposal.record)
    stamp = stamp_of(basis, codes, scoring, language=source.language, plan=plan, record=record)
    return kept(stamp, set_pages(pages, stamp), by=source.by)


def _basis(source: _Source) -> tuple[Basis, ScoringParams]:
    layer, proposal = source.layer, source.proposal
    scoring = ScoringParams() if proposal is None else proposal.plan.candidates.scoring
    usual = of_gap(layer, ScoringParams().funnel, declared=declared_codes(source.around.declared))
    order = usual
    if proposal is not None:
        then = plan_record.parts_of(proposal.record, name=proposal.name).get("layer", {})
        changed = then.get("fingerprint") != layer.fingerprint
        order = of_plan(proposal.plan, proposal.name, proposal.layer, source.around, other_data=changed)
    return Basis(layer, order, usual, _known(source), source.on), scoring


def _known(source: _Source) -> Known:
    found = BriefRecords(None, {})
    if source.engine is not None:
        with reading(source.engine) as connection:
            found = brief_records(connection)
    return Known(
        targets=ucj_board.all_targets(Paths.of().root),
        budgets=published.read_budgets(),
        offices=read_offices(),
        groups=found.groups,
        officials=found.officials,
    )
