import pandas as pd
import pytest

from geodata import schema
from planner.choropleth import HOT_SPOTS, categories, choropleth
from planner.classification import quantile_breaks
from planner.map_legend import Entry, Legend, legend_of
from planner.measure_catalogue import MEASURES
from planner.web.legend import card, legend, marks_legend, span
from planner.web.symbols import MARKS, PLACES, image
from tests.web.conftest import HOSTILE, RECORDS


def village(**changes) -> pd.Series:
    counts = {}
    for column in (schema.ELIGIBLE, schema.ACTIVE_BPU, schema.POPULATION, "gap_workers", "workers_fishery"):
        counts |= {column: 1234, schema.low(column): 1000, schema.high(column): 2000, schema.basis(column): "assumed"}
    coverage = {
        "coverage_pct": 12.34,
        "coverage_pct_low": 10.0,
        "coverage_pct_high": 15.0,
        "coverage_pct_basis": "observed",
    }
    names = {
        schema.VILLAGE_CODE: "16.01.01.2001",
        schema.VILLAGE_NAME: "Desa Satu",
        schema.VILLAGE_TYPE: "desa",
        schema.DISTRICT_NAME: "Satu",
        schema.REGENCY_NAME: "Kabupaten Satu",
        schema.PROVINCE_NAME: "Lampung",
        schema.OUTLINE: "merged",
        "rank": 1.0,
    }
    return pd.Series(names | counts | coverage | changes)


@pytest.mark.parametrize("name", HOSTILE)
def test_words_of_a_legend_are_text_not_markup(name: str) -> None:
    html = legend(Legend(name, (Entry("0", name),), (name,)))
    plain = legend(Legend("x", (Entry("0", "x"),), ("x",)))
    assert html.count("<") == plain.count("<")
    assert html.count('"') == plain.count('"')


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("column", [schema.VILLAGE_NAME, schema.DISTRICT_NAME, schema.REGENCY_NAME])
def test_names_are_text_not_markup(name: str, column: str) -> None:
    plain = card(village(**{column: "x"}), RECORDS, "id", villages=9351, sector="")
    hostile = card(village(**{column: name}), RECORDS, "id", villages=9351, sector="")
    assert hostile.count("<") == plain.count("<")
    assert hostile.count('"') == plain.count('"')


def test_every_figure_has_its_range_and_basis() -> None:
    html = card(village(), RECORDS, "id", villages=9351, sector="")
    assert '1.234 <span class="range">1.000–2.000</span></td><td>asumsi' in html
    assert '12,3% <span class="range">10,0–15,0</span></td><td>pendataan' in html
    assert "Peringkat 1 dari 9.351" in html
    assert "desa induk" in html
    assert "Pekerja perikanan" in html
    assert "Dukcapil &lt;b&gt;, Penduduk (Desember 2024)" in html


def test_a_missing_figure_is_no_data_not_zero() -> None:
    html = card(village(gap_workers=None, gap_workers_low=None, rank=None), {}, "en", villages=9, sector="fishery")
    assert "no data" in html
    assert "Rank" not in html
    assert "Fishery workers" not in html  # the figures above are of this sector already


def test_legend_says_classes_estimates_and_missing_figures() -> None:
    values = pd.Series([100.0, 2000.0, 2000.0, None])
    classes = choropleth(
        values, pd.Series([True, True, False, False]), shown=pd.Series([True] * 4), breaks=quantile_breaks
    )
    html = legend(legend_of(classes, MEASURES["gap_workers"], ("own", (500.0, 1500.5)), "id", approximate=True))
    assert "100 pekerja (1 desa)" in html
    assert "2.000 pekerja (2 desa)" in html
    assert "tanpa data (1 desa)" in html
    assert "taksiran, bukan hasil pendataan (2 dari 3 desa)" in html
    assert "putus-putus" in html
    assert "Makin gelap, makin tinggi" in html
    assert "Batas kelas sendiri: 500; 1.500,5." in html
    observed = choropleth(values, values.isna(), shown=values.notna(), breaks=quantile_breaks)
    plain = legend(legend_of(observed, MEASURES["coverage_pct"], ("natural", ()), "en", approximate=False))
    assert "100.0% (1 villages)" in plain
    assert "The darker, the lower" in plain
    assert "estimate" not in plain
    assert "Dashed" not in plain


def test_a_range_with_a_missing_end_is_left_out() -> None:
    assert span(1000, None, "id") == span(float("nan"), 1, "id") == ""
    assert span(1000.4, 2000.5, "id", 1) == "1.000,4–2.000,5"


def hot_spots_in_words(found, measure, language, *, approximate):
    return legend(legend_of(found, MEASURES[measure], ("quantiles", ()), language, approximate=approximate))


def test_legend_of_hot_spots_names_the_kinds_on_the_map() -> None:
    kinds = pd.Series(["high_high", "high_high", "none", "no_neighbour"])
    found = categories(kinds, HOT_SPOTS, shown=pd.Series([True, True, True, False]))
    html = hot_spots_in_words(found, "hot_gap", "id", approximate=True)
    assert "Desa yang mengelompok: pekerja belum terlindungi per km²" in html
    assert "Tinggi, tetangganya juga tinggi (2 desa)" in html
    assert "Tidak mengelompok secara nyata (1 desa)" in html
    assert "Tanpa tetangga" not in html
    assert "putus-putus" in html
    assert "Dashed" not in hot_spots_in_words(found, "hot_gap", "en", approximate=False)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sign_and_every_kind_has_words(language) -> None:
    kinds = pd.Series(list(HOT_SPOTS))
    found = categories(kinds, HOT_SPOTS, shown=kinds.notna())
    assert hot_spots_in_words(found, "hot_need", language, approximate=False).count("<li>") == len(HOT_SPOTS)
    signs = marks_legend(dict.fromkeys(MARKS, range(1234)), dict.fromkeys(PLACES, 7), language)
    assert signs.count("<li>") == len(MARKS) + len(PLACES)
    assert signs.count("1.234" if language == "id" else "1,234") == len(MARKS)
    assert all(image(symbol) in signs for symbol in (*MARKS.values(), *PLACES.values()))


def test_legend_of_signs_leaves_out_what_is_not_on_the_map() -> None:
    assert marks_legend({}, {}, "id") == marks_legend({"chosen": []}, {}, "id") == ""
    html = marks_legend({"chosen": [], "never": [3]}, {"port": 0}, "en")
    assert "Must not be chosen (1)" in html
    assert "Fishing port (0)" in html
    assert "Chosen village" not in html
