"""Headings become columns."""

import pytest

from planner.uploads import Columns, UploadError, chosen, fingerprint, fitting, from_json, suggest

HEADINGS = [
    "NO",
    "KODE DESA/KELURAHAN",
    "Nama Desa",
    "Bln",
    "Segmen Kepesertaan",
    "Jml Peserta Tidak Aktif",
    "Peserta  AKTIF",
]


def test_headings_are_recognised():
    found = suggest(HEADINGS, "participants")
    assert {name: s.heading for name, s in found.items()} == {
        "village_code": "KODE DESA/KELURAHAN",
        "village_name": "Nama Desa",
        "month": "Bln",
        "segment": "Segmen Kepesertaan",
        "active": "Peserta  AKTIF",
        "inactive": "Jml Peserta Tidak Aktif",
    }
    assert found["active"].confidence == 1
    assert 0.86 <= found["inactive"].confidence < 1


def test_not_active_is_never_taken_for_active():
    assert "active" not in suggest(["Peserta tidak aktif", "Peserta nonaktif"], "participants")


def test_what_the_user_gives_goes_first():
    found = chosen(HEADINGS, "participants", Columns({"active": "NO"}), file="a")
    assert found.headings["active"] == "NO"
    assert "Peserta  AKTIF" not in found.headings.values()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Columns({"nik": "NO"}), "no column named nik"),
        (Columns({"active": "Nomor"}), "has no heading Nomor"),
        (Columns({"active": "NO", "inactive": "NO"}), "more than one column"),
        (Columns({}, {"warna": "x"}), "no column named warna"),
    ],
)
def test_impossible_choices_are_refused(given, said):
    with pytest.raises(UploadError, match=said) as caught:
        chosen(HEADINGS, "participants", given, file="a.csv")
    assert caught.value.text("id") != caught.value.text("en")


def test_a_choice_for_one_file_fits_another_as_far_as_it_has_the_headings():
    entry = {"headings": {"active": "Jumlah A", "month": "Bulan"}, "constants": {"segment": "BPU"}}
    assert fitting(entry, ["Jumlah A", "Bulan", "Lain"]) == Columns(entry["headings"], entry["constants"])
    assert fitting(entry, ["Jumlah A"]) == Columns({"active": "Jumlah A"}, {"segment": "BPU"})
    assert fitting(entry, ["Lain"]) is None


@pytest.mark.parametrize("entry", [None, [], 3, {"headings": 3}, {"headings": {"x": 1}}])
def test_a_damaged_choice_is_none(entry):
    assert fitting(entry, ["X"]) is None


@pytest.mark.parametrize("text", ["", "[1]", '{"columns": {}}', '{"headings": {"a": 1}}', "[" * 100_000])
def test_a_broken_mapping_file_is_refused(text):
    with pytest.raises(UploadError, match="cannot be used") as caught:
        from_json(text, file="peta.json")
    assert '{"headings"' in caught.value.text("id")


def test_a_mapping_file_is_read():
    assert from_json('{"headings": {"active": "A"}}', file="x") == Columns({"active": "A"}, {})


def test_fingerprint_is_of_the_bytes():
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert fingerprint(b"a") != fingerprint(b"b")
