"""A file appears whole or not at all; an older file of that name survives every failure."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter.exceptions import XlsxFileError

from geodata.paths import replace_file
from planner.errors import PlanError, PlanMachineError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_RIGHTS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_WRITER_ERRORS = (OSError, XlsxFileError)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a scratch file that takes the place of a file when the block ends well.

    The scratch file lies in a folder of its own beside the file, on the same disk, so that the change is one step and
    side files of a writer (journals) go away with the folder. A symbolic link stays one.

    Parameters
    ----------
    path
        The file to write.

    Raises
    ------
    PlanError
        If the path is a folder, or its folder does not exist.
    PlanMachineError
        If the disk is full, rights are missing, or the machine fails in another way.
    """
    target = path.resolve()
    _check(target, path)
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
        try:
            draft = scratch / target.name
            yield draft
            replace_file(draft, target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except _WRITER_ERRORS as error:
        raise _told(error, target) from error


def _check(target: Path, path: Path) -> None:
    if target.is_dir():
        raise PlanError("export.is_folder", file=path, example=path / "daftar.xlsx")
    if not target.parent.is_dir():
        raise PlanError("export.no_folder", file=target.name, folder=target.parent)


def _told(error: Exception, target: Path) -> PlanMachineError:
    """Return the error a user understands."""
    number = _error_number(error)
    where = {"file": target.name, "folder": target.parent}
    if number in _FULL:
        return PlanMachineError("export.disk_full", **where)
    if number in _NO_RIGHTS:
        return PlanMachineError("export.no_rights", **where)
    reason = os.strerror(number) if number else str(error).strip().rstrip(".")
    return PlanMachineError("export.not_written", **where, reason=reason)


def _error_number(error: BaseException) -> int | None:
    """Return the error number of an error or of what it wraps."""
    inner = (error, *error.args, error.__cause__, error.__context__)
    return next((e.errno for e in inner if isinstance(e, OSError) and e.errno), None)
