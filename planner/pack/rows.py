"""The rows that a pack gives back: columns of the upload kind ``visits``, with the key that a phone gave each note."""

from typing import Final

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.export.delimited import SEPARATORS
from planner.uploads.kinds import AGENT, DATE, DUSUN, ENTRY_KEY, INTERESTED, MET, OBSTACLE, REGISTERED, column

COLUMNS: Final = (AGENT, DATE, VILLAGE_CODE, DUSUN, MET, INTERESTED, REGISTERED, OBSTACLE, ENTRY_KEY)
"""In the order of a row; the script of the pack writes them in the same."""


def headings(language: Language) -> list[str]:
    """Return how the columns are headed: words that an upload knows, the Indonesian one first in each list."""
    place = 0 if language == "id" else 1
    return [column("visits", name).headings[place] for name in COLUMNS]


def separator(language: Language) -> str:
    """Return what stands between the cells of a row."""
    return SEPARATORS[language]
