"""Indonesian place names: one spelling for all writings of a name."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Final

from geodata.codes import Level

_NUMBER_WORDS: Final[Mapping[str, int]] = {
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
    "sepuluh": 10,
    "sebelas": 11,
}
_AFTER_NUMBERS: Final = frozenset(("belas", "puluh", "ulu", "ilir"))
_ROMAN: Final = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("sei", "sgi", "sungei"), "sungai"),
    **dict.fromkeys(("tj", "tjg", "tg", "tanj"), "tanjung"),
    **dict.fromkeys(("ma", "mr", "muaro"), "muara"),
    **dict.fromkeys(("lb", "lbk"), "lubuk"),
    **dict.fromkeys(("gn", "gng"), "gunung"),
    **dict.fromkeys(("kp", "kpg", "kmp"), "kampung"),
    **dict.fromkeys(("kt", "kuto", "koto"), "kota"),
    **dict.fromkeys(("tl", "tlg"), "talang"),
    "krg": "karang",
    "bdr": "bandar",
    "dsn": "dusun",
    "ps": "pasar",
    **dict.fromkeys(("dlm", "dalem"), "dalam"),
    "hulu": "ulu",
    "hilir": "ilir",
}
_REGENCIES: Final[Mapping[str, str]] = {
    "oku": "ogan komering ulu",
    "okus": "ogan komering ulu selatan",
    "okut": "ogan komering ulu timur",
    "oki": "ogan komering ilir",
    "oi": "ogan ilir",
    "pali": "penukal abab lematang ilir",
    "muba": "musi banyuasin",
    "mura": "musi rawas",
    "muratara": "musi rawas utara",
    "tanjab": "tanjung jabung",
    "tanjabbar": "tanjung jabung barat",
    "tanjabtim": "tanjung jabung timur",
    "lamsel": "lampung selatan",
    "lamteng": "lampung tengah",
    "lamtim": "lampung timur",
    "lambar": "lampung barat",
    "lampura": "lampung utara",
    "tuba": "tulang bawang",
    "tubaba": "tulang bawang barat",
}
_TITLES: Final[Mapping[Level, Mapping[str, str]]] = {
    "province": dict.fromkeys(("provinsi", "propinsi", "prov", "kepulauan", "kep"), ""),
    "regency": {
        **dict.fromkeys(("kabupaten", "kab"), "kabupaten"),
        **dict.fromkeys(("kota", "kotamadya", "kodya"), "kota"),
    },
    "district": dict.fromkeys(("kecamatan", "kec"), ""),
    "village": {},
}
_VILLAGE_TITLES: Final = frozenset(("desa", "ds", "kelurahan", "kel", "dusun", "pekon", "tiyuh", "kampung", "nagari"))


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
        titled = len(self.words) > 1 and self.words[0] in _VILLAGE_TITLES
        return PlaceName(self.words[1:], self.kind) if titled else self


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


@cache
def place_name(name: str, level: Level = "village") -> PlaceName:
    """Take a name apart; see :func:`normalise`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"['`]", "", plain))
    kind, words = _split_title(parts, level)
    if level == "regency":
        words = " ".join(_REGENCIES.get(word, word) for word in words).split()
    spelled = [_WORDS.get(word, _new_spelling(word)) for word in words]
    return PlaceName(tuple(_without_area_sign(_numbered(spelled))), kind)


def _split_title(words: list[str], level: Level) -> tuple[str, list[str]]:
    kind = ""
    while not kind and len(words) > 1 and words[0] in _TITLES[level]:
        kind, words = _TITLES[level][words[0]], words[1:]
    return kind, words


def _new_spelling(word: str) -> str:
    """Spell a word by the spelling of 1972: oe, dj and tj became u, j and c."""
    return word.replace("oe", "u").replace("dj", "j").replace("tj", "c")


def _numbered(words: list[str]) -> list[str]:
    """Write roman numerals and number words (*dua puluh enam*) as digits; *Tiga Jaya* keeps its word."""
    if words and words[0] in _NUMBER_WORDS and not {*words[1:2]} & _AFTER_NUMBERS:
        return [words[0], *_numbered(words[1:])]
    result: list[str] = []
    for word in words:
        before = int(result[-1]) if result and result[-1].isdigit() else 0
        if word == "belas" and 1 < before < 10:
            result[-1] = str(before + 10)
        elif word == "puluh" and 1 < before < 10:
            result[-1] = str(before * 10)
        elif 0 < _NUMBER_WORDS.get(word, 0) < 10 and before in range(20, 100, 10):
            result[-1] = str(before + _NUMBER_WORDS[word])
        else:
            result.append(str(_number(word) or word))
    return result


def _number(word: str) -> int:
    """Return the number a word stands for; 0 for none."""
    if word.isdigit():
        return int(word)
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    strokes = "i" * len(word) if re.fullmatch(r"[il]{2,3}", word) else word  # a lower L typed for the numeral I
    roman = _ROMAN.fullmatch(strokes)
    if not roman:
        return 0
    tens, ones = roman.groups()
    return 10 * len(tens) + {"ix": 9, "iv": 4}.get(ones, 5 * ones.count("v") + ones.count("i"))


def _without_area_sign(words: list[str]) -> list[str]:
    """Palembang writes *20 Ilir D. II*: the D (daerah) before a number is no part of the name."""
    return [word for word, after in pairwise([*words, ""]) if not (word == "d" and after.isdigit())]
