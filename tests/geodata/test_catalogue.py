"""The catalogue: what it holds, what it refuses, which files a region needs."""

import csv
import re
import string
import tomllib
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import catalogue as module
from geodata.catalogue import BUILT_IN, Catalogue, load, parse
from geodata.errors import DataError
from geodata.texts import LANGUAGES

GEODATA = Path(module.__file__).parent

RECORD = """
[sources.{key}]
access = "pinned"
title = {{ id = "Batas", en = "Outlines" }}
producer = "Survey"
version = "1"
accessed = 2026-11-22
licence = "MIT"
citation = "Survey (2026). Outlines."
attribution = {{ id = "Batas: Survey", en = "Outlines: Survey" }}
homepage = "https://example.org"
note = {{ id = "Contoh.", en = "An example." }}

[sources.{key}.pin]
repository = "owner/repo"
commit = "{commit}"
url = "https://example.org/{{repository}}/{{commit}}/{{path}}"
path = "{path}"
files = [
  {{ region = "15.01", bytes = 3, sha256 = "{sha}" }},
  {{ region = "16.02", bytes = 4, sha256 = "{sha}" }},
]
"""


def record(key: str = "outlines", path: str = "db/{province}/{region}.sql") -> str:
    return RECORD.format(key=key, path=path, commit="c" * 40, sha="0" * 64)


def told(err: DataError) -> str:
    """Both languages render, with every value filled in."""
    for language in LANGUAGES:
        assert "{" not in err.text(language)
    assert err.text("id") != err.text("en")
    return str(err)


@pytest.fixture(scope="module")
def built_in() -> Catalogue:
    return load()


@pytest.mark.real
def test_files_are_the_manifest_row_by_row(built_in: Catalogue, mirror: Path) -> None:
    with (mirror / "manifest.csv").open(encoding="utf-8", newline="") as file:
        manifest = {row["url"]: row for row in csv.DictReader(file)}
    files = {file.url: file for file in built_in.files()}
    assert files.keys() == manifest.keys()
    assert len(files) == 73
    for url, row in manifest.items():
        file = files[url]
        assert file.source.pin is not None
        assert file.source.pin.repository == row["repository"]
        assert file.source.pin.commit == row["commit"]
        assert file.path == row["path"]
        assert (file.bytes, file.sha256) == (int(row["bytes"]), row["sha256"])
        assert file.source.licence == row["licence"]
        assert file.name == f"{row['repository']}/{row['commit'][:12]}/{row['path']}"
        assert (mirror / file.relative_path).is_file()


def test_every_source_says_who_made_it_and_how_to_cite_it(built_in: Catalogue) -> None:
    accesses = {source.access for source in built_in.sources}
    assert accesses == {"pinned", "figures", "service", "embedded"}
    for source in built_in.sources:
        assert source.accessed.isoformat() == "2026-11-22"
        assert source.title.text("id") != source.title.text("en")
        assert source.note.text("id") != source.note.text("en")
        assert bool(source.files) == (source.access == "pinned")


def test_repository_is_the_carrier(built_in: Catalogue) -> None:
    outlines = built_in.source("big-outlines")
    assert "BIG" in outlines.producer
    assert outlines.carrier == "cahyadsn/wilayah_boundaries"
    assert built_in.source("bps-st2023").carrier is None


def test_catalogue_is_small_and_states_no_address_twice() -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    assert len(text) < 40_000
    assert "raw.githubusercontent.com/cahyadsn" not in text


def test_regions_select_their_files_and_those_of_the_whole_country(built_in: Catalogue) -> None:
    files = built_in.files(regions=["15", "16.02"])
    assert [f.region for f in files if f.source.key == "big-outlines"] == [
        *(f"15.{n:02}" for n in range(1, 10)),
        "15.71",
        "15.72",
        "16.02",
    ]
    assert [f.region for f in files if f.source.key == "kemendesa-idm"] == ["15", "16"]
    assert {f.source.key for f in files if f.region is None} == {
        f.source.key for f in built_in.files() if f.region is None
    }
    assert built_in.files("kemendagri-codes", regions=["19"]) == built_in.files("kemendagri-codes")


