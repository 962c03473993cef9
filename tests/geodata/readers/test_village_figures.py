"""Figures per village: polling stations, IDM, BUMDes, ICRAF, and the bridge of codes."""

import json

import pandas as pd
import pytest

from geodata import codes
from geodata.errors import DataError
from geodata.readers import bridge, bumdes, fields, icraf, idm, official, polling, sieve

OURS = ("15", "16", "17", "18", "19")


@pytest.fixture
def write(tmp_path):
    def _write(name, content):
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def reasons(reading):
    return reading.rejected["reason"].tolist()


def test_polling_stations_and_special_ones(write):
    path = write("tps2.json", {"tps": {"1602032001": [4], "1602032002": [6, 901, 903]}})
    frame = polling.read_polling_stations(path).frame
    assert frame["village_code"].tolist() == ["16.02.03.2001", "16.02.03.2002"]
    assert frame["polling_stations"].tolist() == [4, 6]
    assert frame["special_polling_stations"].tolist() == [0, 3]


@pytest.mark.parametrize("counts", [[], [-2], ["4"], [4, 901], [4, 903, 901], 4, None])
def test_unreadable_count_is_reported(write, counts):
    reading = polling.read_polling_stations(write("tps2.json", {"tps": {"1602032001": counts, "1602032002": [1]}}))
    assert reasons(reading) == [fields.BAD_NUMBER]
    assert reading.rejected["row"].tolist() == [1]


def test_stations_abroad_are_reported(write):
    reading = polling.read_polling_stations(write("tps2.json", {"tps": {"9901010002": [26]}}))
    assert reasons(reading) == [codes.VILLAGE_KIND]


VILLAGE = ["2001", "BATU  PUTIH", 0.8167, 0.8, 0.85, 0.8, 1, 0]


def province(*villages, count=None):
    said = len(villages) if count is None else count
    return {"k": "16", "kec": [{"k": "160113", "n": said, "ds": list(villages)}]}


def test_idm_of_a_village(write):
    frame = idm.read_idm([write("16.json", province(VILLAGE))]).frame
    assert frame.iloc[0].to_dict() == {
        "village_code": "16.01.13.2001",
        "village_name": "BATU PUTIH",
        "idm": 0.8167,
        "iks": 0.8,
        "ike": 0.85,
        "ikl": 0.8,
        "idm_status": "mandiri",
        "idm_source": "regular",
    }


@pytest.mark.parametrize(
    ("score", "status"),
    [(0.8156, 1), (0.8155, 2), (0.7073, 2), (0.7072, 3), (0.599, 3), (0.5989, 4), (0.4908, 4), (0.4907, 5), (0.1, 5)],
)
def test_status_follows_from_the_score(write, score, status):
    row = ["2001", "A", score, score, score, score, status, 2]
    frame = idm.read_idm([write("16.json", province(row))]).frame
    assert frame["idm_status"].tolist() == [idm.STATUSES[status - 1]]
    wrong = [*row[:6], status % 5 + 1, 2]
    assert reasons(idm.read_idm([write("16.json", province(wrong))])) == [idm.CONTRADICTS]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["2002", "A", None, None, None, None, 0, 0], idm.NO_SCORE),
        (["2002", "A", 0.7, 0.8, 0.8, 0.8, 3, 0], idm.CONTRADICTS),
        (["2002", "A", 0.8, 0.8, 0.8, 0.8, 7, 0], idm.NO_SCORE),
        (["202", "A", 0.8, 0.8, 0.8, 0.8, 2, 0], codes.LENGTH),
        (VILLAGE, sieve.DUPLICATE),
    ],
)
def test_idm_that_cannot_be_used_is_reported(write, row, reason):
    reading = idm.read_idm([write("16.json", province(VILLAGE, row))])
    assert reasons(reading) == [reason]
    assert len(reading.frame) == 1


def test_idm_file_with_fewer_villages_than_it_says_is_refused(write):
    with pytest.raises(DataError, match=r"160113: it says 12 villages but lists 1\.") as refused:
        idm.read_idm([write("16.json", province(VILLAGE, count=12))])
    assert "tertulis 12 desa" in refused.value.text("id")


