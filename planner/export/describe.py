"""What a list of villages says about itself: sources of its figures, parameters, and what a reader must know."""

from collections.abc import Mapping
from typing import Literal

from geodata import catalogue, office_day, schema
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language, render
from planner.coverage import COVERAGE, GAP, parts_of
from planner.export.about import About, Source
from planner.source_words import by_title, named
from planner.texts import t


def describe(
    layer: VillageLayer,
    parameters: Mapping[str, object],
    *,
    language: Language,
    order: Literal["gap", "score", "plan"] = "gap",
) -> About:
    """Return what a list made from a layer says about itself.

    Parameters
    ----------
    layer
        The layer.
    parameters
        What the list was made with; what is None stays out. A ``sector`` is named in the title.
    language
        Language of all sentences.
    order
        What the villages are chosen and sorted by.
    """
    kept = {name: value for name, value in parameters.items() if value is not None}
    sector = kept.get("sector")
    title = t("export.list.title", language)
    if sector:
        title = t("export.list.title_sector", language, sector=t(f"export.heading.workers_{sector}", language))
    notes = [t("export.note.estimates", language), t(f"export.note.no_official_{order}", language)]
    if sector:
        notes.append(t("export.note.sector", language))
    if layer.is_approximate:
        notes.append(t("export.note.approximate", language))
    return About(
        title=title,
        language=language,
        created=office_day.today(),
        fingerprint=layer.fingerprint,
        parameters=kept,
        sources=tuple(_sources(layer, language, str(sector) if sector else None)),
        notes=tuple(notes),
    )


def _sources(layer: VillageLayer, language: Language, sector: str | None) -> list[Source]:
    """One record per figure and source that concerns the provinces of the layer."""
    provinces = tuple(layer.frame[schema.PROVINCE_CODE].unique())
    catalogued = by_title(catalogue.load())
    records: dict[Source, None] = {}
    for figure in (GAP, COVERAGE, *layer.figures):
        for column in parts_of(figure, sector):
            record = layer.figures.get(column)
            if record is None:
                continue
            for made in filter(None, (record, record.counted)):
                method = render(DataError.folder, made.method, language, {})
                how = "assumed" if figure in (GAP, COVERAGE) else made.basis
                for o in made.origins:
                    if not o.area or o.area.startswith(provinces):
                        source = ": ".join(named(o, catalogued, language))
                        records[Source(figure, how, source, o.date, o.url, o.licence, method)] = None
    return list(records)