def test_no_region_keeps_the_files_of_the_whole_country_only(built_in: Catalogue) -> None:
    assert {file.region for file in built_in.files(regions=[])} == {None}


REGIONS = sorted({f.region for f in load().files() if f.region})


@given(st.sets(st.sampled_from(REGIONS)), st.sets(st.sampled_from(REGIONS)))
def test_selecting_two_sets_of_regions_is_the_union(first: set[str], second: set[str]) -> None:
    catalogue = load()
    both = catalogue.files(regions=first | second)
    apart = {*catalogue.files(regions=first), *catalogue.files(regions=second)}
    assert set(both) == apart
    assert list(both) == [file for file in catalogue.files() if file in apart]


@pytest.mark.parametrize("regions", [["99"], ["15.99"], ["15", "1501"], "15", ["16.02.03.2001"], [""]])
def test_unknown_regions_are_refused(built_in: Catalogue, regions: list[str]) -> None:
    with pytest.raises(DataError, match=r"within provinces 15, 16, 17, 18, 19") as caught:
        built_in.files(regions=regions)
    told(caught.value)


def test_unknown_source_names_the_known_ones(built_in: Catalogue) -> None:
    with pytest.raises(DataError, match=r"no source big.*big-outlines, kemendagri-codes") as caught:
        built_in.source("big")
    told(caught.value)
    with pytest.raises(DataError, match="no source nope"):
        built_in.files("nope")


def test_file_is_found_by_its_local_path(built_in: Catalogue) -> None:
    for file in built_in.files():
        assert built_in.file(str(file.relative_path)) is file
    with pytest.raises(DataError, match=r"mirror/other\.csv is not in the catalogue") as caught:
        built_in.file("mirror/other.csv")
    told(caught.value)


def test_paths_follow_the_patterns() -> None:
    first, second = parse(record(), name="test.toml").files()
    assert first.relative_path == PurePosixPath("owner/repo/cccccccccccc/db/15/15.01.sql")
    assert first.url == f"https://example.org/owner/repo/{'c' * 40}/db/15/15.01.sql"
    assert (second.path, second.region) == ("db/16/16.02.sql", "16.02")


def test_address_is_quoted() -> None:
    text = record().replace('url = "https://example.org/', 'url = "https://example.org/a%20b/')
    assert parse(text, name="t").files()[0].url.startswith("https://example.org/a%20b/owner/repo/")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('producer = "Survey"', "", r"sources\.outlines\.producer: Field required"),
        ('producer = "Survey"', 'producer = " "', r"producer: String should have at least 1 character"),
        ('version = "1"', 'version = "1"\nvoltage = 3', r"voltage: Extra inputs are not permitted"),
        ("c" * 40, "main", r"pin\.commit: String should match pattern"),
        ("0" * 64, "beef", r"pin\.files\.0\.sha256.*pin\.files\.1\.sha256"),
        ("bytes = 3", "bytes = 0", r"pin\.files\.0\.bytes: Input should be greater than 0"),
        ('"16.02"', '"1602"', r"pin\.files\.1\.region: String should match"),
        ("{region}.sql", "{kabupaten}.sql", r"unknown placeholder: 'kabupaten'"),
        ("{region}.sql", "{region.sql", r"unknown placeholder"),
        ("db/{province}", "../../{province}", r"must stay below the repository"),
        ("db/{province}", "/etc/{province}", r"must stay below the repository"),
        ("{province}/{region}.sql", "all.sql", r"share a path"),
        ("owner/repo", "../repo", r"pin\.repository: String should match"),
        ("accessed = 2026-11-22", 'accessed = "last week"', r"sources\.outlines\.accessed: "),
        ('access = "pinned"', 'access = "service"', r"has a pin if, and only if"),
        ("[sources.outlines", "[sources.Out_Lines", r"Out_Lines.*String should match pattern"),
        ("\n[sources.outlines]", "colour = 1\n[sources.outlines]", r"colour: Extra inputs"),
        ('title = { id = "Batas", en', "title = { en", r"sources\.outlines\.title\.id: Field required"),
    ],
)
def test_wrong_records_are_refused(old: str, new: str, problem: str) -> None:
    text = record()
    assert old in text
    with pytest.raises(DataError, match=rf"test\.toml holds wrong records: .*{problem}") as caught:
        parse(text.replace(old, new), name="test.toml")
    assert "berisi catatan yang salah" in caught.value.text("id")


