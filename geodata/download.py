"""One published file onto the disk, over HTTP or from a mirror folder: resumed, verified, then under its final name."""

import errno
import hashlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

from geodata.catalogue import PublishedFile
from geodata.errors import DataError, MachineError
from geodata.paths import replace_file

_CHUNK_BYTES: Final = 16 * 1024  # what a cut connection loses at most
_COPY_BYTES: Final = 1024 * 1024
_TRY_AGAIN: Final = frozenset({408, 425, 429})


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


class _Broken(Exception):  # noqa: N818  (not an error yet: a further attempt may do)
    """An attempt that a further one may mend; carries what to say when there is none."""

    def __init__(self, error: DataError) -> None:
        self.error = error
        super().__init__(error.key)


@dataclass(frozen=True)
class Job:
    """A file to be brought, the place it goes to, and whom to tell how many bytes are there."""

    file: PublishedFile
    final: Path
    tell: Callable[[int], None]

    @property
    def part(self) -> Path:
        """Where the file lies until it is right."""
        return part_of(self.final)


def copy_from_mirror(job: Job, mirror: Path) -> None:
    """Copy a file from a mirror folder."""
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


def download(job: Job, session: requests.Session, patience: Patience) -> None:
    """Download a file from its first byte."""
    job.part.unlink(missing_ok=True)
    _receive_patiently(job, session, patience)
    _finish(job, origin=job.file.url)


def resume(job: Job, session: requests.Session, patience: Patience) -> None:
    """Download what is missing of a part."""
    _receive_patiently(job, session, patience)
    if is_right(job.part, job.file):
        _finish(job, origin=job.file.url)
    else:  # the earlier part may be at fault, not the server
        download(job, session, patience)


def _receive_patiently(job: Job, session: requests.Session, patience: Patience) -> None:
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


def _receive(job: Job, session: requests.Session, patience: Patience) -> None:
    """Receive what is missing of a part, in one attempt."""
    start = size_of(job.part)
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


def _request(job: Job, session: requests.Session, patience: Patience, start: int) -> requests.Response:
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


def _check_status(job: Job, response: requests.Response) -> None:
    status = response.status_code
    if status in {requests.codes.not_found, requests.codes.gone}:
        raise DataError("fetch.not_found", file=job.file.name, url=job.file.url)
    if status in _TRY_AGAIN or status >= requests.codes.server_error:
        raise _Broken(_server_error(job, response))
    known = {requests.codes.ok, requests.codes.partial_content, requests.codes.requested_range_not_satisfiable}
    if status not in known:
        host = urlsplit(job.file.url).hostname
        raise DataError("fetch.refused", file=job.file.name, host=host, answer=f"HTTP {status}")


def _server_error(job: Job, response: requests.Response) -> MachineError:
    host = urlsplit(job.file.url).hostname
    return MachineError("fetch.server_error", file=job.file.name, host=host, status=str(response.status_code))


def _range_start(response: requests.Response) -> int | None:
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    first = rest.partition("-")[0]
    return int(first) if unit == "bytes" and first.isdecimal() else None


def _pour(job: Job, response: requests.Response, start: int) -> None:
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


def _cut(job: Job, held: int) -> MachineError:
    host = urlsplit(job.file.url).hostname
    return MachineError("fetch.cut", file=job.file.name, host=host, received=held, expected=job.file.bytes)


def _finish(job: Job, *, origin: str) -> None:
    """Give the part its final name if it is right; remove it if not."""
    found = _sha256(job.part)
    if found != job.file.sha256:
        job.part.unlink()
        raise DataError("fetch.hash_wrong", file=job.file.name, origin=origin, expected=job.file.sha256, found=found)
    replace_file(job.part, job.final)
    job.tell(job.file.bytes)


def disk_error(job: Job, err: OSError) -> MachineError:
    """Say what the disk would not do."""
    folder = str(job.final.parent)
    if err.errno in {errno.ENOSPC, errno.EDQUOT}:
        return MachineError("fetch.disk_full", file=job.file.name, folder=folder, bytes=job.file.bytes)
    reason = err.strerror or str(err)
    if err.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return MachineError("fetch.disk_refused", file=job.file.name, folder=folder, reason=reason)
    return MachineError("fetch.disk_failed", file=job.file.name, folder=folder, reason=reason)


def part_of(final: Path) -> Path:
    """Return where a file lies until it is right."""
    return final.with_name(f"{final.name}.part")


def size_of(path: Path) -> int:
    """Return the bytes on disk; none where there is no file."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # what cannot be looked at is not there; writing it will tell why
        return 0


def is_right(path: Path, file: PublishedFile) -> bool:
    """Whether a file on disk has the published content; it is hashed only if its size is right."""
    try:
        return size_of(path) == file.bytes and _sha256(path) == file.sha256
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
