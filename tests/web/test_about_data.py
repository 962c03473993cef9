import os
from pathlib import Path

import geopandas as gpd
import pytest

from geodata import catalogue, schema, texts
from geodata.layer import EMBEDDED, load, make_layer, save
from geodata.paths import Paths
from geodata.provenance import FigureRecord, Origin
from geodata.published import read_published
from geodata.sectors.accuracy import measured
from planner.texts import FOLDER, t
from planner.web import about_figures, about_sources
from planner.web.tables import Link, links, table
from planner.web.wording import dated, of_source
from tests.planner.own_targets import break_base, own_targets_in
from tests.web.conftest import HOSTILE
from tests.web.pages import opening, page, words

FIELDS = ("producer", "version", "licence")


opened = opening(page, "about_data")


@pytest.fixture
def without_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))


@pytest.mark.usefixtures("without_data")
def test_the_embedded_default_is_told_in_both_languages() -> None:
    layer = load(EMBEDDED)
    told = {language: words(opened(lang=language)) for language in texts.LANGUAGES}
    for language, content in told.items():
        assert t("web.about.layer.embedded", language) in content
        assert layer.fingerprint in content
        assert texts.number(len(layer.frame), language) in content
    assert "22 November 2026" in told["id"]
    assert "Agustus 2023" in told["id"]
    assert "August 2023" in told["en"]


@pytest.mark.usefixtures("without_data")
def test_no_language_speaks_the_other_one() -> None:
    told = {language: words(opened(lang=language)) for language in texts.LANGUAGES}
    ours = {key: entry for key, entry in texts.load(FOLDER).items() if key.startswith(("web.about", "web.variable"))}
    for entry in ours.values():
        if entry["id"] != entry["en"] and "{" not in entry["en"] and len(entry["en"]) > 30:
            assert entry["en"] not in told["id"]
            assert entry["id"] not in told["en"]


@pytest.mark.usefixtures("without_data")
def test_the_own_targets_of_the_office_are_a_source_with_their_date(tmp_path: Path) -> None:
    own = own_targets_in(tmp_path)
    os.utime(own, (1_791_000_000, 1_791_000_000))
    content = words(opened(lang="en"))
    assert "file ucj_targets.csv are among them and come first: 1 rows, last changed on 3 October 2026." in content
    assert "Musi Banyuasin (office&#x27;s file)" in content
    break_base(own)
    content = words(opened(lang="en"))
    assert "base_workers (1)" in content
    assert "come first" not in content


