"""What left a laptop without records: a register of one line per export, and the files beside it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from geodata.paths import make_folder
from planner.errors import PlanError, PlanMachineError
from planner.export.atomic import replacing
from planner.export_shelf import KEPT_IN_ALL, LARGEST_KEPT, MOST, Entry, Exported
from planner.provenance import Stamp

REGISTER: Final = "register.jsonl"
FILES: Final = "kept"

_LARGEST_REGISTER: Final = 50_000_000  # bytes; some 80,000 exports
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True)
class ExportFolder:
    """The exports of a folder; see `planner.export_shelf.ExportShelf`.

    Attributes
    ----------
    folder
        The folder; made at the first export.
    by
        Who exports: ``console`` or ``laptop``.
    """

    folder: Path
    by: str

    @property
    def where(self) -> str:
        """The register."""
        return str(self._register)

    def keep(self, stamp: Stamp, file: Exported) -> None:
        """Write down an exported file.

        Raises
        ------
        PlanMachineError
            If the disk is full, or rights are missing.
        """
        row = {"sha256": file.sha256, "bytes": file.size, "made_at": datetime.now(UTC).isoformat(), "by": self.by}
        line = json.dumps({**row, "stamp": stamp.record()}, ensure_ascii=False) + "\n"
        make_folder(self._files)
        with _ONE_AT_A_TIME:
            if file.content is not None:
                self._keep_content(file.sha256, file.content)
            try:
                with self._register.open("ab", buffering=0) as register:
                    register.write(line.encode())  # one call: two programs at once do not mix their lines
            except OSError as error:
                reason = error.strerror or str(error)
                raise PlanMachineError("exports.not_registered", file=self._register, reason=reason) from error

    def last(self, most: int = MOST) -> list[Entry]:
        """Return the last exports, the newest first."""
        return self._entries(lambda _: True, most)

    def found(self, sha256: str) -> list[Entry]:
        """Return the exports with exactly these bytes, the newest first."""
        return self._entries(lambda entry: entry.sha256 == sha256)

    def by_number(self, number: str) -> list[Entry]:
        """Return the exports with a number, the newest first."""
        return self._entries(lambda entry: entry.stamp.id == number)

    def content_of(self, sha256: str) -> bytes | None:
        """Return a file again; nothing where it is not kept, or is not what it was."""
        if not self._file(sha256).is_file():
            return None
        found = Exported.of_file(self._file(sha256))
        return found.content if found.sha256 == sha256 else None

    @property
    def _register(self) -> Path:
        return self.folder / REGISTER

    @property
    def _files(self) -> Path:
        return self.folder / FILES

    def _file(self, sha256: str) -> Path:
        return self._files / sha256

    def _keep_content(self, sha256: str, content: bytes) -> None:
        if self._file(sha256).is_file():
            return
        with replacing(self._file(sha256)) as draft:
            draft.write_bytes(content)
        with suppress(OSError):  # another program makes room at the same moment
            self._make_room()

    def _make_room(self) -> None:
        total = 0
        for path in sorted(self._files.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True):
            total += path.stat().st_size
            if total > KEPT_IN_ALL and path.is_file():
                path.unlink(missing_ok=True)

    def _entries(self, wanted: Callable[[Entry], bool], most: int = MOST) -> list[Entry]:
        entries: list[Entry] = []
        for row in self._rows():
            entry = self._entry(row)
            if entry is not None and wanted(entry):
                entries.append(entry)
        return entries[: -most - 1 : -1]

    def _rows(self) -> Iterator[object]:
        """Give the lines of the register; one that is no JSON, as after a power cut, says nothing."""
        try:
            with self._register.open("rb") as register:
                content = register.read(_LARGEST_REGISTER + 1)
        except FileNotFoundError:
            return
        except OSError as error:
            reason = error.strerror or str(error)
            raise PlanError("exports.unreadable", file=self._register, reason=reason) from error
        if len(content) > _LARGEST_REGISTER:
            raise PlanError("exports.register_too_large", file=self._register)
        for line in content.splitlines():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                continue

    def _entry(self, row: object) -> Entry | None:
        if not isinstance(row, Mapping):
            return None
        try:
            return self._told(row)
        except (KeyError, ValueError, TypeError):
            return None

    def _told(self, row: Mapping[str, Any]) -> Entry:
        sha256 = str(row["sha256"])
        size, made_at = int(row["bytes"]), datetime.fromisoformat(row["made_at"])
        kept = size <= LARGEST_KEPT and sha256.isalnum() and self._file(sha256).is_file()
        return Entry(Stamp.of(row["stamp"]), sha256, size, made_at, str(row["by"]), kept)
