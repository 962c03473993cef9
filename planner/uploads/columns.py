"""Which heading of a file is which column: suggested, confirmed by the user, remembered for the sender."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from geodata.schema import VILLAGE_CODE, VILLAGE_NAME
from planner.texts import t
from planner.uploads.errors import UploadError, listed
from planner.uploads.kinds import COLUMNS, CRITERION, ENDINGS, Column, Kind

SURE: Final = 1.0
LEAST: Final = 0.86
_NEGATIONS: Final = frozenset(("tidak", "non", "nonaktif", "inactive", "bukan", "belum", "not"))


@dataclass(frozen=True)
class Suggestion:
    """A heading that may be a column, and how sure that is, 0 to 1."""

    heading: str
    confidence: float


@dataclass(frozen=True)
class Columns:
    """Which heading gives each column, and what stands for the whole file.

    Attributes
    ----------
    headings
        Heading of the file by internal name of the column.
    constants
        One value for all rows by internal name, such as the month or the unit, where the file has no such column.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Return a text in small letters, without signs, accents and double spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


@lru_cache(maxsize=1)
def added_headings() -> Mapping[str, frozenset[str]]:
    """Return the headings that a file of refused rows adds, plain, by their text key."""
    keys = ("upload.refused_file.row", "upload.refused_file.column", "upload.refused_file.value")
    return {
        key: frozenset(plain(t(key, language)) for language in ("id", "en"))
        for key in (*keys, "upload.refused_file.reason")
    }


def confidence(heading: str, column: Column) -> float:
    """Say how sure a heading is a column's, 0 to 1: 1 where it is one of its known headings."""
    written = plain(heading)
    if written == plain(column.name) or written in column.headings:
        return SURE
    words = set(written.split())
    scores = [
        fuzz.token_sort_ratio(written, known) / 100
        for known in column.headings
        if bool(words & _NEGATIONS) == bool(set(known.split()) & _NEGATIONS)
    ]
    best = max(scores, default=0.0)
    return round(min(best, 0.99), 3) if best >= LEAST else 0.0


def suggest(headings: Sequence[str], kind: Kind) -> dict[str, Suggestion]:
    """Suggest a heading for each column of a kind.

    Parameters
    ----------
    headings
        Headings of the file; each is suggested for one column at most.
    kind
        Kind of the upload.

    Returns
    -------
        Suggestion by internal name, surest first where two columns want one heading; columns that nothing fits are
        left out. Where several headings fit one column alike, the first.
    """
    added = frozenset().union(*added_headings().values()) if _is_refused_file(headings) else frozenset()
    fits = [
        (-confidence(heading, column), rank, i, column.name, heading)
        for rank, column in enumerate(COLUMNS[kind])
        for i, heading in enumerate(headings)
        if plain(heading) not in added
    ]
    found: dict[str, Suggestion] = {}
    for score, _, _, name, heading in sorted(fits):
        if score < 0 and name not in found and heading not in {s.heading for s in found.values()}:
            found[name] = Suggestion(heading, -score)
    return found


def _is_refused_file(headings: Sequence[str]) -> bool:
    """Whether all headings that a file of refused rows adds are there."""
    written = {plain(h) for h in headings}
    return all(words & written for words in added_headings().values())


def chosen(headings: Sequence[str], kind: Kind, given: Columns | None = None, *, file: str) -> Columns:
    """Return the heading of each column: as given, else as suggested.

    Raises
    ------
    UploadError
        If a given column or heading does not exist, one heading is given for two columns, or a column is missing.
    """
    given = given or Columns()
    names = {c.name for c in COLUMNS[kind]} | ({CRITERION} if kind == "criteria" else set())
    for name in (*given.headings, *given.constants):
        if name not in names:
            raise UploadError("upload.map_unknown", name=str(name)[:60], allowed=", ".join(sorted(names)))
    unknown = [h for h in given.headings.values() if h not in headings]
    if unknown:
        raise UploadError("upload.map_heading", file=file, name=listed(unknown), headings=listed(headings, 40))
    twice = sorted({h for h in given.headings.values() if list(given.headings.values()).count(h) > 1})
    if twice:
        raise UploadError("upload.map_twice", name=listed(twice))
    free = [h for h in headings if h not in given.headings.values()]
    taken = {*given.headings, *given.constants}
    guessed = {name: s.heading for name, s in suggest(free, kind).items() if name not in taken}
    found = Columns({**guessed, **given.headings}, dict(given.constants))
    _require(kind, found, headings, file)
    return found


def _require(kind: Kind, found: Columns, headings: Sequence[str], file: str) -> None:
    there = {*found.headings, *found.constants}
    missing = [t(f"upload.column.{c.name}", "id") for c in COLUMNS[kind] if c.required and c.name not in there]
    in_english = [t(f"upload.column.{c.name}", "en") for c in COLUMNS[kind] if c.required and c.name not in there]
    if not {VILLAGE_CODE, VILLAGE_NAME} & there:
        missing.append(t("upload.column.village", "id"))
        in_english.append(t("upload.column.village", "en"))
    if kind == "funded" and not {*ENDINGS} & there:
        missing.append(t("upload.column.ending", "id"))
        in_english.append(t("upload.column.ending", "en"))
    if missing:
        raise _MissingError(
            "upload.columns_missing", file=file, id=", ".join(missing), en=", ".join(in_english),
            headings=listed(headings, 40),
        )  # fmt: skip


class _MissingError(UploadError):
    """Columns are missing; their names are told in the language asked for."""

    def text(self, language: str = "id") -> str:
        values = self.values | {"missing": self.values[language]}
        return t(self.key, "id" if language == "id" else "en", **values)


def fitting(entry: object, headings: Sequence[str]) -> Columns | None:
    """Return what was chosen for another file, as far as this one has the headings; nothing where none is left.

    Parameters
    ----------
    entry
        ``headings`` and ``constants`` as `Columns` has them; anything else is taken for nothing.
    headings
        Headings of this file.
    """
    if not isinstance(entry, dict) or not _is_entry(entry):
        return None
    found = {name: h for name, h in entry.get("headings", {}).items() if h in headings}
    constants = {name: value for name, value in entry.get("constants", {}).items() if name not in found}
    return Columns(found, constants) if found else None


def _is_entry(entry: object) -> bool:
    parts = (entry.get("headings", {}), entry.get("constants", {})) if isinstance(entry, dict) else ()
    return bool(parts) and all(
        isinstance(part, dict) and all(isinstance(v, str) for v in part.values()) for part in parts
    )


def from_json(text: str, *, file: str) -> Columns:
    """Read a mapping file: ``{"headings": {"active": "Peserta aktif"}, "constants": {"month": "2026-03"}}``.

    Raises
    ------
    UploadError
        If the text is no such JSON.
    """
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UploadError("upload.map_broken", file=file) from error
    if not isinstance(entry, dict) or set(entry) - {"headings", "constants"} or not _is_entry(entry):
        raise UploadError("upload.map_broken", file=file)
    return Columns(entry.get("headings", {}), entry.get("constants", {}))
