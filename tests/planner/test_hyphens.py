"""Words of Bahasa Indonesia are parted where the official spelling parts them, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.paper.hyphens import SOFT, parted


@pytest.mark.parametrize(
    "word",
    [
        "per-lin-dungan",
        "pen-daf-taran",
        "pering-kat",
        "kete-na-ga-ker-jaan",
        "infras-truk-tur",
        "mengam-bil",  # meng-ambil: the stem begins with a vowel
        "menge-cat",
        "penye-leng-gara",
        "musya-wa-rah",
        "beram-but",  # ber-ambut, not be-rambut
        "tera-khir",
        "peri-kanan",  # -an stays with the stem
        "ter-lin-dungi",
        "ang-go-ta-nya",
        "transaksi",
        "program",
        "desa",
        "Kabupaten",
        "BUMDes",
    ],
)
def test_words_are_parted_as_they_are_spelled(word: str) -> None:
    assert parted(word.replace("-", ""), "id") == word.replace("-", SOFT)


def test_english_is_left_to_the_setter() -> None:
    assert parted("perlindungan participants", "en") == "perlindungan participants"


@given(st.text(alphabet="abcdeghiknrstuy ABz.-12é{<", max_size=60))
def test_letters_stay_and_no_end_is_short(text: str) -> None:
    found = parted(text, "id")
    assert found.replace(SOFT, "") == text
    for part in found.split():
        pieces = part.split(SOFT)
        assert len(pieces) == 1 or min(len(piece) for piece in (pieces[0], pieces[-1])) >= 3
