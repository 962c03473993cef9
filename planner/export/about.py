"""What a file says about itself: where its figures come from, of which date, computed with which parameters."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from numbers import Integral, Real

from geodata.schema import Basis
from geodata.texts import Language
from planner.export.cells import clean
from planner.export.plain_sheet import PlainSheet
from planner.provenance import Stamp


@dataclass(frozen=True)
class Source:
    """Where one figure comes from.

    Attributes
    ----------
    figure
        Column of the figure.
    basis
        How the figure was obtained.
    source
        Who published it, and under which title.
    date
        Date or year the figure is of, as published.
    url
        Address of the publication.
    licence
        Terms of use.
    note
        What a reader must know about this figure, in the language of the file.
    """

    figure: str
    basis: Basis
    source: str
    date: str
    url: str
    licence: str
    note: str = ""


@dataclass(frozen=True)
class About:
    """What a file says about itself.

    Attributes
    ----------
    title
        Title of the list, in the language of the file.
    language
        Language of headings, words and notes.
    created
        Date of the list.
    fingerprint
        Fingerprint of the village layer.
    parameters
        Parameters the list was computed with; may be nested.
    sources
        One record per figure and source.
    notes
        Sentences a reader must know, in the language of the file.
    stamp
        By which an exported file is found again; nothing for what is no export.
    appendix
        Further tables; formats that hold one table alone leave them out.
    """

    title: str
    language: Language
    created: date
    fingerprint: str
    parameters: Mapping[str, object]
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    stamp: Stamp | None = None
    appendix: tuple[PlainSheet, ...] = ()


def record(about: About) -> dict[str, object]:
    """Return everything a file says about itself as a plain record that JSON can hold."""
    return {
        "title": clean(about.title),
        "language": about.language,
        "created": about.created.isoformat(),
        "layer_fingerprint": clean(about.fingerprint),
        "parameters": _plain(about.parameters),
        "sources": [_plain(asdict(source)) for source in about.sources],
        "notes": [clean(note) for note in about.notes],
        **({} if about.stamp is None else {"export": _plain(about.stamp.record())}),
    }


def as_json(about: About) -> str:
    """Return everything a file says about itself as one line of JSON."""
    return json.dumps(record(about), ensure_ascii=False, allow_nan=False)


def flat(parameters: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the parameters one by one, nested names joined by dots; lists become one text."""
    for name, value in parameters.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, (list, tuple, set, frozenset)):
            yield path, ", ".join(str(_plain(item)) for item in value)
        else:
            yield path, _plain(value)


def _plain(value: object) -> object:
    """Return a value as JSON can hold it; what JSON has no word for becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and math.isfinite(value):
        return float(value)
    return clean(value.isoformat() if isinstance(value, date) else str(value))
