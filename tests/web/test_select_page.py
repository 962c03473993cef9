"""The page of the selection: rules in and out of the address, the answer, ways out, saving."""

import base64
import json
import time
from html import unescape
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import schema
from geodata.paths import Paths
from planner import plan_record
from planner.plan_folder import PlanFolder
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan, answer, record
from planner.web import frontier_chart, select_limits, waiting, weights_choice
from planner.web.labels import plain
from tests.planner.selection.villages import found
from tests.planner.selection.villages import layer as small_layer
from tests.web.conftest import HOSTILE
from tests.web.pages import component, opening, page

SOON = 60.0
LIST = {"id": "Desa/kelurahan", "en": "Village"}


class Visit:
    """The page as a visitor with an address opens it."""

    def __init__(self, static: Path, query: dict[str, str]) -> None:
        self.app = opening(page, "select", str(static))(**query)
        self.wait()

    def settle(self, changed: AppTest) -> None:
        """Run what changed, and on until no work is under way."""
        changed.run()
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + SOON
        while "waiting" in "".join(self.html):
            assert time.monotonic() < until
            time.sleep(0.05)
            self.app.run()
        assert not self.app.exception

    def press(self, key: str) -> None:
        self.settle(self.app.button(key=key).click())

    def fill(self, key: str, value: float | str | None) -> None:
        widget = self.app.text_input(key=key) if isinstance(value, str) else self.app.number_input(key=key)
        self.settle(widget.set_value(value))

    @property
    def html(self) -> list[str]:
        return [element.proto.body for element in self.app.get("html")]

    @property
    def words(self) -> str:
        return unescape("\n".join([*self.html, *(part.value for part in (*self.app.caption, *self.app.info))]))

    @property
    def query(self) -> dict[str, str]:
        return {key: value[0] if isinstance(value, list) else value for key, value in self.app.query_params.items()}

    @property
    def chosen(self) -> pd.DataFrame:
        return self.app.dataframe[0].value

    @property
    def marks(self) -> dict[str, list[int]]:
        """Positions of the marked villages, as the browser gets them."""
        sent = component(self.app)["feature_group"].split('.update("')[1]
        steps = json.loads(base64.b64decode(sent.split('", "')[1].split('"')[0]))["marks"]
        return {kind: pd.Series(listed, dtype=int).cumsum().to_list() for kind, listed in steps.items()}

    def labels(self) -> list[str]:
        return [button.label for button in self.app.button]


@pytest.fixture
def visit(tmp_path: Path, layer: gpd.GeoDataFrame, layer_file):
    waiting.st_jobs.clear()
    layer_file(layer)
    return lambda **query: Visit(tmp_path / "static", query)


def code(layer: gpd.GeoDataFrame, row: int) -> str:
    return str(layer[schema.VILLAGE_CODE].iloc[row])


# --- rules


def test_without_a_limit_the_page_asks_for_one(visit) -> None:
    seen = visit()
    assert seen.app.title[0].value == "Pilih desa untuk pencanangan"
    assert "Isi anggaran" not in seen.words
    seen.press("solve")
    assert "Isi anggaran, jumlah pencanangan, atau hari kerja agen" in seen.words
    assert seen.query == {}


def test_a_budget_in_words_gives_a_proved_plan_within_it(visit) -> None:
    seen = visit()
    seen.fill("anggaran", "100 jt")
    assert "Dibaca sebagai Rp100.000.000." in seen.words
    assert seen.query == {"anggaran": "100 jt"}
    seen.press("solve")
    assert seen.query == {"anggaran": "100 jt", "hitung": "1"}
    assert "Terbukti" in seen.words
    assert "% dari Rp100 juta" in seen.words
    assert 0 < seen.chosen["Biaya (Rp)"].sum() <= 100_000_000
    assert len(seen.marks["chosen"]) == len(seen.chosen)


@pytest.mark.parametrize("text", ["banyak", "12 x", "-5 jt", "9" * 30, "**tebal** [x](javascript:alert(1))"])
def test_a_budget_that_cannot_be_read_is_told_beside_the_field_and_kept(visit, text: str) -> None:
    seen = visit(jumlah="3", hitung="1")
    before = seen.chosen
    seen.fill("anggaran", text)
    assert '<div class="notice error" role="alert">' in "".join(seen.html)
    assert seen.app.text_input(key="anggaran").value == text
    assert seen.query == {"jumlah": "3"}
    assert "masih dari aturan sebelumnya" in seen.words
    assert seen.chosen.equals(before)
    seen.fill("anggaran", "")
    assert seen.query == {"jumlah": "3", "hitung": "1"}
    assert "masih dari aturan sebelumnya" not in seen.words


