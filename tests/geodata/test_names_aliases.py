"""Decided names are written whole, read back, and refused where they cannot be meant."""

import pandas as pd
import pytest

from geodata.errors import DataError
from geodata.names_aliases import COLUMNS, aliases_of, read_aliases, write_aliases

DECIDED = [("16.05", "MEGANG  SAKTI II", "1605122003"), ("16.05.12", "Sakti, Megang", "16.05.12.2004")]
BAD = {
    "village elsewhere": ("16.06", "Mayang", "16.05.12.2003"),
    "province": ("16", "Mayang", "16.05.12.2003"),
    "no village": ("16.05", "Mayang", "16.05.12"),
    "no name": ("16.05", " - ", "16.05.12.2003"),
    "bad code": ("16.05", "Mayang", "x"),
}


def frame(rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_written_and_read_back_in_one_form(tmp_path):
    path = tmp_path / "aliases.csv"
    write_aliases(frame([*DECIDED, DECIDED[0]]), path)
    again = read_aliases(path)
    assert again["name"].tolist() == ["megang sakti 2", "sakti megang"]
    assert again["village_code"].tolist() == ["16.05.12.2003", "16.05.12.2004"]
    pd.testing.assert_frame_equal(aliases_of(again), again)


@pytest.mark.parametrize("row", BAD.values(), ids=BAD)
def test_decisions_that_cannot_be_meant_are_refused_with_their_row(row):
    with pytest.raises(DataError, match=r"cannot be used: rows 3\.") as refused:
        aliases_of(frame([*DECIDED, row]))
    assert "baris 3" in refused.value.text("id")


def test_one_name_with_two_villages_is_refused():
    rows = [DECIDED[0], ("16.05", "Megang Sakti 2", "16.05.12.2004")]
    with pytest.raises(DataError, match="rows 1, 2"):
        aliases_of(frame(rows))


def test_torn_rows_of_a_file_are_refused(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text("parent_code,name,village_code\n16.05,Mayang\n16.05,a,16.05.12.2003\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"aliases\.csv cannot be used: rows 1"):
        read_aliases(path)


def test_a_refused_list_leaves_the_old_file(tmp_path):
    path = tmp_path / "aliases.csv"
    write_aliases(frame(DECIDED), path)
    before = path.read_bytes()
    with pytest.raises(DataError, match="cannot be used"):
        write_aliases(frame([BAD["province"]]), path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["aliases.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be written") as refused:
        write_aliases(frame(DECIDED), tmp_path / "none" / "aliases.csv")
    assert "tidak dapat ditulis" in refused.value.text("id")
