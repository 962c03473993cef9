"""One A4 page per village, whatever it is called and whatever is missing."""

import json
from dataclasses import replace
from datetime import date
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import schema
from geodata.layer import make_layer
from geodata.names_match import MATCHED_CODE
from geodata.provenance import FigureRecord, Origin
from planner import shielding
from planner.errors import PlanError
from planner.explain import explain
from planner.export.cells import clean
from planner.paper import typeset
from planner.params import ScoringParams
from planner.plan import Ranking, rank
from planner.surroundings import surroundings_of
from planner.village_page import Setting, content, paper, shielded_setting, village_page, village_pdf
from planner.village_page.around import around
from planner.wording import MATTERS, by_matter, sentences
from planner.worlds import robust
from tests.planner.small_plans import chosen
from tests.web.conftest import HOSTILE, RECORDS, grid_layer

DAY = date(2026, 11, 23)
TOP = 10


def frame() -> gpd.GeoDataFrame:
    """Hostile names, a name of 420 letters, a kelurahan, a village without any figure, one that lies nowhere."""
    made = grid_layer(10, 6)
    made[schema.POINT_BASIS] = "inside"
    made.loc[20, schema.VILLAGE_NAME] = "Panjang" * 60
    made.loc[21, schema.VILLAGE_TYPE] = "kelurahan"
    estimates = [c for c in made.columns if made[c].dtype.kind in "if" and c not in (schema.LATITUDE, schema.LONGITUDE)]
    made[estimates] = made[estimates].astype("Float64")
    made.loc[22, estimates] = pd.NA
    made.loc[22, [c for c in made.columns if c.endswith("_basis")]] = None
    made.loc[23, schema.POINT_BASIS] = None
    made.loc[23, [schema.LATITUDE, schema.LONGITUDE]] = np.nan
    made.loc[23, "geometry"] = shapely.Polygon()
    made.loc[24, schema.DISTRICT_NAME] = "Kecamatan dengan nama yang sangat panjang sekali " * 9
    return made


@cache
def made() -> Setting:
    layer = make_layer(frame(), RECORDS, {})
    surroundings = surroundings_of(layer)
    ranking = rank(layer, surroundings, ScoringParams(worlds=100))
    return Setting(
        layer=layer,
        surroundings=surroundings,
        ranking=ranking,
        ranks=robust(ranking.scores, top=TOP).table,
        top=TOP,
        region="semua wilayah",
        language="id",
        made_on=DAY,
    )


def setting_of(language: str) -> Setting:
    return replace(made(), language=language)


@pytest.fixture(scope="module", params=["id", "en"])
def setting(request: pytest.FixtureRequest) -> Setting:
    return setting_of(request.param)


def codes(setting: Setting) -> list[str]:
    return setting.layer.frame[schema.VILLAGE_CODE].tolist()


def test_every_village_has_one_page(setting: Setting) -> None:
    for code in [codes(setting)[1], *codes(setting)[20:25], codes(setting)[-1]]:
        told = {**paper._content([village_page(setting, code)], setting), "stamp": "DSP-0"}
        drawn = typeset(paper._TEMPLATE, told, output="png", ppi=20)  # a second page would make it no single picture
        assert drawn.startswith(b"\x89PNG"), code


def test_names_are_text_without_control_characters() -> None:
    setting = setting_of("id")
    for code, name in zip(codes(setting), HOSTILE, strict=False):
        found = village_page(setting, code)
        assert clean(name) in found.title
        assert not [c for c in json.dumps(paper._content([found], setting), ensure_ascii=False) if ord(c) < 32]


def test_long_names_are_cut_in_the_page(setting: Setting) -> None:
    found = village_page(setting, codes(setting)[20])
    assert "…" in found.title
    assert len(found.title) < 100
    beside = village_page(setting, codes(setting)[10])
    assert max(map(len, beside.around.neighbours)) <= 80


def test_what_is_missing_is_said_to_be_unknown(setting: Setting) -> None:
    found = village_page(setting, codes(setting)[22])
    unknown = {"id": "tidak diketahui", "en": "unknown"}[setting.language]
    assert [tile.value for tile in found.tiles[:2]] == [unknown, unknown]
    lost = village_page(setting, codes(setting)[23])
    assert lost.qr == ""
    assert lost.around.svg == ""
    assert lost.point


