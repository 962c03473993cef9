"""Own weights share what a regency has; totals stay, and what is not known stays as it was."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import DataError
from geodata.provenance import FigureRecord, Origin, from_own_weights
from geodata.schema import SECTORS, sector_column
from geodata.sectors.own_weights import moved, read_weights
from geodata.sectors.totals import province_totals
from geodata.sectors.workers import COUNTED, split_workers
from tests.geodata.sectors.test_workers import PUBLISHED, villages

TABLE = pd.DataFrame({"village_code": ["16.01.01.2001", "16.01.01.2002"], "value": [1.5, np.nan]})


def drawn(frame, seed=0, holes=0.1):
    rng = np.random.default_rng(seed)
    values = pd.Series(rng.lognormal(0, 1, len(frame)), index=frame["village_code"].to_numpy())
    return values.where(rng.random(len(frame)) > holes)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000), sector=st.sampled_from(SECTORS), province=st.sampled_from(["16", "19"]))
def test_every_total_is_kept_exactly(seed, sector, province):
    frame = villages(province, seed=seed)
    split = split_workers(frame, PUBLISHED, own={sector: drawn(frame, seed)})
    totals = province_totals(PUBLISHED, province)
    for column in COUNTED:
        assert int(split[column].sum()) == totals[column], column
    assert (split.filter(regex="^workers_").sum(axis=1) == split["eligible_workers"]).all()
    assert (split["eligible_workers"] <= split["workers"]).all()


@pytest.mark.parametrize("sector", SECTORS)
def test_villages_with_more_of_the_layer_get_more_of_the_sector(sector):
    frame = villages(each=20)
    own = drawn(frame, holes=0)
    share = split_workers(frame, PUBLISHED, own={sector: own})[sector_column(sector)] / frame["population"]
    before = split_workers(frame, PUBLISHED)[sector_column(sector)] / frame["population"]
    lean = own.to_numpy() / frame["population"]
    assert np.corrcoef(lean.rank(), share.rank())[0, 1] > np.corrcoef(lean.rank(), before.rank())[0, 1] + 0.1


def test_the_sum_of_a_regency_stays_and_what_is_not_known_too():
    frame = pd.DataFrame({"village_code": list("abcdef"), "regency_code": list("xxxyyz")})
    built_in = np.array([1.0, 2, 3, 4, 5, 6])
    own = pd.Series({"a": 3.0, "b": 1.0, "c": np.nan, "d": 0.0, "e": 0.0})
    assert moved(built_in, frame, own).tolist() == [2.25, 0.75, 3, 4, 5, 6]
    assert moved(built_in, frame, None).tolist() == built_in.tolist()


def test_order_of_rows_does_not_matter():
    frame = villages(seed=4)
    own = {"plantation": drawn(frame)}
    mixed = frame.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(
        split_workers(frame, PUBLISHED, own=own).loc[mixed.index], split_workers(mixed, PUBLISHED, own=own)
    )


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_file_of_the_overlay_is_read_with_its_record(tmp_path, ending):
    path = tmp_path / f"sawit{ending}"
    TABLE.to_csv(path, index=False) if ending == ".csv" else TABLE.to_parquet(path)
    assert read_weights(path).origin == Origin(path.name, "own weights", "", f"file:{path.name}")
    about = {"layer": "sawit.tif", "sha256": "ab12", "measure": "area", "column": None, "values": [1, 2]}
    (tmp_path / f"sawit{ending}.json").write_text(json.dumps({**about, "made": "2026-11-23"}))
    found = read_weights(path)
    pd.testing.assert_series_equal(found.amounts, TABLE.set_index("village_code")["value"], check_index_type=False)
    named = Origin("sawit.tif", "own weights: area, [1, 2]", "2026-11-23", f"file:{path.name}#sha256=ab12")
    assert found.origin == named


@pytest.mark.parametrize(
    ("table", "told", "indonesian"),
    [
        (TABLE.rename(columns={"value": "luas"}), "must be a table with the columns village_code, value", "kolom"),
        (TABLE.assign(value=[1, -2]), r"value of village 16\.01\.01\.2002 in .* is negative or no number", "negatif"),
        (TABLE.assign(value=["1", "x"]), r"value of village 16\.01\.01\.2002", "bukan angka"),
        (TABLE.assign(value=[1, np.inf]), r"value of village 16\.01\.01\.2002", "negatif"),
        (TABLE.assign(village_code="16.01.01.2001"), r"Village 16\.01\.01\.2001 stands twice", "dua kali"),
    ],
)
def test_files_that_are_no_weights_are_told(tmp_path, table, told, indonesian):
    path = tmp_path / "bobot.csv"
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match=told) as caught:
        read_weights(path)
    assert indonesian in caught.value.text("id")


def test_files_of_other_kinds_are_told(tmp_path):
    (tmp_path / "b.xlsx").write_bytes(b"PK")
    (tmp_path / "b.parquet").write_bytes(b"no")
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.raises(DataError, match=r"Accepted formats: \.csv, \.parquet"):
        read_weights(tmp_path / "b.xlsx")
    for name in ("b.parquet", "b.csv"):
        with pytest.raises(DataError, match="must be a table"):
            read_weights(tmp_path / name)
    with pytest.raises(DataError, match="no file none"):
        read_weights(tmp_path / "none.csv")


def test_the_record_names_the_layer_first():
    origin, published = Origin("sawit.tif", "own weights", "", ""), Origin("BPS", "x", "", "")
    records = {
        sector_column("plantation"): FigureRecord("assumed", "layer.method.farming", (published,)),
        sector_column("fishery"): FigureRecord("assumed", "layer.method.fishery", (published,)),
    }
    changed = from_own_weights(records, {"plantation": origin})
    assert changed["workers_plantation"].method == "layer.method.own_weights"
    assert changed["workers_plantation"].origins == (origin, published)
    assert changed["workers_fishery"] == records["workers_fishery"]