@pytest.mark.parametrize("content", [[], {}, {"kec": [{}]}, {"kec": [{"k": "160113", "n": 1, "ds": [["2001"]]}]}])
def test_idm_file_of_another_shape_is_refused(write, content):
    with pytest.raises(DataError, match=r"16\.json is not built as expected"):
        idm.read_idm([write("16.json", content)])


def test_idm_without_files_is_refused():
    with pytest.raises(DataError, match="no file to read"):
        idm.read_idm([])


BUMDES = "Kode_Prov,DESA,Kode_Desa,NAMA_BUMDESA,Tenaga_Kerja\n16,AUR,1602032001,MAJU,3\n16,BATU,1602032002,JAYA,\n"


def test_bumdes_workers_may_be_missing(write):
    reading = bumdes.read_bumdes(write("18.csv", BUMDES + ",,,,\n,,,,3\n"))
    assert reading.frame["village_code"].tolist() == ["16.02.03.2001", "16.02.03.2002"]
    assert reading.frame["bumdes_workers"].fillna(-1).tolist() == [3, -1]
    assert reasons(reading) == [bumdes.BLANK_ROW, bumdes.TOTAL_ROW]
    assert reading.total == 4


def test_bumdes_file_that_does_not_add_up_is_refused(write):
    with pytest.raises(DataError, match="total says 5 people, but the rows add up to 3") as refused:
        bumdes.read_bumdes(write("18.csv", BUMDES + ",,,,5\n"))
    assert "baris total" in refused.value.text("id")


def test_bumdes_of_several_enterprises_and_bad_rows(write):
    more = "16,AUR,1602032001,LAIN,4\n16,AUR,1602032001,MAJU,9\n16,AUR,16020320,X,1\n16,CEMPAKA,1602032003,Y,two\n"
    reading = bumdes.read_bumdes(write("18.csv", BUMDES + more))
    assert reading.frame["bumdes_name"].tolist() == ["MAJU", "JAYA", "LAIN"]
    assert reasons(reading) == [sieve.DUPLICATE, codes.LENGTH, fields.BAD_NUMBER]


def icraf_row(**changes):
    row = {"iddesa": 1603032010, "nmkab": "MUARA ENIM", "nmkec": "LUBAI", "nmdesa": "AUR"}
    row |= dict.fromkeys(icraf._PUBLISHED.values(), 10) | {"jumlah_populasi": 40}
    return row | changes


@pytest.fixture
def read_icraf(write):
    def _read(*rows):
        return icraf.read_icraf(write("main.csv", pd.DataFrame(rows).to_csv(index=False)))

    return _read


def test_icraf_figures_get_names_with_units(read_icraf):
    frame = read_icraf(icraf_row(jarak_sawit=366.85, persentase_kebun=25.1)).frame
    assert frame["bps_code"].tolist() == ["1603032010"]
    assert frame[["families", "population", "micro_industries", "main_commodity"]].iloc[0].tolist() == [10, 40, 10, 10]
    assert frame[["dist_oil_palm_m", "plantation_pct"]].iloc[0].tolist() == [366.85, 25.1]


@pytest.mark.parametrize(
    ("column", "name"), [("jumlah_kk", "families"), ("jarak_sawit", "dist_oil_palm_m"), ("luas_desa", "area_ha")]
)
@pytest.mark.parametrize("sign", [-9999, -9999.0, -1, "", "NA"])
def test_icraf_signs_for_none_are_missing(read_icraf, column, name, sign):
    reading = read_icraf(icraf_row(**{column: sign}))
    assert reading.frame[name].isna().tolist() == [True]
    assert reading.rejected.empty


def test_icraf_shares_above_100_and_commodity_zero_are_missing(read_icraf):
    frame = read_icraf(icraf_row(persentase_badan_air=100.5, jenis_komoditi_unggulan=0)).frame
    assert frame[["water_pct", "main_commodity"]].isna().all(axis=None)


def test_icraf_rows_that_cannot_be_used_are_reported(read_icraf):
    reading = read_icraf(icraf_row(), icraf_row(), icraf_row(iddesa=16), icraf_row(iddesa=1603032011, jumlah_kk="x"))
    assert reasons(reading) == [sieve.DUPLICATE, codes.NOT_A_VILLAGE, fields.BAD_NUMBER]


