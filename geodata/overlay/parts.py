"""Finished pieces on the disk, so that a run that was broken off goes on where it was."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from geodata.errors import DataError, MachineError
from geodata.overlay.kernel import Sums
from geodata.paths import make_folder, replace_file

_ASKED: Final = "asked.json"


@dataclass(frozen=True)
class Parts:
    """A folder with one file per finished piece.

    Attributes
    ----------
    folder
        The folder.
    """

    folder: Path

    def begin(self, asked: Mapping[str, Any]) -> None:
        """Make the folder for what is asked, or find what was done of it.

        Raises
        ------
        DataError
            If pieces of something else lie there.
        MachineError
            If it cannot be made.
        """
        make_folder(self.folder)
        told = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        file = self.folder / _ASKED
        try:
            if file.exists() and file.read_text(encoding="utf-8") == told:
                return
            if any(self.done()):
                raise DataError("overlay.other_work", folder=str(self.folder))
            self._write(_ASKED, told.encode())
        except OSError as error:
            raise self._trouble(error) from error

    def done(self) -> Iterator[int]:
        """Yield the pieces that are finished."""
        for path in self.folder.glob("*.npz"):
            if path.stem.isdecimal():
                yield int(path.stem)

    def keep(self, piece: int, found: Sums) -> None:
        """Write a finished piece; it is there whole or not at all.

        Raises
        ------
        MachineError
            If it cannot be written.
        """
        draft = self.folder / f".{piece}.{os.getpid()}.part"
        try:
            with draft.open("wb") as file:
                counts = np.array([found.features, found.outside])
                np.savez(file, villages=found.villages, amounts=found.amounts, counts=counts)
            replace_file(draft, self.folder / f"{piece}.npz")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise self._trouble(error) from error

    def read(self, piece: int) -> Sums:
        """Return a finished piece.

        Raises
        ------
        DataError
            If its file is damaged.
        """
        path = self.folder / f"{piece}.npz"
        try:
            with np.load(path, allow_pickle=False) as found:
                features, outside = (int(count) for count in found["counts"])
                return Sums(found["villages"], found["amounts"], features, outside)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise DataError("overlay.damaged_part", file=str(path)) from error

    def remove(self) -> None:
        """Remove all that lies there, once it is of no more use."""
        for path in [*self.folder.glob("*.npz"), *self.folder.glob(".*.part"), self.folder / _ASKED]:
            path.unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        draft = self.folder / f".{name}.part"
        draft.write_bytes(content)
        replace_file(draft, self.folder / name)

    def _trouble(self, error: OSError) -> MachineError:
        return MachineError("paths.unusable", folder=str(self.folder), reason=error.strerror or str(error))