def test_all_problems_are_named_at_once() -> None:
    text = record("a").replace('producer = "Survey"', "") + record("b").replace('licence = "MIT"', 'license = "MIT"')
    with pytest.raises(DataError) as caught:
        parse(text, name="test.toml")
    for problem in ("sources.a.producer", "sources.b.licence", "sources.b.license"):
        assert problem in str(caught.value)


def test_same_file_in_two_sources_is_refused() -> None:
    with pytest.raises(DataError, match=r"more than once: owner/repo/cccccccccccc/db/15/15\.01\.sql, owner") as caught:
        parse(record("a") + record("b"), name="test.toml")
    told(caught.value)


@pytest.mark.parametrize("text", ["", "sources = 3", "[sources]\na = 1"])
def test_documents_without_records_are_refused(text: str) -> None:
    with pytest.raises(DataError, match="wrong records: sources"):
        parse(text, name="test.toml")


def test_a_document_that_is_not_toml_is_refused() -> None:
    with pytest.raises(DataError, match=r"test\.toml is not valid TOML: .*line 1") as caught:
        parse("sources = ?\n", name="test.toml")
    told(caught.value)


def test_unreadable_catalogues_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.toml cannot be read") as caught:
        load(tmp_path / "none.toml")
    told(caught.value)
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(DataError, match=r"latin\.toml cannot be read: 'utf-8'"):
        load(tmp_path / "latin.toml")


def test_records_cannot_be_changed(built_in: Catalogue) -> None:
    with pytest.raises(ValueError, match="frozen"):
        built_in.sources[0].licence = "mine"


@pytest.mark.parametrize("area", ["catalogue", "fetch"])
def test_texts_ask_for_the_same_values_and_are_all_used(area: str) -> None:
    texts = tomllib.loads((GEODATA / "texts" / f"{area}.toml").read_text(encoding="utf-8"))
    code = "".join(
        (GEODATA / f"{name}.py").read_text(encoding="utf-8") for name in ("catalogue", "fetch", "download", "paths")
    )
    assert set(texts) <= set(re.findall(r"""["']((?:catalogue|fetch|paths)\.\w+)["']""", code))
    for key, entry in texts.items():
        asked = {lang: {name for _, name, _, _ in string.Formatter().parse(entry[lang]) if name} for lang in LANGUAGES}
        assert asked["id"] == asked["en"], key
        for language in LANGUAGES:
            assert "{" not in DataError(key, **dict.fromkeys(asked["id"], "x")).text(language)


def test_every_text_the_code_names_exists() -> None:
    texts = {
        key
        for area in ("catalogue", "fetch")
        for key in tomllib.loads((GEODATA / "texts" / f"{area}.toml").read_text(encoding="utf-8"))
    }
    code = "".join(
        (GEODATA / f"{name}.py").read_text(encoding="utf-8") for name in ("catalogue", "fetch", "download", "paths")
    )
    named = set(re.findall(r"""["']((?:catalogue|fetch|paths)\.\w+)["']""", code)) - {"catalogue.toml"}
    assert named <= texts
