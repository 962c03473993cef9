"""The sections of ending months and funding: same figures as the commands, nothing of a visitor kept or run."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from geodata import office_day
from geodata.texts import LANGUAGES
from planner import funds
from planner.expiry_file import read_groups
from planner.manner import Rupiah
from planner.web import state, target_choices
from planner.web.tables import Link
from planner.web.target_bars import Bar, bars
from planner.web.target_calendar import template
from planner.web.target_choices import coming_months
from planner.web.target_sheet import Sheet, csv_file, xlsx_file
from planner.web.target_upload import MOST_MB, MOST_ROWS, read_upload, refusal
from tests.web.conftest import HOSTILE
from tests.web.pages import words

HEADER = "group,village_code,regency_code,workers,start,months,fund"
CALENDAR = f"""{HEADER}
Sawit,17.06.01.2006,,1200,2024-01-01,3,dbh_sawit
Karet,,99.01,80,2096-05-01,60,bkbk
"""
MUKOMUKO = {
    "bagian": "dana",
    "provinsi": "17",
    "kabupaten": "17.06",
    "dana_dbh_sawit": "5,79M",
    "dana_apbd": "1M",
    "lang": "en",
}


def settled(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def upload(app: AppTest, content: str | bytes, name: str = "masa.csv") -> AppTest:
    raw = content.encode() if isinstance(content, str) else content
    app.file_uploader[0].set_value((name, raw, "text/csv"))
    return settled(app)


def told(name: str, content: bytes, language: str = "en") -> str:
    refused = read_upload(name, content).refused
    assert refused is not None
    sentence, lines, _ = refusal(refused, language)
    return "\n".join([sentence, *lines])


def test_every_choice_of_funding_has_a_place_in_the_address() -> None:
    assert tuple(f"dana_{name}" for name in funds.FUNDS) == state.FUNDS
    region = [name for name, fund in funds.Funds().each() if isinstance(fund, funds.RegionFund)]
    money = [name for name, fund in funds.Funds().each() if not isinstance(fund, funds.PeopleFund)]
    assert tuple(f"bagian_{name}" for name in money) == state.SHARES
    assert tuple(f"untuk_{name}" for name in region) == state.SECTORS
    assert len(set(state.NAMES)) == len(state.NAMES)


def test_sections_stand_in_the_address_and_nonsense_is_the_first(open_target) -> None:
    app = open_target(bagian="<b>")
    assert app.number_input(key="sasaran").value == 1_000_000
    app.button_group(key="bagian").set_value("dana")
    assert dict(settled(app).query_params) == {"bagian": "dana"}
    assert len(app.text_input) == 4


# --- ending months


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_is_shown_with_chart_and_table(open_target, language: str) -> None:
    app = upload(open_target(bagian="masa", lang=language), CALENDAR)
    content = words(app)
    known = {
        "id": ("Terbaca dari masa.csv: 2 kelompok, 1.280 pekerja", "1.200 orang sudah nonaktif", "99.01"),
        "en": ("Read from masa.csv: 2 groups, 1,280 workers", "1,200 people have fallen out", "99.01"),
    }
    assert all(said in content for said in known[language])
    assert content.count('<figure class="bars">') == 2
    assert content.count("<li>") == 48
    assert len(app.get("download_button")) == 3


def test_the_day_to_look_from_can_be_chosen(open_target) -> None:
    app = upload(open_target(bagian="masa", lang="en"), CALENDAR)
    days = app.selectbox(key="per").options
    assert days[0] == "Today"
    month = coming_months(office_day.today())[2]
    app = upload(open_target(bagian="masa", lang="en", per=month), CALENDAR)
    assert app.selectbox(key="per").index == 3
    assert f"On {days[3]}:" in words(app)


def test_groups_stay_for_the_visit_until_they_are_removed(open_target) -> None:
    app = upload(open_target(bagian="masa", lang="en"), CALENDAR)
    app.button_group(key="bagian").set_value("dana")
    assert "Sawit,17" not in words(settled(app))
    app.button_group(key="bagian").set_value("masa")
    assert "Read from masa.csv" in words(settled(app))
    app.button[0].click()
    assert "Read from" not in words(settled(app))
    assert "Read from" not in words(open_target(bagian="masa", lang="en"))


def test_a_refused_file_is_told_row_by_row_in_the_language_of_the_page(open_target) -> None:
    bad = CALENDAR.replace("1200", "-5").replace(",60,", ",99,").replace("Karet", "Sawit")
    app = upload(open_target(bagian="masa"), bad)
    content = words(app)
    assert content.index("kolom group, baris 1:") < content.index("kolom workers, baris 1:")
    assert content.index("kolom workers, baris 1:") < content.index("kolom months, baris 2:")
    assert "<figure" not in content
    app.button_group(key="lang").set_value("en")
    assert "column workers, row 1:" in words(settled(app))


def test_many_mistakes_are_cut(open_target) -> None:
    rows = "".join(f"g{i},,17.06,x,2026-01-01,3,apbd\n" for i in range(80))
    content = words(upload(open_target(bagian="masa", lang="en"), f"{HEADER}\n{rows}"))
    assert content.count("column workers, row") == 50
    assert "and 30 more mistakes" in content


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_text(open_target, name: str) -> None:
    quoted = name.replace('"', '""')
    rows = f'"{quoted}",17.06.01.2006,,7,2026-01-01,60,"{quoted}"\n'
    app = upload(open_target(bagian="masa", lang="en"), f"{HEADER}\n{rows}", name=f"../{name}\0.csv")
    content = words(app)
    assert "<img" not in content
    assert "<script" not in content.replace('<script>document.documentElement.lang = "en"</script>', "")
    assert not [element.value for element in (*app.error, *app.markdown, *app.info) if name in element.value]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "x.csv is no CSV"),
        (b"\xef\xbb\xbf\n", "x.csv has no data row"),
        (b'""\n,,,', "x.csv has no data row"),
        (b"PK\x03\x04 sheet", "File x.csv is no CSV"),
        (b"%PDF-1.7", "File x.csv is no CSV"),
        (f"{HEADER},,\n".encode(), "x.csv has no data row"),
        (f"{HEADER},,\na,,17.06,5,2026-01-01,3,apbd,,x\n".encode(), "column 8, 9 holds data but has no heading"),
        (f"{HEADER}\n".encode(), "no data row"),
        (b"group,workers\na,5\n", "lacks the columns start"),
        (b'group,workers\n"a,5\n', "a quote is never closed"),
        (f"{HEADER},nik\na,,17.06,5,2026-01-01,3,apbd,1\n".encode(), "look like personal data: nik"),
        (f"{HEADER}\n3171 0101 0190 0001,,17.06,5,2026-01-01,3,x".encode(), "column group, row 1: there is a long"),
        (f"{HEADER}\nHP 0812-3456-7890,,17.06,5,2026-01-01,3,x".encode(), "column group, row 1: there is a long"),
        (b"x" * (MOST_MB * 1024 * 1024 + 1), "too large. At most 1 MB"),
        (b"x\n" * (MOST_ROWS + 1), "too long. At most 10,000 rows"),
    ],
)
def test_files_that_cannot_be_used_are_told(content: bytes, said: str) -> None:
    assert said in told("x.csv", content)
    assert "x.csv" in told("x.csv", content, "id")


def test_the_name_of_a_file_is_cut_and_never_a_path(tmp_path: Path) -> None:
    upload = read_upload(f"../../{tmp_path}/{'y' * 500}\n\u202e.csv", CALENDAR.encode())
    assert upload.groups is not None
    assert len(upload.name) <= 60
    assert not list(tmp_path.iterdir())
    assert "/tmp" not in told("../etc/passwd", b"PK\x03\x04")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_can_be_uploaded_as_it_is(language: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(template(language))
    assert len(read_groups(path)) == 2
    assert read_upload("t.csv", template(language)).refused is None


# --- funding


def test_funding_says_what_the_command_says(open_target, monkeypatch: pytest.MonkeyPatch) -> None:
    months = coming_months(date(2026, 11, 23))  # a later year has other tariffs
    monkeypatch.setattr(target_choices, "coming_months", lambda _: months)
    content = words(open_target(**MUKOMUKO))
    for said in (
        *("Rp1,158,000,000", "5,744", "4,960", "Rp9,600", "30 November 2027"),
        *("PMK 91/2023", "Not paid", "economy.okezone.com", "Bangka (2023)"),
    ):
        assert said in content, said


def test_funding_in_indonesian_and_its_conditions(open_target) -> None:
    app = open_target(**{**MUKOMUKO, "lang": "id", "bagian_dbh_sawit": "10", "untuk_dbh_sawit": "all", "bulan": "6"})
    content = words(app)
    assert "Rp579.000.000" in content
    assert "Semua sektor" in content
    app.number_input(key="bagian_dbh_sawit").set_value(20)
    assert "Rp1.158.000.000" in words(settled(app))
    assert app.query_params["bulan"] == "6"
    assert "bagian_dbh_sawit" not in app.query_params


def test_without_money_terms_and_tariffs_are_shown(open_target) -> None:
    app = open_target(bagian="dana", lang="en")
    assert app.info[0].value.startswith("Enter at least one fund")
    assert "PMK 91/2023" in words(app)
    assert "<figure" not in words(app)


@pytest.mark.parametrize("text", ["banyak", "-5jt", "9000t", "<img src=x>", "1.2.3"])
def test_an_amount_that_cannot_be_read_is_told_and_stays_out_of_the_address(open_target, text: str) -> None:
    app = open_target(bagian="dana", lang="en")
    app.text_input(key="dana_apbd").set_value(text)
    content = words(settled(app))
    assert 'role="alert"' in content
    assert "<img" not in content
    assert "dana_apbd" not in app.query_params
    assert open_target(bagian="dana", dana_apbd=text).text_input(key="dana_apbd").value == ""


@pytest.mark.parametrize("nonsense", ["-5", "61", "1e9", "<b>"])
def test_nonsense_in_the_address_is_the_default(open_target, nonsense: str) -> None:
    choices = (*state.FUNDS, *state.SHARES, *state.SECTORS, state.MONTHS)
    wrong = {name: nonsense for name in choices if not (nonsense == "61" and name in (*state.FUNDS, *state.SHARES))}
    assert dict(open_target(bagian="dana", **wrong).query_params) == {"bagian": "dana"}
    seen = upload(open_target(bagian="masa", per=nonsense), CALENDAR)
    assert dict(seen.query_params) == {"bagian": "masa"}


def test_months_without_a_tariff_are_told(open_target) -> None:
    app = open_target(**{**MUKOMUKO, "bulan": "60"})
    assert "The tariff table has no tariff" in words(app)


# --- tables, files, bars

SHEET = Sheet("Judul: [uji]", ["nama", "orang", "uang", "sumber"], [])
ROWS = [[name, 1234.5, Rupiah(5_000_000), (Link("situs", "https://x.id/a", "(2024)"),)] for name in HOSTILE]


def test_files_are_safe_to_open_and_hold_numbers() -> None:
    sheet = Sheet(SHEET.title, SHEET.headings, [*ROWS, ["kosong", None, None, ""]])
    text = csv_file(sheet, "id").decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";1234,5;5000000;https://x.id/a (2024)" in text
    assert ",1234.5,5000000," in csv_file(sheet, "en").decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file([sheet], ["=1+1"], "id")))
    page, notes = book.worksheets
    assert page.title == "Judul   uji"
    assert [cell.value for cell in page["C"]][1:3] == [5_000_000] * 2
    assert all(cell.data_type != "f" for row in (*page.iter_rows(), *notes.iter_rows()) for cell in row)


def test_a_table_on_the_page_is_escaped_and_written_in_its_language() -> None:
    html = Sheet(SHEET.title, SHEET.headings, ROWS).html("id")
    assert "<img" not in html
    assert "Rp5.000.000" in html
    assert "1.234,50" in html


def test_bars_are_parts_of_the_longest_and_escaped() -> None:
    series = {"first": "<i>satu</i>"}
    html = bars(
        "<b>judul</b>", [("<script>", [Bar(50, "lima"), Bar(0, "nol")]), ("b", [Bar(100, "<b>")])], series=series
    )
    assert "* 0.5000)" in html
    assert "* 1.0000)" in html
    assert html.count('style="width') == 2
    assert "<script>" not in html
    assert "<b>" not in html
    assert "0.0000" not in bars("kosong", [("a", [Bar(0, "0")])], series={})
