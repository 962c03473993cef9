from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata import texts
from planner import ucj


def page() -> None:
    from planner.web import target

    target.render()


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page over the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))

    def open_page(**query: str) -> AppTest:
        app = AppTest.from_function(page, default_timeout=30)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return open_page


def words(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_the_worked_example_stands_on_the_page(opened) -> None:
    content = words(opened(lang="en"))
    for told in ("200,000", "1,200,000", "1,068,540 to 1,480,650", "3,172", "Rp62.2 billion", "1,005", "or more"):
        assert told in content
    assert content.count("<table") == 4


def test_numbers_are_written_as_the_language_does(opened) -> None:
    content = words(opened())
    assert "1.200.000" in content
    assert "Rp62,2 miliar" in content
    assert "Registrations" not in content


def test_all_published_targets_are_listed_and_a_region_narrows_them(opened) -> None:
    known = ucj.read_ucj_targets()
    board = words(opened(lang="en")).rsplit("<table", 1)[1]
    assert board.count("<tr>") == len(known) + 1
    narrowed = words(opened(lang="en", provinsi="18")).rsplit("<table", 1)[1]
    assert narrowed.count("<tr>") == known["region_code"].str.startswith("18").sum() + 1


def test_a_target_that_is_no_growth_is_refused_in_the_words_of_the_page(opened) -> None:
    app = opened(lang="en", sekarang="500", sasaran="500")
    assert app.error[0].value.startswith("The target must be larger")
    assert "--" not in app.error[0].value
    assert app.subheader[0].value == "Published coverage targets (UCJ)"


def test_choices_stand_in_the_address(opened) -> None:
    app = opened(sasaran="900000", program="jkk_jkm_jht")
    assert app.number_input(key="sasaran").value == 900_000
    assert "100.000" in words(app)
    app.number_input(key="sekarang").set_value(850_000).run()
    assert dict(app.query_params) == {"sasaran": "900000", "program": "jkk_jkm_jht", "sekarang": "850000"}
    assert "50.000" in words(app)


@pytest.mark.parametrize("nonsense", ["-5", "1e9", "99999999999", "<b>", "\u0663"])
def test_nonsense_in_the_address_is_the_default(opened, nonsense: str) -> None:
    app = opened(sasaran=nonsense, mulai=nonsense, program=nonsense)
    assert app.number_input(key="sasaran").value == 1_000_000
    assert dict(app.query_params) == {}


def test_both_languages_have_the_same_tables(opened) -> None:
    rows = {words(opened(lang=language)).count("<tr>") for language in texts.LANGUAGES}
    assert len(rows) == 1
