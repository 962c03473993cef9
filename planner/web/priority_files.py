"""The priority list of a plan as files: one click for a list of a few provinces, prepared with progress for more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import streamlit as st

from geodata import office_day
from geodata.layer import VillageLayer
from geodata.paths import Paths
from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner import worlds
from planner.criteria import Surroundings
from planner.export.paper_list import MOST
from planner.export.progress import Progress, silent
from planner.export.write import WRITERS, write
from planner.measure_work import world_ranks
from planner.plan import Ranking
from planner.priority import PriorityList, priority_list, stamped
from planner.priority.listing import Ranks, Swings
from planner.priority.steps import Records
from planner.rights import Principal
from planner.selection import summary
from planner.selection.core import RobustPlan
from planner.selection.plan import SelectionPlan
from planner.selection.worlds import robust_choice
from planner.store.engine import in_use, reading
from planner.store.list_records import list_records
from planner.texts import t
from planner.web import visitor
from planner.web.exports import kept
from planner.web.jobs import Job, Key
from planner.web.labels import file_part
from planner.web.waiting import result_of
from planner.web.workers import apart
from planner.worlds import Robust

AT_ONCE: Final = 15_000
"""Villages that are ranked in a thousand simulations in about two seconds."""
FIRST: Final = (".xlsx", ".pdf", ".csv")
"""What a meeting asks for; the other formats stand behind one more click."""
_OTHERS: Final = (".ods", ".gpkg", ".geojson", ".kml", ".fgb", ".gpx", ".parquet")
_MIME: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".gpx": "application/gpx+xml",
}
_ANYTHING: Final = "application/octet-stream"
_ASKED: Final = "priority-files-asked"


class _EndedError(Exception):
    """Nobody waits for the file any more."""


@dataclass(frozen=True)
class Source:
    """What a list is made of.

    Attributes
    ----------
    plan, layer, surroundings
        The plan, and what it was made from.
    record
        Gives the record of the plan.
    key
        All that the plan hangs on.
    name
        Name of a saved plan.
    swing
        How the plan fares over many worlds, if that was asked for.
    """

    plan: SelectionPlan
    layer: VillageLayer
    surroundings: Surroundings
    record: Callable[[], bytes]
    key: Key
    name: str = ""
    swing: RobustPlan | None = None

    @property
    def villages(self) -> int:
        """How many villages are ranked."""
        return len(self.plan.candidates.ranking.table)

    @property
    def rows(self) -> int:
        """How many villages the list holds: with worlds also those that swing."""
        return summary.length(self.plan, self.swing)


def offer(sources: Sequence[Source], language: Language) -> None:
    """Offer the priority lists of plans in every format.

    Parameters
    ----------
    sources
        What they are made of, each with a name of its own.
    language
        Language of the lists and of the words.
    """
    by = visitor.current()
    filled = [source for source in sources if len(source.plan.chosen)]
    for source in filled:
        _offer(source, by, language)
    if filled:
        st.caption(t("web.priority.note", language))


def _offer(source: Source, by: Principal, language: Language) -> None:
    kind = f"list-{sha256(source.name.encode()).hexdigest()[:8]}"  # two plans may stand on a page
    with st.container(horizontal=True, vertical_alignment="center", key=f"priority-{kind}"):
        st.html(f"<strong>{escape(_heading(source, language))}</strong>", width="content")
        for ending in FIRST:
            _button(source, ending, by, kind, language)
        with st.popover(t("web.priority.others", language)):
            for ending in (ending for ending in _OTHERS if ending in WRITERS):
                _button(source, ending, by, kind, language)
    _prepare(source, by, kind, language)


def _heading(source: Source, language: Language) -> str:
    return t("web.priority.of" if source.name else "web.priority.title", language, name=source.name)


def _button(source: Source, ending: str, by: Principal, kind: str, language: Language) -> None:
    if source.villages > AT_ONCE:
        key = (kind, ending, *source.key, language)
        label = t(f"web.priority.prepare{ending}", language)
        st.button(label, key=f"prepare-{kind}{ending}", on_click=partial(_ask, key, ending))
        return
    _download(source, ending, partial(made, source, ending, by, language), kind, language)


def _download(source: Source, ending: str, content: bytes | Callable[[], bytes], kind: str, language: Language) -> None:
    st.download_button(
        t(f"web.priority.file{ending}", language),
        content,
        file_name="-".join(filter(None, (t("web.priority.name", language), file_part(source.name)))) + ending,
        mime=_MIME.get(ending, _ANYTHING),
        on_click="ignore",
        key=f"{kind}{ending}",
        disabled=ending == ".pdf" and source.rows > MOST,
    )


def _prepare(source: Source, by: Principal, kind: str, language: Language) -> None:
    """Prepare the file that was asked for, and offer it."""
    key, ending = st.session_state.get(_ASKED, ((), ""))
    if key[:2] != (kind, ending) or key[2:] != (*source.key, language):
        return
    written = result_of(
        key, partial(_prepared, source, ending, by, language), partial(_told, source, language), language, shared=False
    )
    if written is not None:
        _download(source, ending, written, kind, language)


def made(source: Source, ending: str, by: Principal, language: Language) -> bytes:
    """Return the list as a file, and write down that it leaves the office.

    Parameters
    ----------
    source
        What it is made of.
    ending
        Ending of its name, with the dot.
    by
        Who takes it.
    language
        Language of the list.
    """
    return _written(source, ending, _ranks, by=by, language=language, progress=silent)


def _ranks(ranking: Ranking) -> Robust:
    return worlds.robust(ranking.scores, regions=list(ranking.regions) or None)


def _swing(source: Source) -> Swings | None:
    """Return what tells how the plan fares over many worlds: as the page knows it, unless that tells a count of few."""
    known = source.swing
    if known is None:
        return None

    def swing(shown: SelectionPlan) -> RobustPlan:
        if shown is source.plan:
            return known
        return robust_choice(shown.candidates, shown.selection, worlds=known.worlds)

    return swing


def _written(
    source: Source, ending: str, robust: Ranks, *, by: Principal, language: Language, progress: Progress
) -> bytes:
    found = _listed(source, robust, language)
    about = stamped(found, ending, plan=source.name, record=source.record())
    assert about.stamp is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"list{ending}"
        write(path, found.frame, about, progress=progress)
        return kept(about.stamp, path.read_bytes(), by=by)


def _listed(source: Source, robust: Ranks, language: Language) -> PriorityList:
    return priority_list(
        source.plan,
        source.layer,
        source.surroundings,
        on=office_day.today(),
        language=language,
        name=source.name,
        robust=robust,
        swing=_swing(source),
        records=_records(source.layer),
    )


def _records(layer: VillageLayer) -> Records | None:
    """Return what the office has written down; nothing without records."""
    if not in_use(Paths.of().records):
        return None
    with reading(visitor.records()) as connection:
        return list_records(connection, layer.frame[VILLAGE_CODE].tolist())


def _ask(key: Key, ending: str) -> None:
    st.session_state[_ASKED] = (key, ending)


def _told(source: Source, language: Language, job: Job) -> str:
    done = job.steps[-1] if job.steps else 0
    if isinstance(done, tuple):
        return t("web.prepare.step", language, done=done[0], villages=done[1])
    return t("web.robust.working", language, done=done, worlds=source.plan.candidates.scoring.worlds)


def _prepared(source: Source, ending: str, by: Principal, language: Language, job: Job) -> bytes | None:
    """Make a long list, telling how far it is; nothing when it was stopped."""

    def progress(done: int, of: int) -> None:
        if not job.tell((done, of)):
            raise _EndedError

    def robust(ranking: Ranking) -> Robust:
        params = ranking.scores.params
        table = apart(job, world_ranks, ranking.scores, list(ranking.regions) or None, telling="tell")
        if table is None:
            raise _EndedError
        return Robust(table, params.top, params.worlds, params.seed)

    try:
        return _written(source, ending, robust, by=by, language=language, progress=progress)
    except _EndedError:
        return None
