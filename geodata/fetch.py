"""Published files onto the disk: verified, resumed where cut, never half a file under its final name.

Each file is written to ``<name>.part``, verified, flushed and renamed. Why not pooch: it verifies and renames as well,
but starts a cut download over from the first byte, which on a slow line may never end, and knows no mirror folder.
"""

import errno
import hashlib
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import requests

from geodata.catalogue import PublishedFile
from geodata.errors import DataError, MachineError
from geodata.paths import make_folder, replace_file, writing
from geodata.texts import Language

Action = Literal["keep", "copy", "download", "resume"]

_CHUNK_BYTES: Final = 16 * 1024  # what a cut connection loses at most
_COPY_BYTES: Final = 1024 * 1024
_TRY_AGAIN: Final = frozenset({408, 425, 429})

# After one of these no other file would fare better.
_ENDS_ALL: Final = frozenset(
    {"fetch.unreachable", "fetch.timeout", "fetch.certificate", "fetch.disk_full", "fetch.disk_refused"}
)


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Attributes
    ----------
    pauses_s
        Seconds to wait before each further attempt; one attempt more than there are pauses.
    connect_s
        Seconds until a connection must stand.
    read_s
        Seconds of silence after which a connection counts as broken.
    sleep
        What waits.
    """

    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0)
    connect_s: float = 10.0
    read_s: float = 30.0
    sleep: Callable[[float], None] = time.sleep


PATIENCE: Final = Patience()


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


class _Broken(Exception):  # noqa: N818  (not an error yet: a further attempt may do)
    """An attempt that a further one may mend; carries what to say when there is none."""

    def __init__(self, error: DataError) -> None:
        self.error = error
        super().__init__(error.key)


@dataclass(frozen=True)
class _Job:
    file: PublishedFile
    final: Path
    tell: Callable[[int], None]

    @property
    def part(self) -> Path:
        return _part(self.final)


def look(file: PublishedFile, downloads: Path) -> OnDisk:
    """Find out what lies on disk of a file; its content is hashed only if its size is right."""
    final = downloads / file.relative_path
    return OnDisk(right=_is_right(final, file), part_bytes=_size(_part(final)))


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

        def bring(job: _Job, action: Action) -> None:
            if mirror is None:
                _download(job, action, session, patience)
            else:
                _copy(job, mirror)

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
    bring: Callable[[_Job, Action], None],
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
        job = _Job(file, downloads / file.relative_path, partial(_tell, progress, start))
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


def _try(job: _Job, action: Action, bring: Callable[[_Job, Action], None]) -> DataError | None:
    """Bring one file; return what went wrong."""
    try:
        job.final.unlink(missing_ok=True)  # it is wrong, and must not be taken for the file
        job.final.parent.mkdir(parents=True, exist_ok=True)
        bring(job, action)
    except DataError as err:
        return err
    except OSError as err:
        return _disk_error(job, err)
    return None


def _copy(job: _Job, mirror: Path) -> None:
    origin = mirror / job.file.relative_path
    if not origin.is_file():
        raise DataError("fetch.mirror_missing", file=job.file.name, mirror=str(mirror))
    job.tell(0)
    try:
        source = origin.open("rb")
    except OSError as err:
        reason = err.strerror or str(err)
        raise DataError("fetch.mirror_unreadable", file=job.file.name, mirror=str(mirror), reason=reason) from err
    with source, job.part.open("wb") as target:
        shutil.copyfileobj(source, target, _COPY_BYTES)
    _finish(job, origin=str(origin))


def _download(job: _Job, action: Action, session: requests.Session, patience: Patience) -> None:
    if action == "download":
        job.part.unlink(missing_ok=True)
    _receive_patiently(job, session, patience)
    if action == "resume" and not _is_right(job.part, job.file):
        # The earlier part may be at fault, not the server.
        job.part.unlink(missing_ok=True)
        _receive_patiently(job, session, patience)
    _finish(job, origin=job.file.url)


def _receive_patiently(job: _Job, session: requests.Session, patience: Patience) -> None:
    for pause_s in patience.pauses_s:
        try:
            _receive(job, session, patience)
        except _Broken:
            patience.sleep(pause_s)
        else:
            return
    try:
        _receive(job, session, patience)
    except _Broken as broken:
        raise broken.error from broken


def _receive(job: _Job, session: requests.Session, patience: Patience) -> None:
    """Receive what is missing of a part, in one attempt."""
    start = _size(job.part)
    job.tell(start)
    if start == job.file.bytes:
        return
    with _request(job, session, patience, start) as response:
        if response.status_code == requests.codes.partial_content and _range_start(response) == start:
            _pour(job, response, start)
        elif response.status_code == requests.codes.ok:  # the server knows no ranges
            _pour(job, response, 0)
        else:  # a range nobody asked for, or none to be had: start over
            job.part.unlink(missing_ok=True)
            raise _Broken(_server_error(job, response))


def _request(job: _Job, session: requests.Session, patience: Patience, start: int) -> requests.Response:
    headers = {"Range": f"bytes={start}-"} if start else {}
    timeout = (patience.connect_s, patience.read_s)
    values = {"file": job.file.name, "host": urlsplit(job.file.url).hostname}
    try:
        response = session.get(job.file.url, headers=headers, stream=True, timeout=timeout)
    except requests.Timeout as err:
        raise _Broken(MachineError("fetch.timeout", **values)) from err
    except requests.exceptions.SSLError as err:
        raise _Broken(MachineError("fetch.certificate", **values)) from err
    except requests.ConnectionError as err:
        raise _Broken(MachineError("fetch.unreachable", **values)) from err
    except requests.RequestException as err:
        raise DataError("fetch.refused", **values, answer=str(err)) from err
    try:
        _check_status(job, response)
    except (DataError, _Broken):
        response.close()
        raise
    return response


def _check_status(job: _Job, response: requests.Response) -> None:
    status = response.status_code
    if status in {requests.codes.not_found, requests.codes.gone}:
        raise DataError("fetch.not_found", file=job.file.name, url=job.file.url)
    if status in _TRY_AGAIN or status >= requests.codes.server_error:
        raise _Broken(_server_error(job, response))
    known = {requests.codes.ok, requests.codes.partial_content, requests.codes.requested_range_not_satisfiable}
    if status not in known:
        host = urlsplit(job.file.url).hostname
        raise DataError("fetch.refused", file=job.file.name, host=host, answer=f"HTTP {status}")


def _server_error(job: _Job, response: requests.Response) -> MachineError:
    host = urlsplit(job.file.url).hostname
    return MachineError("fetch.server_error", file=job.file.name, host=host, status=str(response.status_code))


def _range_start(response: requests.Response) -> int | None:
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    first = rest.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else None


def _pour(job: _Job, response: requests.Response, start: int) -> None:
    """Write a body to the part, from a byte on; no more than the file may hold."""
    held = start
    with job.part.open("ab" if start else "wb") as part:
        try:
            for chunk in response.iter_content(_CHUNK_BYTES):
                held += len(chunk)
                if held > job.file.bytes:
                    break
                part.write(chunk)
                job.tell(held)
        except requests.RequestException as err:
            raise _Broken(_cut(job, held)) from err
    if held > job.file.bytes:
        job.part.unlink(missing_ok=True)
        raise DataError("fetch.too_long", file=job.file.name, origin=job.file.url, expected=job.file.bytes)
    if held < job.file.bytes:
        raise _Broken(_cut(job, held))


def _cut(job: _Job, held: int) -> MachineError:
    host = urlsplit(job.file.url).hostname
    return MachineError("fetch.cut", file=job.file.name, host=host, received=held, expected=job.file.bytes)


def _finish(job: _Job, *, origin: str) -> None:
    """Give the part its final name if it is right; remove it if not."""
    found = _sha256(job.part)
    if found != job.file.sha256:
        job.part.unlink()
        raise DataError("fetch.hash_wrong", file=job.file.name, origin=origin, expected=job.file.sha256, found=found)
    replace_file(job.part, job.final)
    job.tell(job.file.bytes)


def _disk_error(job: _Job, err: OSError) -> MachineError:
    folder = str(job.final.parent)
    if err.errno in {errno.ENOSPC, errno.EDQUOT}:
        return MachineError("fetch.disk_full", file=job.file.name, folder=folder, bytes=job.file.bytes)
    reason = err.strerror or str(err)
    if err.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return MachineError("fetch.disk_refused", file=job.file.name, folder=folder, reason=reason)
    return MachineError("fetch.disk_failed", file=job.file.name, folder=folder, reason=reason)


def _part(final: Path) -> Path:
    return final.with_name(f"{final.name}.part")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # what cannot be looked at is not there; writing it will tell why
        return 0


def _is_right(path: Path, file: PublishedFile) -> bool:
    try:
        return _size(path) == file.bytes and _sha256(path) == file.sha256
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
