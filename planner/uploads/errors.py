"""What a sender is told when a whole file is refused, and what is said beside a file that is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from geodata.errors import DataError
from geodata.readers.vector.wording import one_line
from geodata.texts import Language, render
from planner.errors import PlanError, PlanMachineError
from planner.texts import t

_HELD_NAMES: Final = "upload.held."  # before a reason of the name doctor


class UploadError(PlanError):
    """A file that is refused as a whole: nothing of it is kept."""


class UploadMachineError(UploadError, PlanMachineError):
    """The machine, not the file, stands in the way."""


@dataclass(frozen=True)
class Note:
    """What was seen or done while reading: nothing is left out or changed without a word.

    Attributes
    ----------
    key
        Key of a text.
    values
        What fills it.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language."""
        return t(self.key, language, **self.values)


def reason_text(key: str, language: Language) -> str:
    """Return the reason of a refused or held row; those on codes, names, outlines stand in the texts of geodata."""
    own = key.removeprefix(_HELD_NAMES)
    if key.startswith("upload.") and not own.startswith("names."):
        return t(key, language)
    return render(DataError.folder, own, language, {})


def listed(values: object, most: int = 10) -> str:
    """Write rows or names on one short line."""
    items = [str(v) if isinstance(v, int) else one_line(v) for v in values]  # type: ignore[attr-defined]
    return ", ".join(items[:most]) + (", ..." if len(items) > most else "")
