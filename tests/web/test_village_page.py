import re
from collections.abc import Callable
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from urllib.parse import parse_qs

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import schema
from geodata.declared import read_declared
from geodata.layer import make_layer, save
from geodata.paths import Paths
from geodata.provenance import FigureRecord, Origin
from planner.export_folder import ExportFolder
from planner.texts import t
from planner.web import village_around, village_paper
from tests.web.conftest import HOSTILE, grid_layer
from tests.web.pages import component, opening, page, run_until, words

RECORDS = {
    schema.POPULATION: FigureRecord(
        "disaggregated",
        "layer.method.population",
        (Origin("Dukcapil <b>", "population & more", "2024-12", "https://a.example/?x=1&y=2", area="16"),),
    ),
    schema.ELIGIBLE: FigureRecord(
        "disaggregated", "layer.method.eligible", (Origin("BPS", "informal_pct", "2023-08", "https://b.example"),)
    ),
    schema.ACTIVE_BPU: FigureRecord(
        "assumed",
        "layer.method.covered",
        (
            Origin("BPJS", "participants_active", "2023-12", "https://c.example", area="16"),
            Origin("BPJS", "bpu_share_pct", "2025-06", "javascript:alert(1)"),
        ),
    ),
    schema.IDM: FigureRecord("observed", "layer.method.idm", (Origin("Kemendesa", "IDM", "2024", ""),)),
}
MIDDLE = "16.01.01.2014"  # row 13 of the grid: neighbours on all sides
FIRST = "16.01.01.2001"


@pytest.fixture(scope="module")
def frame() -> gpd.GeoDataFrame:
    """A desa with an index and a kelurahan without; the last village has no outline."""
    made = grid_layer(10, 6)
    made[schema.IDM] = np.where(made.index == 13, 0.8233, np.nan)
    made[schema.IDM_STATUS] = np.where(made.index == 13, "mandiri", None)
    made.loc[14, schema.VILLAGE_TYPE] = "kelurahan"
    made[schema.POINT_BASIS] = "inside"
    return made


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, frame: gpd.GeoDataFrame) -> Path:
    folder = tmp_path_factory.mktemp("village")
    save(make_layer(frame, RECORDS, {}), Paths.of(folder).villages)
    return folder


