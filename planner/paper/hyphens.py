"""Where words of Bahasa Indonesia may be parted at the end of a line; typst has patterns for English only.

The rules of syllables are those of the official spelling (Permendikbud 50/2015, Pedoman Umum Ejaan Bahasa Indonesia,
part I.G). Affixes are parted from their stems there, which needs a dictionary: where syllables and stems could differ,
a word is not parted. Names and abbreviations, whatever has a capital letter, are never parted.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from geodata.texts import Language

SOFT: Final = "\u00ad"

_SHORTEST: Final = 7
_AT_LEAST: Final = 3  # letters before a break; after it as many
_VOWELS: Final = "aeiou"
_SOUND: Final = re.compile(r"ng|ny|sy|kh|[a-z]")  # two letters that are one consonant
_HEADS: Final = frozenset(one + other for one in "bdfgkpst" for other in "lr")
_WORD: Final = re.compile(r"[^\W\d_]+")
_PREFIX: Final = re.compile(r"(?:di|ke|mem|se)?(?:(?:[mp]eng|[bpt]er)(?=[aeiou])|trans)")  # ber-anak, but be-rat
_UNSURE_END: Final = re.compile(r"(?:ng|ny|sy|kh|[^aeiou])(?:an|i)$|(?<=[aeiou])kan$")  # makan-an, di-dik-an, pakai


def parted(text: str, language: Language) -> str:
    """Return a text with soft hyphens where its words may be parted; English is left to the setter.

    Parameters
    ----------
    text
        Sentences; every letter stays as it is.
    language
        Their language.
    """
    return text if language != "id" else _WORD.sub(lambda found: _word(found[0]), text)


@lru_cache(maxsize=10_000)
def _word(word: str) -> str:
    if len(word) < _SHORTEST or not (word.isascii() and word.islower()):
        return word
    prefix, end = _PREFIX.match(word), _UNSURE_END.search(word)
    first = max(_AT_LEAST, prefix.end() if prefix else 0)
    last = min(len(word) - _AT_LEAST, end.start() - 1 if end else len(word))
    begin = {place for place in _syllables(word) if first <= place <= last}
    return "".join(SOFT * (place in begin) + letter for place, letter in enumerate(word))


def _syllables(word: str) -> list[int]:
    """Return where syllables begin: before the one consonant between two vowels, after the first of several."""
    sounds = [(found.start(), found[0]) for found in _SOUND.finditer(word)]
    vowels = [nth for nth, (_, sound) in enumerate(sounds) if sound in _VOWELS]
    begin = []
    for left, right in pairwise(vowels):
        between = sounds[left + 1 : right]
        # two vowels may be one sound (ai, au), and two such consonants the head of a stem: ke-prihatinan, but Ap-ril
        if between and "".join(sound for _, sound in between) not in _HEADS:
            begin.append(between[min(1, len(between) - 1)][0])
    return begin
