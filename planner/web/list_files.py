"""A list as files: a short one at once, a long one prepared with progress and a way to end it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.rights import Principal
from planner.texts import t
from planner.web.download import FORMATS, list_file, long_list_file
from planner.web.exports import kept
from planner.web.jobs import Job, Key
from planner.web.waiting import result_of
from planner.web.workers import apart

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE: Final[Mapping[str, int]] = {".csv": 15_000, ".xlsx": 2_000}
"""Villages of which a file is written in about a second."""
_ASKED: Final = "list-file-asked"


@dataclass(frozen=True)
class FileContent:
    """What a file holds.

    Attributes
    ----------
    layer
        The village layer.
    rows
        Gives the rows, see `planner.web.download.list_file`.
    villages
        How many the page shows.
    parameters
        What the list was made with; stands in the file.
    key
        All that it hangs on.
    by
        Who takes it.
    """

    layer: VillageLayer
    rows: "Callable[[], pd.DataFrame]"
    villages: int
    parameters: dict[str, object]
    key: Key
    by: Principal

    def written(self, ending: str, language: Language) -> bytes:
        """Return the file, and write down that it leaves the office."""
        stamp, content = list_file(self.layer, self.rows(), ending, parameters=self.parameters, language=language)
        return kept(stamp, content, by=self.by)

    def prepared(self, ending: str, language: Language, job: Job) -> bytes | None:
        """Return the file like `written`, made apart from the pages; nothing when it was stopped."""
        rows, options = self.rows(), {"parameters": self.parameters, "language": language}
        made = apart(job, long_list_file, self.layer, rows, ending, telling="tell", **options)
        return kept(*made, by=self.by) if made is not None and job.goes_on() else None


def offer(content: FileContent, language: Language) -> None:
    """Offer a list as files; a file is made when it is asked for."""
    waiting: list[tuple[str, Key]] = []
    with st.container(horizontal=True, key="list-files"):
        for ending in FORMATS:
            key = (f"file{ending}", *content.key, language)
            if content.villages <= AT_ONCE[ending]:
                _button(ending, partial(content.written, ending, language), content.villages, language)
            elif st.session_state.get(_ASKED) == key:
                waiting.append((ending, key))
            else:
                label = t(f"web.prepare{ending}", language, villages=content.villages)
                st.button(label, key=f"prepare{ending}", on_click=partial(_ask, key))
    for ending, key in waiting:
        told = partial(_told, content.villages, language)
        written = result_of(key, partial(content.prepared, ending, language), told, language, shared=False)
        if written is not None:
            _button(ending, written, content.villages, language)


def _button(ending: str, content: Any, villages: int, language: Language) -> None:  # noqa: ANN401 (bytes, or their maker)
    st.download_button(
        t(f"web.download{ending}", language, villages=villages),
        content,
        file_name=t("web.download.name", language) + ending,
        mime=FORMATS[ending],
        on_click="ignore",
    )


def _ask(key: Key) -> None:
    st.session_state[_ASKED] = key


def _told(villages: int, language: Language, job: Job) -> str:
    return t("web.prepare.step", language, done=job.steps[-1] if job.steps else 0, villages=villages)
