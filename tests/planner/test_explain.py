from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.layer import EMBEDDED, load
from geodata.schema import ESTIMATES, SECTORS, basis, high, low, sector_column
from planner.criteria import Surroundings, measure
from planner.errors import PlanError
from planner.explain import explain
from planner.flips import CHANGEABLE, STEPS, Flip, nearest_flip, rescored
from planner.params import DEFAULT_CRITERIA, UNITS, BlockWeights, ScoringParams
from planner.scoring import scored
from planner.wording import sentences

LANGUAGES = ("id", "en")
OFFICES = pd.DataFrame({"longitude": [104.0], "latitude": [-3.0]})


def code_of(i):
    return f"16.02.{1 + i % 2:02d}.{2001 + i}"


def village(i, *, eligible=1000, active=80, inactive=60, how="assumed", **changed):
    """One village of a layer; its eligible workers are half in plantations, the rest in fishery."""
    row = {
        "village_code": code_of(i),
        "village_name": f"Suka Maju {i}",
        "village_type": "desa",
        "district_code": code_of(i)[:8],
        "district_name": "Air Sugihan",
        "regency_code": "16.02",
        "regency_name": "Kabupaten Ogan Komering Ilir",
        "province_code": "16",
        "point_basis": "inside",
        "longitude": 104.0,
        "latitude": -3.2,
        "iks": 0.7,
        "ike": 0.6,
        "bumdes_workers": 3,
    }
    counts = dict.fromkeys(ESTIMATES, 0) | {"eligible_workers": eligible, "active_bpu": active}
    counts |= {"inactive_bpu": inactive, "workers_plantation": eligible // 2}
    counts["workers_fishery"] = eligible - eligible // 2
    for name, count in counts.items():
        spread = 0 if how == "observed" else 0.4
        row |= {name: count, low(name): round(count * (1 - spread)), high(name): round(count * (1 + spread))}
        row[basis(name)] = how
    return row | changed


def simulated_ranks(scores, low, high, in_top):
    index = scores.criteria.villages.index
    return pd.DataFrame({"rank_low": low, "rank_high": high, "in_top": in_top}, index=index)


def layer(rows):
    whole = {c: "Int64" for name in ESTIMATES for c in (name, low(name), high(name))}
    return pd.DataFrame(rows).astype(whole | {"bumdes_workers": "Int64"})


def scores_of(rows, *, declared=(), params=None, pairs=()):
    params = params or ScoringParams()
    register = pd.DataFrame({"status": ["declared"] * len(declared), "matched_code": [code_of(i) for i in declared]})
    ends = [(code_of(a), code_of(b)) for a, b in pairs]
    beside = pd.DataFrame(ends, columns=["village_code_a", "village_code_b"])
    frame = rows if isinstance(rows, pd.DataFrame) else layer(rows)
    return scored(measure(frame, params, Surroundings(beside, register, OFFICES)), params)


figures = st.fixed_dictionaries(
    {
        "eligible": st.sampled_from([0, 40, 300, 301, 900, 4000]),
        "active": st.sampled_from([0, 20, 150]),
        "inactive": st.sampled_from([0, 10, 90]),
        "iks": st.sampled_from([0.45, 0.7, 0.93, None]),
        "ike": st.sampled_from([0.2, 0.58, 0.8, None]),
        "bumdes_workers": st.sampled_from([0, 4, 30, pd.NA]),
        "latitude": st.sampled_from([-3.01, -3.3, -3.9, -4.4]),
        "village_type": st.sampled_from(["desa", "desa", "kelurahan"]),
        "point_basis": st.sampled_from(["inside", "district_mean"]),
        "how": st.sampled_from(["observed", "disaggregated", "assumed"]),
    }
)


@st.composite
def worlds(draw):
    given_rows = draw(st.lists(figures, min_size=2, max_size=7))
    rows = [village(i, **row) for i, row in enumerate(given_rows)]
    declared = draw(st.sets(st.integers(0, len(rows) - 1), max_size=3))
    return rows, sorted(declared), draw(st.integers(1, len(rows) - 1)), draw(st.integers(0, len(rows) - 1))


def changed_score(scores, row, key, value):
    """Score all villages again, from the start, after one criterion of one village took another value."""
    criteria, values = scores.criteria, scores.criteria.value.copy()
    values[row, criteria.keys.index(key)] = value
    if key == "office_km":
        values[row, criteria.keys.index("launch_cost_idr")] = scores.params.costs.launch_cost_idr(np.array([value]))[0]
    return scored(replace(criteria, value=values), scores.params).score


def listed(score, row, top):
    return row in np.argsort(-score, kind="stable")[:top]


@settings(max_examples=15)
@given(worlds())
def test_contributions_sum_to_the_score(world):
    rows, declared, top, i = world
    found = explain(scores_of(rows, declared=declared), code_of(i), top=top)
    assert found.reference + sum(part.points for part in found.parts) == pytest.approx(found.score, abs=1e-9)
    sizes = [abs(part.points) for part in found.parts]
    assert sizes == sorted(sizes, reverse=True)
    keys = {part.key for group in (found.strengths, found.weaknesses, found.filled) for part in group}
    assert keys == {part.key for part in found.parts if part.points or part.filled_from}


@settings(max_examples=30)
@given(worlds())
def test_the_flip_flips_and_one_step_less_does_not(world):
    rows, declared, top, i = world
    scores = scores_of(rows, declared=declared)
    found = explain(scores, code_of(i), top=top)
    row = scores.criteria.villages["village_code"].tolist().index(code_of(i))
    assert found.listed == listed(scores.score, row, top)
    if found.flip is None:
        return
    key, now, then = found.flip.key, found.flip.now, found.flip.then
    assert listed(changed_score(scores, row, key, then), row, top) != found.listed
    if UNITS[key] in ("people", "villages"):
        assert then == round(then) >= 0
        before = then - np.sign(then - now)
    else:  # the goalpost may cut the last step short: the one before it is a whole number of steps from now
        steps = int(np.ceil(round(abs(then - now) / STEPS[key], 6))) - 1
        before = now + np.sign(then - now) * steps * STEPS[key]
    assert listed(changed_score(scores, row, key, before), row, top) == found.listed


@settings(max_examples=25)
@given(worlds())
def test_without_a_flip_no_criterion_at_its_goalpost_is_enough(world):
    rows, declared, top, i = world
    scores = scores_of(rows, declared=declared)
    found = explain(scores, code_of(i), top=top)
    row = scores.criteria.villages["village_code"].tolist().index(code_of(i))
    for column, criterion in enumerate(scores.params.criteria):
        never = scores.criteria.filled[row, column] and rows[i]["village_type"] == "kelurahan"
        upwards = (criterion.direction == "benefit") != found.listed
        end, now = criterion.goalposts[int(upwards)], scores.criteria.value[row, column]
        if found.flip is None and not never and (end > now) == upwards:
            assert listed(changed_score(scores, row, criterion.key, end), row, top) == found.listed


@settings(max_examples=15)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_villages_does_not_matter(world, random):
    rows, declared, top, i = world
    mixed = rows.copy()
    random.shuffle(mixed)
    one, two = (explain(scores_of(r, declared=declared), code_of(i), top=top) for r in (rows, mixed))
    pd.testing.assert_series_equal(pd.Series(one.village), pd.Series(two.village))
    assert replace(one, village={}) == replace(two, village={})
    assert sentences(one, "id") == sentences(two, "id")


@settings(max_examples=15)
@given(worlds(), st.booleans())
def test_four_to_seven_whole_sentences(world, simulated):
    rows, declared, top, i = world
    n = len(rows)
    scores = scores_of(rows, declared=declared)
    ranks = simulated_ranks(scores, np.ones(n), np.ones(n), np.linspace(0, 1, n))
    found = explain(scores, code_of(i), top=top, ranks=ranks if simulated else None)
    for language in LANGUAGES:
        said = sentences(found, language)
        assert 4 <= len(said) <= 7
        for sentence in said:
            assert sentence.endswith(".")
            assert not {"nan", "<NA>", "None", "{", "()", "( "} & set(sentence.replace("(", " ( ").split())


def test_a_few_more_uncovered_workers_and_the_change_is_the_smallest():
    rows = [village(0, eligible=1000), village(1, eligible=1040), village(2, eligible=3000)]
    scores = scores_of(rows, params=weighing("gap_workers", blocks=["need"]))
    found = explain(scores, code_of(0), top=2)
    assert found.rank == 3
    assert (found.flip.key, found.flip.now, found.flip.then) == ("gap_workers", 920, 960)
    short = changed_score(scores, 0, "gap_workers", found.flip.then - 1)
    assert not listed(short, 0, 2)
    count = round(found.flip.then - found.flip.now)
    text = sentences(found, "id")
    assert (
        f"Jika pekerja informal yang belum terlindungi lebih banyak {count} orang (masih dalam rentang perkiraan), "
        "desa ini akan masuk 2 besar." in text
    )
    with_sector = sentences(explain(scores, code_of(0), top=2, sector="fishery"), "en")
    assert any(f"With {count} more uncovered fishery workers" in sentence for sentence in with_sector)


def test_what_would_drop_a_village_from_the_list():
    rows = [village(0, eligible=1000), village(1, eligible=1004), village(2, eligible=3000)]
    found = explain(scores_of(rows), code_of(1), top=2)
    assert found.listed
    assert found.behind is None
    assert found.flip.then < found.flip.now
    assert any("akan keluar dari 2 besar" in sentence for sentence in sentences(found, "id"))


def weighing(*keys, blocks):
    """Parameters in which only some criteria, of some blocks, count."""
    criteria = tuple(c.model_copy(update={"weight": float(c.key in keys)}) for c in DEFAULT_CRITERIA)
    shares = BlockWeights(**{block: float(block in blocks) for block in ("need", "readiness", "cost")})
    return ScoringParams(criteria=criteria, block_weights=shares)


@pytest.mark.parametrize(
    ("keys", "told"), [(("declared_neighbours", "iks"), "iks"), (("declared_neighbours",), "declared_neighbours")]
)
def test_what_can_change_goes_before_what_geography_fixes(keys, told):
    rows = [village(0), village(1), village(2)]
    params = weighing(*keys, blocks=["readiness"])
    # with one of two weights, a social index one goalpost range higher makes up for a declared neighbour
    rows[0]["iks"], rows[1]["iks"] = 0.4, 0.4
    found = explain(scores_of(rows, params=params, declared=[2], pairs=[(1, 2)]), code_of(0), top=1)
    assert found.flip.key == told
    assert (told in CHANGEABLE) == (told == "iks")


def test_a_nearer_office_makes_the_launch_cheaper_too():
    scores = scores_of([village(0, latitude=-4.0), village(1)])
    column = scores.criteria.keys.index("office_km")
    assert rescored(scores, 0, column, 10.0) == changed_score(scores, 0, "office_km", 10.0)[0]


def test_no_single_change_is_told_with_the_gap():
    rows = [
        village(0, eligible=20, active=18, iks=0.4, ike=0.2, bumdes_workers=0, latitude=-4.4),
        village(1, eligible=9000),
    ]
    found = explain(scores_of(rows), code_of(0), top=1)
    assert found.flip is None
    said = sentences(found, "id")
    assert any("tidak ada satu perubahan pun" in sentence and "peringkat pertama" in sentence for sentence in said)
    assert found.behind == pytest.approx(explain(scores_of(rows), code_of(1), top=1).score - found.score)


def test_a_village_that_no_single_loss_drops_is_told_so():
    rows = [
        village(0, eligible=20, active=18, iks=0.4, ike=0.2, bumdes_workers=0, latitude=-4.4),
        village(1, eligible=9000),
    ]
    found = explain(scores_of(rows), code_of(1), top=1)
    assert found.flip is None
    assert any("akan mengeluarkan desa ini" in sentence for sentence in sentences(found, "id"))


@pytest.mark.parametrize("top", [2, 50])
def test_a_list_longer_than_the_villages_holds_all(top):
    found = explain(scores_of([village(0), village(1)]), code_of(1), top=top)
    assert found.listed
    assert found.flip is None
    assert any("2 desa dan kelurahan" in sentence and "memuat semua" in sentence for sentence in sentences(found, "id"))


def test_equal_scores_stand_by_code_and_say_so():
    scores = scores_of([village(0), village(2), village(4)])
    found = [explain(scores, code_of(i), top=1) for i in (0, 2, 4)]
    assert [one.rank for one in found] == [1, 2, 3]
    assert {one.tied for one in found} == {2}
    assert "ada 2 lagi dengan skor sama" in sentences(found[1], "id")[0]


def test_twins_are_other_declared_villages_nearest_first():
    rows = [village(0), village(2), village(4, eligible=300, iks=0.5), village(6, eligible=900)]
    scores = scores_of(rows, declared=[0, 2, 4])
    found = explain(scores, code_of(0), top=1, twins=5).twins
    assert [twin.code for twin in found] == [code_of(2), code_of(4)]
    assert found[0].similarity == pytest.approx(100)
    assert 0 <= found[1].similarity < 100
    assert explain(scores_of(rows), code_of(0), top=1).twins == ()
    told = sentences(explain(scores, code_of(6), top=1), "id")[-1]
    assert told.startswith("Desa Sadar yang paling mirip: Suka Maju ")


def test_a_declared_village_is_not_to_be_launched_twice():
    found = explain(scores_of([village(0), village(1)], declared=[0]), code_of(0), top=1)
    assert found.declared
    assert any("jangan sampai dicanangkan dua kali" in sentence for sentence in sentences(found, "id"))
    other = explain(scores_of([village(0), village(1)], declared=[0]), code_of(1), top=1)
    assert not any("dua kali" in sentence for sentence in sentences(other, "id"))


@pytest.mark.parametrize(
    ("share", "told"), [(100.0, "sudah terpenuhi"), (40.0, "belum dapat dicanangkan"), (None, "belum ada data")]
)
def test_the_gate_is_told_apart(share, told):
    found = explain(scores_of([village(0, perangkat_registered_pct=share), village(1)]), code_of(0), top=1)
    assert any(told in sentence for sentence in sentences(found, "id"))


def test_what_was_filled_in_is_uncertain_and_neither_strength_nor_weakness():
    rows = [village(0, bumdes_workers=pd.NA), village(2, bumdes_workers=9), village(1, bumdes_workers=pd.NA)]
    scores = scores_of(rows)
    for i, area in ((0, "district"), (1, "regency")):
        found = explain(scores, code_of(i), top=1)
        assert [(part.key, part.filled_from) for part in found.filled] == [("bumdes_workers", area)]
        assert "bumdes_workers" not in {part.key for part in (*found.strengths, *found.weaknesses)}
    assert any(
        "pekerja BUMDes tidak tercatat (dipakai nilai tengah kecamatan)" in s
        for s in sentences(explain(scores, code_of(0), top=1), "id")
    )


def test_a_figure_not_on_record_is_tried_last():
    jobs = (pd.NA, 5, 1, 9)
    rows = [village(2 * i, bumdes_workers=number) for i, number in enumerate(jobs)]
    found = explain(scores_of(rows, params=weighing("bumdes_workers", blocks=["readiness"])), code_of(0), top=1)
    assert found.flip.filled
    assert found.flip.key == "bumdes_workers"
    assert any("yang belum tercatat, ternyata 9," in sentence for sentence in sentences(found, "id"))


def test_a_kelurahan_has_no_idm():
    rows = [
        village(0, village_type="kelurahan", iks=None, ike=None, bumdes_workers=pd.NA),
        village(1, iks=0.9, ike=0.9),
    ]
    found = explain(scores_of(rows), code_of(0), top=1)
    assert {part.key for part in found.filled} == {"iks", "ike", "bumdes_workers"}
    assert found.flip is None or found.flip.key not in ("iks", "ike", "bumdes_workers")
    said = " ".join(sentences(found, "id"))
    assert "Kelurahan Suka Maju 0" in said
    assert "angka IDM dan jumlah pekerja BUMDes tidak ada untuk kelurahan" in said


def test_estimates_are_called_so_and_counts_are_not():
    guessed = " ".join(sentences(explain(scores_of([village(0), village(1)]), code_of(0), top=1), "id"))
    counted = [village(i, how="observed") for i in range(2)]
    known = " ".join(sentences(explain(scores_of(counted), code_of(0), top=1), "id"))
    assert "masih ada sekitar 920 pekerja" in guessed
    assert "diperkirakan 232–1.400 orang" not in known
    assert "diperkirakan" in guessed
    assert "masih ada 920 pekerja" in known
    assert "diperkirakan" not in known


@pytest.mark.parametrize(("how", "told"), [("assumed", "angka provinsi: 92%"), ("observed", "(92% belum")])
def test_provincial_figures_are_not_told_as_those_of_the_village(how, told):
    rows = [village(i, how=how) for i in range(2)]
    scores = scores_of(rows, params=weighing("gap_rate_pct", blocks=["need"]))
    assert told in " ".join(sentences(explain(scores, code_of(0), top=1), "id"))


def test_simulations_are_told():
    scores = scores_of([village(0), village(1)])
    whole = np.array([1, 2], np.uint16)
    ranks = simulated_ranks(scores, whole, whole + np.uint16(1200), np.array([0.004, 0.999]))
    found = [explain(scores, code_of(i), top=1, ranks=ranks) for i in (0, 1)]
    assert found[0].rank_range == (1, 1201)
    assert "1–1.201 pada 90% simulasi" in sentences(found[0], "id")[1]
    assert "kurang dari 1% simulasi" in sentences(found[0], "id")[1]
    assert "99% of them" in sentences(found[1], "en")[1]


def test_relative_scales_are_not_tried_and_said_so():
    relative = tuple(c.model_copy(update={"scale": "minmax"}) for c in DEFAULT_CRITERIA)
    found = explain(
        scores_of([village(0), village(1, iks=0.9)], params=ScoringParams(criteria=relative)), code_of(0), top=1
    )
    assert found.flip is None
    assert found.relative_scales
    assert any("bergantung pada desa lain" in sentence for sentence in sentences(found, "id"))


def test_nothing_stands_out_where_all_is_in_the_middle():
    flat = tuple(c.model_copy(update={"scale": "minmax"}) for c in DEFAULT_CRITERIA)
    same = scores_of([village(0), village(2)], params=ScoringParams(criteria=flat))
    found = explain(same, code_of(0), top=2)
    assert found.score == pytest.approx(50)
    assert any("sekitar tengah skala" in sentence for sentence in sentences(found, "id"))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"code": "16.02.99.2001"}, "no village with the code 16.02.99.2001 among the 2 scored"),
        ({"top": 0}, "list length 0 cannot be used"),
        (
            {"ranks": pd.DataFrame({"rank_low": [1] * 3, "rank_high": [1] * 3, "in_top": [1.0] * 3})},
            "hold 3 villages, but 2",
        ),
    ],
)
def test_what_cannot_be_explained_is_refused(wrong, match):
    asked = {"code": code_of(0), "top": 1} | wrong
    with pytest.raises(PlanError, match=match) as refused:
        explain(scores_of([village(0), village(1)]), **asked)
    assert "desa" in refused.value.text("id") or "daftar" in refused.value.text("id")