def test_the_page_tells_reasons_certainty_change_and_roles() -> None:
    setting = setting_of("id")
    found = village_page(setting, codes(setting)[13])
    assert [title for title, _ in found.sections] == ["Mengapa desa ini", "Seberapa pasti", "Perubahan terdekat"]
    assert found.sections[0][1][0].startswith("Desa Desa 13, Kecamatan Kecamatan {{7*7}}")
    assert "pada 90% simulasi" in found.tiles[2].span
    assert found.contacts[0][0] == "Kepala desa"
    assert [fact.label for fact in found.expected][:3] == [
        "Pendaftar baru",
        "Peserta aktif setelah 12 bulan",
        "Biaya pencanangan dan kunjungan",
    ]
    assert all(fact.span and fact.note == "asumsi" for fact in found.expected[:3])
    assert found.sources == ()  # nothing is on record for the figures of the grid


def test_without_simulations_the_interval_is_said_to_be_missing() -> None:
    setting = replace(setting_of("en"), ranks=None)
    assert "not worked out yet" in village_page(setting, codes(setting)[13]).tiles[2].span


def test_neighbours_are_numbered_by_the_length_of_the_border() -> None:
    setting = setting_of("id")
    found = around(setting, codes(setting)[33])
    assert set(found.neighbours[:3]) == {"Desa 32", "Desa 34", "Desa 43"}  # the fourth side has no outline
    assert found.svg.count('<g class="mark">') == len(found.neighbours)
    assert [name for *_, name in found.legend] == ["desa ini", "tetangga"]


def test_a_village_without_outline_is_a_dot() -> None:
    setting = setting_of("id")
    found = around(setting, codes(setting)[-1])
    assert found.svg.count('fill="#0b3d5c"') == 1
    assert found.legend[0][2] == "desa ini"


def test_a_point_that_stands_in_for_the_village_is_called_so() -> None:
    setting = setting_of("id")
    frame = setting.layer.frame.copy()
    frame.loc[13, schema.POINT_BASIS] = "district_mean"
    found = village_page(replace(setting, layer=replace(setting.layer, frame=frame)), codes(setting)[13])
    assert "tengah kecamatan" in found.point
    assert "tengah kecamatan" not in village_page(setting, codes(setting)[13]).point


def test_a_declared_village_is_told_with_its_date_and_marked_around() -> None:
    setting = setting_of("id")
    code = codes(setting)[33]
    register = setting.surroundings.declared.head(1).assign(**{MATCHED_CODE: code})
    known = replace(setting, surroundings=replace(setting.surroundings, declared=register))
    ranking = rank(known.layer, known.surroundings, ScoringParams())
    known = replace(known, ranking=ranking, ranks=None)
    found = village_page(known, code)
    assert found.status[0].startswith("Menurut catatan: ")
    assert "http" not in found.status[0]
    assert "sudah Desa Sadar" in [name for *_, name in village_page(known, codes(known)[34]).around.legend]


def test_the_same_pages_are_the_same_bytes_with_the_number_in_clear(setting: Setting) -> None:
    pages = [village_page(setting, code) for code in codes(setting)[30:32]]
    stamp, made = village_pdf(pages, setting)
    assert (stamp, made) == village_pdf(pages, setting)
    assert stamp.id.encode() in made
    assert stamp.asked["villages"] == codes(setting)[30:32]
    other, _ = village_pdf(pages[:1], setting)
    assert other.id != stamp.id


def test_words_are_of_the_language() -> None:
    ours, english = (setting_of(language) for language in ("id", "en"))
    pages = [village_page(one, codes(one)[13]) for one in (ours, english)]
    assert paper._content(pages[:1], ours)["title"] == "Lembar desa: Desa Desa 13"
    assert "23 November 2026" in paper._content(pages[1:], english)["made"]
    assert pages[0].tiles[0].value == pages[1].tiles[0].value.replace(",", ".")


