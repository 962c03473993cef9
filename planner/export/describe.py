"""What a list of villages says about itself: sources of its figures, parameters, and what a reader must know."""

from collections.abc import Mapping
from datetime import date

from geodata import schema
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.texts import Language, render
from planner.coverage import COVERAGE, GAP
from planner.export.about import About, Source
from planner.texts import t

_PARTS = {GAP: (schema.ELIGIBLE, schema.ACTIVE_BPU), COVERAGE: (schema.ELIGIBLE, schema.ACTIVE_BPU)}


def describe(layer: VillageLayer, parameters: Mapping[str, object], *, language: Language) -> About:
    """Return what a list made from a layer says about itself.

    Parameters
    ----------
    layer
        The layer.
    parameters
        What the list was made with; what is None stays out. A ``sector`` is named in the title.
    language
        Language of all sentences.
    """
    kept = {name: value for name, value in parameters.items() if value is not None}
    sector = kept.get("sector")
    title = t("export.list.title", language)
    if sector:
        title = t("export.list.title_sector", language, sector=t(f"export.heading.workers_{sector}", language))
    notes = [t("export.note.estimates", language), t("export.note.no_official_score", language)]
    if sector:
        notes.append(t("export.note.sector", language))
    if layer.is_approximate:
        notes.append(t("export.note.approximate", language))
    return About(
        title=title,
        language=language,
        created=date.today(),
        fingerprint=layer.fingerprint,
        parameters=kept,
        sources=tuple(_sources(layer, language)),
        notes=tuple(notes),
    )


def _sources(layer: VillageLayer, language: Language) -> list[Source]:
    """One record per figure and source; the gap and the coverage have those of their two parts."""
    records = []
    for figure in (*_PARTS, *layer.figures):
        for column in _PARTS.get(figure, (figure,)):
            record = layer.figures.get(column)
            if record is None:
                continue
            method = render(DataError.folder, record.method, language, {})
            how = "assumed" if figure in _PARTS else record.basis
            records += [
                Source(figure, how, f"{o.producer}: {o.title}", o.date, o.url, o.licence, method)
                for o in record.origins
            ]
    return records