def test_icraf_doubts_say_why(read_icraf):
    people = [0, 5, 40, 101, -9999]
    frame = read_icraf(*(icraf_row(iddesa=1603032010 + i, jumlah_populasi=p) for i, p in enumerate(people))).frame
    assert icraf.doubts(frame).fillna("").tolist() == [
        icraf.NO_RESIDENTS,
        icraf.FEWER_THAN_FAMILIES,
        "",
        icraf.LARGE_FAMILIES,
        icraf.NO_RESIDENTS,
    ]


def test_bridge_keeps_both_codes_unique(tmp_path):
    rows = [
        ("1608010001", "16.09.01.2004", "A", "32000"),
        ("1608010002", "16.09.01.2004", "B", ""),
        ("1608010001", "16.09.01.2005", "C", ""),
        ("160801", "16.09.01.2006", "D", ""),
        ("1608010003", "16.09.01", "E", ""),
        ("1608010004", "16.09.01.2007", "F", ""),
    ]
    path = tmp_path / "bridge.parquet"
    pd.DataFrame(rows, columns=["bps_code", "dagri_code", "name", "postal_codes"]).to_parquet(path)
    reading = bridge.read_bridge(path)
    assert reading.frame["village_name"].tolist() == ["A", "F"]
    assert reading.frame["postal_codes"].fillna("").tolist() == ["32000", ""]
    assert reasons(reading) == [sieve.DUPLICATE, sieve.DUPLICATE, codes.LENGTH, codes.NOT_A_VILLAGE]


@pytest.fixture(scope="module")
def official_codes(mirror):
    places = official.read_places(next(mirror.glob("cahyadsn/wilayah/*/db/wilayah.sql"))).frame
    return set(places.loc[places["level"] == "village", "code"])


@pytest.mark.real
def test_real_polling_stations_add_up_to_what_kpu_announced(mirror, official_codes):
    reading = polling.read_polling_stations(next(mirror.glob("kawalpemilu/kp24/*/src/assets/tps2.json")))
    frame = reading.frame
    assert (reading.total, len(reading.rejected)) == (84035, 304)
    assert frame["polling_stations"].sum() + frame["special_polling_stations"].sum() == 820_161
    ours = frame[frame["village_code"].str[:2].isin(OURS)]
    assert len(ours) == 9391
    assert set(ours["village_code"]) <= official_codes


@pytest.mark.real
def test_real_idm_agrees_with_its_own_definition(mirror, official_codes):
    reading = idm.read_idm(sorted(mirror.glob("kristonova/*/*/data/idm/prov/*.json")))
    assert (reading.total, len(reading.rejected)) == (8365, 0)
    assert reading.frame["idm_status"].value_counts().to_dict() == {
        "berkembang": 3823,
        "maju": 3243,
        "mandiri": 1206,
        "tertinggal": 93,
    }
    assert set(reading.frame["idm_source"]) == {"regular", "pdn_server"}
    assert set(reading.frame["village_code"]) <= official_codes


@pytest.mark.real
def test_real_bumdes(mirror):
    reading = bumdes.read_bumdes(next(mirror.glob("naufaldahafizh/*/*/data/18_*.csv")))
    assert (reading.total, len(reading.frame)) == (18245, 18243)
    assert reading.frame["bumdes_workers"].sum() == 64_181
    assert reading.frame["bumdes_workers"].isna().sum() == 6958
    assert reading.frame["bumdes_name"].str.contains("NANGGRÖ").any()


@pytest.mark.real
def test_real_icraf_and_bridge(shared_data, mirror, official_codes):
    villages = icraf.read_icraf(next(mirror.glob("icraf-indonesia/*/*/data_preprocessed/*.csv")))
    across = bridge.read_bridge(shared_data / "layers" / "bps_kemendagri_bridge_indonesia.parquet")
    assert (len(villages.frame), len(villages.rejected)) == (3289, 0)
    assert (len(across.frame), len(across.rejected)) == (82_851, 0)
    crossed = codes.to_kemendagri(villages.frame["bps_code"], across.frame)
    assert crossed.unmatched == 50
    assert crossed.codes.dropna().isin(official_codes).mean() > 0.99
    assert icraf.doubts(villages.frame).value_counts().to_dict() == {
        icraf.NO_RESIDENTS: 595,
        icraf.LARGE_FAMILIES: 121,
        icraf.FEWER_THAN_FAMILIES: 93,
    }
    agriculture = villages.frame["main_income"] == 1
    assert (villages.frame["main_commodity"].notna() == agriculture).all()
