"""What becomes of a division: files, and the assignment that holds from a day on."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd
import streamlit as st

from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.office_day import today
from geodata.texts import Language, number
from planner.export.territories import write_territories
from planner.launch_pipeline import LONGEST_TEXT
from planner.rights import Principal
from planner.territories import moves
from planner.territories.divide import Territories
from planner.territories.report import quality
from planner.territories.wording import told
from planner.texts import t
from planner.web import day_text, exports, notice, territories_file, territories_records, visitor
from planner.web.tables import table
from planner.web.territories_work import Work

FORMATS: Final[Mapping[str, str]] = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
}
_DAY: Final = "territories-day"
_NOTE: Final = "territories-note"
_SAVED: Final = "territories-saved"
_DAYS_BACK: Final = 14
_DAYS_ON: Final = 120


def files(work: Work, layer: VillageLayer, language: Language) -> None:
    """Offer the division as files."""
    who = visitor.current()
    with st.container(horizontal=True, key="territories-files"):
        for ending, mime in FORMATS.items():
            st.download_button(
                t(f"web.territories.file{ending}", language),
                partial(content, work, layer, ending, language, who=who),
                file_name=t("web.territories.file.name", language) + ending,
                mime=mime,
                on_click="ignore",
                key=f"territories{ending}",
            )
    st.caption(t("web.territories.file_note", language))


def content(work: Work, layer: VillageLayer, ending: str, language: Language, *, who: Principal) -> bytes:
    """Return the division as a file, and write down who took it."""
    found = moves.finished(work.draft)
    current = None if work.kind == "made" else work.before
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"areas{ending}"

        def lines(shown: Territories) -> list[str]:
            return told(shown, quality(shown), language, limit_pct=work.limit_pct)

        offices = territories_records.offices() if territories_records.exist() else None
        stamp = write_territories(path, found, layer, told=lines, language=language, current=current, offices=offices)
        return exports.kept(stamp, path.read_bytes(), by=who)


def save(work: Work, language: Language) -> None:
    """Show what saves the division as the assignment of the records; nothing where there are none."""
    if not territories_records.exist():
        st.caption(t("web.territories.no_records", language))
        return
    st.subheader(t("web.territories.save_title", language), anchor=False)
    _saved(work, language)
    if work.seen is None:
        return
    if work.saved is not None and work.saved[0] is work.draft and work.saved[1] > today():
        st.caption(t("web.territories.save_waits", language, day=day_text.day(work.saved[1], language)))
        return
    before, changed = _held(work.seen), _changed(work)
    if not changed:
        st.caption(t("web.territories.save_same", language))
        return
    unknown = sorted(set(changed.values()) - set(territories_records.agents()))
    if unknown:
        notice.show("warning", t("web.territories.save_unknown", language, codes=", ".join(unknown[:8])))
        return
    notice.show("warning", t("web.territories.save_warning", language, count=len(changed)))
    st.html(f'<div class="about">{_for_whom(changed, before, language)}</div>')
    if not visitor.may("assignment.change"):
        st.caption(t("web.territories.save_heads", language))
        return
    _form(work, changed, language)


def _form(work: Work, changed: Mapping[str, str], language: Language) -> None:
    first = today()
    days = [first + timedelta(days=on) for on in range(-_DAYS_BACK, _DAYS_ON)]
    st.session_state.setdefault(_DAY, first)
    with st.container(horizontal=True, vertical_alignment="bottom", key="territories-save"):
        st.selectbox(
            t("web.territories.save_day", language),
            days,
            format_func=lambda day: day_text.day(day, language),
            key=_DAY,
            width=230,
        )
        st.text_input(
            t("web.territories.save_note", language),
            key=_NOTE,
            max_chars=LONGEST_TEXT,
            placeholder=t("web.territories.save_example", language),
            width=420,
        )
        st.button(
            t("web.territories.save_button", language, count=len(changed)),
            type="primary",
            key="territories-save-button",
            on_click=_save,
            args=(work,),
        )


def _held(seen: pd.DataFrame) -> dict[str, list[str]]:
    """Return the agents of each village, several where they share it."""
    return {str(code): sorted(rows.astype(str)) for code, rows in seen.groupby("village_code")["agent_code"]}


def _changed(work: Work) -> dict[str, str]:
    """Return the villages of the draft that are not yet the agent's alone in the records."""
    assert work.seen is not None
    before = _held(work.seen)
    return {code: agent for code, agent in work.draft.assignment.items() if before.get(code) != [agent]}


def _save(work: Work) -> None:
    """Save the division; called before the rerun, which tells what came of it."""
    day: date = st.session_state[_DAY]
    assert work.seen is not None
    try:
        # only what changes: a later change that is planned for another village stays
        made = territories_records.save(
            _changed(work),
            from_on=day,
            note=st.session_state[_NOTE],
            seen_before=work.seen,
            rests_on=list(work.draft.assignment),
        )
        work.saved = (work.draft, day)
        territories_file.drop()
        st.session_state[_NOTE] = ""
        st.session_state[_SAVED] = (len(made.changed), len(made.replaced), day)
        work.compare(territories_records.now(), territories_records.seen())
    except DataError as error:
        st.session_state[_SAVED] = error


def _saved(work: Work, language: Language) -> None:
    """Tell what came of the last saving."""
    saved = st.session_state.pop(_SAVED, None)
    if isinstance(saved, DataError):
        notice.show("error", *saved.text(language).splitlines())
        st.button(
            t("web.territories.look_again", language), key="territories-look-again", on_click=look_again, args=(work,)
        )
    elif saved is not None:
        count, replaced, day = saved
        lines = [t("web.territories.saved", language, count=count, day=day_text.day(day, language))]
        if replaced:
            lines.append(t("web.territories.saved_replaced", language, count=replaced))
        notice.show("success", *lines)


def look_again(work: Work) -> None:
    """Read anew who has which village, and compare the draft with it; called before the rerun."""
    try:
        work.compare(territories_records.now(), territories_records.seen())
    except DataError as error:
        st.session_state[_SAVED] = error


def _for_whom(changed: Mapping[str, str], before: Mapping[str, list[str]], language: Language) -> str:
    """Return what each agent gives and gets against the records."""
    gets = Counter(agent for code, agent in changed.items() if agent not in before.get(code, []))
    gives = Counter(agent for code, to in changed.items() for agent in before.get(code, []) if agent != to)
    headings = [t(f"web.territories.column.{name}", language) for name in ("agent", "gives", "gets")]
    table_rows = [
        [agent, number(gives[agent], language), number(gets[agent], language)] for agent in sorted({*gets, *gives})
    ]
    return table(headings, table_rows, caption=t("web.territories.save_title", language))
