"""The planner's sentences: one key, two languages."""

from pathlib import Path
from typing import Final

from geodata.texts import Language, render

FOLDER: Final = Path(__file__).with_name("texts")


def t(key: str, language: Language, **values: object) -> str:
    """Return a text of the planner with its values filled in.

    Parameters
    ----------
    key
        Key of the sentence in ``planner/texts/*.toml``.
    language
        ``id`` or ``en``.
    values
        What fills the sentence; whole numbers are grouped as the language does.

    Raises
    ------
    KeyError
        If the key or one of the values it needs is missing.
    """
    return render(FOLDER, key, language, values)
