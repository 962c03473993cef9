"""Wrong usage of the command line is told in the user's language, on the error stream, with exit code 2."""

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer import rich_utils

from planner import cli
from planner.cli import main, usage, villages
from planner.cli.help import HEADINGS

LIBRARY = ("Error", "Usage", "Try '", "Invalid", "Input should", "No such", "Got unexpected", "requires", "Traceback")

WRONG = {
    "too small": (["rank", "--top", "-3"], ['"-3"', "--top"], "tidak dapat dipakai", "cannot be used"),
    "not a number": (
        ["rank", "--top", "abc"],
        ['"abc"', "--top"],
        "bilangan bulat, paling kecil 1",
        "number, 1 or more",
    ),
    "thousands": (
        ["rank", "--top", "1.000"],
        ['"1.000"', "--top"],
        "tanpa titik atau koma",
        "without points or commas",
    ),
    "range": (["robust", "--worlds", "5"], ['"5"', "--worlds"], "dari 100 sampai 100000", "from 100 to 100000"),
    "fraction": (["robust", "--seed=1.5"], ['"1.5"', "--seed"], "dari 0 sampai 4294967295", "from 0 to 4294967295"),
    "choice": (["rank", "--lang", "de"], ['"de"', "--lang", "id, en"], "Pilih salah satu", "Choose one of"),
    "choice of root": (["--lang", "de", "rank"], ['"de"', "--lang", "`planner --help`"], "Pilih", "Choose one"),
    "empty": (["rank", "--lang="], ['""', "--lang"], "Pilih salah satu", "Choose one of"),
    "unknown option": (["rank", "--bogus"], ["--bogus", "--region"], "tidak dikenal oleh `planner rank`", "no option"),
    "misspelt option": (["rank", "--tpo=3"], ["--tpo", "--top"], "Maksud Anda --top?", "Did you mean --top?"),
    "one dash": (["rank", "-top", "3"], [" -top"], "Maksud Anda --top?", "Did you mean --top?"),
    "short option": (["-x"], ["-x"], "tidak dikenal oleh `planner`", "`planner` has no option"),
    "option of a group": (["data", "--top", "3"], ["--top"], "oleh `planner data`", "`planner data` has no option"),
    "missing argument": (["show"], ["VILLAGE_CODE", "16.02.03.2002"], "belum ditulis", "is missing"),
    "misspelt command": (["shwo"], ['"shwo"', "explain"], "Maksud Anda show?", "Did you mean show?"),
    "misspelt in a group": (["data", "chek"], ['"chek"', "fetch"], "Maksud Anda check?", "Did you mean check?"),
    "unlike any command": (["qqq"], ['"qqq"', "rank"], "Perintah yang ada:", "The commands are:"),
    "extra argument": (["show", "1", "b", "c"], ["b c", "planner show ["], "tidak dipakai oleh", "has no use for"),
    "no command": ([], ["rank", "params", "`planner --help`"], "sesudah `planner` belum", "missing after `planner`"),
    "no command in a group": (["data"], ["fetch"], "sesudah `planner data`", "missing after `planner data`"),
    "no command after options": (["--data-dir", "rank"], ["robust"], "sesudah `planner` belum", "missing after"),
    "no value": (["rank", "--top"], ["--top", "`planner rank --help`"], "belum diberi nilai", "has no value"),
    "no value in a group": (
        ["--data-dir", "data", "params", "check", "--data-dir"],
        ["--data-dir"],
        "belum",
        "no value",
    ),
    "value of a flag": (["rank", "--json=yes"], ["--json"], "tidak memakai nilai", "takes no value"),
    "value of help": (["rank", "--help=yes"], ["--help"], "tidak memakai nilai", "takes no value"),
    "twice": (["rank", "--region", "15", "--region=16"], ["--region"], "2 kali", "2 times"),
    "twice before the command": (["--data-dir", "a", "--data-dir", "b", "rank"], ["--data-dir"], "2 kali", "2 times"),
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_LANG", raising=False)


def run(capsys, *arguments):
    code = main(list(arguments))
    return code, *capsys.readouterr()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_wrong_usage_is_told_in_the_language(capsys, monkeypatch, wrong, language):
    arguments, named, indonesian, english = wrong
    monkeypatch.setenv("PLANNER_LANG", language)
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    told, other = (indonesian, english) if language == "id" else (english, indonesian)
    assert told in err
    assert other not in err
    assert all(word in err for word in named), err
    assert not any(word in err for word in LIBRARY), err
    assert err.splitlines()[-1].startswith("Penjelasan lengkap: `" if language == "id" else "Full explanation: `")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["rank", "--top"], "planner rank"),
        (["--lang", "de", "rank"], "planner"),
        (["--data-dir", "data", "rank", "--json=1"], "planner rank"),
        (["data", "check"], "planner data check"),
        (["params", "chek"], "planner params"),
    ],
    ids=" ".join,
)
def test_the_last_line_names_the_command_whose_help_explains_it(capsys, arguments, command):
    assert run(capsys, *arguments)[2].splitlines()[-1].endswith(f"`{command} --help`")


