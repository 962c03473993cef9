"""Published files onto the disk: verified, resumed where cut, never half a file under its final name.

Here it is decided what to do with each file, and reported what became of it; `download` does it. Each file is written
to ``<name>.part``, verified, flushed and renamed. Why not pooch: it verifies and renames as well, but starts a cut
download over from the first byte, which on a slow line may never end, and knows no mirror folder.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

import requests

from geodata.catalogue import PublishedFile
from geodata.download import (
    PATIENCE,
    Job,
    Patience,
    copy_from_mirror,
    disk_error,
    download,
    is_right,
    part_of,
    resume,
    size_of,
)
from geodata.errors import DataError, MachineError
from geodata.paths import make_folder, writing
from geodata.texts import Language

Action = Literal["keep", "copy", "download", "resume"]

# After one of these no other file would fare better.
_ENDS_ALL: Final = frozenset(
    {"fetch.unreachable", "fetch.timeout", "fetch.certificate", "fetch.disk_full", "fetch.disk_refused"}
)


@dataclass(frozen=True)
class OnDisk:
    """What lies on disk of a file: whether it is there and right, and the bytes of its part."""

    right: bool
    part_bytes: int


@dataclass(frozen=True)
class FetchProgress:
    """How far a fetch is.

    Attributes
    ----------
    file
        The file at hand.
    action
        What is done with it.
    received_bytes
        Bytes of it on disk.
    done_files, total_files
        Files dealt with before it, and all files.
    done_bytes, total_bytes
        Bytes dealt with, those of this file included, and of all files.
    """

    file: PublishedFile
    action: Action
    received_bytes: int
    done_files: int
    total_files: int
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class FetchFailure:
    """A file that could not be fetched, and why."""

    file: PublishedFile
    error: DataError


@dataclass(frozen=True)
class FetchReport:
    """What became of each file.

    Attributes
    ----------
    fetched
        Copied or downloaded now.
    kept
        Found on disk, right.
    failed
        Not fetched, with the reason.
    untried
        Left alone after a failure that would have met them too, such as a full disk.
    """

    fetched: tuple[PublishedFile, ...]
    kept: tuple[PublishedFile, ...]
    failed: tuple[FetchFailure, ...]
    untried: tuple[PublishedFile, ...]

    def require_complete(self) -> None:
        """Refuse an incomplete fetch.

        Raises
        ------
        DataError
            The reason, if one file failed; all reasons together, if several did. A MachineError if one of them is.
        """
        if not self.failed:
            return
        if len(self.failed) == 1 and not self.untried:
            raise self.failed[0].error
        if any(isinstance(failure.error, MachineError) for failure in self.failed):
            raise IncompleteMachineError(self)
        raise IncompleteError(self)


class IncompleteError(DataError):
    """Several files could not be fetched; tells the reason of each."""

    def __init__(self, report: FetchReport) -> None:
        self.report = report
        present = len(report.fetched) + len(report.kept)
        missing = len(report.failed) + len(report.untried)
        super().__init__("fetch.incomplete", missing=missing, total=present + missing, present=present)

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language, one line for each reason."""
        lines = [super().text(language), *(f"- {failure.error.text(language)}" for failure in self.report.failed)]
        if self.report.untried:
            lines.append(f"- {DataError('fetch.untried', count=len(self.report.untried)).text(language)}")
        return "\n".join(lines)


class IncompleteMachineError(IncompleteError, MachineError):
    """As ``IncompleteError``, with the machine among the reasons."""


def look(file: PublishedFile, downloads: Path) -> OnDisk:
    """Find out what lies on disk of a file; its content is hashed only if its size is right."""
    final = downloads / file.relative_path
    return OnDisk(right=is_right(final, file), part_bytes=size_of(part_of(final)))


def fetch_action(file: PublishedFile, on_disk: OnDisk, *, mirror: Path | None) -> Action:
    """Decide what to do with a file.

    Parameters
    ----------
    file
        The file as published.
    on_disk
        What lies on disk of it.
    mirror
        The folder files are copied from; None to download.

    Returns
    -------
    Action
        ``keep`` a right file, ``copy`` it from the mirror, ``resume`` a part, or ``download`` it from the first byte.
    """
    if on_disk.right:
        return "keep"
    if mirror is not None:
        return "copy"
    return "resume" if 0 < on_disk.part_bytes <= file.bytes else "download"


