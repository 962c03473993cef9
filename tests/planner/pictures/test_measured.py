"""The picture of a measure: classes of the page, words of its legend, bounds, borders, sources, no small numbers."""

from dataclasses import replace
from datetime import date
from itertools import product

import pandas as pd
import pytest

from geodata import schema
from geodata.layer import make_layer
from geodata.provenance import FigureRecord, Origin
from planner.choropleth import HIDDEN, HOT_SPOTS
from planner.errors import PlanError
from planner.map_legend import legend_of
from planner.measure_catalogue import MEASURES
from planner.measure_colours import colours_of, usual_cut
from planner.measure_ground import LayerGround
from planner.measure_work import figures_of
from planner.params import ScoringParams
from planner.pictures import map_svg
from planner.pictures.measured import Shown, measure_picture
from planner.pictures.origins import sources_line
from planner.pictures.stamped import map_stamp
from planner.shielding import shielded
from planner.web.weights_choice import DEFAULT, scoring_of
from tests.planner import command_line
from tests.planner.priority.test_priority_few import counted as few_counted_in
from tests.planner.priority.test_priority_few import first
from tests.planner.small_plans import around
from tests.web.conftest import RECORDS, grid_layer

GAP = MEASURES["gap_workers"]


@pytest.fixture(scope="module")
def layer():
    frame = grid_layer(10, 6)
    frame.loc[5, schema.ELIGIBLE] = None
    return make_layer(frame, RECORDS, {"built": "pictures"})


def ground(layer, **changes):
    return LayerGround(layer=layer, nearby=lambda: pytest.fail("not needed"), params=ScoringParams(), **changes)


def shown_in(layer, region="", **changes):
    inside = layer.frame[schema.REGENCY_CODE].str.startswith(region)
    return Shown(villages=inside, cut=("quantiles", ()), regions=(region,) if region else (), **changes)


def stamped(shown, measure=GAP, language="id"):
    return map_stamp(
        ".png", measure, shown, params=ScoringParams(), fingerprint="f", made_on=date(2026, 11, 23), language=language
    )


def picture_of(layer, shown, *, measure=GAP, values=None, language="id"):
    values = figures_of(measure, ground(layer), tell=lambda _: True) if values is None else values
    return measure_picture(layer, measure, values, shown, language=language, stamp=stamped(shown, measure, language))


@pytest.mark.parametrize(("region", "language"), [*product(["", "16", "16.02"], ["id", "en"])])
def test_classes_and_legend_are_those_of_the_page(layer, region, language):
    shown = shown_in(layer, region)
    values = figures_of(GAP, ground(layer), tell=lambda _: True)
    picture = picture_of(layer, shown, values=values, language=language)
    colours = colours_of(GAP, values, shown.villages, shown.cut)
    fills = [picture.shades[number].style.fill for number in picture.classes]
    same = pd.DataFrame({"fill": fills, "class": [*colours.classes]}).drop_duplicates()
    assert same["class"].is_unique
    legend = legend_of(colours, GAP, shown.cut, language, approximate=False)
    labels = [shade.label for shade in picture.shades if shade.label]
    assert labels[: len(legend.entries)] == [entry.words for entry in legend.entries]
    assert len(labels) - len(legend.entries) == (HIDDEN in colours.classes)
    assert set(legend.notes) <= set(picture.notes)
    assert GAP.explained(language) in picture.notes


def test_what_must_be_seen_is_the_chosen_region_with_its_districts(layer):
    one, two = picture_of(layer, shown_in(layer, "16.01")), picture_of(layer, shown_in(layer, "16"))
    assert one.bounds[0] >= two.bounds[0]
    assert (one.bounds[3] - one.bounds[1]) < (two.bounds[3] - two.bounds[1])
    assert (len(one.borders), len(two.borders)) == (3, 2)
    assert one.subtitle == "Kabupaten 16.01 · Semua sektor"
    assert two.subtitle == "Sumatera Selatan · Semua sektor"
    assert picture_of(layer, shown_in(layer, "", filter="> 5", sector="fishery"), language="en").subtitle == (
        "Sumatera Selatan, Lampung · Fisheries · figures > 5"
    )


def test_a_village_without_outline_is_a_dot_at_its_point(layer):
    last = picture_of(layer, shown_in(layer)).outlines.iloc[-1]
    assert last.geom_type == "Point"
    assert (last.x, last.y) == tuple(layer.frame[[schema.LONGITUDE, schema.LATITUDE]].iloc[-1])


def test_chosen_villages_are_marked_inside_their_outline(layer):
    codes = layer.frame[schema.VILLAGE_CODE].iloc[[0, 7, 59]]
    picture = picture_of(layer, shown_in(layer, chosen=frozenset(codes), plan="rencana <a>"))
    assert len(picture.numbered) == 3
    assert picture.marks_label == "Desa terpilih dalam rencana rencana <a> (3 desa)"
    assert picture_of(layer, shown_in(layer)).marks_label == ""