def test_fewest_above_most_is_told(visit) -> None:
    seen = visit(jumlah="5", min_kab="3", maks_kab="2")
    assert "melebihi" in seen.words
    seen.press("solve")
    assert not seen.app.dataframe
    seen.fill("maks_kab", 3)
    assert "melebihi" not in seen.words


def test_a_rule_that_changes_marks_the_answer_as_outdated_until_it_is_renewed(visit) -> None:
    seen = visit(jumlah="3", hitung="1")
    assert len(seen.chosen) == 3
    seen.fill("jumlah", 5)
    assert "masih dari aturan sebelumnya" in seen.words
    assert (len(seen.chosen), seen.query) == (3, {"jumlah": "5"})
    seen.press("solve")
    assert "masih dari aturan sebelumnya" not in seen.words
    assert (len(seen.chosen), seen.query) == (5, {"jumlah": "5", "hitung": "1"})


# --- the address


def test_a_link_opens_the_same_rules_and_the_same_answer(visit, layer: gpd.GeoDataFrame) -> None:
    weights = weights_choice.written((40, *weights_choice.DEFAULT[1:]))
    query = {
        "provinsi": "16",
        "sektor": "fishery",
        "anggaran": "200 jt",
        "jumlah": "6",
        "tujuan": "gap_workers",
        "hari": "400",
        "per_kec": "4",
        "maks_kab": "4",
        "maks_kantor": "9",
        "jarak": "2.5",
        "jangkauan": "20",
        "selisih": "0",
        "waktu": "30",
        "kuota": "16.01=1..;plantation=..5",
        "wajib": code(layer, 8),
        "jangan": f"{code(layer, 2)},{code(layer, 3)}",
        "hitung": "1",
        "bobot": weights,
    }
    first = visit(**query)
    assert first.query == query
    assert len(first.chosen) > 0
    waiting.st_jobs.clear()
    second = visit(**first.query)
    assert second.chosen.equals(first.chosen)
    assert second.query == first.query
    assert second.marks == first.marks
    assert len(first.marks["must"]) == 1
    assert len(first.marks["never"]) == 2


def test_nonsense_in_the_address_is_left_out(visit) -> None:
    seen = visit(
        anggaran="<b>", jumlah="-1", tujuan="uang", hari="1e3", per_kec="９", min_kab="x", jarak="600", jangkauan="nan",
        selisih="5;", waktu="99999999", kuota="16.01=3..1;=", wajib="16.01.01.2001;x", jangan="{{7*7}}", hitung="ya",
    )  # fmt: skip
    assert seen.query == {}
    assert not seen.app.dataframe
    assert all(box.value is None for box in seen.app.number_input)


def test_villages_elsewhere_are_kept_but_not_used(visit, layer: gpd.GeoDataFrame) -> None:
    seen = visit(provinsi="18", jumlah="2", wajib=code(layer, 5), kuota="16.01=2..", hitung="1")
    assert "di luar wilayah" in seen.words
    assert set(seen.chosen["Kabupaten/kota"]) <= {"Kabupaten 18.01", "Kabupaten 18.02"}
    assert any("di luar wilayah ini, tidak dipakai" in label for label in seen.labels())


# --- villages asked for or left out


def test_a_chosen_village_is_left_out_and_another_asked_for(visit, layer: gpd.GeoDataFrame) -> None:
    seen = visit(jumlah="3", hitung="1")
    best = layer.set_index(schema.VILLAGE_NAME).loc[seen.chosen[LIST["id"]].iloc[0], schema.VILLAGE_CODE]
    open_best = visit(jumlah="3", hitung="1", desa=best)
    assert "Terpilih dalam rencana ini." in open_best.words
    open_best.press("lock-jangan")
    assert open_best.query["jangan"] == best
    assert "masih dari aturan sebelumnya" in open_best.words
    assert len(open_best.marks["never"]) == 1
    open_best.press("solve")
    assert seen.chosen[LIST["id"]].iloc[0] not in open_best.chosen[LIST["id"]].to_list()
    assert "karena ditolak" in open_best.words
    open_best.press(f"chip-{best}")
    assert "jangan" not in open_best.query
    open_best.press("lock-wajib")
    open_best.press("lock-free")
    assert not {"wajib", "jangan"} & set(open_best.query)

    poor = visit(jumlah="3", desa=code(layer, 0))
    poor.press("lock-wajib")
    poor.press("solve")
    assert HOSTILE[0] in poor.chosen[LIST["id"]].to_list()
    assert "karena diminta" in poor.words