def test_a_village_elsewhere_is_refused() -> None:
    setting = setting_of("id")
    with pytest.raises(PlanError, match="no village with the code") as caught:
        village_page(setting, "99.01.01.2001")
    assert "Tidak ada desa dengan kode" in caught.value.text("id")


def test_sentences_are_the_matters_in_their_order() -> None:
    ranking: Ranking = setting_of("id").ranking
    code = ranking.table[schema.VILLAGE_CODE].iloc[3]
    found = explain(ranking.scores, code, top=TOP)
    matters = by_matter(found, "id")
    assert list(matters) == [one for one in MATTERS if one in matters]
    assert list(matters.values())[:7] == sentences(found, "id")
    assert "simulations" not in matters


def test_cut_names_are_cut_in_sentences_too() -> None:
    setting = setting_of("id")
    told = content._short(explain(setting.ranking.scores, codes(setting)[20], top=TOP))
    assert all(len(one) < 400 for one in sentences(told, "id"))


def with_counted(setting: Setting, people: int) -> Setting:
    """The setting with counted participants in one village."""
    frame = setting.layer.frame.copy()
    for column in (schema.ACTIVE_BPU, schema.low(schema.ACTIVE_BPU), schema.high(schema.ACTIVE_BPU)):
        frame.loc[33, column] = people
    frame.loc[33, schema.basis(schema.ACTIVE_BPU)] = "observed"
    layer = replace(setting.layer, frame=frame)
    ranking = rank(layer, setting.surroundings, setting.ranking.scores.params)
    return replace(setting, layer=layer, ranking=ranking, ranks=None)


@cache
def with_few(people: int) -> Setting:
    return shielded_setting(with_counted(made(), people))


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_count_of_a_few_people_changes_nothing_on_the_page(language: str) -> None:
    code, next_code = codes(made())[33:35]
    pages = [village_page(replace(with_few(people), language=language), code) for people in (1, 2, 3, 4)]
    assert pages == [pages[0]] * 4
    assert pages[0].notes[0].startswith({"id": "Jumlah orang di bawah 5", "en": "Counts of fewer than 5"}[language])
    beside = village_page(replace(with_few(2), language=language), next_code)
    assert beside.notes[0].startswith({"id": "Di desa lain", "en": "Elsewhere estimates"}[language])


def test_a_hidden_count_is_of_no_province_and_of_its_own_date() -> None:
    base = setting_of("id")
    code = codes(base)[33]
    counted = with_counted(base, 2)
    own = Origin("BPJS Ketenagakerjaan", "participants_counted", "2026-09", "", area=code)
    far = Origin("Kemnaker", "share", "2023-12", "")
    made = FigureRecord("assumed", "x", (far,), FigureRecord("observed", "x", (own,)))
    figures = {**counted.layer.figures, schema.ACTIVE_BPU: made}
    hidden = shielded_setting(replace(counted, layer=replace(counted.layer, figures=figures)))
    found = village_page(hidden, code)
    assert "September 2026" in found.tiles[1].note
    assert "2023" not in found.tiles[1].note
    assert "angka provinsi" in " ".join(sentences(explain(hidden.ranking.scores, code, top=TOP), "id"))
    assert "angka provinsi" not in str(found.sections)


def test_larger_counts_none_and_estimates_stay() -> None:
    base = setting_of("id")
    assert shielded_setting(base) is base
    for people in (0, 5):
        counted = with_counted(base, people)
        assert shielded_setting(counted) is counted
    assert with_few(4).few == {codes(base)[33]}


def test_a_plan_and_its_ranking_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = with_counted(made(), 2).layer
    plan = chosen(layer)
    of_plan = replace(made(), layer=layer, ranking=plan.candidates.ranking, ranks=None, plan=plan)
    calls: list[bool] = []
    monkeypatch.setattr(shielding, "rank", lambda *given, **more: calls.append(True) or rank(*given, **more))
    shown = shielded_setting(of_plan)
    assert calls == [True]
    assert shown.plan is not None
    assert shown.ranking is shown.plan.candidates.ranking is not of_plan.ranking
    apart = shielded_setting(replace(of_plan, ranking=replace(of_plan.ranking)))
    assert len(calls) == 3
    pd.testing.assert_frame_equal(apart.ranking.table, shown.ranking.table)