def test_approximate_outlines_are_said_to_be_where_they_are_shown(layer):
    assert any("perkiraan" in note for note in picture_of(layer, shown_in(layer, "16.01")).notes)
    assert not any("Batas desa pada" in note for note in picture_of(layer, shown_in(layer, "18.01")).notes)


def test_few_people_are_not_written(layer):
    values = pd.DataFrame({"value": [0.0, 3.0, 4.0, 5.0] * 15, "basis": "observed"}, index=layer.frame.index)
    labels = [shade.label for shade in picture_of(layer, shown_in(layer), values=values).shades]
    assert "<5 pekerja (15 desa)" in labels
    assert "0 pekerja (15 desa)" in labels
    assert not any(label.startswith(("3", "4")) for label in labels)


@pytest.mark.parametrize("measure", ["gap_workers", "score", "rank_width"])
@pytest.mark.parametrize("cut", [("quantiles", ()), ("own", (299.0, 301.0, 303.0))])
def test_colours_and_legend_are_the_same_however_few_were_counted(measure, cut):
    drawn = []
    for people in (1, 4):
        layer = few_counted_in(people, first())
        asked = LayerGround(layer=shielded(layer), nearby=around, params=ScoringParams(worlds=100))
        values = figures_of(MEASURES[measure], asked, tell=lambda _: True)
        shown = replace(shown_in(layer), cut=cut)
        picture = picture_of(layer, shown, measure=MEASURES[measure], values=values, language="en")
        assert any("screens of the office" in note for note in picture.notes)
        drawn.append(
            (map_svg(picture, width=400, height=300), picture.notes, [shade.label for shade in picture.shades])
        )
    assert drawn[0] == drawn[1]


def test_without_a_place_there_is_no_picture(layer):
    shown = Shown(villages=pd.Series(data=False, index=layer.frame.index), cut=("quantiles", ()))
    with pytest.raises(PlanError, match="no village of this choice") as refused:
        picture_of(layer, shown)
    assert "Perluas wilayah" in refused.value.text("id")


def test_kinds_have_their_own_legend(layer):
    kinds = list(HOT_SPOTS)
    values = pd.DataFrame(
        {"value": 1.0, "basis": "observed", "cluster": [kinds[i % len(kinds)] for i in range(60)]},
        index=layer.frame.index,
    )
    picture = picture_of(layer, shown_in(layer), measure=MEASURES["hot_gap"], values=values)
    assert sum(bool(shade.label) for shade in picture.shades) == len(kinds)


def test_page_and_command_line_have_the_same_number_for_the_same_picture(layer):
    assert scoring_of(DEFAULT) == ScoringParams()
    shown = shown_in(layer, "16")
    assert stamped(shown).id == stamped(shown).id != stamped(shown_in(layer, "18")).id


def test_the_score_is_that_of_its_parameters():
    around = command_line.surroundings()
    found = LayerGround(
        layer=command_line.layer(), nearby=lambda: around, params=ScoringParams(), sector="fishery", regions=["19"]
    )
    score = figures_of(MEASURES["score"], found, tell=lambda _: True)
    ranking = command_line.RANK(command_line.layer(), around, ScoringParams(), regions=None, sector="fishery")
    pd.testing.assert_series_equal(
        score["value"], ranking.scores.table["score"].astype(float).reindex(score.index), check_names=False
    )
    steps = []
    assert figures_of(MEASURES["in_top_pct"], found, tell=lambda done: steps.append(done) or False) is None
    assert len(steps) == 1


def test_all_villages_of_five_provinces_stay_light():
    layer = command_line.layer()
    shown = Shown(villages=pd.Series(data=True, index=layer.frame.index), cut=usual_cut(GAP))
    picture = picture_of(layer, shown)
    svg = map_svg(picture, width=853, height=553)
    assert len(picture.classes) > 9_000
    assert svg.count("z") >= len(picture.classes)
    assert len(svg) < 1_500_000
    assert "BPJS Ketenagakerjaan" in picture.source
    assert "Desember 2023" in picture.source


def test_what_an_office_counted_is_named_as_source(layer):
    frame = layer.frame.copy()
    frame.loc[frame.index[:30], schema.basis(schema.ACTIVE_BPU)] = "observed"
    place = frame[schema.DISTRICT_CODE].iloc[0]
    far, own = (
        Origin("Kemnaker", "share", "2019-12", ""),
        Origin("BPJS Ketenagakerjaan", "participants_counted", "2026-09", "", area=place),
    )
    made = FigureRecord("assumed", "x", (far,), FigureRecord("observed", "x", (own,)))
    counted = replace(layer, frame=frame, figures={**layer.figures, schema.ACTIVE_BPU: made})
    asked = {"measure": GAP, "sector": "", "language": "id"}
    of_counted, of_others = (
        sources_line(counted, villages=rows, **asked) for rows in (frame.iloc[:30], frame.iloc[30:])
    )
    assert "September 2026" in of_counted
    assert "2019" not in of_counted
    assert "Desember 2019" in of_others
    assert "2026" not in of_others
