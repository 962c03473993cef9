"""What an agent takes along and brings back: files of the own area, and the notes that were made without network."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.office_day import today
from geodata.texts import Language
from planner.errors import PlanError
from planner.field.days import plan_if_any
from planner.field.own_area import OwnArea
from planner.pack.notes import Notes, read_notes, reason, scanned
from planner.pack.write import FORMATS, MIME, Format, file_name, pack_file
from planner.rights import Principal, require
from planner.routes.plan import RoutePlan
from planner.texts import t
from planner.uploads import DEFAULT_LIMITS
from planner.web import data, day_text, exports, notice, visitor
from planner.web.area_notes import write_notes
from planner.web.file_field import file_field
from planner.web.tables import paragraph, table

_READ: Final = "pack-notes"
_TOLD: Final = "pack-told"
_TAKEN: Final = "pack-files-taken"
_TEXT: Final = "pack-text"
_SHOWN: Final = 30


def render(area: OwnArea, who: Principal, language: Language, *, plan: RoutePlan | None = None) -> None:
    """Show what an agent takes along and brings back.

    Parameters
    ----------
    area
        The agent's area.
    who
        The agent, who may write visits.
    language
        Language of the page and of the files.
    plan
        The visit days; those of the month if not given.
    """
    take_along(area, who, language, plan=plan)
    st.subheader(t("web.area_pack.back", language), anchor=False)
    told: list[tuple[notice.Kind, str]] = st.session_state.pop(_TOLD, [])
    for kind, text in told:
        notice.show(kind, text)
    read: Notes | None = st.session_state.get(_READ)
    if read is None:
        _ask(area, language)
    else:
        _offer(read, area, who, language)


def take_along(area: OwnArea, who: Principal, language: Language, *, plan: RoutePlan | None = None) -> None:
    """Offer the files of the own area; each is made and written down when it is asked for."""
    st.subheader(t("web.area_pack.take", language), anchor=False)
    if area.villages.empty:
        notice.show("info", t("web.area_pack.none", language))
        return
    st.caption(t("web.area_pack.what", language))
    fingerprint = data.st_layer().fingerprint
    with st.container(horizontal=True, key="pack-files"):
        for ending in FORMATS:
            st.download_button(
                t(f"web.area_pack.{ending}", language),
                partial(_file, area, ending, language, plan, fingerprint=fingerprint, who=who),
                file_name=file_name(area.agent, ending),
                mime=MIME[ending],
                type="primary" if ending == "html" else "secondary",
                on_click="ignore",
                key=f"pack-{ending}",
            )


def _file(
    area: OwnArea, ending: Format, language: Language, plan: RoutePlan | None, *, fingerprint: str, who: Principal
) -> bytes:
    planned = plan or plan_if_any(area)
    stamp, content = pack_file(area, planned, ending, language=language, fingerprint=fingerprint)
    return exports.kept(stamp, content, by=who)


def _ask(area: OwnArea, language: Language) -> None:
    """Ask for the file or the scanned text."""
    taken = st.session_state.get(_TAKEN, 0)
    key = f"pack-file-{taken}"
    file_field(
        t("web.area_pack.file", language),
        key,
        choose=t("web.uploads.choose", language),
        refused=t("web.area_pack.too_large", language),
        on_change=partial(_take_file, key, area, language),
    )
    text_key = f"{_TEXT}-{taken}"
    st.text_area(
        t("web.area_pack.text", language),
        key=text_key,
        height=120,
        max_chars=200_000,
        placeholder=t("web.area_pack.text_example", language),
    )
    st.button(
        t("web.area_pack.check", language), key="pack-check", on_click=_take_text, args=(text_key, area, language)
    )


def _take_file(key: str, area: OwnArea, language: Language) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    if file.size > DEFAULT_LIMITS.file_bytes:
        _tell("error", t("web.area_pack.too_large", language))
        return
    _take(lambda: (file.getvalue(), file.name), area, language)


def _take_text(key: str, area: OwnArea, language: Language) -> None:
    text = st.session_state.get(key) or ""
    if not text.strip():
        _tell("info", t("web.area_pack.nothing", language))
        return
    _take(lambda: (scanned(text), t("web.area_pack.text_name", language) + ".csv"), area, language)


def _take(given: Callable[[], tuple[bytes, str]], area: OwnArea, language: Language) -> None:
    """Read notes and keep them in the session until they are written or left."""
    try:
        content, name = given()
        st.session_state[_READ] = read_notes(content, name, agent=area.agent, villages=area.villages, today=today())
    except DataError as error:
        _tell("error", error.text(language))
    st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1


def _offer(read: Notes, area: OwnArea, who: Principal, language: Language) -> None:
    """Show what was read, and offer to write it down."""
    names: dict[str, str] = dict(zip(area.villages["village_code"], area.villages["village_name"], strict=True))
    headings = [t(f"web.area_pack.column.{name}", language) for name in ("visited_on", "village", "met", "registered")]
    rows = [  # a village may have been taken away since the notes were read
        [
            day_text.day(note.visited_on, language),
            names.get(note.village_code, note.village_code),
            *(str(note.met), str(note.registered)),
        ]
        for note in read.taken[:_SHOWN]
    ]
    told = t("web.area_pack.read", language, taken=len(read.taken), refused=len(read.refused))
    refused = [(row, " ".join(reason(key, language) for key in keys)) for row, keys in read.refused]
    shown = table(headings, rows, caption=told) if rows else ""
    st.html(f'<div class="about area">{paragraph(told)}{shown}{_refused(refused, language)}</div>')
    with st.container(horizontal=True, key="pack-deeds"):
        if read.taken:
            label = t("web.area_pack.write", language, count=len(read.taken))
            st.button(label, type="primary", key="pack-write", on_click=_write, args=(read, who, language))
        st.button(t("web.area_pack.leave", language), key="pack-leave", on_click=_leave)


def _write(read: Notes, who: Principal, language: Language) -> None:
    try:
        found = write_notes(visitor.records(), require(who, "visit.write"), read, language)
    except PlanError as error:
        _tell("error", error.text(language))
        return
    _leave()
    _tell("success", t("web.area_pack.written", language, new=found.new, known=found.known))
    for row, why in found.refused[:_SHOWN]:
        _tell("warning", t("web.area_pack.row", language, row=str(row), reason=why))


def _leave() -> None:
    st.session_state.pop(_READ, None)


def _tell(kind: notice.Kind, text: str) -> None:
    st.session_state[_TOLD] = [*st.session_state.get(_TOLD, []), (kind, text)]


def _refused(rows: list[tuple[int, str]], language: Language) -> str:
    return "".join(paragraph(t("web.area_pack.row", language, row=str(row), reason=why)) for row, why in rows[:_SHOWN])
