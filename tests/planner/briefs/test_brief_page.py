"""The page of a brief: one page whatever stands in it, texts as they are, the same bytes for the same content."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from geodata import schema
from planner.briefs import page, regency_pdf, set_pages
from planner.briefs.picture import FILLS, _apart
from planner.briefs.proposed import NAMED, Order, of_gap, of_plan
from planner.launch_pipeline import Officials
from planner.texts import t
from tests.planner.briefs.basis import FUNNEL, basis, groups, stamp
from tests.planner.small_plans import around, chosen, small_layer
from tests.web.conftest import HOSTILE, grid_layer


def texts(content):
    if isinstance(content, dict):
        content = list(content.values())
    return [content] if isinstance(content, str) else [text for one in content for text in texts(one)]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_brief_is_one_page(language):
    of = basis()
    made = page(of, "16.02", language)
    assert t("briefs.request", language) in texts(made.content)
    assert set_pages([made], stamp(of, language), output="png").startswith(b"\x89PNG")


def test_the_longest_names_and_most_rows_fit_on_one_page():
    frame = grid_layer(10, 6)
    frame[schema.REGENCY_CODE] = "16.06"
    frame[schema.REGENCY_NAME] = "Kabupaten " + "Penukal Abab Lematang Ilir " * 8
    frame[schema.VILLAGE_NAME] = [
        name if name in HOSTILE else "Desa " + "W" * 200 for name in frame[schema.VILLAGE_NAME]
    ]
    frame[schema.DISTRICT_NAME] = "Kecamatan yang Namanya Panjang Sekali " * 5
    plan = chosen(small_layer(), NAMED + 5)
    table = (
        frame.loc[plan.chosen.index]
        .drop(columns="geometry")
        .join(plan.chosen[[c for c in plan.chosen.columns if c not in frame.columns]])
    )
    rows = [("16.06", "Dana " + "panjang " * 30, 10**7 + k, "2026-01-01", 12 + k) for k in range(9)]
    officials = {code: Officials(9, 10, date(2026, 9, 1)) for code in frame[schema.VILLAGE_CODE]}
    order = Order("plan", "Rencana " * 20, table, other_data=True)
    of = basis(frame, order=order, groups=groups(*rows), officials=officials)
    made = page(of, "16.06", "id")
    assert made.content["paid"]["rows"]
    assert made.content["quoted"]["before"]
    assert set_pages([made], stamp(of), output="png").startswith(b"\x89PNG")


def test_a_regency_without_figures_outlines_and_points_fits_and_says_so():
    frame = grid_layer(10, 6)
    here = frame[schema.REGENCY_CODE] == "16.02"
    for column in [c for c in frame.columns if c.startswith(("eligible", "active", "workers_"))]:
        frame[column] = frame[column].mask(here)
    frame.loc[here, [schema.LONGITUDE, schema.LATITUDE]] = np.nan
    frame.loc[here, "geometry"] = None
    of = basis(frame)
    made = page(of, "16.02", "id")
    assert (made.content["map"], made.content["villages"]) == ({}, {})
    assert "belum diketahui" in made.content["figures"][0]["value"]
    assert set_pages([made], stamp(of), output="png").startswith(b"\x89PNG")


def test_sections_without_content_are_left_out():
    made = page(basis(), "16.02", "id").content
    assert made["paid"] == {}
    assert t("briefs.sources.no_records", "id") in made["sources"]
    with_groups = page(basis(groups=groups(("16.02", "APBD", 9, "2026-06-01", 12))), "16.02", "id").content
    assert with_groups["paid"]["rows"] == [["APBD", "9", "31 Mei 2027", "31 Agustus 2027", "Rp1,81 juta"]]
    assert t("briefs.sources.no_records", "id") not in with_groups["sources"]


def test_ending_months_are_asked_about_first():
    of = basis(groups=groups(("16.02", "APBD", 1234, "2026-01-01", 12)))
    points = page(of, "16.02", "id").content["request"]["points"]
    assert "1.234 pekerja" in points[0]


def test_hidden_counts_are_not_told():
    of = basis(groups=groups(("16.02", "APBD", 3, "2026-01-01", 12), ("16.02", "APBDes", 77, "2026-01-01", 12)))
    made = page(of, "16.02", "id").content
    told = " ".join([*made["paid"]["before"], *texts(made["paid"]["rows"]), *made["request"]["points"]])
    assert "di bawah 5" in told
    assert "80" not in told.replace("16.800", "")


def test_the_number_of_the_file_stands_in_it_and_bytes_are_the_same():
    of = basis()
    pdf = regency_pdf(of, "16.02", stamp(of))
    assert stamp(of).id.encode() in pdf
    assert pdf == regency_pdf(basis(), "16.02", stamp(of))


def test_texts_of_data_stay_texts():
    plan = chosen(small_layer(), 9)
    of = basis(order=of_plan(plan, '#panic("x") *tebal* $x$', small_layer(), around()))
    regency = plan.chosen["regency_code"].iloc[0]
    made = page(of, regency, "id")
    assert '#panic("x") *tebal* $x$' in made.content["villages"]["title"]
    assert set_pages([made], stamp(of)).startswith(b"%PDF")


def test_the_map_numbers_the_proposed_villages_and_its_legend_has_its_fills():
    of = basis(order=of_gap(small_layer(), FUNNEL, declared=frozenset()))
    made = page(of, "16.02", "id").content["map"]
    assert made["svg"].count('class="mark"') == 5
    fills = [fill for fill, _ in made["legend"]]
    assert len(fills) > 2
    assert fills == [fill for fill in FILLS if fill in fills]
    assert all(fill in made["svg"] for fill in fills)
    assert next(words for _, words in made["legend"]).startswith("sampai ")


def test_fills_differ_in_grey():
    grey = [sum(int(fill[k : k + 2], 16) * part for k, part in ((1, 0.3), (3, 0.59), (5, 0.11))) for fill in FILLS]
    assert all(one - other > 20 for one, other in pairwise(grey))


def test_marks_are_moved_apart():
    places = np.array([[0.0, 0.0], [0.0, 0.0], [0.5, 0.0], [9.0, 9.0]])
    moved = _apart(places, 1.0)
    for i in range(4):
        for j in range(i):
            assert np.hypot(*(moved[i] - moved[j])) > 0.99
    assert moved[3] == pytest.approx([9.0, 9.0])
    assert places[2] == pytest.approx([0.5, 0.0])
