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
from planner.observed import METHOD, with_participants
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
