"""Visits that a phone noted under a key of its own: two of one agent, key and content are one visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from geodata.schema import VILLAGE_CODE
from planner.uploads.kinds import AGENT, DATE, DUSUN, ENTRY_KEY, INTERESTED, MET, OBSTACLE, REGISTERED

_WORDS: Final = (DUSUN, MET, INTERESTED, REGISTERED, OBSTACLE)

Entry = tuple[str, str, str, int, int, int, str]
"""Day, village, dusun in small letters, met, interested, registered, obstacle in small letters."""
EntryKey = tuple[str, str]
"""Code of the agent and key, both in small letters."""


@dataclass(frozen=True)
class Entries:
    """What becomes of the rows with a key; rows without one are in neither.

    Attributes
    ----------
    kept
        Rows whose entry is in the records already.
    other
        Rows whose key stands for another entry, in the records or in the file.
    """

    kept: pd.Series
    other: pd.Series


def entry_of(
    day: date,
    village_code: str,
    *,
    dusun: str | None,
    met: int,
    interested: int | None,
    registered: int,
    obstacle: str | None,
) -> Entry:
    """Return what an entry says; needless space, capital letters and a count left empty make no difference."""
    words = [" ".join((text or "").split()).casefold() for text in (dusun, obstacle)]
    return day.isoformat(), village_code, words[0], int(met), int(interested or 0), int(registered), words[1]


def entries(columns: Mapping[str, pd.Series], known: Mapping[EntryKey, Entry]) -> Entries:
    """Compare the entries of a file with each other and with those that are kept.

    Parameters
    ----------
    columns
        Values of the rows as they could be read; keys have the form of one. A row that lacks a needed value is not
        compared.
    known
        What the kept entries say.
    """
    rows = pd.DataFrame(dict(columns))
    needed = [ENTRY_KEY, AGENT, DATE, VILLAGE_CODE, MET, REGISTERED]
    said: dict[object, tuple[EntryKey, Entry]] = {}
    for number, row in rows[rows[needed].notna().all(axis=1)].astype(object).iterrows():
        key = (str(row[AGENT]).casefold(), str(row[ENTRY_KEY]).casefold())
        words: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in _WORDS}
        said[number] = key, entry_of(row[DATE].date(), row[VILLAGE_CODE], **words)
    ways: dict[EntryKey, set[Entry]] = {}
    for key, entry in said.values():
        ways.setdefault(key, {known[key]} if key in known else set()).add(entry)
    other = {number for number, (key, _) in said.items() if len(ways[key]) > 1}
    kept = {number for number, (key, _) in said.items() if key in known} - other
    index = rows.index
    return Entries(pd.Series(index.isin(list(kept)), index=index), pd.Series(index.isin(list(other)), index=index))
