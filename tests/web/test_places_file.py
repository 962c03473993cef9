import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import PlanMachineError
from planner.web.places_file import _by_kind, write_places
from tests.web.conftest import HOSTILE


def frame(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "name", "longitude", "latitude"])


def read(path: Path) -> dict:
    return json.loads(gzip.decompress(path.read_bytes()))


def test_places_are_read_back_by_kind(tmp_path: Path) -> None:
    path = write_places(
        frame(("port", "PPI Dua", 105.123456, -5.5), ("mill", None, 104.0, -3.0), ("mill", "PKS", None, -3.0)), tmp_path
    )
    assert read(path) == {"mill": [[-3.0, 104.0, ""]], "port": [[-5.5, 105.12346, "PPI Dua"]]}


def test_hostile_names_stay_as_they_are(tmp_path: Path) -> None:
    path = write_places(frame(*(("mill", name, 104 + i, -3.0) for i, name in enumerate(HOSTILE))), tmp_path)
    assert [name for _, _, name in read(path)["mill"]] == list(HOSTILE)


@given(st.permutations(range(5)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows = [("mill", f"PKS {i % 3}", 104.0 + i % 2, -3.0) for i in range(4)] + [("office", "Kantor", 104.0, -3.0)]
    assert _by_kind(frame(*rows)) == _by_kind(frame(*(rows[i] for i in order)))


def test_no_places_are_an_empty_file(tmp_path: Path) -> None:
    assert read(write_places(frame(), tmp_path)) == {}


def test_a_kind_that_is_not_public_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"without a symbol: \['agent'\]"):
        write_places(frame(("agent", "Budi", 104.0, -3.0)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_name_and_point_are_written(tmp_path: Path) -> None:
    rich = frame(("mill", "PKS", 104.0, -3.0)).assign(workers=4321, score=0.98765)
    path = write_places(rich, tmp_path)
    assert path == write_places(rich[["kind", "name", "longitude", "latitude"]], tmp_path)
    assert "_" not in path.name


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PlanMachineError, match="cannot be written to the folder"):
        write_places(frame(("mill", "PKS", 104.0, -3.0)), tmp_path / "file" / "static")