def test_every_criterion_and_sector_has_its_words():
    assert set(STEPS) == set(UNITS)
    scores = scores_of([village(0), village(1)])
    found = explain(scores, code_of(0), top=1)
    for language in LANGUAGES:
        for part in found.parts:
            for points in (9.0, -9.0):
                said = sentences(replace(found, parts=(part._replace(points=points, filled_from=None),)), language)
                assert any("9.0" in s or "9,0" in s for s in said)
            assert sentences(replace(found, parts=(part._replace(filled_from="everywhere"),)), language)
            for then, filled in ((1e9, False), (-1.0, False), (0.0, False), (4.0, True)):
                flip = Flip(part.key, 3.0, then, in_range=False, filled=filled)
                assert sentences(replace(found, flip=flip), language)
        for sector in SECTORS:
            assert sentences(replace(found, sector=sector, focus=(sector, sector)), language)
            assert sector_column(sector) in found.village


@cache
def of_the_region():
    villages = pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))
    declared = pd.DataFrame({"status": "declared", "matched_code": ["15.05.11.2002", "19.04.02.2018"]})
    nothing = pd.DataFrame({"village_code_a": [], "village_code_b": []}, dtype=str)
    params = ScoringParams()
    return scored(measure(villages, params, Surroundings(nothing, declared, OFFICES)), params)


