"""How alike a written name is to official ones, and when two names that look alike are two places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geodata.codes import Level
from geodata.names import PlaceName, place_name, readings
from geodata.names_words import SET_APART

Scores = npt.NDArray[np.float64]

_MOST_LETTERS_LOST: Final = 2  # more is a word left out
_ONE_ERROR: Final = 1
_WHOLE_WORD: Final = 4  # letters
_REST: Final = 3  # letters; fewer are a typing error
_SHORT: Final = 3  # letters; so short a word is easily another one mistyped
_WORDS_ALIKE: Final = 0.6


class Pair(NamedTuple):
    """The two readings in which a written and an official name are most alike."""

    written: PlaceName
    official: PlaceName


@dataclass(frozen=True)
class Vocabulary:
    """What official names are made of; a written word that is one of its words was hardly mistyped.

    Attributes
    ----------
    words
        All words.
    keys
        All names, written together (`PlaceName.key`), each with the number of places that have it.
    """

    words: frozenset[str]
    keys: dict[str, int]

    @classmethod
    def of(cls, names: Iterable[str], level: Level) -> "Vocabulary":
        """Take official names apart."""
        apart = [place_name(name, level) for name in names]
        keys: dict[str, int] = {}
        for name in apart:
            keys[name.key] = keys.get(name.key, 0) + 1
        return cls(frozenset(word for name in apart for word in name.words), keys)

    @cached_property
    def _by_length(self) -> dict[int, tuple[npt.NDArray[np.str_], npt.NDArray[np.uint64]]]:
        grouped: dict[int, list[str]] = {}
        for key in self.keys:
            grouped.setdefault(len(key), []).append(key)
        return {n: (np.array(keys), np.array([_letters(key) for key in keys])) for n, keys in grouped.items()}

    def has_nearer(self, pair: Pair) -> bool:
        """Say whether an official name anywhere is more like what was written than the one in question."""
        written = pair.written.key
        score = OSA.normalized_similarity(written, pair.official.key)
        errors = OSA.distance(written, pair.official.key)
        if not errors:
            return False
        letters = _letters(written)
        for n in range(len(written) - errors, len(written) + errors + 1):
            if n not in self._by_length:
                continue
            keys, of_keys = self._by_length[n]
            most = int((1 - score) * max(len(written), n))  # errors that leave a key as like
            # an error changes two letters at most
            near = keys[np.bitwise_count(of_keys ^ letters) <= 2 * most].tolist()
            if process.extractOne(written, near, scorer=OSA.normalized_similarity, score_cutoff=score + 1e-6):
                return True
        return False


@dataclass(frozen=True)
class Candidates:
    """Official places below one parent, in the order of their codes.

    Attributes
    ----------
    codes
        Their Kemendagri codes.
    names
        All readings of the name of each.
    """

    codes: tuple[str, ...]
    names: tuple[tuple[PlaceName, ...], ...]

    @classmethod
    def of(cls, official: Iterable[tuple[str, str]], level: Level) -> "Candidates":
        """Take pairs of code and name."""
        ordered = sorted(official)
        return cls(tuple(code for code, _ in ordered), tuple(readings(name, level) for _, name in ordered))

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(reading.key for names in self.names for reading in names)

    @cached_property
    def _starts(self) -> npt.NDArray[np.intp]:
        return np.cumsum([0, *(len(names) for names in self.names[:-1])], dtype=np.intp)

    @cached_property
    def _kinds(self) -> npt.NDArray[np.str_]:
        return np.array([names[0].kind for names in self.names], dtype=np.str_)

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, names in enumerate(self.names):
            for key in dict.fromkeys(name.key for name in names):
                found.setdefault(key, []).append(i)
        return found

    def same(self, written: Sequence[PlaceName]) -> tuple[int, ...]:
        """Return the places that have one of the readings, by the first reading that any has."""
        for reading in written:
            found = [i for i in self._by_key.get(reading.key, ()) if _one_kind(self.names[i][0], reading)]
            if found:
                return tuple(found)
        return ()

    def scores(self, written: Sequence[PlaceName]) -> Scores:
        """Return the likeness of a name to each place, 0 to 100, the best pair of readings counting.

        Likeness is 1 - d / n of the names written together: n is the length of the longer one, d the letters to add,
        leave out, replace or swap with their neighbour (optimal string alignment).
        """
        if not self.codes:
            return np.zeros(0)
        pairs = process.cdist(
            [reading.key for reading in written], self._keys, scorer=OSA.normalized_similarity, dtype=np.float64
        )
        best = np.maximum.reduceat(pairs.max(axis=0), self._starts)
        kind = written[0].kind
        return np.where((self._kinds == kind) | (self._kinds == ""), 100 * best, 0.0) if kind else 100 * best

    def nearest_pair(self, written: Sequence[PlaceName], place: int) -> Pair:
        """Return the readings in which a name and one of the places are most alike."""
        pairs = [Pair(one, other) for one in written for other in self.names[place]]
        return max(pairs, key=lambda pair: OSA.normalized_similarity(pair.written.key, pair.official.key))


def apart(pair: Pair, vocabulary: Vocabulary) -> bool:
    """Say whether two names are of two places, however alike they look.

    They are if their numbers differ, if one has a word more, if one says *Barat* or *Baru* and the other does not, or
    if what was written is an official name or made of official words: *Sidomulya* is no mistyped *Sidomulyo* where both
    are names.
    """
    written, official = pair
    if written.numbers != official.numbers or written.key in vocabulary.keys:
        return True
    if abs(len(written.key) - len(official.key)) > _MOST_LETTERS_LOST:
        return True
    own = [word for word in _pieces(written.words, official.words) if word not in official.words]
    missing = [word for word in _pieces(official.words, written.words) if word not in written.words]
    if any(_sets_apart(word, missing) for word in own):
        return True
    if len(own) != len(missing):
        return all(word in vocabulary.words for word in own)
    return any(
        (len(word) > _SHORT and word in vocabulary.words) or not _alike(word, other)
        for word, other in zip(own, missing, strict=True)
    )


def _pieces(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """Take joined words apart where the other name has one of their ends as a word: *jawakanan* beside *Jawa Kiri*."""
    pieces: list[str] = []
    for word in words:
        ends = [one for one in others if len(one) >= _WHOLE_WORD and len(word) >= len(one) + _REST]
        start = next((one for one in ends if word.startswith(one)), "")
        end = next((one for one in ends if word.endswith(one)), "")
        if start:
            pieces += [start, *_pieces([word.removeprefix(start)], others)]
        else:
            pieces += [word.removesuffix(end), end] if end else [word]
    return pieces


def _letters(key: str) -> np.uint64:
    """Return which letters a name has, one bit each; letters may share a bit."""
    found = 0
    for letter in set(key):
        found |= 1 << ord(letter) % 64
    return np.uint64(found)


def _alike(word: str, other: str) -> bool:
    return float(OSA.normalized_similarity(word, other)) >= _WORDS_ALIKE


def _sets_apart(word: str, missing: Sequence[str]) -> bool:
    """Say whether a word is one that sets places apart, with a typing error or without, and the other name lacks it."""
    meant = [one for one in SET_APART if OSA.distance(word, one) <= _ONE_ERROR]
    return bool(meant) and not set(meant) & set(missing)


def _one_kind(name: PlaceName, other: PlaceName) -> bool:
    return not (name.kind and other.kind) or name.kind == other.kind
