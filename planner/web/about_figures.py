"""Which layer is used, how each of its figures was made, and how wrong the split ones were found to be."""

from collections.abc import Mapping

from geodata import schema, texts
from geodata.catalogue import Catalogue, Source
from geodata.errors import DataError
from geodata.layer import VillageLayer
from geodata.provenance import FigureRecord
from geodata.sectors import accuracy
from geodata.texts import Language, number, percentage, render
from planner.coverage import COVERAGE, GAP
from planner.texts import FOLDER, t
from planner.web.origins import by_title, told
from planner.web.tables import folded, paragraph, table
from planner.web.wording import dated


def layer_facts(layer: VillageLayer, language: Language) -> str:
    """Say which layer the pages use."""
    kind = "embedded" if layer.about.get("embedded") else "built"
    outlines = layer.frame[schema.OUTLINE].value_counts()
    rows = [
        (t("web.about.layer.kind", language), t(f"web.about.layer.{kind}", language)),
        (t("web.about.layer.date", language), dated(str(layer.about.get("built") or ""), language)),
        (t("web.about.layer.villages", language), number(len(layer.frame), language)),
        *(
            (t(f"web.about.layer.outline.{name}", language), number(int(outlines.get(name, 0)), language))
            for name in ("official", "own", "approximate", "merged")
            if outlines.get(name, 0)
        ),
        (t("web.about.layer.fingerprint", language), layer.fingerprint),
    ]
    headings = (t("web.about.layer.fact", language), t("web.about.layer.value", language))
    return table(headings, rows, caption=t("web.about.layer.title", language))


def figures(layer: VillageLayer, catalogue: Catalogue, language: Language) -> str:
    """Say of every figure what it counts, on which basis, how it was made and from which sources."""
    sources = by_title(catalogue)
    places = layer.frame.drop_duplicates(schema.PROVINCE_CODE).set_index(schema.PROVINCE_CODE)[schema.PROVINCE_NAME]
    own = "".join(_derived(name, language) for name in (GAP, COVERAGE))
    records = [(name, told) for name, made in layer.figures.items() for told in (made, made.counted) if told]
    return own + "".join(_figure(name, record, sources, dict(places), language) for name, record in records)


def measured_errors(language: Language) -> str:
    """Compare the split with village figures that were not used for it, as one table."""
    names = ("figure", "with", "villages", "median", "range", "nobody", "moved")
    headings = [t(f"web.about.error.{name}", language) for name in names]
    rows = [
        (
            t("web.about.error.farming", language) if name == "farming" else _heading(str(name), language),
            t(f"web.about.error.with.{name}", language),
            number(row["villages"], language),
            _percent(row["median_error_pct"], language),
            t(
                "web.about.range",
                language,
                low=number(row["p05"], language, 2),
                high=number(row["p95"], language, 2),
            ),
            _percent(row["zero_pct"], language),
            _percent(row["moved_pct"], language),
        )
        for name, row in accuracy.measured().iterrows()
    ]
    return table(headings, rows, caption=t("web.about.error.title", language))


def _percent(value: float, language: Language) -> str:
    return percentage(value, language)


def _derived(name: str, language: Language) -> str:
    """Tell of a figure that the pages work out themselves."""
    content = paragraph(t(f"export.meaning.{name}", language)) + paragraph(t("web.about.figure.derived", language))
    return folded(_summary(name, "assumed", language), content)


def _figure(
    name: str,
    record: FigureRecord,
    sources: Mapping[tuple[str, str], Source],
    places: Mapping[str, str],
    language: Language,
) -> str:
    meaning = t(f"export.meaning.{name}", language) if f"export.meaning.{name}" in texts.load(FOLDER) else ""
    items = {
        told(origin, sources, places.get(origin.area[:2], origin.area), language).html(): None
        for origin in record.origins
        if not origin.area or origin.area[:2] in places
    }
    entries = "".join(f"<li>{item}</li>" for item in items)
    content = (
        paragraph(meaning)
        + paragraph(t(f"export.basis_meaning.{record.basis}", language))
        + paragraph(render(DataError.folder, record.method, language, {}))
        + (f"<ul>{entries}</ul>" if entries else "")
    )
    return folded(_summary(name, record.basis, language), content)


def _summary(name: str, basis: str, language: Language) -> str:
    return t(
        "web.about.figure.summary", language, figure=_heading(name, language), basis=t(f"web.basis.{basis}", language)
    )


def _heading(name: str, language: Language) -> str:
    """Return the name of a figure; a column without one keeps its own."""
    return t(f"export.heading.{name}", language) if f"export.heading.{name}" in texts.load(FOLDER) else name