def test_the_language_is_indonesian_unless_asked_for(capsys):
    assert "tidak dikenal" in run(capsys, "rank", "--bogus")[2]
    for arguments in (["rank", "--bogus", "--lang", "en"], ["--lang=en", "rank", "--bogus"]):
        assert "has no option --bogus" in run(capsys, *arguments)[2]


def test_the_option_wins_over_the_environment_wherever_it_stands(capsys, monkeypatch):
    monkeypatch.setenv("PLANNER_LANG", "id")
    for arguments in (["--lang", "en", "rank", "--top", "1"], ["rank", "--top", "1", "--lang", "en"]):
        assert "Uncovered workers" in run(capsys, *arguments)[1]


def test_a_wrong_environment_is_named(capsys, monkeypatch):
    monkeypatch.setenv("PLANNER_LANG", "de")
    code, out, err = run(capsys, "rank")
    assert (code, out) == (2, "")
    assert '"de" untuk --lang (dari variabel lingkungan PLANNER_LANG)' in err


def test_an_unlike_option_gets_no_suggestion(capsys):
    assert "Maksud Anda" not in run(capsys, "rank", "--bogus")[2]


def test_what_a_terminal_would_act_on_is_escaped(capsys):
    err = run(capsys, "rank", "--top", "\x1b[31m\udcff")[2]
    assert r'"\x1b[31m\udcff"' in err


def test_a_flag_may_be_repeated(capsys):
    assert run(capsys, "rank", "--top", "1", "--json", "--json")[0] == 0


def test_an_option_before_and_after_the_command_is_no_repetition(capsys):
    assert run(capsys, "--lang", "id", "rank", "--top", "1", "--lang", "en")[0] == 0


@pytest.mark.parametrize("arguments", [["rank", "--help"], ["rank", "--top", "1", "--top", "x", "--help"], ["--help"]])
def test_help_is_no_mistake(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    assert "--lang" in out


def test_help_has_its_headings_in_the_language(capsys):
    before = {name: getattr(rich_utils, name) for name in HEADINGS}
    wanted = ["Cara pakai: planner show [OPSI]", "Argumen", "Opsi", "[wajib]", "[variabel", "Tampilkan bantuan ini"]
    out = run(capsys, "show", "--help")[1]
    assert [word for word in wanted if word not in out] == []
    assert not any(word in out for word in ("Usage", "Options", "Arguments", "required", "env var", "Show this"))
    assert "PERINTAH [ARGUMEN]..." in run(capsys, "data", "--help")[1]
    assert "ANGKA [x>=1]" in run(capsys, "rank", "--help")[1]
    wanted = ["Usage: planner show [OPTIONS]", "Arguments", "Options", "[required]", "Show this help"]
    out = run(capsys, "show", "--help", "--lang", "en")[1]
    assert [word for word in wanted if word not in out] == []
    assert {name: getattr(rich_utils, name) for name in HEADINGS} == before


@pytest.mark.parametrize(
    ("ending", "code", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (EOFError(), 1, "Masukan terputus"),
        (typer.Exit(7), 7, ""),
        (SystemExit(5), 5, ""),
        (typer.BadParameter("x"), 2, "tidak dapat dijalankan seperti yang ditulis"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_other_endings_keep_their_code(capsys, monkeypatch, ending, code, told):
    def end(_session):
        raise ending

    monkeypatch.setattr(villages, "layer_of", end)
    found, out, err = run(capsys, "rank")
    assert (found, out) == (code, "")
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("low", "high", "told"), [(None, 9, "a number, 9 or less"), (None, None, "a number, without")])
def test_other_numbers_are_told_too(low, high, told):
    app = typer.Typer(add_completion=False)

    @app.command()
    def _measure(*, share: float = typer.Option(1.0, "--share", min=low, max=high)) -> None:
        """Take a share."""

    root = typer.main.get_command(app)
    with pytest.raises(usage.UsageError) as caught:
        root.main(["--share", "1,5"], standalone_mode=False)
    text = usage.text(caught.value, root, ["--share", "1,5"], "en")
    assert text.startswith('The value "1,5" of --share cannot be used.')
    assert told in text


@given(
    st.lists(
        st.text(max_size=8) | st.sampled_from(["--top", "-3", "--lang", "en", "--", "--json=", "rank"]), max_size=5
    )
)
def test_no_words_bring_the_library_to_speak(words):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(["data", *words, "--no-such"])
    assert code == 2
    assert out.getvalue() == ""
    assert not any(word in err.getvalue() for word in LIBRARY[:3])
