"""Notes that come back from a pack: read as any upload is, every row taken or given back with its reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geodata.schema import VILLAGE_CODE
from geodata.texts import Language
from planner.texts import t
from planner.uploads import Checked, Known, check, open_table, reason_text
from planner.uploads.kinds import DATE, DUSUN, ENTRY_KEY, INTERESTED, MET, OBSTACLE, REGISTERED
from planner.uploads.villages import BY_NAME, UNKNOWN, UNKNOWN_NAMED

_NOT_YOURS: Final = "pack.notes.not_yours"
_OTHER_AGENT: Final = "pack.notes.other_agent"
_SAID: Final = {
    "upload.refused.other_entry": "pack.notes.changed",
    UNKNOWN: _NOT_YOURS,
    UNKNOWN_NAMED: _NOT_YOURS,
    BY_NAME: _NOT_YOURS,
    "upload.refused.unknown_agent": _OTHER_AGENT,
}


@dataclass(frozen=True)
class Note:
    """One visit as the agent wrote it down; ``row`` is where it stands, ``entry_key`` what the phone called it."""

    row: int
    village_code: str
    visited_on: date
    met: int
    interested: int
    registered: int
    dusun: str | None = None
    obstacle: str | None = None
    entry_key: str | None = None


@dataclass(frozen=True)
class Notes:
    """What came back.

    Attributes
    ----------
    taken
        Notes that can be written.
    refused
        Number of the row, and keys of texts that say why not.
    """

    taken: tuple[Note, ...]
    refused: tuple[tuple[int, tuple[str, ...]], ...]


def read_notes(content: bytes, name: str, *, agent: str, villages: gpd.GeoDataFrame, today: date) -> Notes:
    """Read the notes of a file, or of a text that was scanned.

    Parameters
    ----------
    content, name
        The file and its name; its ending tells the format.
    agent
        Code of the agent; notes of another one are refused.
    villages
        The own villages: columns of the layer; notes of others are refused.
    today
        Days after it are refused.

    Raises
    ------
    UploadError
        If the file is refused as a whole.
    """
    table = open_table(content, name, "visits")
    known = Known(pd.DataFrame(villages.drop(columns="geometry")), agents=frozenset({agent.casefold()}))
    checked = check(table, "visits", known, today=today)
    rows = checked.accepted.astype(object).where(checked.accepted.notna(), None)
    taken = tuple(_note(int(str(row)), dict(values)) for row, values in rows.iterrows())
    return Notes(taken, tuple(_refused(checked)))


def scanned(text: str) -> bytes:
    """Return the file that scanned texts make: each begins with the headings, which stand once in a file."""
    lines = [line.strip() for line in text.strip().lstrip("\ufeff").splitlines() if line.strip()]
    return "\n".join([*lines[:1], *(line for line in lines[1:] if line != lines[0])]).encode()


def reason(key: str, language: Language) -> str:
    """Return why a row was refused."""
    return t(key, language) if key.startswith("pack.") else reason_text(key, language)


def _note(row: int, values: dict[Any, Any]) -> Note:
    met, registered = int(values[MET]), int(values[REGISTERED])
    return Note(
        row,
        str(values[VILLAGE_CODE]),
        pd.Timestamp(values[DATE]).date(),
        met,
        int(values[INTERESTED] or 0),
        registered,
        values[DUSUN],
        values[OBSTACLE],
        values.get(ENTRY_KEY),
    )


def _refused(checked: Checked) -> Collection[tuple[int, tuple[str, ...]]]:
    found: dict[int, dict[str, None]] = {}
    for row, key in zip(checked.problems["row"], checked.problems["reason"], strict=True):
        found.setdefault(int(row), {})[_SAID.get(str(key), str(key))] = None
    return [(row, tuple(keys)) for row, keys in sorted(found.items())]
