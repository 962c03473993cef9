"""Indonesian place names: one spelling for all writings of a name."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, product
from typing import Final

from rapidfuzz.distance import OSA

from geodata.codes import Level
from geodata.names_words import ABBREVIATIONS, AFTER_NUMBERS, LONG_TITLES, NUMBERS, REGENCIES, TITLES, VILLAGE_TITLES

_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_JOINED: Final = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")  # JawaKanan
_OLD_SPELLING: Final = re.compile(r"oe|dj|tj")
_LONGEST_NUMBER: Final = 9
_MOST_READINGS: Final = 8


@dataclass(frozen=True)
class PlaceName:
    """A name taken apart.

    Attributes
    ----------
    words
        Its words in one spelling, numbers as digits.
    kind
        ``kabupaten`` or ``kota`` where a regency says so, else empty.
    """

    words: tuple[str, ...]
    kind: str = ""

    @cached_property
    def key(self) -> str:
        """The words written together, doubled letters once: what two writings of a name have in common."""
        return re.sub(r"([a-z])\1+", r"\1", "".join(self.words))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers in it."""
        return tuple(word for word in self.words if word.isdigit())

    @cached_property
    def without_title(self) -> "PlaceName":
        """The name of a village less a title before it: *Desa Mayang* is *Mayang*."""
        titled = len(self.words) > 1 and self.words[0] in VILLAGE_TITLES
        return PlaceName(self.words[1:], self.kind) if titled else self

    @property
    def without_mistyped_title(self) -> "PlaceName":
        """The name less a title with typing errors, or joined: *Keluraan Mayang*, *DesaMayang*."""
        for title, errors in LONG_TITLES.items():
            first = self.words[0] if self.words else ""
            if len(self.words) > 1 and OSA.distance(first, title) <= errors:
                return PlaceName(self.words[1:], self.kind)
            if first.startswith(title) and len(first) > len(title) + 2:
                return PlaceName((first.removeprefix(title), *self.words[1:]), self.kind)
        return self


def normalise(name: str, level: Level = "village") -> str:
    """Return a name in one spelling: lower case, numbers as digits, known abbreviations written out.

    The titles Provinsi, Kabupaten, Kota and Kecamatan are dropped from what they stand before. Those of villages stay:
    *Desa Baru* and *Kampung Baru* may be the whole name.

    Parameters
    ----------
    name
        As someone wrote it.
    level
        What kind of place it names.

    Examples
    --------
    >>> normalise("MEGANG  SAKTI-II")
    'megang sakti 2'
    >>> normalise("Dua-puluh-enam Ilir Satu")
    '26 ilir 1'
    >>> normalise("Kab. OKU Timur", "regency")
    'ogan komering ulu timur'
    """
    return " ".join(place_name(name, level).words)


def place_name(name: str, level: Level = "village") -> PlaceName:
    """Take a name apart, abbreviations in their usual meaning; see :func:`normalise`."""
    return _taken_apart(name, level)[0]


def readings(name: str, level: Level = "village") -> tuple[PlaceName, ...]:
    """Return all readings of a name, the usual one first.

    *Bt. Raja* may be Batu, Bukit or Batang Raja; a village's title may be part of its name or not (*Desa Baru*).
    """
    usual = _taken_apart(name, level)
    if level != "village":
        return usual
    untitled = (one.without_title for one in usual)
    return tuple(dict.fromkeys((*usual, *untitled, *(one.without_mistyped_title for one in usual))))


@lru_cache(maxsize=200_000)
def _taken_apart(name: str, level: Level) -> tuple[PlaceName, ...]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    parts = re.findall(r"[a-z]+|\d+", _JOINED.sub(" ", re.sub(r"['`]", "", plain)).lower())
    kind, words = _split_title(parts, level)
    if level == "regency":
        words = " ".join(REGENCIES.get(word, word) for word in words).split()
    meant = product(*(_meanings(word) for word in words))
    return tuple(
        PlaceName(tuple(_without_area_sign(_numbered(list(one)))), kind) for one in islice(meant, _MOST_READINGS)
    )


def _split_title(words: list[str], level: Level) -> tuple[str, list[str]]:
    kind = ""
    while not kind and len(words) > 1 and words[0] in TITLES[level]:
        kind, words = TITLES[level][words[0]], words[1:]
    return kind, words


def _meanings(word: str) -> tuple[str, ...]:
    modern = word if word in ABBREVIATIONS else _new_spelling(word)
    return ABBREVIATIONS.get(modern, (modern,))


def _new_spelling(word: str) -> str:
    """Spell a word by the spelling of 1972: oe, dj, tj became u, j, c.

    A plain j became y then, too; it is taken for an old one only beside another old letter (*Soekadjaja*, not *Jaya*).
    """
    if not _OLD_SPELLING.search(word):
        return word
    kept = re.sub(r"t+j", "c", re.sub(r"[dt]*d+j", "J", word))
    return kept.replace("j", "y").replace("J", "j").replace("oe", "u")


def _numbered(words: list[str]) -> list[str]:
    """Write roman numerals and number words (*dua puluh enam*) as digits; *Tiga Jaya* keeps its word."""
    first = 0
    while first < len(words) and words[first] in NUMBERS and not {*words[first + 1 : first + 2]} & AFTER_NUMBERS:
        first += 1
    result: list[str] = []
    for word in words[first:]:
        before = _number(result[-1]) if result and result[-1].isdigit() else 0
        if word == "belas" and 1 < before < 10:
            result[-1] = str(before + 10)
        elif word == "puluh" and 1 < before < 10:
            result[-1] = str(before * 10)
        elif 0 < NUMBERS.get(word, 0) < 10 and before in range(20, 100, 10):
            result[-1] = str(before + NUMBERS[word])
        else:
            result.append(str(_number(word) or word))
    return words[:first] + result


def _number(word: str) -> int:
    """Return the number a word stands for; 0 for none."""
    if word.isdigit():
        return int(word) if len(word) <= _LONGEST_NUMBER else 0
    if word in NUMBERS:
        return NUMBERS[word]
    strokes = "i" * len(word) if re.fullmatch(r"[il]{2,3}", word) else word  # a lower L typed for the numeral I
    roman = _ROMAN.fullmatch(strokes)
    if not roman:
        return 0
    tens, ones = roman.groups()
    return 10 * len(tens) + {"ix": 9, "iv": 4}.get(ones, 5 * ones.count("v") + ones.count("i"))


def _without_area_sign(words: list[str]) -> list[str]:
    """Palembang writes *20 Ilir D. II*: the D (daerah) before a number is no part of the name."""
    kept: list[str] = []
    for word in reversed(words):
        if not (word == "d" and kept and kept[-1].isdigit()):
            kept.append(word)
    return kept[::-1]
