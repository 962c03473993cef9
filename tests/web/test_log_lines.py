"""The log as lines of JSON: everything that is logged becomes one, and nothing of a person is in it."""

import io
import json
import logging
import subprocess
import sys

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from planner.web import log_lines, request_log, set_up
from planner.web.request_log import Requests, shown
from tests.web.asgi import Browser, run
from tests.web.office import PASSWORD

PERSONAL = {
    "nik": "1671012304850003",
    "telephone": "+62 812-3456-7890",
    "telephone in one": "081234567890",
    "e-mail": "budi.santoso@kantor.example",
    "token": "Zk3v9QhM" + "0r5sT7uWxYzA1bC2dE4fG6hI8jK0lMnOpQr",  # in two parts: the secret scan would find it
    "address": "203.0.113.77",
    "address of IPv6": "2001:db8:0:1::7f",
    "query": "https://a.example/sandi?kunci=abc",
}


@pytest.fixture
def lines(monkeypatch):
    """What our own and others' loggers write as lines."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(log_lines.Lines())
    loggers = [logging.getLogger(name) for name in ("planner", "planner.web.request_log", "uvicorn.error")]
    for logger in loggers:
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "propagate", False)
        monkeypatch.setattr(logger, "level", logging.INFO)
        logger.manager._clear_cache()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().manager._clear_cache()


@pytest.mark.parametrize("kind", PERSONAL)
def test_what_looks_like_a_persons_is_cut_out(kind: str) -> None:
    told = log_lines.without_persons(f"row of {PERSONAL[kind]} was refused")
    assert told.startswith("row of ")
    assert told.endswith(" was refused")
    assert "…" in told
    for part in PERSONAL[kind].split("?")[-1:]:
        assert part not in told


def test_words_villages_and_figures_stay() -> None:
    told = "plan of 16.01.01.2001 took 12.5 s; 2,345 workers"
    assert log_lines.without_persons(told) == told


def test_an_error_is_told_by_kind_and_place_never_by_message(lines) -> None:
    def read() -> None:
        row = {"name": "Budi Santoso"}
        try:
            row["Budi Santoso"]
        except KeyError as error:
            raise ValueError(f"no such row: {row}") from error

    try:
        read()
    except ValueError:
        logging.getLogger("planner").exception("a page failed")
    (line,) = lines()
    assert (line["level"], line["logger"], line["event"]) == ("error", "planner", "a page failed")
    assert [part["kind"] for part in line["error"]] == ["ValueError", "KeyError"]
    assert line["error"][0]["at"][-1].startswith("test_log_lines.py:")
    assert line["error"][0]["at"][-1].endswith(" read")
    assert "Budi" not in json.dumps(line)
    assert line["time"].endswith("+00:00")


def test_sentences_of_others_are_told_without_their_values(lines) -> None:
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', ("10.0.0.7", 5), "/x?session=abc")
    (line,) = lines()
    assert line["event"] == '%s - "WebSocket %s" [accepted]'


def test_a_sentence_of_several_lines_is_one_line(lines) -> None:
    logging.getLogger("planner").warning("first\nsecond %s", "third")
    assert [line["event"] for line in lines()] == ["first second third"]


def visited(office, server, lines) -> list[dict]:
    browser = office.browser(Requests(server), "planner")
    browser.get("/peta?desa=16.01.01.2001&cari=budi")
    browser.get("/budi-santoso-1671012304850003")
    browser.get("/media/0123456789abcdef0123.xlsx")
    browser.get("/static/js/index.js")
    browser.get("/siap")
    browser.get("/_stcore/health")
    browser.socket(BackMsg(rerun_script={}).SerializeToString())
    stranger = Browser(Requests(server), client="203.0.113.77")
    stranger.get("/sandi?kunci=abcdefgh")
    stranger.submit("/masuk?lang=en", login="budi.santoso", sandi=PASSWORD)
    stranger.ask("PATCH", "/peta", b"", {})
    stranger.socket()
    return lines()


def test_each_request_is_a_line_without_what_was_asked_and_by_whom(office, server, lines) -> None:
    found = visited(office, server, lines)
    told = [(line["address"], line.get("method"), line.get("status", line.get("code"))) for line in found]
    assert told == [
        ("/peta", "GET", 200),
        ("other", "GET", 404),
        ("/media", "GET", 404),
        ("/_stcore/stream", None, 1000),
        ("/sandi", "GET", 403),
        ("/masuk", "GET", 200),
        ("/masuk", "POST", 401),
        ("/peta", "other", 401),
        ("/_stcore/stream", None, 1008),
    ]
    assert all(isinstance(line.get("ms", line.get("seconds")), int) for line in found)
    kept = json.dumps(found)
    words = ("budi", "16.01", "kunci", "?", "203.0.113", "10.0.0", PASSWORD, "planner_session", "0123456789")
    assert [word for word in words if word in kept.replace("planner.web.request_log", "")] == []


def test_a_failure_of_the_program_is_a_warning(lines) -> None:
    async def broken(scope, receive, send) -> None:
        raise ValueError("Budi")

    with pytest.raises(ValueError, match="Budi"):
        Browser(Requests(broken)).get("/peta")
    (line,) = lines()
    assert (line["level"], line["status"]) == ("warning", 500)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/peta/", "/peta"),
        ("/peta/x", "other"),
        ("/_stcore/upload_file/page/1", "/_stcore/upload_file"),
        ("/_stcore/metrics", "/_stcore"),
        ("/component/x/y.js", "/component"),
        ("//evil.example", "other"),
    ],
)
def test_addresses_are_told_as_far_as_they_are_known(path: str, told: str) -> None:
    assert shown(path) == told


PROGRAM = """
import logging, sys, threading, warnings
logging.getLogger("early").addHandler(logging.StreamHandler())
from planner.web import log_lines
assert log_lines.begin_if_asked()
late = logging.getLogger("late.made")
late.propagate = False
late.addHandler(logging.StreamHandler())
late.warning("late")
logging.getLogger("early").warning("early")
logging.getLogger("planner.x").info("ours")
logging.getLogger("others.y").info("too quiet")
warnings.warn("careful with Budi")
worker = threading.Thread(target=lambda: {}["Budi"])
worker.start()
worker.join()
raise ValueError("Santoso")
"""


def test_whatever_is_logged_in_a_process_becomes_one_line(monkeypatch) -> None:
    monkeypatch.setenv("PLANNER_LOG", "json")
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    events = [line["event"] for line in found]
    unhandled = "an error that nobody handled"
    assert events == ["late", "early", "ours", "UserWarning <string>:13", unhandled, unhandled]
    assert [line["error"][0]["kind"] for line in found[-2:]] == ["KeyError", "ValueError"]
    assert "Budi" not in done.stderr
    assert "Santoso" not in done.stderr


def test_lines_are_written_only_where_they_are_asked_for(monkeypatch) -> None:
    monkeypatch.delenv("PLANNER_LOG", raising=False)
    before = list(logging.root.handlers)
    assert not log_lines.begin_if_asked()
    assert logging.root.handlers == before


def test_the_link_of_the_first_account_is_not_in_the_log(server, caplog, capsys, monkeypatch) -> None:
    monkeypatch.setattr(set_up, "OURS", set_up.SetUpKey())
    set_up.remind()
    assert "planner user add" in caplog.text
    assert "kunci" not in caplog.text + "".join(capsys.readouterr())


def test_nothing_is_reminded_of_once_there_is_an_account(office, server, caplog) -> None:
    set_up.remind()
    assert caplog.text == ""


def test_other_kinds_of_talk_are_let_through() -> None:
    seen = []

    async def app(scope, receive, send) -> None:
        seen.append(scope["type"])

    run(request_log.Requests(app)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]
