"""Private copies of a file, no larger than allowed."""

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geodata.errors import DataError, MachineError
from geodata.readers.vector.limits import Limits


@dataclass(frozen=True)
class Staged:
    """A private copy of the file: the format that its bytes show, where it lies, and the layer to read in it."""

    format: str
    file: Path
    layer: str | None


def check_size(path: Path, limits: Limits) -> int:
    """Return the size of a regular file within the limit."""
    try:
        info = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError("vector.missing_file", file=path.name) from error
    except OSError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    if not stat.S_ISREG(info.st_mode):
        raise DataError("vector.not_a_file", file=path.name)
    if info.st_size == 0:
        raise DataError("vector.empty_file", file=path.name)
    if info.st_size > limits.file_bytes:
        raise _too_large(path, info.st_size, limits.file_bytes)
    return info.st_size


def _too_large(path: Path, size: int, limit: int) -> DataError:
    return DataError("vector.too_large", file=path.name, megabytes=-(-size // 10**6), limit=-(-limit // 10**6))


def copy_at_most(source: IO[bytes], target: Path, limit: int) -> bool:
    """Copy at most ``limit`` bytes and return whether that was all."""
    with target.open("xb") as sink:
        while limit > 0 and (chunk := source.read(min(1 << 20, limit))):
            sink.write(chunk)
            limit -= len(chunk)
    return not source.read(1)


def private_copy(path: Path, target: Path, limits: Limits) -> Path:
    """Copy a file within the limit, and return where the copy lies."""
    size = check_size(path, limits)
    try:
        with path.open("rb") as source:
            if not copy_at_most(source, target, limits.file_bytes):
                raise _too_large(path, size + 1, limits.file_bytes)
    except PermissionError as error:
        raise MachineError("vector.no_permission", file=path.name) from error
    return target