def test_a_built_layer_is_told_with_its_date(layer: gpd.GeoDataFrame, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    made = make_layer(layer, {}, {"built": "2026-03-05"})
    save(made, Paths.of().villages)
    content = words(opened(lang="en"))
    assert "built from the source files" in content
    assert "5 March 2026" in content
    assert made.fingerprint in content


def test_every_figure_tells_basis_method_and_every_source(layer: gpd.GeoDataFrame) -> None:
    embedded = load(EMBEDDED)
    content = about_figures.figures(embedded, catalogue.load(), "en")
    assert content.count("<details>") == len(embedded.figures) + 2
    for name, record in embedded.figures.items():
        assert f"{t(f'export.heading.{name}', 'en')} · {t(f'web.basis.{record.basis}', 'en')}" in content
        for origin in record.origins:
            assert f'href="{origin.url}"'.replace("&", "&amp;") in content
            assert not origin.title.islower() or "_" not in origin.title or origin.title not in content


def test_the_measured_errors_are_those_of_the_split() -> None:
    content = about_figures.measured_errors("id")
    assert content.count("<tr>") == len(measured()) + 1
    assert "3.239" in content
    assert "0,71 sampai 1,30" in content
    assert "84%" in content


def test_every_published_variable_has_a_name() -> None:
    known = texts.load(FOLDER)
    assert {f"web.variable.{name}" for name in read_published().frame["variable"]} <= set(known)


def test_what_the_catalogue_says_is_the_english_text() -> None:
    sources = {source.key: source for source in catalogue.load().sources}
    ours = [key.removeprefix("web.source.") for key in texts.load(FOLDER) if key.startswith("web.source.")]
    for key, field in (entry.rsplit(".", 1) for entry in ours):
        assert t(f"web.source.{key}.{field}", "en") == getattr(sources[key], field)


def test_indonesian_says_nothing_of_the_catalogue_in_english() -> None:
    english = {"state of", " with ", " from ", "none stated", " served", " and ", "figures", "repository"}
    for source in catalogue.load().sources:
        for field in FIELDS:
            told = of_source(source, field, "id")
            assert not [word for word in english if word in told], (source.key, field, told)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_registers_show_all_rows_with_source_and_confidence(layer: gpd.GeoDataFrame, language) -> None:
    content = about_sources.registers(layer, language)
    assert content.count("<details>") == 5
    for text in ("Megang Sakti 2", "Rp16.800" if language == "id" else "Rp16,800", "linggaupos.co.id", "; B)"):
        assert text in content
    assert "None" not in content
    assert "nan" not in content.split()


def test_names_and_sources_of_the_layer_are_only_text(layer: gpd.GeoDataFrame) -> None:
    hostile = [Origin(name, name, name, f"javascript:{name}", name, "16") for name in HOSTILE]
    record = FigureRecord("disaggregated", "layer.method.codes", tuple(hostile))
    frame = layer.assign(**{schema.PROVINCE_NAME: HOSTILE[1], schema.REGENCY_NAME: HOSTILE[3]})
    made = make_layer(frame, {schema.POPULATION: record, "<b>own</b>": record}, {"built": HOSTILE[1]})
    content = "".join(
        [
            about_figures.layer_facts(made, "id"),
            about_figures.figures(made, catalogue.load(), "id"),
            about_sources.registers(frame.assign(**{schema.REGENCY_CODE: "16.06"}), "id"),
        ]
    )
    assert "&lt;img src=x" in content
    assert not [bad for bad in ("<img", "<script", "<b>", 'href="javascript', "&lt;b&gt;own</b>") if bad in content]


def test_links_lead_to_pages_only() -> None:
    assert Link("a", "javascript:alert(1)").html() == "a"
    assert Link("a<", 'https://x/"b', "<i>").html() == (
        '<a href="https://x/&quot;b" rel="noopener noreferrer">a&lt;</a> &lt;i&gt;'
    )
    assert links("https://www.a.id/x | http://b.id", "(1) | (2)") == (
        Link("a.id", "https://www.a.id/x", "(1)"),
        Link("b.id", "http://b.id", "(2)"),
    )
    assert links("http://[broken", "") == (Link("http://[broken", "http://[broken"),)


def test_a_table_labels_each_cell_for_a_phone() -> None:
    content = table(("Name", "<b>"), [("x<", "1")], caption="all & more")
    assert '<th scope="row">x&lt;</th><td data-label="&lt;b&gt;">1</td>' in content
    assert "<caption>all &amp; more</caption>" in content


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("2023", "2023", "2023"),
        ("2023-08", "Agustus 2023", "August 2023"),
        ("2023-11-06", "6 November 2023", "6 November 2023"),
        ("", "tanggal tidak disebut", "date not stated"),
        ("n.d.", "tanggal tidak disebut", "date not stated"),
        ("Desember 2024", "Desember 2024", "Desember 2024"),
        ("2023-13", "2023-13", "2023-13"),
    ],
)
def test_dates_are_as_exact_as_known(text: str, indonesian: str, english: str) -> None:
    assert (dated(text, "id"), dated(text, "en")) == (indonesian, english)


def test_a_broken_layer_is_told_in_one_sentence(layer: gpd.GeoDataFrame, layer_file) -> None:
    layer_file(layer).write_bytes(b"PAR1 not really")
    (sentence,) = opened(lang="en").error
    assert "not an intact village layer" in sentence.value
