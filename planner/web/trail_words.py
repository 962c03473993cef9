"""The audit trail in words: deeds, what they were done to, and values before and after, as an official reads them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from geodata.texts import Language, load, number
from planner.measure_catalogue import MEASURES
from planner.store.trail import MEANT, Deed, Names, row_of
from planner.texts import FOLDER, t
from planner.uploads import reason_text
from planner.web import day_text

_VILLAGE: Final = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")
_PLACES: Final = {"regency_code", "regency", "region", "regions"}
_DAYS: Final = {"on", "on_day", "date", "days"}
_PRINTS: Final = {"sha256", "layer", "known", "content"}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("rights.role.",),
    "kind": ("upload.kind.",),
    "status": ("upload.status.", "launches.status."),
    "step": ("launches.step.",),
    "sector": ("web.sector.",),
    "fund": ("funding.name.",),
    "section": ("web.board.section.",),
    "classes": ("web.filter.",),
}
"""Values that are names of the program, and the texts that say them."""
_PERHAPS: Final = {"inactive", "interested"}
"""Counts that may be unknown, which is not none."""
_OWN_NAME: Final = ("name", "login", "code", "file_name", "village_code")
_LISTED: Final = 12
_LONGEST: Final = 400


@dataclass(frozen=True)
class Words:
    """What tells the changes of one page.

    Parameters
    ----------
    names
        What the rows of the records are called, of `planner.store.trail.names_behind`.
    places
        Names of villages, districts and regencies by code.
    language
        Language of the words.
    """

    names: Names
    places: Mapping[str, str]
    language: Language

    def thing(self, deed: Deed) -> str:
        """Return what a change was done to: Akun siti, Peluncuran di Lempur (15.01.05.2004)."""
        key = f"web.audit.of.{deed.entity}.{deed.key}"
        if _known(key):
            return t(key, self.language)
        key = f"web.audit.of.{deed.entity}"
        if not _known(key):
            return t("web.audit.of.other", self.language, thing=_bare(deed.entity), name=deed.key)
        values: dict[str, str] = {"name": self._name(deed), "number": deed.key, "row": "", "place": ""}
        if deed.entity == "held_rows":
            values["row"] = deed.key.rpartition("/")[2]
        elif deed.entity == "aliases":
            place, _, values["name"] = deed.key.partition(" ")
            values["place"] = self.places.get(place, place)
        return t(key, self.language, **values)

    def values(self, values: Any) -> str:  # noqa: ANN401 (plain values of JSON)
        """Return what was there before or is there now, one value a line; empty where there was or is nothing."""
        if values is None:
            return ""
        if not isinstance(values, dict):
            return self._value("", values)[:_LONGEST]
        return "\n".join(self._lines(values))

    def _lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for name, value in values.items():
            if isinstance(value, dict):
                yield from self._lines(value)
            else:
                yield f"{field(name, self.language)}: {self._value(name, value)[:_LONGEST]}"

    def _value(self, name: str, value: Any) -> str:  # noqa: ANN401 (plain values of JSON)
        if value is None or value in ("", []):
            return t(f"web.audit.any.{'unknown' if name in _PERHAPS else 'none'}", self.language)
        if isinstance(value, bool):
            return t(f"web.audit.any.{'yes' if value else 'no'}", self.language)
        if isinstance(value, list):
            return self._list(name, value)
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, int | float):
            return self._number(name, value)
        return json.dumps(value, ensure_ascii=False)

    def _list(self, name: str, values: list[Any]) -> str:
        between = " " if name == "reasons" else ", "  # sentences
        shown = between.join(self._value(name, one) for one in values[:_LISTED])
        left = len(values) - _LISTED
        return f"{shown}, {t('web.audit.any.more', self.language, count=left)}" if left > 0 else shown

    def _number(self, name: str, value: float) -> str:
        if isinstance(value, int) and name in MEANT:
            return self._row(MEANT[name], value)
        return number(value, self.language, 0 if isinstance(value, int) else 2)

    def _text(self, name: str, text: str) -> str:
        if _VILLAGE.fullmatch(text):
            return self._village(text)
        if name in _PLACES:
            return self.places.get(text, text)
        if name in _PRINTS:
            return f"{text[:12]}…"
        if (told := {"reasons": _reason, "measure": _measure}.get(name)) is not None:
            return told(text, self.language)
        if name == "month" or name in _DAYS or name.endswith(("_on", "_at")):
            return _time(name, text, self.language)
        keys = (f"web.audit.value.{name}.{text}", *(prefix + text for prefix in _CHOICES.get(name, ())))
        return next((t(key, self.language) for key in keys if _known(key)), text)

    def _village(self, code: str) -> str:
        if code not in self.places:
            return code
        return t("web.audit.any.village", self.language, name=self.places[code], code=code)

    def _row(self, table: str, row: int) -> str:
        name = self.names.get((table, row))
        return self._numbered(str(row)) if name is None else self._text("", name)

    def _name(self, deed: Deed) -> str:
        """Return what the row of a change is called now; of one that is gone, what it was called in the change."""
        about = row_of(deed)
        if about is not None and about in self.names:
            return self._text("", self.names[about])
        for values in (deed.after, deed.before):
            for name in _OWN_NAME if isinstance(values, dict) else ():
                if isinstance(values.get(name), str):
                    return self._text("", values[name])
        return self._numbered(deed.key) if about is not None else deed.key

    def _numbered(self, row: str) -> str:
        return t("web.audit.any.number", self.language, number=row)


def deed(what: str, language: Language) -> str:
    """Return what was done: Akun dibuat; one without words of its own as it is named."""
    key = f"web.audit.deed.{what}"
    return t(key, language) if _known(key) else _bare(what)


def field(name: str, language: Language) -> str:
    """Return the name of a value: Orang ditemui."""
    key = f"web.audit.field.{name}"
    return t(key, language) if _known(key) else _bare(name)


def person(who: str, language: Language) -> str:
    """Return who did something: a login, or a part of the program in words."""
    key = f"web.audit.value.who.{who}"
    return t(key, language) if _known(key) else who


def _known(key: str) -> bool:
    return key in load(FOLDER)


def _bare(name: str) -> str:
    return name.replace(".", ": ").replace("_", " ").capitalize()


def _time(name: str, text: str, language: Language) -> str:
    try:
        if name.endswith("_at"):
            return day_text.time(datetime.fromisoformat(text), language)
        told = day_text.month if name == "month" else day_text.day
        return told(date.fromisoformat(text), language)
    except ValueError:
        return text


def _reason(key: str, language: Language) -> str:
    try:
        return reason_text(key, language)
    except KeyError:
        return key


def _measure(key: str, language: Language) -> str:
    return MEASURES[key].called(language) if key in MEASURES else key
