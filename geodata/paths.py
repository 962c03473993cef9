"""The data folder: where it lies, and how files get into it whole.

Nothing is made on import, nor when a ``Paths`` is built; ``prepare`` makes the folders.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from platformdirs import user_data_path

from geodata.errors import MachineError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

VARIABLE: Final = "PLANNER_DATA_DIR"
_PROGRAM: Final = "desa-sadar-planner"
_LOCK: Final = ".writing"


@dataclass(frozen=True)
class Paths:
    """The folders of the planner.

    Attributes
    ----------
    root
        The data folder, absolute.
    """

    root: Path

    @classmethod
    def of(cls, data_dir: Path | str | None = None) -> "Paths":
        """Choose the data folder: the argument, else the variable PLANNER_DATA_DIR, else the user's data folder."""
        chosen = data_dir or os.environ.get(VARIABLE) or user_data_path(_PROGRAM, appauthor=False)
        return cls(Path(chosen).expanduser().absolute())

    @property
    def downloads(self) -> Path:
        """Folder of the published files, laid out like a mirror."""
        return self.root / "downloads"

    @property
    def layer(self) -> Path:
        """Folder of the built village layer."""
        return self.root / "layer"

    @property
    def villages(self) -> Path:
        """The village layer, a GeoParquet file."""
        return self.layer / "villages.parquet"

    @property
    def exports(self) -> Path:
        """Folder of exported files."""
        return self.root / "exports"

    @property
    def plans(self) -> Path:
        """Folder of saved plans."""
        return self.root / "plans"

    @property
    def incentives(self) -> Path:
        """The office's own rules of the incentive of agents, a CSV; the shipped ones hold where it is missing."""
        return self.root / "incentives.csv"

    @property
    def records(self) -> Path:
        """The records of the office, a SQLite database; not in use where PLANNER_DATABASE_URL names another."""
        return self.root / "records.sqlite"

    def prepare(self) -> None:
        """Make the folders that are missing.

        Raises
        ------
        MachineError
            If a folder cannot be made or written to.
        """
        for folder in (self.root, self.downloads, self.layer, self.exports, self.plans):
            make_folder(folder)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, if missing.

    Raises
    ------
    MachineError
        If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise _unusable(folder, err) from err
    if not os.access(folder, os.W_OK | os.X_OK):
        raise MachineError("paths.not_writable", folder=str(folder))


def replace_file(part: Path, final: Path) -> None:
    """Give a finished file its final name in one step, so that it outlives a power cut.

    Parameters
    ----------
    part
        The finished file, in the same folder as ``final``.
    final
        The name it gets; a file there is replaced.
    """
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(final)
    _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders; its rename needs no second flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold a folder as its only writer; the hold ends with the process, however that ends.

    Raises
    ------
    MachineError
        If another process or thread is writing into the folder, or the folder cannot be held.
    """
    try:
        file = (folder / _LOCK).open("ab")
    except OSError as err:
        raise _unusable(folder, err) from err
    with file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as err:
            raise MachineError("paths.busy", folder=str(folder)) from err
        except OSError as err:
            raise _unusable(folder, err) from err
        yield


def _unusable(folder: Path, err: OSError) -> MachineError:
    return MachineError("paths.unusable", folder=str(folder), reason=err.strerror or str(err))


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
