"""What a user is told when an input, a parameter or the machine is refused."""

from pathlib import Path
from typing import ClassVar

from geodata.texts import Language, render


class DataError(ValueError):
    """A refused input, told in the user's language.

    Parameters
    ----------
    key
        Key of the sentence in the catalogue of texts; it names what failed, what was expected and what to do.
    values
        What fills the sentence.
    """

    exit_code: ClassVar[int] = 1
    folder: ClassVar[Path] = Path(__file__).with_name("texts")

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language."""
        return render(self.folder, self.key, language, self.values)

    def __str__(self) -> str:
        return self.text("en")


class MachineError(DataError):
    """The machine, not the data, stands in the way: disk, network, rights."""

    exit_code: ClassVar[int] = 3
