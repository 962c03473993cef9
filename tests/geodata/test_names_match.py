"""Corrupted names of the real villages meet their village, wait for a person, or are unknown; none is lost."""

import random
import re
from functools import cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geodata.errors import DataError
from geodata.layer import EMBEDDED, load
from geodata.names import normalise, place_name
from geodata.names_aliases import aliases_of
from geodata.names_likeness import Pair, Vocabulary
from geodata.names_match import (
    MATCH_HOW,
    MATCH_REASON,
    MATCH_SCORE,
    MATCH_STATUS,
    MATCHED_CODE,
    RANK,
    ROW,
    SCORE,
    STATUSES,
    SUGGESTIONS,
    match,
)
from geodata.texts import LANGUAGES, render
from tests.conftest import assert_aligned, assert_unchanged

SHORT = {
    "tanjung": ("Tj.", "Tg.", "Tjg"),
    "sumber": ("Sb.", "Sbr"),
    "suka": ("Sk.",),
    "muara": ("Ma.", "Mr."),
    "sungai": ("Sei", "S.", "Sgi"),
    "talang": ("Tlg",),
    "kampung": ("Kp.", "Kpg"),
    "pasar": ("Psr", "Ps."),
    "batu": ("Bt.",),
    "bukit": ("Bkt", "Bt."),
    "gunung": ("Gn.", "Gng"),
    "lubuk": ("Lb.", "Lbk"),
    "karang": ("Krg",),
    "bandar": ("Bdr",),
    "simpang": ("Sp.", "Spg"),
    "pulau": ("P.", "Pl."),
    "padang": ("Pdg", "P."),
    "teluk": ("Tlk",),
    "rantau": ("Rt.",),
    "pematang": ("Pmt",),
    "koto": ("Kt.",),
    "dusun": ("Dsn",),
    "batang": ("Btg",),
    "pangkalan": ("Pkl",),
}
ROMAN = ["", *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), *(f"X{one}" for one in ("I", "II", "III"))]
"""To thirteen: more do not occur in the names."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SEEDS = (2026, 611)
"""Never used to choose the bars of `geodata.names_register`: those were chosen on seeds 11 and 12."""


def _long_words(name, least):
    return [found for found in re.finditer(r"[A-Za-z]+", name) if len(found.group()) >= least]


def mistype(name, rng):
    """Drop, double, swap or replace a letter of a word; numerals and short words stay, they would be other names."""
    spots = _long_words(name, 4)
    if not spots:
        return name
    spot = rng.choice(spots)
    word, i = spot.group(), rng.randrange(len(spot.group()))
    j = min(i, len(word) - 2)
    wrong = {
        "drop": word[:i] + word[i + 1 :],
        "double": word[:i] + word[i] + word[i:],
        "swap": word[:j] + word[j + 1] + word[j] + word[j + 2 :],
        "replace": word[:i] + rng.choice(LETTERS) + word[i + 1 :],
    }
    return name[: spot.start()] + wrong[rng.choice(sorted(wrong))] + name[spot.end() :]


def abbreviate(name, rng):
    return re.sub(r"[A-Za-z]+", lambda word: rng.choice(SHORT.get(word.group().lower(), (word.group(),))), name)


def join(name, rng):
    spots = [found.start() for found in re.finditer(r"(?<=[A-Za-z]{3}) (?=[A-Za-z]{4})", name)]
    spot = rng.choice(spots) if spots else len(name)
    return name[:spot] + name[spot + 1 :]


def split(name, rng):
    spots = _long_words(name, 8)
    if not spots:
        return name
    spot = rng.choice(spots)
    place = spot.start() + rng.randrange(3, len(spot.group()) - 3)
    return f"{name[:place]} {name[place:]}"


def spell_old(name, rng):
    for new, old in (("c", "tj"), ("j", "dj"), ("u", "oe")):
        name = name.replace(new, old).replace(new.upper(), old.capitalize())
    return name


def swap_numerals(name, rng):
    def other(found):
        word = found.group().upper()
        if word.isdigit():
            return ROMAN[int(word)] if 0 < int(word) < len(ROMAN) else word
        return str(ROMAN.index(word)) if word in ROMAN else found.group()

    return re.sub(r"\b(?:\d+|[IVXivx]+)\b", other, name)


def recase(name, rng):
    return rng.choice((str.upper, str.lower, str.title))(name)


def repunctuate(name, rng):
    return name.replace(" ", rng.choice(("  ", "-", " . ")))


STYLES = (abbreviate, join, split, spell_old, swap_numerals, recase, repunctuate)


def corrupt(name, rng):
    """Corrupt a name: a title before a fifth of them, then one to three changes, half of them typing errors."""
    written = f"{rng.choice(('Desa', 'Ds.', 'Kel.', 'Kelurahan'))} {name}" if rng.random() < 0.2 else name
    for _ in range(rng.choices((1, 2, 3), (5, 3, 2))[0]):
        change = mistype if rng.random() < 0.5 else rng.choice(STYLES)
        written = change(written, rng)
    return written


def sent(villages, parent, seed):
    """What a sender writes of all villages: corrupted names with one code of a parent."""
    rng = random.Random(seed)
    names = [corrupt(name, rng) for name in villages["village_name"]]
    return villages[[parent]].assign(village_name=names)


@pytest.fixture(scope="module")
def villages():
    return pd.DataFrame(load(EMBEDDED).frame.drop(columns="geometry"))


def absent_accepted(rows, villages, parent, *, folds=12):
    """Share of rows accepted though their village is not among the official ones, and though its name is not there.

    Every village is taken out once, in parts in which no two villages of one regency have one name.
    """
    keys = villages["village_name"].map(lambda name: place_name(name).key)
    nth = villages.groupby(["regency_code", keys]).cumcount()
    part = (pd.factorize(keys)[0] + nth) % folds
    accepted, named = [], []
    for one in range(folds):
        out = part == one
        left = set(zip(villages.loc[~out, parent], keys[~out], strict=True))
        found = match(rows[out], villages[~out]).rows[MATCH_STATUS].eq("accepted")
        accepted.append(found)
        own = zip(villages.loc[out, parent], keys[out], strict=True)
        named.append(pd.Series([one in left for one in own], index=found.index))
    taken, twin = pd.concat(accepted), pd.concat(named)
    assert len(taken) == len(villages)
    return (taken & ~twin).mean(), taken.mean()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("parent", "precision", "automatic"),
    [("district_code", 0.999, 0.90), ("regency_code", 0.999, 0.80)],
    ids=["district", "regency"],
)
def test_corrupted_names_meet_their_village(villages, parent, precision, automatic, seed):
    rows = sent(villages, parent, seed)
    found = match(rows, villages).rows
    accepted = found[MATCH_STATUS] == "accepted"
    right = found[MATCHED_CODE] == villages["village_code"]
    assert accepted.mean() >= automatic
    assert right[accepted].mean() >= precision
    assert found[MATCH_STATUS].value_counts().sum() == len(villages)


@pytest.mark.parametrize(
    ("parent", "name_absent", "village_absent"),
    [("district_code", 0.002, 0.002), ("regency_code", 0.015, 0.07)],
    ids=["district", "regency"],
)
def test_absent_names_are_rarely_accepted(villages, parent, name_absent, village_absent):
    """Six of a hundred villages have a namesake in the regency: with the regency only, that one is taken for them."""
    of_name, of_village = absent_accepted(sent(villages, parent, SEEDS[0]), villages, parent)
    assert of_name <= name_absent
    assert of_village <= village_absent


def test_parents_given_by_name_do_as_well(villages):
    parents = villages[["district_name", "regency_name"]].apply(lambda names: names.str.upper())
    rows = parents.assign(village_name=sent(villages, "district_code", SEEDS[1])["village_name"])
    found = match(rows, villages).rows
    accepted = found[MATCH_STATUS] == "accepted"
    assert accepted.mean() >= 0.9
    assert (found[MATCHED_CODE] == villages["village_code"])[accepted].mean() >= 0.999


TELLING = {
    "same": ({"village_name": "MEGANG SAKTI 2", "regency_name": "Kab. Mura"}, "16.05.12.2003", "names.same"),
    "alike": (
        {"village_name": "Tegol Sari", "district_name": "Megang Sakti", "regency_name": "Musi Rawas"},
        "16.05.12.2011",
        "names.alike",
    ),
    "district only": (
        {"village_name": "Megang Sakti II", "district_name": "Megang Sakti"},
        "16.05.12.2003",
        "names.same",
    ),
    "code": ({"village_code": "1605122003", "village_name": "Desa Megang Sakti II"}, "16.05.12.2003", "names.by_code"),
    "code alone": ({"village_code": "16.05.12.2003"}, "16.05.12.2003", "names.by_code"),
    "old code": ({"village_code": "15.03.06.2018", "village_name": "Jati Baru"}, "15.03.11.2006", "names.by_old_code"),
    "code of another": ({"village_code": "16.05.12.2003", "village_name": "Tegal Sari"}, None, "names.code_differs"),
    "namesakes": ({"village_name": "Sukarami", "regency_name": "Lahat"}, None, "names.several"),
    "other district": (
        {"village_name": "Tanjung Kemala", "district_name": "Baturaja Barat", "regency_name": "OKU"},
        None,
        "names.other_district",
    ),
    "unknown district": (
        {"village_name": "Lawang Agung", "district_name": "Khayalan", "regency_name": "Seluma"},
        None,
        "names.district_unknown",
    ),
    "split regency": ({"village_name": "Way Redak", "regency_name": "Lampung Barat"}, None, "names.other_regency"),
    "province only": ({"village_name": "Mayang", "province_code": "19"}, None, "names.no_parent"),
    "no name": ({"village_name": " ", "regency_name": "Lahat"}, None, "names.no_name"),
    "nothing alike": ({"village_name": "Xyzzyxq", "regency_name": "Lahat"}, None, "names.not_found"),
}


@pytest.mark.parametrize(("row", "code", "reason"), TELLING.values(), ids=TELLING)
def test_each_way_to_decide(villages, row, code, reason):
    found = match(pd.DataFrame([row]), villages)
    one = found.rows.iloc[0]
    assert one[MATCH_REASON] == reason
    assert (None if pd.isna(one[MATCHED_CODE]) else one[MATCHED_CODE]) == code
    assert (one[MATCH_STATUS] == "accepted") == (code is not None)
    assert (len(found.suggestions) > 0) == (one[MATCH_STATUS] == "review")
    assert all(render(DataError.folder, reason, language, {}).endswith(".") for language in LANGUAGES)


def test_split_regency_suggests_the_village_of_the_successor(villages):
    found = match(pd.DataFrame([TELLING["split regency"][0]]), villages).suggestions
    assert found.iloc[0]["regency_name"] == "Kabupaten Pesisir Barat"
    assert found.iloc[0]["village_name"] == "Way Redak"


def test_suggestions_are_five_best_first_with_place_and_score(villages):
    rows = pd.DataFrame([{"village_name": "Sakti", "district_name": "Megang Sakti", "regency_name": "Musi Rawas"}])
    found = match(rows, villages).suggestions
    assert found[RANK].tolist() == list(range(1, SUGGESTIONS + 1))
    assert found[ROW].eq(0).all()
    assert found["district_name"].iloc[0] == "Megang Sakti"
    assert found[SCORE].between(40, 100).all()


def test_decided_names_win(villages):
    rows = pd.DataFrame({"village_name": ["Mgng Sakti dua", "Megang Sakti II"], "district_code": "16.05.12"})
    decided = pd.DataFrame(
        {
            "parent_code": ["16.05.12", "16.05"],
            "name": ["MGNG SAKTI DUA", "megang sakti 2"],
            "village_code": ["16.05.12.2003", "16.05.12.2004"],
        }
    )
    found = match(rows, villages, aliases=aliases_of(decided)).rows
    assert found[MATCHED_CODE].tolist() == ["16.05.12.2003", "16.05.12.2004"]
    assert found[MATCH_HOW].tolist() == ["alias", "alias"]
    gone = villages[villages["village_code"] != "16.05.12.2004"]
    assert match(rows, gone, aliases=aliases_of(decided)).rows[MATCHED_CODE].tolist() == ["16.05.12.2003"] * 2


@given(st.permutations(range(len(TELLING))), st.data())
def test_order_of_rows_and_villages_does_not_matter(order, data):
    small = small_register()
    rows = pd.DataFrame([row for row, *_ in TELLING.values()])
    whole = match(rows, small)
    places = data.draw(st.permutations(range(len(small))))
    again = match(rows.iloc[list(order)], small.iloc[list(places)])
    pd.testing.assert_frame_equal(again.rows.sort_index(), whole.rows)
    first = again.suggestions.sort_values([ROW, RANK], ignore_index=True)
    pd.testing.assert_frame_equal(first, whole.suggestions)


@cache
def small_register():
    frame = load(EMBEDDED).frame.drop(columns="geometry")
    return pd.DataFrame(frame[frame["district_code"].isin(["16.05.12", "15.03.11", "17.05.06"])])


@given(
    st.lists(
        st.tuples(st.text(max_size=20), st.sampled_from(["Megang Sakti", "Ulu Talo", "?", ""]), st.text(max_size=8)),
        max_size=6,
    )
)
def test_every_row_is_in_exactly_one_class_and_arguments_stay(written):
    rows = pd.DataFrame(written, columns=["village_name", "district_name", "regency_name"])
    before = rows.copy()
    found = match(rows, small_register())
    assert_aligned(found.rows, rows)
    assert_unchanged(rows, before)
    assert found.rows[MATCH_STATUS].isin(STATUSES).all()
    assert (found.rows[MATCHED_CODE].notna() == found.rows[MATCH_STATUS].eq("accepted")).all()
    assert set(found.suggestions[ROW]) == set(found.rows.index[found.rows[MATCH_STATUS] == "review"])
    assert found.rows[MATCH_SCORE].dropna().between(0, 100).all()


@given(st.lists(st.text("abdesu ", min_size=1), min_size=1, max_size=8), st.text("abdesux ", min_size=1))
def test_a_nearer_name_is_found_wherever_it_is(names, written):
    vocabulary = Vocabulary.of(names, "village")
    pair = Pair(place_name(written), place_name(names[0]))
    likeness = {key: OSA.normalized_similarity(pair.written.key, key) for key in vocabulary.keys}
    expected = max(likeness.values()) > likeness[pair.official.key] + 1e-6
    assert vocabulary.has_nearer(pair) == expected


def test_repeated_index_is_refused(villages):
    with pytest.raises(ValueError, match="must be unique"):
        match(pd.DataFrame({"village_name": ["a", "b"]}, index=[1, 1]), villages)


WORDS = [
    *("Tj.", "Dua", "puluh", "belas", "d", "2", "XIV", "D", "ilir"),
    *("Desa", "Kel.", "Soekadjaja", "muaro", "Moearo", "tdj"),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_normalising_twice_changes_nothing(name):
    assert normalise(normalise(name)) == normalise(name)
