"""``planner user`` and ``planner serve``: what they print, their exit codes, what they refuse."""

import json
import sys

import pytest

from planner.cli import main, serve
from planner.store import passwords, subjects, trail
from planner.store.engine import connect, opened, reading
from planner.store.migrate import upgrade

GOOD = "kuda biru di sawah"


@pytest.fixture
def records(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_PUBLIC_URL", raising=False)
    file = tmp_path / "records.sqlite"
    with opened(None, file) as engine:
        upgrade(engine)
    return file


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_account_from_the_command_line(records, capsys, monkeypatch):
    code, out, err = run(capsys, "user", "add", "Siti", "--name", "Siti Aminah", "--role", "admin")
    assert (code, "Berikan tautan ini" in err) == (0, True)
    assert out.startswith("http://127.0.0.1:8501/sandi?kunci=")
    engine = connect(None, records)
    passwords.use_link(engine, out.strip().split("=")[1], GOOD)
    monkeypatch.setenv("PLANNER_PUBLIC_URL", "https://planner.example/")
    code, out, _ = run(
        capsys, "user", "add", "agen", "--name", "A", "--role", "agent", "--agent", "A-1", "--office", "X", "--json"
    )
    assert code == 0
    made = json.loads(out)
    assert made["link"].startswith("https://planner.example/sandi?kunci=")
    assert run(capsys, "user", "disable", "agen")[0] == 0
    code, _, err = run(capsys, "user", "disable", "siti", "--lang", "en")
    assert (code, "last admin" in err) == (1, True)
    code, _, err = run(capsys, "user", "link", "agen", "--lang", "en")
    assert (code, "is disabled" in err) == (1, True)
    assert run(capsys, "user", "enable", "AGEN")[0] == 0
    code, out, _ = run(capsys, "user", "link", "agen", "--url", "https://other.example")
    assert out.startswith("https://other.example/sandi")
    code, out, _ = run(capsys, "user", "list", "--json")
    assert [(one["login"], one["role"], one["agent"], one["can_sign_in"]) for one in json.loads(out)] == [
        ("agen", "agent", "A-1", False),
        ("siti", "admin", "", True),
    ]
    assert "belum memilih sandi" in run(capsys, "user", "list")[1]
    with reading(engine) as connection:
        assert {deed.who for deed in trail.last(connection)} == {"console", "siti"}
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "a b", "--name", "A", "--role", "planner"), 1, "without spaces"),
        (("add", "ana", "--name", " ", "--role", "planner"), 1, "person's name"),
        (("add", "ana", "--name", "A", "--role", "agent"), 1, "agent's code"),
        (("add", "ana", "--name", "A", "--role", "planner", "--agent", "A-1"), 1, "role agent only"),
        (("add", "ana", "--name", "A", "--role", "king"), 2, "king"),
        (("disable", "nobody"), 1, "no account nobody"),
        (("link", "nobody"), 1, "no account nobody"),
    ],
)
def test_what_is_refused_is_told(records, capsys, arguments, code, told):
    found, out, err = run(capsys, "user", *arguments, "--lang", "en")
    assert (found, out) == (code, "")
    assert told in err


def test_without_records_the_commands_say_how_to_begin(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    code, _, err = run(capsys, "user", "list", "--lang", "en")
    assert (code, "no records of the office" in err) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def served(monkeypatch):
    """The commands that would serve, and their environment."""
    begun = []

    def begin(command, environment):
        begun.append((command, environment))
        return 0

    monkeypatch.setattr(serve, "_run", begin)
    return begun


def test_this_machine_is_served_without_accounts(served, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_PUBLIC_URL", raising=False)
    assert run(capsys, "serve", "--port", "8600")[0] == 0
    ((command, environment),) = served
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert environment["PLANNER_DATA_DIR"] == str(tmp_path)


def test_other_machines_are_served_only_behind_accounts_and_by_a_name(served, records, capsys):
    host = ("serve", "--host", "0.0.0.0", "--lang", "en")
    code, _, err = run(capsys, *host, "--url", "https://planner.example")
    assert (code, "There is no account yet" in err, served) == (1, True, [])
    with opened(None, records) as engine:
        passwords.first_admin(engine, "boss", "Boss", GOOD)
    code, _, err = run(capsys, *host)
    assert (code, "give the address that people use" in err) == (1, True)
    for wrong in ("planner.example", "ftp://planner.example", "https://", "http://[", "https://planner.example/x"):
        code, _, err = run(capsys, *host, "--url", wrong)
        assert (code, "is no address" in err) == (1, True), wrong
    code, _, err = run(capsys, *host, "--url", "http://planner.example")
    assert (code, "without https" in err) == (0, True)
    code, _, err = run(capsys, *host, "--url", "https://planner.example")
    assert (code, err) == (0, "")
    command, environment = served[-1]
    assert "planner.example" in command
    assert environment["PLANNER_PUBLIC_URL"] == "https://planner.example"


def test_without_records_other_machines_are_refused(served, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    code, _, err = run(capsys, "serve", "--host", "10.0.0.5", "--url", "https://planner.example")
    assert (code, "Belum ada akun" in err, served) == (1, True, [])


def test_a_proxy_on_this_machine_is_served_only_behind_accounts(served, records, capsys):
    asked = ("serve", "--url", "https://planner.example", "--lang", "en")
    code, _, err = run(capsys, *asked)
    assert (code, "anybody who reaches planner.example" in err, served) == (1, True, [])
    with opened(None, records) as engine:
        passwords.first_admin(engine, "boss", "Boss", GOOD)
    assert run(capsys, *asked)[0] == 0


@pytest.mark.parametrize(("given", "log"), [((), "text"), (("--log", "json"), "json")])
def test_the_log_is_asked_for_by_an_option(served, tmp_path, monkeypatch, capsys, *, given, log):
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    assert run(capsys, "serve", *given)[0] == 0
    ((command, environment),) = served
    assert environment["PLANNER_LOG"] == log
    assert ("--logger.hideWelcomeMessage" in command) is (log == "json")


def test_another_log_is_wrong_usage(served, capsys):
    assert run(capsys, "serve", "--log", "xml")[0] == 2


def test_the_server_takes_the_place_of_the_command(monkeypatch, tmp_path):
    begun = []
    monkeypatch.setattr(serve, "ENTRY", tmp_path / "app.py")
    monkeypatch.setattr(serve.os, "name", "posix")
    monkeypatch.setattr(serve.os, "chdir", begun.append)
    monkeypatch.setattr(serve.os, "execve", lambda *given: sys.exit(begun.append(given)))
    with pytest.raises(SystemExit):
        serve._run(["python", "x"], {"A": "1"})
    assert begun == [tmp_path, ("python", ["python", "x"], {"A": "1"})]


def test_an_office_account_is_linked_and_unlinked(records, capsys):
    run(capsys, "user", "add", "siti", "--name", "S", "--role", "planner")
    code, _, err = run(capsys, "user", "subject", "siti", "https://sso.example/ 12 3", "--lang", "en")
    assert (code, "is linked" in err) == (0, True)
    with opened(None, records) as engine, reading(engine) as connection:
        assert subjects.user_of_subject(connection, "https://sso.example 12 3").login == "siti"
    code, _, err = run(capsys, "user", "subject", "siti", "nonsense", "--lang", "en")
    assert (code, "no issuer and subject" in err) == (1, True)
    code, _, err = run(capsys, "user", "subject", "siti")
    assert (code, "dilepas" in err) == (0, True)