def test_a_village_is_found_by_name_without_the_map(visit, layer: gpd.GeoDataFrame) -> None:
    seen = visit()
    seen.fill("select-search", "desa 41")
    (found,) = [box for box in seen.app.selectbox if box.label == "Desa yang ditemukan (1)"]
    seen.settle(found.select_index(0))
    assert seen.query == {"desa": code(layer, 41)}
    assert "<h2>Desa 41</h2>" in "".join(seen.html)
    seen.fill("select-search", "tidak ada desa begini")
    assert "ada desa yang cocok dengan wilayah, pencarian" in seen.words


def test_hostile_names_are_text_everywhere(visit, layer: gpd.GeoDataFrame) -> None:
    everywhere = ",".join(code(layer, row) for row in range(len(HOSTILE)))
    for row, name in enumerate(HOSTILE):
        seen = visit(jumlah=str(len(HOSTILE) + 2), wajib=everywhere, hitung="1", desa=code(layer, row))
        assert name in seen.chosen[LIST["id"]].to_list()
        assert "<img src=x" not in "".join(seen.html)
        assert "<script>document.title='owned'" not in "".join(seen.html)
        assert name in seen.words
        assert any(label == f"✕ {plain(name)}" for label in seen.labels())


@pytest.mark.parametrize("name", [*HOSTILE, ":smile:", "$a$", "a_b_", "`x`", ":material/home:"])
def test_words_on_buttons_lose_what_markdown_would_act_on(name: str) -> None:
    shown = plain(name)
    assert shown.replace("\\", "").replace("\u2060", "") == " ".join(name.split()).replace("\\", "")
    for sign in "*_[]()<>`$#~":
        assert shown.count(f"\\{sign}") == name.count(sign)
    assert all(after == "\u2060" for before, after in pairwise(shown) if before == ":")


# --- limits of single ones


def test_a_limit_is_added_told_and_taken_off(visit) -> None:
    seen = visit(jumlah="4")
    seen.press("limit-add")
    assert "Pilih dulu untuk siapa batas itu" in seen.words
    (who,) = [box for box in seen.app.selectbox if box.label == "Batas untuk"]
    seen.settle(who.select_index(3))
    seen.fill("limit-least", 3)
    seen.fill("limit-most", 2)
    seen.press("limit-add")
    assert "Paling sedikit melebihi paling banyak" in seen.words
    seen.fill("limit-most", 3)
    seen.press("limit-add")
    assert seen.query["kuota"] == "18.02=3..3"
    assert seen.app.number_input(key="limit-most").value is None
    seen.press("solve")
    assert (seen.chosen["Kabupaten/kota"] == "Kabupaten 18.02").sum() == 3
    seen.press("limit-regencies-18.02")
    assert "kuota" not in seen.query


@pytest.mark.parametrize(
    ("ends", "told"), [((2, None), "at least 2"), ((0, 4), "at most 4"), ((1, 3), "1 to 3"), ((2, 2), "exactly 2")]
)
def test_limits_in_words(ends: tuple[int, int | None], told: str) -> None:
    assert told in select_limits.told(ends, "en")


# --- no choice


def test_why_no_choice_exists_and_a_button_that_helps(visit) -> None:
    seen = visit(lang="en", jumlah="3", min_kab="1", hitung="1")
    assert "No choice of villages follows all rules" in seen.words
    (way,) = [button for button in seen.app.button if button.label == "Allow 4 launches"]
    seen.settle(way.click())
    assert seen.query == {"lang": "en", "jumlah": "4", "min_kab": "1", "hitung": "1"}
    assert len(seen.chosen) == 4


def test_a_budget_that_is_too_small_is_raised_to_what_is_enough(visit, layer: gpd.GeoDataFrame) -> None:
    seen = visit(lang="en", anggaran="1000", wajib=code(layer, 19), hitung="1")
    (way,) = [button for button in seen.app.button if button.label.startswith("Raise the budget to")]
    seen.settle(way.click())
    assert seen.chosen["Village"].to_list() == ["Desa 19"]
    again = visit(lang="en", anggaran="1000", wajib=code(layer, 19), hitung="1")
    (way,) = [button for button in again.app.button if button.label.startswith("Do not ask for")]
    again.settle(way.click())
    assert "wajib" not in again.query
    assert "No village is chosen" in again.words


