"""Files of agents and assignments."""

import json

import pytest

from geodata.errors import DataError
from planner.errors import PlanError
from planner.territories.region import of_assignment, of_branch
from planner.territories.tables import parse_links, parse_pairs, read_agents, read_assignment
from tests.planner.territories.villages import code, grid

FRAME = grid(1, 3)


def file(tmp_path, text, name="agen.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "agent_code,village_code\nP-2,16.01.01.2002\nP-1,\n",
        "Kode Agen;Kantor Cabang;Kode Desa\nP-2;Palembang;1601012002\n\nP-1;Palembang;\n",
        "\ufeffAgent code,Kemendagri code\nP-2,16.01.01.2002\nP-1\n",
    ],
)
def test_agents_are_read_as_offices_write_them(tmp_path, text):
    table = read_agents(file(tmp_path, text), FRAME)
    assert table["agent_code"].tolist() == ["P-1", "P-2"]
    assert table["home_village_code"].fillna("").tolist() == ["", "16.01.01.2002"]
    assert table["longitude"].tolist()[1] == pytest.approx(104.03)


def test_an_assignment_is_read_from_csv_and_geojson(tmp_path):
    pairs = {"16.01.01.2001": "A", "16.01.01.2002": "B"}
    text = "kode desa;agen\n16.01.01.2001;A\n16.01.01.2002;B\n16.01.01.2003;\n"
    assert read_assignment(file(tmp_path, text)) == pairs
    features = [
        {"type": "Feature", "properties": {"village_code": v, "agent_code": a}, "geometry": None}
        for v, a in pairs.items()
    ]
    path = file(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "peta.geojson")
    assert read_assignment(path) == pairs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("agent_code\nP-1\n", "lacks the column village_code"),
        ("agent_code,village_code\n", "holds no rows"),
        ("agent_code,village_code\nBudi Santoso,16.01.01.2001\n", "row 2: an agent code is"),
        ("agent_code,village_code\nP-1,abc\n", "row 2: abc is no village code"),
        ("agent_code,village_code\nP-1,16.01.01.2001\nP-2,16.01.01.2001\n", "has two agents"),
        ("agent_code,agen,village_code\nP-1,P-1,16.01.01.2001\n", "several columns for agent_code"),
        ('agent_code,village_code\n"P-1,16.01.01.2001\n', "is no whole CSV"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path, text, words):
    with pytest.raises(PlanError, match=words) as caught:
        read_assignment(file(tmp_path, text))
    assert "agen.csv" in caught.value.text("id")


def test_personal_data_and_missing_files_are_refused(tmp_path):
    with pytest.raises(DataError):
        read_assignment(file(tmp_path, "agent_code,village_code,nik\nP-1,16.01.01.2001,1671012304560001\n"))
    with pytest.raises(DataError):
        read_agents(tmp_path / "none.csv", FRAME)
    with pytest.raises(PlanError, match="holds no rows"):
        read_assignment(file(tmp_path, "[]", "leer.geojson"))


def test_pairs_and_links_of_options():
    assert parse_pairs("16.01.01.2001=A-1, 1601012002=B", option="--lock") == {
        "16.01.01.2001": "A-1",
        "16.01.01.2002": "B",
    }
    assert parse_links("16.01:16.02,16.01.01.2001:16.01.01.2002", option="--forbid") == [
        ("16.01", "16.02"),
        ("16.01.01.2001", "16.01.01.2002"),
    ]
    with pytest.raises(PlanError, match=r"--lock: 16.01.01.2001 cannot be read"):
        parse_pairs("16.01.01.2001", option="--lock")
    with pytest.raises(PlanError, match="--forbid: a:b cannot be read") as caught:
        parse_links("a:b", option="--forbid")
    assert "titik dua" in caught.value.text("id")


def test_regions_of_an_assignment_and_of_an_office():
    frame = grid(3, 2)
    own = of_assignment(frame, {code(0, 0): "A", code(2, 1): "B"})
    assert own["district_code"].unique().tolist() == ["16.01.01", "16.01.03"]
    with pytest.raises(PlanError, match="None of the villages"):
        of_assignment(frame, {"19.01.01.2001": "A"})
    assert len(of_branch(frame, "perintis oku")) == 6  # serves 16.01
    with pytest.raises(PlanError, match="no office called Atlantis") as caught:
        of_branch(frame, "Atlantis")
    assert "Tidak ada kantor" in caught.value.text("id")