@pytest.mark.parametrize("code", ["19.01.01.2007", "16.02.15.2006", "16.71.01.1003", "17.03.01.2001", "15.05.11.2002"])
def test_villages_of_the_region(code):
    scores = of_the_region()
    found = explain(scores, code, top=50)
    row = scores.criteria.villages["village_code"].tolist().index(code)
    order = np.argsort(-scores.score, kind="stable")
    assert found.flip == nearest_flip(scores, row, order=order, top=50)
    assert found.reference + sum(part.points for part in found.parts) == pytest.approx(found.score, abs=1e-9)
    for language in LANGUAGES:
        assert 4 <= len(sentences(found, language)) <= 7


def test_within_a_region_a_village_is_compared_with_its_villages_alone():
    rows = [village(i, eligible=1000 + 100 * i) for i in range(4)]
    for i, regency in enumerate(["16.02", "16.03", "16.02", "16.03"]):
        rows[i] |= {"regency_code": regency, "village_code": f"{regency}.01.{2001 + i}"}
    scores = scores_of(rows)
    code = rows[0]["village_code"]
    everywhere, inside = explain(scores, code, top=1), explain(scores, code, top=1, regions=["16.02"])
    assert (everywhere.rank, everywhere.villages) == (4, 4)
    assert (inside.rank, inside.villages) == (2, 2)
    assert inside.score == everywhere.score
    assert inside.behind < everywhere.behind
    index = scores.criteria.villages.index
    ranks = pd.DataFrame({"rank_low": [1, 2], "rank_high": [2, 2], "in_top": [0.9, 0.1]}, index=index[[0, 2]])
    assert explain(scores, rows[0]["village_code"], top=1, ranks=ranks, regions=["16.02"]).rank_range is not None
    with pytest.raises(PlanError, match="no village"):
        explain(scores, rows[1]["village_code"], top=1, regions=["16.02"])
    with pytest.raises(PlanError):
        explain(scores, code, top=1, regions=["99"])