def test_fewer_launches_are_a_way_out_of_a_small_budget(visit) -> None:
    seen = visit(lang="en", anggaran="60000000", min_jumlah="20", hitung="1")
    (way,) = [button for button in seen.app.button if button.label.startswith("Ask for only")]
    seen.settle(way.click())
    assert 0 < int(seen.query["min_jumlah"]) == len(seen.chosen) < 20


def test_a_single_limit_is_changed_by_its_way_out(visit) -> None:
    seen = visit(lang="en", jumlah="2", kuota="16.01=3..;18.01=..9", hitung="1")
    (way,) = [button for button in seen.app.button if "Ask for only 2 villages" in button.label]
    seen.settle(way.click())
    assert seen.query["kuota"] == "18.01=..9;16.01=2.."
    assert set(seen.chosen["Regency/city"]) == {"Kabupaten 16.01"}


# --- asked for apart


def test_prices_frontier_and_worlds_on_demand(visit, layer: gpd.GeoDataFrame) -> None:
    seen = visit(jumlah="4", per_kec="1", min_kab="1", jangan=code(layer, 40), desa=code(layer, 59), hitung="1")
    seen.press("ask-price")
    assert "hasil berkurang" in seen.words or "mengurangi hasil" in seen.words
    seen.press("ask-given_up")
    assert "Tanpa batas per kecamatan" in seen.words
    seen.press("ask-frontier")
    assert "<caption>Hasil untuk setiap ukuran rencana" in "".join(seen.html)
    seen.fill("select-target", 1.0)
    assert "tercapai dengan 4 pencanangan" in seen.words
    seen.fill("select-target", 1e9)
    assert "tidak tercapai" in seen.words
    seen.settle(seen.app.segmented_control(key="select-worlds").set_value(50))
    seen.press("ask-robust")
    assert "Dalam 50 simulasi" in seen.words
    assert "Masuk rencana (% simulasi)" in seen.chosen


def test_the_picture_of_the_frontier_speaks_the_language_of_the_page() -> None:
    steps = pd.DataFrame(
        {
            "limit": [2.5e8, 5e8, 1e9],
            "status": ["infeasible", "optimal", "optimal"],
            "villages": [None, 5, 9],
            "brought": [None, 1235.4, 2000.0],
        }
    )
    drawn = json.dumps(frontier_chart.chart("budget", steps, 1500.0, "active", "id"))
    assert "Rp500 juta" in drawn
    assert "Rp250 juta" not in drawn
    assert "1.235" in drawn
    assert "2,000" not in drawn
    assert '"actions": false' in drawn


# --- keeping


def test_a_plan_is_saved_under_a_name_and_nothing_is_lost_by_a_bad_one(visit) -> None:
    seen = visit(jumlah="3", hitung="1")
    seen.fill("scenario-name", "<b>x</b> **y**")
    seen.press("save")
    assert "tidak dapat dipakai" in seen.words
    assert "<b>x</b>" not in "".join(seen.html)
    assert seen.app.text_input(key="scenario-name").value == "<b>x</b> **y**"
    assert len(seen.chosen) == 3
    seen.fill("scenario-name", "  Lampung  2027 ")
    seen.press("save")
    assert 'Skenario "Lampung 2027" disimpan.' in seen.words
    asked = plan_record.asked_of(PlanFolder(Paths.of().plans).read("Lampung 2027"), name="x")
    assert asked.rules == SelectionParams(launches=3)
    seen.fill("scenario-name", "lampung 2027")
    seen.press("save")
    assert "Sudah ada rencana bernama lampung 2027" in seen.words


def test_a_folder_that_cannot_be_written_is_told(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PlanFolder, "save", full)
    seen = visit(lang="en", jumlah="3", hitung="1")
    seen.fill("scenario-name", "Penuh")
    seen.press("save")
    assert "The scenario cannot be saved (No space left on device)" in seen.words
    assert len(seen.chosen) == 3


def test_the_record_holds_the_chosen_villages() -> None:
    candidates = found(launches=3)
    plan = SelectionPlan(candidates, answer(candidates))
    assert plan_record.parts_of(record(plan, small_layer()), name="x")["chosen"]
