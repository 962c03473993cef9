"""What the colours of a map mean, in words."""

from dataclasses import dataclass

from geodata.texts import Language
from planner.choropleth import CLASSES, HOT_SPOTS, NO_DATA, Band, Categories, Choropleth
from planner.classification import OWN, Cut
from planner.measures import Measure
from planner.number_text import bounds_written
from planner.texts import t


@dataclass(frozen=True)
class Entry:
    """One class of the map.

    Attributes
    ----------
    look
        Its look, a key of ``planner.choropleth.styles()``.
    words
        Which figures it holds and how many villages.
    """

    look: str
    words: str


@dataclass(frozen=True)
class Legend:
    """What the colours of a map mean.

    Attributes
    ----------
    title
        What is shown.
    entries
        The classes, smallest figures first.
    notes
        How classes were made, and what is uncertain.
    """

    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


def legend_of(
    colours: Choropleth | Categories,
    measure: Measure,
    cut: Cut,
    language: Language,
    *,
    approximate: bool,
    smallest: int = 0,
) -> Legend:
    """Say in words what the colours of a measure mean.

    Parameters
    ----------
    colours
        What is on the map.
    measure
        What it was made of.
    cut
        How the figures were cut.
    language
        Language of the words.
    approximate
        Whether some outlines are approximate.
    smallest
        Numbers of people below this are not written, other than zero.
    """
    rough = (t("web.legend.approximate", language),) if approximate else ()
    if isinstance(colours, Categories):
        return _of_kinds(colours, measure, language, rough)
    return _of_classes(colours, measure, cut, language, rough, smallest=smallest)


def _of_classes(
    colours: Choropleth, measure: Measure, cut: Cut, language: Language, rough: tuple[str, ...], *, smallest: int
) -> Legend:
    striped = colours.estimated > 0
    entries = [
        Entry(str(band.step + CLASSES * striped), _band(band, measure, language, smallest)) for band in colours.bands
    ]
    if colours.no_data:
        entries.append(Entry(NO_DATA, t("web.legend.no_data", language, villages=colours.no_data)))
    counted = sum(band.villages for band in colours.bands)
    method, bounds = cut
    written = {"bounds": bounds_written(bounds, language)} if method == OWN else {}
    notes = [t(f"web.legend.dark.{measure.darkest}", language), t(f"web.legend.{method}", language, **written)]
    if striped:
        notes.append(t("web.legend.estimated", language, villages=colours.estimated, all=counted))
    title = t("web.legend.title", language, measure=measure.called(language))
    return Legend(title, tuple(entries), (*notes, *rough))


def _of_kinds(found: Categories, measure: Measure, language: Language, rough: tuple[str, ...]) -> Legend:
    entries = [
        Entry(
            HOT_SPOTS[kind],
            t("web.map.hot.entry", language, name=t(f"web.map.hot.{kind}", language), villages=villages),
        )
        for kind, villages in found.counts.items()
    ]
    title = t("web.map.hot.title", language, measure=t(f"web.legend.{measure.kinds}_title", language))
    return Legend(title, tuple(entries), (t("web.map.hot.note", language), *rough))


def _band(band: Band, measure: Measure, language: Language, smallest: int) -> str:
    """Say which values a class holds; a class of equal values has no range."""
    low, high = (_end(value, measure, language, smallest) for value in (band.low, band.high))
    values = measure.with_unit(low if low == high else f"{low}–{high}", language)
    return t("web.legend.entry", language, values=values, villages=band.villages)


def _end(value: float, measure: Measure, language: Language, smallest: int) -> str:
    hidden = measure.unit == "people" and 0 < value < smallest
    return f"<{smallest}" if hidden else measure.written(value, language)
