"""Work on an uploaded file that takes more than a moment: reading it apart, and checking its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

import streamlit as st

from geodata import office_day
from geodata.errors import DataError
from geodata.texts import Language
from planner.errors import PlanError, PlanMachineError
from planner.rights import Principal
from planner.store import intake
from planner.store.column_choices import remember_columns
from planner.store.engine import Engine, reading
from planner.store.known import informed
from planner.texts import t
from planner.uploads import (
    Checked,
    Known,
    Sheets,
    Table,
    UploadError,
    check,
    check_file,
    find_table,
    read_table,
    refuse_personal,
)
from planner.web import waiting
from planner.web.computed import LongWork
from planner.web.jobs import Job
from planner.web.uploads_draft import Draft

STOPPED: Final = "web.uploads.stopped"


@dataclass(frozen=True)
class Opened:
    """What was read of a file: its sheets, and the table of the chosen one or why there is none."""

    sheets: Sheets
    table: Table | None
    problem: UploadError | None = None


def awaited(long: LongWork, language: Language) -> Any:  # noqa: ANN401 (whatever the work returns)
    """Return what came out of work, and keep nothing of it; nothing while it goes on, of which the page then tells.

    Raises
    ------
    DataError
        If it failed.
    PlanError
        If the visitor ended it.
    """
    place = st.empty()
    try:
        with place.container():
            found = waiting.result_of(long.key, long.work, long.told, language, shared=False)
    except DataError:
        waiting.forget(long.key)
        raise
    stopped = waiting.ended(long.key)  # asked after it was waited for: it may have ended meanwhile
    if stopped or found is not None:
        waiting.forget(long.key)
        place.empty()
    if stopped:
        raise PlanError(STOPPED)
    return found


def opening(draft: Draft, language: Language) -> LongWork:
    """Return the work that reads a file, or looks for the table on another sheet; its result is an `Opened`."""
    content, sheets, name, kind, sheet = draft.content, draft.sheets, draft.name, draft.kind, draft.sheet

    def work(job: Job) -> Opened | None:
        read = sheets
        if read is None:
            job.tell("read")
            assert content is not None
            read = read_table(content, name)
        if not job.tell("find"):
            return None
        try:
            table = find_table(read, kind, sheet=sheet)
        except UploadError as error:
            return Opened(read, None, error)
        refuse_personal(read, table)
        return Opened(read, table)

    return LongWork(("upload-open", draft.token), work, _told(language))


def checking(draft: Draft, public: Known, engine: Engine | None, language: Language) -> LongWork:
    """Return the work that checks the rows; its result is a `planner.uploads.Checked`.

    Parameters
    ----------
    draft
        The file.
    public
        What is known of the villages.
    engine
        The records, which know names that were decided and more; nothing where there are none.
    language
        Language of what is told.
    """
    content, name, kind, table, columns = draft.content, draft.name, draft.kind, draft.table, draft.columns

    def work(job: Job) -> Checked | None:
        if not job.tell("check"):
            return None
        known = public
        if engine is not None:
            with reading(engine) as connection:
                known = informed(public, connection)
        if table is not None:
            return check(table, kind, known, columns=columns, today=office_day.today())
        assert content is not None
        return _check_in_a_folder(content, name, lambda path: check_file(path, kind, known, columns=columns))

    return LongWork(("upload-check", draft.token), work, _told(language))


def keeping(draft: Draft, checked: Checked, engine: Engine, by: Principal, language: Language) -> LongWork:
    """Return the work that keeps the rows, all of them or none; its result is the number of the upload."""
    name, sha256 = draft.name, draft.sha256
    headings = [str(heading) for heading in draft.table.frame.columns] if draft.table else []

    def work(job: Job) -> int | None:
        if not job.tell("keep"):
            return None
        upload = intake.keep(engine, checked, name, sha256, by=by)
        if headings:
            remember_columns(engine, by.login, checked.kind, headings, checked.columns)
        return upload

    return LongWork(("upload-keep", draft.token), work, _told(language))


def _check_in_a_folder(content: bytes, name: str, check_it: Callable[[Path], Checked]) -> Checked:
    """Check a file that lies in a scratch folder under a name of ours; what is told names it as the visitor does."""
    ending = PurePosixPath(name).suffix.lower()
    safe = ending if ending[1:].isascii() and ending[1:].isalnum() else ""
    try:
        with TemporaryDirectory(prefix="upload-") as folder:
            path = Path(folder) / f"upload{safe}"
            path.write_bytes(content)
            return check_it(path)
    except OSError as error:
        raise PlanMachineError("upload.disk", file=name, reason=error.strerror or "?") from error
    except DataError as error:
        error.values["file"] = name  # no frame
        raise


def _told(language: Language) -> Callable[[Job], str]:
    def told(job: Job) -> str:
        if not job.goes_on():
            return t("web.uploads.step.stopping", language)
        return t(f"web.uploads.step.{job.steps[-1] if job.steps else 'read'}", language)

    return told
