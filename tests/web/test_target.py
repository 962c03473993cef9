import pytest

from geodata import texts
from planner import ucj
from tests.planner.own_targets import break_base, own_targets_in
from tests.web.pages import words


def test_the_worked_example_stands_on_the_page(open_target) -> None:
    content = words(open_target(lang="en"))
    for told in ("200,000", "1,200,000", "1,068,540 to 1,480,650", "3,172", "Rp62.2 billion", "1,005", "or more"):
        assert told in content
    assert content.count("<table") == 4


def test_numbers_are_written_as_the_language_does(open_target) -> None:
    content = words(open_target())
    assert "1.200.000" in content
    assert "Rp62,2 miliar" in content
    assert "Registrations" not in content


def test_all_published_targets_are_listed_and_a_region_narrows_them(open_target) -> None:
    known = ucj.read_ucj_targets()
    board = words(open_target(lang="en")).rsplit("<table", 1)[1]
    assert board.count("<tr>") == len(known) + 1
    narrowed = words(open_target(lang="en", provinsi="18")).rsplit("<table", 1)[1]
    assert narrowed.count("<tr>") == known["region_code"].str.startswith("18").sum() + 1


def test_targets_of_the_office_come_first_and_a_broken_file_is_told(open_target, tmp_path) -> None:
    own = own_targets_in(tmp_path)
    board = words(open_target(lang="en", provinsi="16")).rsplit("<table", 1)[1]
    assert "Musi Banyuasin (office&#x27;s file)" in board.split("<tr>")[2]
    break_base(own)
    content = words(open_target(lang="en", provinsi="16"))
    assert "base_workers (1)" in content
    assert "Only the built-in register is used for now." in content
    assert "office&#x27;s file)" not in content.rsplit("<table", 1)[1]


def test_a_target_that_is_no_growth_is_refused_in_the_words_of_the_page(open_target) -> None:
    app = open_target(lang="en", sekarang="500", sasaran="500")
    assert app.error[0].value.startswith("The target must be larger")
    assert "--" not in app.error[0].value
    assert app.subheader[0].value == "Published coverage targets (UCJ)"


def test_choices_stand_in_the_address(open_target) -> None:
    app = open_target(sasaran="900000", program="jkk_jkm_jht")
    assert app.number_input(key="sasaran").value == 900_000
    assert "100.000" in words(app)
    app.number_input(key="sekarang").set_value(850_000).run()
    assert dict(app.query_params) == {"sasaran": "900000", "program": "jkk_jkm_jht", "sekarang": "850000"}
    assert "50.000" in words(app)


@pytest.mark.parametrize("nonsense", ["-5", "1e9", "99999999999", "<b>", "\u0663"])
def test_nonsense_in_the_address_is_the_default(open_target, nonsense: str) -> None:
    app = open_target(sasaran=nonsense, mulai=nonsense, program=nonsense)
    assert app.number_input(key="sasaran").value == 1_000_000
    assert dict(app.query_params) == {}


def test_both_languages_have_the_same_tables(open_target) -> None:
    rows = {words(open_target(lang=language)).count("<tr>") for language in texts.LANGUAGES}
    assert len(rows) == 1
