"""Saved plans of a laptop: a folder of records, each by its name."""

from dataclasses import dataclass
from pathlib import Path

from geodata.paths import make_folder
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.plan_record import figures_of, named, parts_of, read_file
from planner.plan_shelf import RECORD, Summary, can_be_name, file_name, refuse_name, unknown


@dataclass(frozen=True)
class PlanFolder:
    """The plans of a folder; see `planner.plan_shelf.Shelf`.

    Attributes
    ----------
    folder
        The folder; made when the first plan is saved.
    """

    folder: Path

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.folder)

    def names(self) -> list[str]:
        """Return the names of the plans, sorted."""
        return sorted(path.stem for path in self.folder.glob(f"*{RECORD}"))

    def summaries(self) -> list[Summary]:
        """Return what the plans hold, by name."""
        return [_summary(self.folder / file_name(name)) for name in self.names()]

    def read(self, name: str) -> bytes:
        """Return the record of a plan."""
        return read_file(self._file(name))

    def free_name(self, name: str) -> None:
        """Refuse a name that cannot be used, or is taken."""
        refuse_name(name, self.names())

    def save(self, name: str, content: bytes) -> str:
        """Keep a record under a name that is free; return its file."""
        self.free_name(name)
        parts_of(content, name=file_name(name))
        path = self.folder / file_name(name)
        make_folder(self.folder)
        with replacing(path) as draft:
            draft.write_bytes(content)
        return str(path)

    def duplicate(self, name: str, *, as_name: str) -> None:
        """Keep a plan once more under another name."""
        parts = parts_of(self.read(name), name=file_name(name))
        self.save(as_name, named(parts, name=as_name))

    def rename(self, name: str, *, as_name: str) -> None:
        """Give a plan another name."""
        self.duplicate(name, as_name=as_name)
        self.remove(name)

    def remove(self, name: str) -> None:
        """Remove a plan."""
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        path = self.folder / file_name(name)
        if not can_be_name(name) or not path.is_file():
            raise unknown(name, self.names())
        return path


def _summary(path: Path) -> Summary:
    """Return what a saved plan holds; nothing but its name where that cannot be read."""
    try:
        figures = figures_of(parts_of(read_file(path), name=path.name))
    except PlanError:
        figures = {}
    return Summary(path.stem, path.stat().st_mtime, **figures)