def fetch(
    files: Iterable[PublishedFile],
    *,
    downloads: Path,
    mirror: Path | None = None,
    progress: Callable[[FetchProgress], None] | None = None,
    patience: Patience = PATIENCE,
) -> FetchReport:
    """Bring files onto the disk; one that fails does not keep the others back.

    On disk: a right file stays. Any other goes to ``<name>.part``, which gets its final name once its content is right.
    A part stays after an interruption and is resumed next time; it is removed if its content is wrong.

    Parameters
    ----------
    files
        Files of a catalogue.
    downloads
        Folder they go to; made if missing.
    mirror
        Folder laid out like ``downloads``: files are copied from it, nothing is downloaded. None to download.
    progress
        Called for each file at its start and as its bytes arrive.
    patience
        How long to wait for a server.

    Returns
    -------
    FetchReport
        What became of each file; ``require_complete`` raises its failures.

    Raises
    ------
    DataError
        If a file is not listed by its source, or the mirror is no folder; nothing is fetched then.
    MachineError
        If the folder cannot be made, or another fetch is writing into it.
    """
    wanted = tuple({file.name: file for file in files}.values())
    _check_listed(wanted)
    if mirror is not None and not mirror.is_dir():
        raise DataError("fetch.mirror_absent", mirror=str(mirror))
    make_folder(downloads)
    with writing(downloads), requests.Session() as session:
        session.headers.update({"User-Agent": "desa-sadar-planner", "Accept-Encoding": "identity"})

        def bring(job: Job, action: Action) -> None:
            if mirror is not None:
                copy_from_mirror(job, mirror)
            elif action == "resume":
                resume(job, session, patience)
            else:
                download(job, session, patience)

        return _fetch_each(wanted, downloads=downloads, mirror=mirror, progress=progress, bring=bring)


def _check_listed(files: tuple[PublishedFile, ...]) -> None:
    unlisted = [file.name for file in files if file not in file.source.files]
    if unlisted:
        raise DataError("catalogue.file_unlisted", file=", ".join(unlisted))


def _fetch_each(
    files: tuple[PublishedFile, ...],
    *,
    downloads: Path,
    mirror: Path | None,
    progress: Callable[[FetchProgress], None] | None,
    bring: Callable[[Job, Action], None],
) -> FetchReport:
    fetched: list[PublishedFile] = []
    kept: list[PublishedFile] = []
    failed: list[FetchFailure] = []
    untried: list[PublishedFile] = []
    total_bytes = sum(file.bytes for file in files)
    done_bytes = 0
    for number, file in enumerate(files):
        action = fetch_action(file, look(file, downloads), mirror=mirror)
        start = FetchProgress(file, action, 0, number, len(files), done_bytes, total_bytes)
        job = Job(file, downloads / file.relative_path, partial(_tell, progress, start))
        done_bytes += file.bytes
        if action == "keep":
            job.tell(file.bytes)
            kept.append(file)
        elif failed and failed[-1].error.key in _ENDS_ALL:
            untried.append(file)
        else:
            error = _try(job, action, bring)
            if error is None:
                fetched.append(file)
            else:
                failed.append(FetchFailure(file, error))
    return FetchReport(tuple(fetched), tuple(kept), tuple(failed), tuple(untried))


def _tell(progress: Callable[[FetchProgress], None] | None, start: FetchProgress, received_bytes: int) -> None:
    if progress is not None:
        progress(replace(start, received_bytes=received_bytes, done_bytes=start.done_bytes + received_bytes))


def _try(job: Job, action: Action, bring: Callable[[Job, Action], None]) -> DataError | None:
    """Bring one file; return what went wrong."""
    try:
        job.final.unlink(missing_ok=True)  # it is wrong, and must not be taken for the file
        job.final.parent.mkdir(parents=True, exist_ok=True)
        bring(job, action)
    except DataError as err:
        return err
    except OSError as err:
        return disk_error(job, err)
    return None
