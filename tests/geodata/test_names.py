"""One spelling for all writings of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.names import normalise, place_name

SAME = {
    "numeral": ("Megang Sakti 2", "MEGANG  SAKTI II"),
    "lower L typed for I": ("Megang Sakti II", "Megang Sakti ll"),
    "number word": ("Megang Sakti Dua", "Megang-Sakti 2"),
    "digit joined": ("Margo Mulyo 20", "MARGO MULYO20"),
    "Palembang": ("Dua-puluh-enam Ilir Satu", "26 ILIR D. I"),
    "teens": ("Tiga-belas Ulu", "13 ULU"),
    "written together": ("Giri Winangun", "Giriwinangun"),
    "number word at the start": ("Tiga Jaya", "Tigajaya"),
    "hyphen": ("Alang-Alang Lebar", "Alang Alang Lebar"),
    "apostrophe": ("Pekan Jum'at", "Pekan Jumat"),
    "brackets": ("Kurau (Timur)", "Kurau Timur"),
    "abbreviated": ("Sei. Lais", "Sungai Lais"),
    "doubled letter": ("Sumber Mulya", "Summber Mulyaa"),
    "old spelling": ("Soekadjaja", "Sukajaya"),
    "accent": ("Mélak", "Melak"),
}
APART = {
    "other numeral": ("Megang Sakti II", "Megang Sakti III"),
    "with and without numeral": ("Karang Dapo", "Karang Dapo I"),
    "other direction": ("Kurau Barat", "Kurau Timur"),
    "doubled digits are a number": ("22 Ilir", "2 Ilir"),
}
REGENCIES = {
    "OKU": "Kabupaten Ogan Komering Ulu",
    "Kab. OKU Timur": "Kabupaten Ogan Komering Ulu Timur",
    "OKUS": "Kabupaten Ogan Komering Ulu Selatan",
    "Oki": "Kabupaten Ogan Komering Ilir",
    "PALI": "Kabupaten Penukal Abab Lematang Ilir",
    "Tanjabbar": "Kabupaten Tanjung Jabung Barat",
    "Tanjab Barat": "Kabupaten Tanjung Jabung Barat",
    "Batang Hari": "Kabupaten Batanghari",
    "Muara Jambi": "Kabupaten Muaro Jambi",
    "Lubuklinggau": "Kota Lubuk Linggau",
    "Tubaba": "Kabupaten Tulang Bawang Barat",
}


@pytest.mark.parametrize(("name", "other"), SAME.values(), ids=SAME)
def test_writings_of_one_name_share_a_key(name, other):
    assert place_name(name).key == place_name(other).key


@pytest.mark.parametrize(("name", "other"), APART.values(), ids=APART)
def test_names_of_two_places_keep_two_keys(name, other):
    assert place_name(name).key != place_name(other).key


@pytest.mark.parametrize(("written", "official"), REGENCIES.items())
def test_regency_abbreviations(written, official):
    assert place_name(written, "regency").key == place_name(official, "regency").key


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        ("Prov. Kepulauan Bangka Belitung", "province", "bangka belitung"),
        ("KAB. MUSI RAWAS", "regency", "musi rawas"),
        ("Kec. Kota Agung", "district", "kota agung"),
        ("Desa Baru", "village", "desa baru"),
        ("Kota Raja", "village", "kota raja"),
        ("IV Suku", "village", "4 suku"),
        ("Dua-puluh-sembilan Ilir", "village", "29 ilir"),
        ("XIV Koto", "district", "14 kota"),
        ("", "village", ""),
        ("–", "village", ""),
    ],
)
def test_normalise(name, level, expected):
    assert normalise(name, level) == expected


def test_city_and_regency_of_one_name_differ_in_kind():
    assert place_name("Kota Jambi", "regency").kind == "kota"
    assert place_name("Kab. Jambi", "regency").kind == "kabupaten"
    assert place_name("Jambi", "regency").kind == ""


def test_title_of_a_village_can_be_dropped():
    assert place_name("Desa Mayang").without_title == place_name("Mayang")
    assert place_name("Desa").without_title == place_name("Desa")


@given(st.text())
def test_normalising_any_text_gives_plain_words(name):
    assert all(word.isascii() and (word.isdigit() or word.isalpha()) for word in normalise(name).split())


@given(
    st.lists(st.sampled_from(["MEGANG", "Sakti", "Suka", "jaya", "timur", "7"]), min_size=1), st.sampled_from(" -./")
)
def test_case_and_separators_do_not_matter(words, separator):
    assert normalise(separator.join(words).upper()) == normalise(" ".join(words).lower())
