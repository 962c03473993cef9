"""Notes that come back: the columns of the upload kind visits, own villages only, never twice."""

import pytest

from planner.pack.notes import read_notes, reason, scanned
from planner.pack.rows import headings
from planner.uploads import UploadError
from tests.pack import sample

KEY = "6f9619ff-8b86-d011-b42d-00cf4fc964f"
HEAD = ";".join(headings("id"))
ROW = f"A-1;2026-11-20;{sample.OWN[0]};Dusun II;20;5;3;Hujan;{KEY}"


def notes(*rows: str, head: str = HEAD):
    content = "\r\n".join([head, *rows]).encode()
    return read_notes(content, "kunjungan.csv", agent="a-1", villages=sample.area().villages, today=sample.DAY)


def test_rows_become_notes_and_others_villages_and_agents_are_refused() -> None:
    foreign = sample.FOREIGN["village_code"].iloc[3]
    found = notes(
        ROW + "0",
        f"A-1;2026-11-20;{foreign};;20;5;3;;{KEY}1",
        f"A-2;2026-11-20;{sample.OWN[1]};;20;5;3;;{KEY}2",
        f"A-1;2026-11-24;{sample.OWN[1]};;20;5;3;;{KEY}3",
        f"A-1;2026-11-21;{sample.OWN[1]};;2;;3;;{KEY}4",
    )
    (note,) = found.taken
    assert (note.village_code, note.met, note.registered, note.dusun) == (sample.OWN[0], 20, 3, "Dusun II")
    assert [row for row, _ in found.refused] == [3, 4, 5, 6]
    said = [" ".join(reason(key, "en") for key in keys) for _, keys in found.refused]
    assert "not in your area" in said[0]
    assert "another agent" in said[1]
    assert all(reason(key, "id") for _, keys in found.refused for key in keys)


def test_a_file_that_a_spreadsheet_opened_and_saved_is_the_same_notes() -> None:
    rows = [ROW + "0", ROW.replace("Dusun II", "") + "1"]
    saved = [row.replace("2026-11-20", day) for row, day in zip(rows, ("20/11/2026", "20-Nov-26"), strict=True)]
    assert notes(*saved, ";;;;;;;;", head="\ufeff" + HEAD) == notes(*rows)


def test_a_day_that_a_spreadsheet_wrote_month_first_is_given_back() -> None:
    american = [ROW.replace("2026-11-20", day) + str(key) for key, day in enumerate(("11/20/2026", "11/5/2026"))]
    found = notes(*american)
    assert found.taken == ()
    assert [reason(key, "en") for _, keys in found.refused for key in keys][1].startswith("This seems to be written")


def test_a_note_that_was_changed_stands_once() -> None:
    found = notes(ROW + "0", ROW.replace(";20;5;3;", ";21;5;3;") + "0")
    assert found.taken == ()
    assert {"Hand in the last one only" in reason(key, "en") for _, keys in found.refused for key in keys} == {True}


def test_english_headings_are_known_too() -> None:
    english = ",".join(headings("en"))
    assert notes(ROW.replace(";", ",") + "0", head=english).taken


def test_scanned_texts_are_one_file() -> None:
    second = ROW.replace("Dusun II", "Dusun III") + "1"
    text = f"{HEAD}\n{ROW}0\n\n{HEAD}\n{second}\n"
    assert scanned(text).decode().splitlines() == [HEAD, ROW + "0", second]
    assert scanned("\ufeff") == b""


def test_a_file_with_numbers_of_persons_is_refused_as_a_whole() -> None:
    with pytest.raises(UploadError, match=r"identity number|phone|mobile"):
        notes(ROW.replace("Hujan", "0812 3456 7890") + "0")