@pytest.fixture
def opened(tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The page as a visitor with an address opens it; over another frame where one is given."""

    def open_page(made: gpd.GeoDataFrame | None = None, folder: Path = saved, **query: str) -> AppTest:
        monkeypatch.setenv("PLANNER_DATA_DIR", str(folder if made is None else tmp_path))
        if made is not None:
            save(make_layer(made, RECORDS, {}), Paths.of().villages)
        return opening(page, "village", str(saved / "static"))(**query)

    return open_page


def ranked(app: AppTest, until: str) -> str:
    """Run the page until the ranks in many worlds are there."""
    run_until(app, lambda: until in words(app))
    assert not app.exception
    return words(app)


def row_of(content: str, heading: str) -> str:
    found = [row for row in content.split("<tr>") if f'<th scope="row">{heading}' in row]
    assert len(found) == 1, found
    return found[0].split("</tr>")[0]


def linked(content: str) -> list[str]:
    """Codes of the villages that the page links to."""
    queries = [unescape(part.split('"')[0]) for part in content.split('href="?')[1:]]
    return [parse_qs(query)["desa"][0] for query in queries]


def test_without_a_village_the_first_of_the_region_are_offered(opened) -> None:
    app = opened(provinsi="16", lang="en")
    content = words(app)
    assert "No village is chosen yet" in content
    assert "Sumatera Selatan" in content
    codes = linked(content)
    assert len(codes) == 10
    assert all(code.startswith("16.") for code in codes)
    assert "provinsi=16" in unescape(content)
    assert not app.get("component_instance")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_card_tells_everything_in_one_language(opened, language: str) -> None:
    app = opened(desa=MIDDLE, lang=language)
    content = ranked(app, "90%")
    for part in ("why", "around", "neighbours", "launch", "twins", "figures", "sources"):
        assert t(f"web.village.{part}.title", language) in [title.value for title in app.subheader]
    other = "en" if language == "id" else "id"
    for key in ("web.village.methods", "web.village.launch.registrations", "web.print", "web.village.unknown"):
        assert t(key, language) in content
        assert f">{t(key, other)}<" not in content
    assert content.count("<table") == 3 + 5
    assert not re.search(r"\bnan\b|&lt;NA&gt;|\bNone\b", content)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_card_gives_a_one_page_pdf_that_is_written_down(
    opened, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = {}

    def note(label: str, content: Callable[[], bytes], **rest: str) -> None:
        offered[label] = (content, rest["file_name"])

    monkeypatch.setattr(village_paper.st, "download_button", note)
    ranked(opened(desa=MIDDLE, lang=language), "90%")
    content, name = offered[t("web.village.pdf", language)]
    assert name == {"id": f"lembar-desa-{MIDDLE}.pdf", "en": f"village-page-{MIDDLE}.pdf"}[language]
    made = content()
    entry = ExportFolder(Paths.of().exports, "").last()[0]
    assert (entry.stamp.kind, entry.stamp.language) == ("village_brief", language)
    assert entry.stamp.id.encode() in made
    assert entry.sha256 == sha256(made).hexdigest()


def test_every_figure_has_range_basis_and_sources_by_number(opened) -> None:
    content = words(opened(desa=MIDDLE))
    population = row_of(content, "Penduduk<")
    assert "417" in population
    assert "208–834" in population
    assert "dibagi dari total" in population
    number = population.split('data-label="Sumber nomor">')[1].split("<")[0]
    source = content.split('class="sources">')[1].split("<li>")[int(number)]
    assert "Dukcapil &lt;b&gt;: population &amp; more" in source
    assert "Sumatera Selatan; Desember 2024" in source
    assert 'href="https://a.example/?x=1&amp;y=2"' in source
    assert "javascript" not in content
    assert "mandiri" in row_of(content, "Status IDM")
    assert "0,823" in row_of(content, "IDM<")


def test_missing_figures_are_unknown_and_never_zero(opened) -> None:
    content = words(opened(desa=MIDDLE, lang="en"))
    for heading in ("Families", "Area (km²)", "BUMDes workers", "Distance to palm oil mill (km)"):
        row = row_of(content, heading)
        assert "unknown" in row
        assert ">0" not in row
        assert "counted" not in row


def test_a_kelurahan_has_no_village_index_and_that_is_said(opened) -> None:
    content = words(opened(desa="16.01.01.2015"))
    assert "tidak ada untuk kelurahan" in row_of(content, "IDM<")
    assert "tidak ada untuk kelurahan; dipakai nilai tengah" in row_of(
        content, 'Pekerja BUMDes</th><td data-label="Nilai">tidak ada untuk kelurahan; '
    )
    assert "tidak diketahui" in row_of(content, "Keluarga")


def test_coverage_says_of_whom_and_when(opened) -> None:
    tiles = words(opened(desa=MIDDLE)).split('class="tiles"')[1].split("</dl>")[0]
    assert "per 139 pekerja informal; data peserta Desember 2023 sampai Juni 2025" in tiles
    assert re.search(r"<b>12,2%</b> <span>Rentang 5,8–24,5; dibagi dari total\.", tiles)
    assert "dari 60" in tiles


def test_rank_and_interval_are_those_of_the_chosen_region(opened) -> None:
    app = opened(desa=MIDDLE, kabupaten="16.01", provinsi="16", lang="en")
    content = ranked(app, "90% of the simulations.")
    assert "of 15" in content
    assert "In Kabupaten 16.01. Between " in content


def test_the_interval_is_made_once_and_shown_while_it_is_made(opened) -> None:
    app = opened(desa=MIDDLE, bobot="40-30-30-40-25-20-15-25-20-15-25-15-100")
    content = ranked(app, "90% simulasi")
    assert "bobot yang dipilih pada halaman Bobot" in content
    other = opened(desa=FIRST, bobot="40-30-30-40-25-20-15-25-20-15-25-15-100")
    assert "Rentang peringkat belum dihitung" not in words(other)


def test_parts_of_the_score_add_up_and_tell_their_sign(opened) -> None:
    content = words(opened(desa=MIDDLE, lang="en"))
    table = content.split('class="facts parts"')[1].split("</table>")[0]
    cells = [part.split("<")[0] for part in table.split('class="points" data-label="Points">')[1:]]
    points = sum(float(cell.replace("−", "-")) for cell in cells)
    sums = content.split("Sum of the points: ")[1].split(". Score")[0]
    assert points == pytest.approx(float(sums.replace("−", "-")), abs=0.6)
    for row in table.split("<tr>")[2:]:
        cell = row.split('data-label="Points">')[1].split("<")[0]
        assert ('class="down"' in row) == (cell.startswith("−") or cell == "0.0")


def test_neighbours_are_listed_with_rank_and_link_and_the_map_shows_them(opened, frame) -> None:
    app = opened(desa=MIDDLE, provinsi="16", lang="en")
    table = words(app).split("village-neighbours")[1].split("</table>")[0]
    codes = linked(table)
    beside = set(frame.loc[[3, 12, 14, 23], schema.VILLAGE_CODE])
    assert beside <= set(codes)
    assert MIDDLE not in codes
    assert "provinsi=16" in unescape(table)
    classes = component(app)["feature_group"].split('.update("')[1].split('"')[0]
    assert len(classes) == len(frame)
    assert all(classes[row] not in ".-" for row in (3, 12, 13, 14, 23))
    assert "-" in classes


def test_a_village_without_outline_has_a_card_and_a_view(opened, frame) -> None:
    last = frame[schema.VILLAGE_CODE].iloc[-1]
    assert frame.geometry.iloc[-1].is_empty
    app = opened(desa=last, lang="en")
    content = words(app)
    assert "Boundary: not published yet" in content
    assert "No village is on record as bordering this one." in content
    layer = make_layer(frame, RECORDS, {})
    south, west, north, east = village_around.bounds(layer, [last])
    assert south < frame[schema.LATITUDE].iloc[-1] < north
    assert west < frame[schema.LONGITUDE].iloc[-1] < east


def test_only_workers_of_the_sector_are_counted(opened) -> None:
    content = words(opened(desa=MIDDLE, sektor="fishery", lang="en"))
    assert "Not covered (fisheries)" in content
    assert "Only workers in fisheries are counted." in content
    assert "Only workers in" not in words(opened(desa=MIDDLE, lang="en"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, frame: gpd.GeoDataFrame) -> Path:
    """A province for each hostile name, called so itself like its regency, its district and its first village."""
    part, place = np.divmod(np.arange(len(frame)), len(frame) // len(HOSTILE))
    name = np.array(HOSTILE, dtype=object)[part]
    codes = pd.DataFrame({schema.PROVINCE_CODE: [str(11 + k) for k in part]})
    codes[schema.REGENCY_CODE] = codes[schema.PROVINCE_CODE] + ".01"
    codes[schema.DISTRICT_CODE] = codes[schema.REGENCY_CODE] + ".01"
    codes[schema.VILLAGE_CODE] = codes[schema.DISTRICT_CODE] + [f".{2001 + k}" for k in place]
    names = dict.fromkeys((schema.REGENCY_NAME, schema.PROVINCE_NAME, schema.DISTRICT_NAME), name)
    villages = np.where(place == 0, name, frame[schema.VILLAGE_NAME].to_numpy())
    made = frame.assign(**codes, **names, **{schema.VILLAGE_NAME: villages})
    folder = tmp_path_factory.mktemp("hostile")
    save(make_layer(made, RECORDS, {}), Paths.of(folder).villages)
    return folder


@pytest.mark.parametrize("row", range(len(HOSTILE)))
def test_hostile_names_are_text_everywhere(opened, hostile: Path, row: int) -> None:
    name = HOSTILE[row]
    app = opened(folder=hostile, desa=f"{11 + row}.01.01.2001", provinsi=str(11 + row))
    everything = [element.proto.body for element in app.get("html")]
    assert any(escape(name) in body for body in everything)
    for body in everything:
        assert "<img" not in body
        assert body.count("<script>") == (body.startswith("<script>") or "print-button" in body)
    for element in [*app.caption, *app.info, *app.warning, *app.subheader, *app.button]:
        shown = element.label if hasattr(element, "label") else element.value
        assert name not in shown
    app.text_input(key="village-page-search").set_value("2001").run()
    assert not app.exception
    assert name not in component(app)["feature_group"]


def test_hostile_text_in_the_address_is_dropped_with_a_sentence(opened) -> None:
    for wrong in (HOSTILE[1], "99.99.99.9999", "x" * 3000):
        app = opened(desa=wrong, lang="en")
        assert [warning.value for warning in app.warning] == [t("web.village.unknown_code", "en")]
        assert wrong not in words(app)
        assert "desa" not in app.query_params
        assert "No village is chosen yet" in words(app)


def test_a_code_without_dots_opens_its_village(opened) -> None:
    app = opened(desa=MIDDLE.replace(".", ""))
    assert app.query_params["desa"] == MIDDLE
    assert "Desa 13" in words(app)
    assert not app.warning


def test_a_village_outside_the_region_is_compared_with_all(opened) -> None:
    app = opened(desa=MIDDLE, provinsi="18", lang="en")
    assert [note.value for note in app.info] == [t("web.village.outside_region", "en")]
    assert "of 60" in words(app)


def test_the_search_finds_by_name_and_code_and_keeps_the_choices(opened) -> None:
    app = opened(provinsi="18")
    search = app.text_input(key="village-page-search")
    search.set_value("desa 13").run()
    assert linked(words(app))[0] == MIDDLE
    assert "provinsi=18" in unescape(words(app))
    search.set_value("1601012014").run()
    assert linked(words(app)) == [MIDDLE]
    search.set_value("{{7*7}}").run()
    assert len(linked(words(app))) == 20
    search.set_value("tidak ada ini").run()
    assert t("web.village.search.nothing", "id") in words(app)


def test_a_link_changes_the_address_alone_and_is_followed(opened) -> None:
    app = opened(desa=MIDDLE)
    app.query_params["desa"] = "16.01.01.2013"
    app.run()
    assert "<h2>Desa 12</h2>" in words(app)
    app.session_state["desa"] = "16.01.01.2015"  # a click on the map
    app.run()
    assert "<h2>Desa 14</h2>" in words(app)
    assert app.query_params["desa"] == "16.01.01.2015"


def test_a_village_is_locked_in_or_out_and_freed_again(opened) -> None:
    app = opened(desa=MIDDLE, jangan=f"{FIRST},{MIDDLE}")
    assert t("web.village.locked.jangan", "id") in words(app)
    app.button(key="lock-wajib").click().run()
    assert app.query_params["wajib"] == MIDDLE
    assert app.query_params["jangan"] == FIRST
    assert app.button(key="lock-wajib").label == t("web.village.free.wajib", "id")
    app.button(key="lock-wajib").click().run()
    assert "wajib" not in app.query_params
    assert not app.exception


def test_a_full_list_takes_no_more(opened) -> None:
    codes = ",".join(f"16.01.02.{2001 + i}" for i in range(142))
    app = opened(desa=MIDDLE, wajib=codes)
    assert app.button(key="lock-wajib").disabled
    assert t("web.village.locks_full", "id") in words(app)


def test_nonsense_among_the_locked_is_dropped(opened) -> None:
    app = opened(desa=MIDDLE, wajib="<b>", jangan="16.01")
    assert "wajib" not in app.query_params
    assert "jangan" not in app.query_params


def test_a_declared_village_tells_when_and_by_which_source(opened, frame) -> None:
    register = read_declared()
    known = register[(register["status"] == "declared") & register["village_code"].notna()].iloc[0]
    changed = frame.copy()
    columns = {
        schema.VILLAGE_CODE: known["village_code"],
        schema.VILLAGE_NAME: known["village_name"],
        schema.REGENCY_NAME: known["regency_name"],
        schema.DISTRICT_NAME: known["district_name"],
        schema.PROVINCE_CODE: known["province_code"],
        schema.REGENCY_CODE: known["village_code"][:5],
        schema.DISTRICT_CODE: known["village_code"][:8],
    }
    for column, value in columns.items():
        changed.loc[13, column] = value
    app = opened(changed, desa=known["village_code"], lang="en")
    content = words(app)
    assert '<p class="event">' in content
    assert escape(known["source_url"].split(" | ")[0]) in content
    assert "do not launch it twice" in content
    assert app.button(key="lock-wajib").disabled
    beside = words(opened(changed, desa="16.01.01.2013", lang="en"))
    assert known["village_code"] in linked(beside.split("village-twins")[1])


def test_the_print_button_carries_no_data(opened) -> None:
    scripts = [element for element in opened(desa=MIDDLE).get("html") if element.proto.unsafe_allow_javascript]
    assert len(scripts) == 2  # the language of the page, and printing
    for element in scripts:
        assert MIDDLE not in element.proto.body
        assert "Desa 13" not in element.proto.body


@pytest.mark.real
def test_real_villages_have_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    content = words(opening(page, "village", str(tmp_path / "static"))(desa="16.06.07.2014"))
    assert "<h2>Bumi Kencana</h2>" in content
    assert "dari 9.401" in content
    assert content.count("<li>") > 40
