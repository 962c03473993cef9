"""Counted participants flow back into the layer."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import catalogue, schema
from geodata.layer import load_neighbours, make_layer, save, save_neighbours, verify
from geodata.provenance import FigureRecord, Origin
from planner.coverage import COVERAGE, GAP, gap
from planner.criteria import Surroundings, measure
from planner.observed import METHOD, METHOD_WORKERS, Counts, with_counts
from planner.params import ScoringParams
from planner.village_figures import village_figures
from planner.web.about_figures import figures
from planner.web.origins import told
from tests.web.conftest import grid_layer

ASSUMED = Origin("BPS", "bpu_share_pct", "2023-12", "https://a.example")
LAYER = make_layer(
    grid_layer(5, 4),
    {
        schema.ELIGIBLE: FigureRecord("disaggregated", "layer.method.eligible", ()),
        schema.ACTIVE_BPU: FigureRecord("assumed", "layer.method.covered", (ASSUMED,)),
        schema.INACTIVE_BPU: FigureRecord("assumed", "layer.method.covered", (ASSUMED,)),
    },
    {},
)
CODES = LAYER.frame[schema.VILLAGE_CODE]


def counts(*rows: tuple[str, int, int], month: date = date(2026, 10, 1)) -> pd.DataFrame:
    return pd.DataFrame(
        [(code, month, active, inactive) for code, active, inactive in rows],
        columns=["village_code", "month", "active", "inactive"],
    )


def with_participants(layer, rows):
    return with_counts(layer, Counts(participants=rows))


def figure(layer, row: int, name: str):
    (found,) = (f for f in village_figures(layer, layer.frame.iloc[[row]]) if f.name == name)
    return found


def test_counted_participants_replace_assumed_ones_and_the_others_stay():
    layer = with_participants(LAYER, counts((CODES[3], 17, 4)))
    row = layer.frame.iloc[3]
    for column, people in ((schema.ACTIVE_BPU, 17), (schema.INACTIVE_BPU, 4)):
        assert [row[name] for name in (column, schema.low(column), schema.high(column))] == [people] * 3
        assert row[schema.basis(column)] == "observed"
    rest = [at for at in range(len(CODES)) if at != 3]
    pd.testing.assert_frame_equal(layer.frame.iloc[rest], LAYER.frame.iloc[rest], check_dtype=False)
    assert gap(pd.DataFrame(layer.frame)).loc[3, GAP] == max(0, row[schema.ELIGIBLE] - 17)


def test_the_layer_has_a_fingerprint_of_its_own_and_knows_what_it_was_built_from(tmp_path):
    layer = with_participants(LAYER, counts((CODES[0], 1, 0)))
    verify(layer)
    assert (layer.built_from, LAYER.built_from) == (LAYER.fingerprint, LAYER.fingerprint)
    assert layer.fingerprint != LAYER.fingerprint
    again = with_participants(layer, counts((CODES[1], 2, 0)))
    assert again.built_from == LAYER.fingerprint
    save(LAYER, tmp_path / "villages.parquet")
    pairs = pd.DataFrame(
        {"village_code_a": [CODES[0]], "village_code_b": [CODES[1]], "shared_km": [9.5], "kind": ["land"]}
    )
    save_neighbours(pairs, LAYER, tmp_path / "villages.parquet")
    pd.testing.assert_frame_equal(load_neighbours(layer, tmp_path / "villages.parquet"), pairs)


def test_a_figure_names_what_it_is_from_in_each_village():
    later = pd.concat([counts((CODES[0], 5, 1)), counts((CODES[1], 6, 1), month=date(2026, 9, 1))])
    layer = with_participants(LAYER, later)
    counted, assumed = figure(layer, 1, schema.ACTIVE_BPU), figure(layer, 4, schema.ACTIVE_BPU)
    assert (counted.basis, counted.methods) == ("observed", (METHOD,))
    assert [(origin.producer, origin.date) for origin in counted.origins] == [("BPJS Ketenagakerjaan", "2026-09")]
    assert (assumed.basis, assumed.methods, assumed.origins) == ("disaggregated", ("layer.method.covered",), (ASSUMED,))
    assert figure(layer, 1, COVERAGE).methods == ("layer.method.eligible", METHOD)
    for language, words in (("id", "unggahan kantor cabang"), ("en", "uploaded by a branch office")):
        assert words in figures(layer, catalogue.load(), language)
    (origin,) = counted.origins
    assert told(origin, {}, "Lempur", "en").after == "(Lempur; September 2026)"  # an upload was read from no page


@pytest.mark.parametrize("rows", [(), (("99.99.99.2001", 5, 1),)])
def test_counts_of_no_village_of_the_layer_change_nothing(rows):
    assert with_participants(LAYER, counts(*rows)) is LAYER


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 900), st.integers(0, 90)), unique_by=lambda row: row[0]),
    st.randoms(use_true_random=False),
)
def test_order_of_the_counts_does_not_matter_and_sums_are_kept(rows, random):
    told = [(CODES[at], active, inactive) for at, active, inactive in rows]
    shuffled = random.sample(told, len(told))
    layer, other = with_participants(LAYER, counts(*told)), with_participants(LAYER, counts(*shuffled))
    assert layer.fingerprint == other.fingerprint
    counted = layer.frame[schema.basis(schema.ACTIVE_BPU)] == "observed"
    assert counted.sum() == len(rows)
    assert layer.frame.loc[counted, schema.ACTIVE_BPU].sum() == sum(active for _, active, _ in rows)
    known = np.asarray(gap(pd.DataFrame(layer.frame)).loc[counted, schema.ACTIVE_BPU], dtype=int)
    assert known.tolist() == layer.frame.loc[counted, schema.ACTIVE_BPU].tolist()


def workers(*rows: tuple[str, str, int], day: str = "2026-10-31") -> Counts:
    told = [(code, sector, people, date.fromisoformat(day)) for code, sector, people in rows]
    return Counts(workers=pd.DataFrame(told, columns=["village_code", "sector", "people", "counted_on"]))


SECTOR_COLUMNS = [schema.sector_column(sector) for sector in schema.SECTORS]


def split_layer():
    """A layer whose eligible workers are the sum of the sectors, and fewer than those who work."""
    frame = LAYER.frame.copy()
    frame[schema.ELIGIBLE] = frame[SECTOR_COLUMNS].sum(axis=1)
    frame[schema.WORKERS], frame[schema.basis(schema.WORKERS)] = frame[schema.ELIGIBLE] + 40, "disaggregated"
    for name in (schema.ELIGIBLE, schema.WORKERS):
        frame[schema.low(name)], frame[schema.high(name)] = frame[name] - 20, frame[name] + 90
    record = FigureRecord("disaggregated", "layer.method.eligible", ())
    names = (schema.ELIGIBLE, schema.WORKERS, *SECTOR_COLUMNS)
    return make_layer(frame, {**LAYER.figures, **dict.fromkeys(names, record)}, {})


SPLIT = split_layer()


def test_counted_workers_of_a_sector_change_the_total_by_the_difference():
    before = SPLIT.frame.iloc[2]
    layer = with_counts(SPLIT, workers((CODES[2], "fishery", 70)))
    after, column = layer.frame.iloc[2], schema.sector_column("fishery")
    assert [after[name] for name in (column, schema.low(column), schema.high(column))] == [70] * 3
    assert (after[schema.basis(column)], after[schema.basis(schema.ELIGIBLE)]) == (
        "observed",
        before[schema.basis(schema.ELIGIBLE)],
    )
    assert after[schema.ELIGIBLE] == before[schema.ELIGIBLE] + 70 - before[column]
    assert after[schema.WORKERS] >= after[schema.ELIGIBLE] >= 70
    assert after[schema.low(schema.ELIGIBLE)] >= 70
    origins = {(o.title, o.date, o.area) for o in figure(layer, 2, schema.ELIGIBLE).origins}
    assert origins == {("workers_counted", "2026-10-31", CODES[2])}
    assert figure(layer, 3, schema.ELIGIBLE).origins == ()
    rest = [at for at in range(len(CODES)) if at != 2]
    pd.testing.assert_frame_equal(layer.frame.iloc[rest], SPLIT.frame.iloc[rest], check_dtype=False)


def test_all_sectors_counted_make_the_total_a_counted_one():
    told = [(CODES[5], sector, 10 + i) for i, sector in enumerate(schema.SECTORS)]
    layer = with_counts(SPLIT, workers(*told))
    row, people = layer.frame.iloc[5], sum(count for *_, count in told)
    ends = (schema.ELIGIBLE, schema.low(schema.ELIGIBLE), schema.high(schema.ELIGIBLE))
    assert [row[name] for name in ends] == [people] * 3
    assert row[schema.basis(schema.ELIGIBLE)] == "observed"
    assert METHOD_WORKERS in figure(layer, 5, schema.ELIGIBLE).methods


@given(
    st.lists(
        st.tuples(st.integers(0, 19), st.sampled_from(schema.SECTORS), st.integers(0, 5000)),
        unique_by=lambda row: row[:2],
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_the_total_moves_with_its_sectors_and_stays_in_its_range(rows, random):
    told = [(CODES[at], sector, people) for at, sector, people in rows]
    layer = with_counts(SPLIT, workers(*told))
    assert layer.fingerprint == with_counts(SPLIT, workers(*random.sample(told, len(told)))).fingerprint
    frame, before = layer.frame, SPLIT.frame
    moved = frame[SECTOR_COLUMNS].sum(axis=1) - before[SECTOR_COLUMNS].sum(axis=1)
    counted = sum((frame[c].where(frame[schema.basis(c)] == "observed", 0) for c in SECTOR_COLUMNS), start=0)
    whole = (frame[[schema.basis(c) for c in SECTOR_COLUMNS]] == "observed").all(axis=1)
    split = (before[schema.ELIGIBLE] + moved).clip(lower=counted)
    assert frame[schema.ELIGIBLE].tolist() == split.mask(whole, counted).tolist()
    assert (frame[schema.low(schema.ELIGIBLE)] <= frame[schema.ELIGIBLE]).all()
    assert (frame[schema.ELIGIBLE] <= frame[schema.high(schema.ELIGIBLE)]).all()
    assert (frame[schema.ELIGIBLE] <= frame[schema.WORKERS]).all()


def test_registered_officials_decide_the_gate_and_unknown_stays_unknown():
    rows = [(CODES[0], 8, 8), (CODES[1], 3, 8), (CODES[2], 0, 0)]
    told = pd.DataFrame(rows, columns=["village_code", "registered", "total"]).assign(counted_on=date(2026, 10, 31))
    layer = with_counts(SPLIT, Counts(officials=told))
    share = layer.frame["perangkat_registered_pct"]
    assert (share[0], share[1], share[2:].isna().all()) == (100.0, 37.5, True)
    shown = figure(layer, 1, "perangkat_registered_pct")
    assert (shown.value, shown.basis, shown.origins[0].date) == (37.5, "observed", "2026-10-31")
    names = ("village_code_a", "village_code_b", "status", "matched_code")
    nothing, offices = pd.DataFrame({name: [] for name in names}, dtype=str), [(104.0, -3.0)]
    around = Surroundings(nothing, nothing, pd.DataFrame(offices, columns=["longitude", "latitude"]))
    gates = measure(pd.DataFrame(layer.frame), ScoringParams(), around).villages["gate"]
    assert gates.tolist()[:4] == ["met", "not_met", "unknown", "unknown"]


def test_inactive_participants_that_nobody_counted_stay_an_estimate():
    told = counts((CODES[3], 17, 4)).assign(inactive=None)
    known = LAYER.frame.assign(**{schema.INACTIVE_BPU: 6, schema.basis(schema.INACTIVE_BPU): "assumed"})
    row = with_participants(make_layer(known, LAYER.figures, {}), told).frame.iloc[3]
    assert (row[schema.ACTIVE_BPU], row[schema.basis(schema.ACTIVE_BPU)]) == (17, "observed")
    assert (row[schema.INACTIVE_BPU], row[schema.basis(schema.INACTIVE_BPU)]) == (6, "assumed")
