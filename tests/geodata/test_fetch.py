"""The fetcher against a real server on this machine: whole files or none, resumed, each failure with its own words."""

import errno
import hashlib
import io
import itertools
import os
import random
import socket
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import download as module
from geodata import paths as paths_module
from geodata.catalogue import PublishedFile, load, parse
from geodata.download import Patience
from geodata.errors import DataError, MachineError
from geodata.fetch import FetchProgress, FetchReport, OnDisk, fetch, fetch_action, look
from geodata.paths import Paths, make_folder, writing
from geodata.texts import LANGUAGES

COMMIT = "c" * 40
CONTENT = {
    "a.bin": random.Random(1).randbytes(100_000),
    "b.bin": random.Random(2).randbytes(50_000),
    "c.bin": random.Random(3).randbytes(10),
}
Behaviour = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """Serves files with ranges; a path may be told to behave otherwise, once per behaviour."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: dict[str, Iterator[Behaviour]] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.agents: set[str | None] = set()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """The client went away, as some tests mean it to."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.requests.append((name, self.headers["Range"]))
        self.server.agents.add(self.headers["User-Agent"])
        assert self.headers["Accept-Encoding"] == "identity"  # a packed body can be neither counted nor resumed
        assert self.path == f"/owner/repo/{COMMIT}/data/{name}"
        next(self.server.behaviours.get(name, iter(())), serve)(self)

    @property
    def content(self) -> bytes:
        return CONTENT[self.path.rpartition("/")[2]]

    def start(self) -> int:
        return int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))

    def head(self, status: int, length: int, content_range: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()

    def head_for_range(self) -> bytes:
        start, total = self.start(), len(self.content)
        if self.headers["Range"] is None:
            self.head(200, total)
        else:
            self.head(206, total - start, f"bytes {start}-{total - 1}/{total}")
        return self.content[start:]

    def hang_up(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Stay silent."""


def serve(handler: Handler) -> None:
    handler.wfile.write(handler.head_for_range())


def cut(after: int) -> Behaviour:
    """Hang up after so many bytes of the body."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(handler.head_for_range()[:after])
        handler.hang_up()

    return behave


def silent_cut(handler: Handler) -> None:
    """End the body early without having said how long it is."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(handler.content[:40_000])
    handler.hang_up()


def stall(after: int) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.wfile.write(handler.head_for_range()[:after])
        handler.wfile.flush()
        handler.server.released.wait(5)
        handler.close_connection = True

    return behave


def slow(handler: Handler) -> None:
    body = handler.head_for_range()
    for piece in (body[i : i + 20_000] for i in range(0, len(body), 20_000)):
        handler.wfile.write(piece)
        handler.wfile.flush()
        handler.server.released.wait(0.03)


def never_answer(handler: Handler) -> None:
    handler.server.released.wait(5)
    handler.close_connection = True


def answer(status: int) -> Behaviour:
    return lambda handler: handler.head(status, 0)


def without_ranges(handler: Handler) -> None:
    handler.head(200, len(handler.content))
    handler.wfile.write(handler.content)


def other_range(handler: Handler) -> None:
    handler.head(206, len(handler.content), f"bytes 0-{len(handler.content) - 1}/{len(handler.content)}")
    handler.wfile.write(handler.content)


def wrong_bytes(handler: Handler) -> None:
    handler.head(200, len(handler.content))
    handler.wfile.write(bytes(len(handler.content)))


def sign_in_page(handler: Handler) -> None:
    handler.head(200, 200_000)
    handler.wfile.write(b"<html>" + bytes(199_994))


def redirect_forever(handler: Handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.fixture(scope="module", autouse=True)
def _no_proxy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


def files_at(url: str, *names: str) -> tuple[PublishedFile, ...]:
    """The files of a catalogue whose server stands at an address."""
    records = "".join(
        f"""
        [sources.{name[0]}]
        access = "pinned"
        title = {{ id = "Uji", en = "Test" }}
        producer = "Survey"
        version = "1"
        accessed = 2026-11-22
        licence = "MIT"
        citation = "Survey"
        attribution = {{ id = "Uji", en = "Test" }}
        homepage = "https://example.org"
        note = {{ id = "Uji", en = "Test" }}
        [sources.{name[0]}.pin]
        repository = "owner/repo"
        commit = "{COMMIT}"
        url = "{url}/{{repository}}/{{commit}}/{{path}}"
        path = "data/{name}"
        files = [{{ bytes = {len(CONTENT[name])}, sha256 = "{hashlib.sha256(CONTENT[name]).hexdigest()}" }}]
        """
        for name in names or CONTENT
    )
    return parse(records, name="test.toml").files()


def make_mirror(folder: Path) -> Path:
    for file in files_at("http://127.0.0.1"):
        path = folder / file.relative_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT[path.name])
    return folder


def patience(*, attempts: int = 3) -> Patience:
    return Patience(pauses_s=(0.0,) * (attempts - 1), connect_s=2.0, read_s=0.2)


def held(downloads: Path) -> dict[str, bytes]:
    """What lies in the download folder, by name."""
    return {p.name: p.read_bytes() for p in downloads.rglob("*") if p.is_file() and p.name != ".writing"}


def error_of(report: FetchReport) -> DataError:
    """The one failure of a report; both languages tell it, and name the file."""
    (failure,) = report.failed
    for language in LANGUAGES:
        assert failure.file.name in failure.error.text(language)
        assert "{" not in failure.error.text(language)
    assert failure.error.text("id") != failure.error.text("en")
    with pytest.raises(type(failure.error)):
        report.require_complete()
    return failure.error


# Fetching


def test_files_are_downloaded_and_then_kept_without_a_request(server: Server, downloads: Path) -> None:
    files = files_at(server.url)
    report = fetch(files, downloads=downloads)
    report.require_complete()
    assert report == FetchReport(files, (), (), ())
    assert held(downloads) == CONTENT
    assert (downloads / f"owner/repo/{COMMIT[:12]}/data/a.bin").read_bytes() == CONTENT["a.bin"]
    assert server.requests == [("a.bin", None), ("b.bin", None), ("c.bin", None)]
    assert server.agents == {"desa-sadar-planner"}
    again = fetch(files, downloads=downloads)
    assert again == FetchReport((), files, (), ())
    assert len(server.requests) == 3


def test_files_are_copied_from_a_mirror_without_a_request(server: Server, downloads: Path, tmp_path: Path) -> None:
    files = files_at(server.url)
    report = fetch(files, downloads=downloads, mirror=make_mirror(tmp_path / "mirror"))
    assert report.fetched == files
    assert held(downloads) == CONTENT
    assert server.requests == []


@pytest.mark.real
def test_real_mirror_is_copied_and_kept(mirror: Path, downloads: Path) -> None:
    files = load().files()
    report = fetch(files, downloads=downloads, mirror=mirror)
    report.require_complete()
    assert report.fetched == files
    assert all((downloads / file.relative_path).stat().st_size == file.bytes for file in files)
    assert fetch(files, downloads=downloads).kept == files


def test_wrong_and_stale_files_are_replaced(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "b.bin")
    final = downloads / file.relative_path
    final.parent.mkdir(parents=True)
    final.write_bytes(bytes(file.bytes))
    assert fetch([file], downloads=downloads).fetched == (file,)
    assert held(downloads) == {"b.bin": CONTENT["b.bin"]}


def test_a_wrong_file_does_not_stay_under_its_name_when_the_fetch_fails(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "b.bin")
    final = downloads / file.relative_path
    final.parent.mkdir(parents=True)
    final.write_bytes(b"half")
    server.behaviours["b.bin"] = itertools.repeat(answer(404))
    assert fetch([file], downloads=downloads).failed
    assert held(downloads) == {}


def test_the_same_file_asked_twice_is_fetched_once(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "c.bin")
    assert fetch([file, file], downloads=downloads).fetched == (file,)
    assert len(server.requests) == 1


def test_no_files_is_nothing_to_do(downloads: Path) -> None:
    report = fetch([], downloads=downloads)
    report.require_complete()
    assert report == FetchReport((), (), (), ())


# Broken connections


def test_a_cut_download_goes_on_where_it_broke(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = iter([cut(after=65_536)])
    report = fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience())
    report.require_complete()
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}
    (_, first), (_, second) = server.requests
    assert first is None
    assert second == "bytes=65536-"


def test_a_body_that_ends_early_in_silence_is_taken_for_cut(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = iter([silent_cut])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert server.requests == [("a.bin", None), ("a.bin", "bytes=40000-")]
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


def test_a_stalled_download_goes_on(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = iter([stall(after=65_536)])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert server.requests == [("a.bin", None), ("a.bin", "bytes=65536-")]


def test_a_slow_server_is_waited_for(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = iter([slow])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert len(server.requests) == 1


def test_a_connection_that_stays_cut_leaves_its_part_for_next_time(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "a.bin")
    server.behaviours["a.bin"] = iter([cut(after=32_768)] + [cut(after=0)] * 2)
    error = error_of(fetch([file], downloads=downloads, patience=patience()))
    assert isinstance(error, MachineError)
    assert error.key == "fetch.cut"
    assert "32,768 of 100,000 bytes" in str(error)
    assert "32.768 dari 100.000 bita" in error.text("id")
    assert held(downloads) == {"a.bin.part": CONTENT["a.bin"][:32_768]}
    fetch([file], downloads=downloads).require_complete()
    assert server.requests[-1] == ("a.bin", "bytes=32768-")
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


def test_a_server_without_ranges_starts_over(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = iter([cut(after=65_536), without_ranges])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert server.requests[1] == ("a.bin", "bytes=65536-")
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


@pytest.mark.parametrize("behaviour", [answer(416), other_range])
def test_a_range_that_cannot_be_had_starts_over(server: Server, downloads: Path, behaviour: Behaviour) -> None:
    server.behaviours["a.bin"] = iter([cut(after=65_536), behaviour])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert server.requests[1:] == [("a.bin", "bytes=65536-"), ("a.bin", None)]
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


@pytest.mark.parametrize("stale", [b"old", bytes(100_000), bytes(100_001), CONTENT["a.bin"][:70_000] + b"x"])
def test_a_stale_part_does_no_harm(server: Server, downloads: Path, stale: bytes) -> None:
    (file,) = files_at(server.url, "a.bin")
    part = downloads / f"{file.name}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(stale)
    fetch([file], downloads=downloads, patience=patience()).require_complete()
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}
    assert server.requests[-1] == ("a.bin", None)


def test_a_finished_part_needs_no_request(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "a.bin")
    part = downloads / f"{file.name}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT["a.bin"])
    assert fetch([file], downloads=downloads).fetched == (file,)
    assert server.requests == []
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 60_000), max_size=3))
def test_wherever_it_breaks_the_file_comes_out_whole(cuts: list[int]) -> None:
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        server.behaviours["a.bin"] = (cut(after) for after in cuts)
        report = fetch(files_at(server.url, "a.bin"), downloads=Path(folder), patience=patience(attempts=5))
        server.shutdown()
        thread.join()
        report.require_complete()
        assert held(Path(folder)) == {"a.bin": CONTENT["a.bin"]}
        starts = [int((asked or "bytes=0-")[6:-1]) for _, asked in server.requests]
        assert starts == sorted(starts)


def test_an_interruption_leaves_only_the_part(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "a.bin")

    def interrupt(progress: FetchProgress) -> None:
        if progress.received_bytes > 40_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch([file], downloads=downloads, progress=interrupt)
    assert held(downloads) == {"a.bin.part": CONTENT["a.bin"][:49_152]}
    fetch([file], downloads=downloads).require_complete()
    assert server.requests[-1] == ("a.bin", "bytes=49152-")
    assert held(downloads) == {"a.bin": CONTENT["a.bin"]}


# Servers that refuse


def test_a_server_in_trouble_is_asked_again_after_pauses(server: Server, downloads: Path) -> None:
    slept: list[float] = []
    server.behaviours["a.bin"] = iter([answer(500), answer(429), answer(503)])
    report = fetch(
        files_at(server.url, "a.bin"),
        downloads=downloads,
        patience=Patience(pauses_s=(0.5, 1.0, 2.0), sleep=slept.append),
    )
    report.require_complete()
    assert slept == [0.5, 1.0, 2.0]
    assert len(server.requests) == 4


def test_a_server_that_stays_in_trouble_is_named(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = itertools.repeat(answer(500))
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()))
    assert isinstance(error, MachineError)
    assert "127.0.0.1 failed again and again" in str(error)
    assert "HTTP 500" in str(error)
    assert len(server.requests) == 3
    assert held(downloads) == {}


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_file_is_not_asked_for_again(server: Server, downloads: Path, status: int) -> None:
    server.behaviours["a.bin"] = itertools.repeat(answer(status))
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()))
    assert f"was not found at {server.url}/owner/repo/{COMMIT}/data/a.bin" in str(error)
    assert not isinstance(error, MachineError)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "said"), [(answer(403), "HTTP 403"), (answer(451), "HTTP 451"), (redirect_forever, "30 redirects")]
)
def test_a_refusal_is_told(server: Server, downloads: Path, behaviour: Behaviour, said: str) -> None:
    server.behaviours["a.bin"] = itertools.repeat(behaviour)
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()))
    assert error.key == "fetch.refused"
    assert said in str(error)


def test_wrong_content_is_removed_and_both_hashes_are_named(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "b.bin")
    server.behaviours["b.bin"] = itertools.repeat(wrong_bytes)
    error = error_of(fetch([file], downloads=downloads, patience=patience()))
    assert not isinstance(error, MachineError)
    assert f"should be {file.sha256} but is {hashlib.sha256(bytes(50_000)).hexdigest()}" in str(error)
    assert held(downloads) == {}
    assert len(server.requests) == 1


def test_a_body_longer_than_listed_is_not_taken_in(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = itertools.repeat(sign_in_page)
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()))
    assert "larger than the 100,000 bytes" in str(error)
    assert held(downloads) == {}


def test_a_short_body_that_calls_itself_whole_is_cut(server: Server, downloads: Path) -> None:
    def short(handler: Handler) -> None:
        handler.head(200, 4)
        handler.wfile.write(b"oops")

    server.behaviours["a.bin"] = itertools.repeat(short)
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()))
    assert "4 of 100,000 bytes" in str(error)


# No network


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_without_network_the_other_files_are_not_tried(downloads: Path) -> None:
    files = files_at(f"http://127.0.0.1:{closed_port()}")
    kept = downloads / files[2].relative_path
    kept.parent.mkdir(parents=True)
    kept.write_bytes(CONTENT["c.bin"])
    slept: list[float] = []
    report = fetch(files, downloads=downloads, patience=Patience(pauses_s=(0.1, 0.2), sleep=slept.append))
    assert [failure.file for failure in report.failed] == [files[0]]
    assert report.untried == (files[1],)
    assert report.kept == (files[2],)
    assert slept == [0.1, 0.2]
    assert "127.0.0.1 cannot be reached" in str(report.failed[0].error)
    with pytest.raises(
        MachineError, match=r"2 of 3 files were not fetched \(1 are in place.*\n.*\n- 1 other"
    ) as caught:
        report.require_complete()
    assert caught.value.exit_code == 3
    assert "2 dari 3 berkas belum terambil" in caught.value.text("id")
    assert "1 berkas lain tidak dicoba" in caught.value.text("id")


def test_a_server_that_never_answers_is_given_up(server: Server, downloads: Path) -> None:
    server.behaviours["a.bin"] = itertools.repeat(never_answer)
    error = error_of(fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience(attempts=2)))
    assert "did not answer in time" in str(error)
    assert isinstance(error, MachineError)
    assert len(server.requests) == 2


def test_an_untrusted_connection_has_its_own_words(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url.replace("http", "https"), "a.bin")
    error = error_of(fetch([file], downloads=downloads, patience=patience()))
    assert "No secure connection to 127.0.0.1" in str(error)


# Several failures


def test_one_failure_does_not_keep_the_others_back(server: Server, downloads: Path) -> None:
    files = files_at(server.url)
    server.behaviours["a.bin"] = itertools.repeat(answer(404))
    server.behaviours["b.bin"] = itertools.repeat(wrong_bytes)
    report = fetch(files, downloads=downloads, patience=patience())
    assert report.fetched == (files[2],)
    assert held(downloads) == {"c.bin": CONTENT["c.bin"]}
    with pytest.raises(DataError, match=r"2 of 3 files(.|\n)*a\.bin was not found(.|\n)*b\.bin from") as caught:
        report.require_complete()
    assert caught.value.exit_code == 1
    assert not isinstance(caught.value, MachineError)
    assert caught.value.text("id").count("\n- ") == 2


# The mirror


def test_a_file_missing_in_the_mirror_is_told(downloads: Path, tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    files = files_at("http://127.0.0.1")
    (mirror / files[1].relative_path).unlink()
    report = fetch(files, downloads=downloads, mirror=mirror)
    assert report.fetched == (files[0], files[2])
    error = error_of(report)
    assert f"b.bin is not in mirror folder {mirror}" in str(error)


def test_a_wrong_file_in_the_mirror_is_told(downloads: Path, tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    (file,) = files_at("http://127.0.0.1", "a.bin")
    (mirror / file.relative_path).write_bytes(b"altered")
    error = error_of(fetch([file], downloads=downloads, mirror=mirror))
    assert f"from {mirror / file.relative_path} is not what the catalogue lists" in str(error)
    assert held(downloads) == {}
    assert (mirror / file.relative_path).read_bytes() == b"altered"


def test_an_unreadable_file_in_the_mirror_is_told(
    downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = make_mirror(tmp_path / "mirror")
    (file,) = files_at("http://127.0.0.1", "a.bin")
    original = Path.open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.is_relative_to(mirror):
            raise PermissionError(errno.EACCES, "Permission denied")
        return original(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    error = error_of(fetch([file], downloads=downloads, mirror=mirror))
    assert "cannot be read: Permission denied" in str(error)


def test_a_mirror_that_is_no_folder_is_refused_at_once(downloads: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Mirror folder .*nowhere does not exist") as caught:
        fetch(files_at("http://127.0.0.1"), downloads=downloads, mirror=tmp_path / "nowhere")
    assert "Folder cermin" in caught.value.text("id")
    assert not downloads.exists()


# The disk


class FullDisk(io.FileIO):
    """A file on a disk that takes 20,000 bytes and then fails."""

    code = errno.ENOSPC

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > 20_000:
            raise OSError(self.code, os.strerror(self.code))
        return super().write(data)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, r"The disk is full: file .*a\.bin \(100,000 bytes\)"),
        (errno.EDQUOT, r"The disk is full"),
        (errno.EROFS, r"a\.bin may not be written to .*: Read-only file system"),
        (errno.EIO, r"Writing file .*a\.bin to .* failed: Input/output error"),
    ],
)
@pytest.mark.parametrize("way", ["download", "copy"])
def test_a_disk_that_fails_is_told(
    server: Server, downloads: Path, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch, code: int, said: str, way: str
) -> None:
    mirror = make_mirror(tmp_path / "mirror") if way == "copy" else None
    files = files_at(server.url, "c.bin", "a.bin")
    original = Path.open
    monkeypatch.setattr(FullDisk, "code", code)

    def open_on_full_disk(path: Path, mode: str = "r", *args: object, **kwargs: object) -> object:
        if path.name == "a.bin.part" and mode in {"wb", "ab"}:
            return FullDisk(path, mode.removesuffix("b"))
        return original(path, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_on_full_disk)
    report = fetch(files, downloads=downloads, mirror=mirror)
    error = error_of(report)
    assert isinstance(error, MachineError)
    with pytest.raises(MachineError, match=said):
        raise error
    assert report.fetched == (files[0],)
    assert "a.bin" not in held(downloads)
    monkeypatch.undo()
    fetch(files, downloads=downloads, mirror=mirror).require_complete()


def test_a_full_disk_ends_the_fetch(server: Server, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: Path, final: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "replace_file", full)
    files = files_at(server.url)
    report = fetch(files, downloads=downloads)
    assert [failure.error.key for failure in report.failed] == ["fetch.disk_full"]
    assert report.untried == files[1:]
    assert len(server.requests) == 1


def test_a_folder_in_the_place_of_a_file_is_told(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "a.bin")
    (downloads / file.relative_path).mkdir(parents=True)
    error = error_of(fetch([file], downloads=downloads))
    assert error.key in {"fetch.disk_failed", "fetch.disk_refused"}  # systems differ in their word for it


def test_an_unreadable_file_counts_as_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = files_at("http://127.0.0.1", "a.bin")
    mirror = make_mirror(tmp_path)
    assert look(file, mirror).right

    def refuse(path: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, "_sha256", refuse)
    assert not look(file, mirror).right


def test_two_fetches_do_not_write_at_once(server: Server, downloads: Path) -> None:
    downloads.mkdir()
    with writing(downloads), pytest.raises(MachineError, match="Another process is writing into folder") as caught:
        fetch(files_at(server.url), downloads=downloads)
    assert "sedang ditulisi" in caught.value.text("id")
    assert server.requests == []
    fetch(files_at(server.url), downloads=downloads).require_complete()


# What is refused before anything is fetched


def test_files_no_source_lists_are_refused(server: Server, downloads: Path) -> None:
    (file,) = files_at(server.url, "a.bin")
    strange = replace(file, relative_path=PurePosixPath("../outside.bin"))
    with pytest.raises(DataError, match=r"\.\./outside\.bin is not in the catalogue"):
        fetch([file, strange], downloads=downloads)
    assert server.requests == []
    assert not downloads.exists()


# The decision, and what it costs


@given(
    right=st.booleans(),
    part_bytes=st.integers(0, 120_000),
    mirror=st.sampled_from([None, Path("mirror")]),
)
def test_the_decision(right: bool, part_bytes: int, mirror: Path | None) -> None:
    (file,) = files_at("http://127.0.0.1", "a.bin")
    action = fetch_action(file, OnDisk(right, part_bytes), mirror=mirror)
    assert (action == "keep") == right
    assert (action == "copy") == (not right and mirror is not None)
    assert (action == "resume") == (not right and mirror is None and 0 < part_bytes <= file.bytes)


def test_only_files_of_the_right_size_are_hashed(
    downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_at("http://127.0.0.1")
    mirror = make_mirror(tmp_path / "mirror")
    hashed: list[str] = []
    original = module._sha256

    def count(path: Path) -> str:
        hashed.append(path.name)
        return original(path)

    monkeypatch.setattr(module, "_sha256", count)
    fetch(files, downloads=downloads, mirror=mirror)
    assert hashed == ["a.bin.part", "b.bin.part", "c.bin.part"]
    hashed.clear()
    (downloads / files[1].relative_path).write_bytes(b"another size")
    fetch(files[:2], downloads=downloads, mirror=mirror)
    assert hashed == ["a.bin", "b.bin.part"]


def test_progress_counts_up_to_all_bytes(server: Server, downloads: Path) -> None:
    files = files_at(server.url)
    seen: list[FetchProgress] = []
    fetch(files[1:2], downloads=downloads)
    fetch(files, downloads=downloads, progress=seen.append)
    done = [progress.done_bytes for progress in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1].total_bytes == sum(file.bytes for file in files)
    assert [(p.file, p.action) for p in seen if p.received_bytes == p.file.bytes and p.done_files == 1] == [
        (files[1], "keep")
    ]
    assert {(p.done_files, p.total_files) for p in seen} == {(0, 3), (1, 3), (2, 3)}


def test_connections_are_closed(server: Server, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    original = requests.Response.close
    monkeypatch.setattr(requests.Response, "close", lambda self: (closed.append(self.status_code), original(self)))
    server.behaviours["a.bin"] = iter([answer(500), cut(after=20_000)])
    fetch(files_at(server.url, "a.bin"), downloads=downloads, patience=patience()).require_complete()
    assert closed == [500, 200, 206]


def test_a_file_is_on_disk_before_it_gets_its_name_and_the_name_after(
    downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = files_at("http://127.0.0.1", "a.bin")
    final = downloads / file.relative_path
    flushed: list[tuple[str, bool]] = []
    original = os.fsync

    def note(handle: int) -> None:
        flushed.append(("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file", final.exists()))
        original(handle)

    monkeypatch.setattr(os, "fsync", note)
    fetch([file], downloads=downloads, mirror=make_mirror(tmp_path / "mirror")).require_complete()
    assert flushed == [("file", False), ("folder", True)]


# The data folder


def test_the_argument_wins_over_the_variable_over_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths_module.VARIABLE, str(tmp_path / "variable"))
    assert Paths.of(tmp_path / "argument").root == tmp_path / "argument"
    assert Paths.of().root == tmp_path / "variable"
    monkeypatch.setenv(paths_module.VARIABLE, "")
    monkeypatch.setattr(paths_module, "user_data_path", lambda name, appauthor: tmp_path / name)
    assert Paths.of().root == tmp_path / "desa-sadar-planner"
    assert list(tmp_path.iterdir()) == []


def test_folders_are_below_the_root_and_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = Paths.of("data")
    assert paths.root == tmp_path / "data"
    assert paths.downloads == tmp_path / "data" / "downloads"
    assert paths.villages == paths.layer / "villages.parquet"
    assert paths.exports == tmp_path / "data" / "exports"
    assert Paths.of("~/x").root == tmp_path / "x"


def test_prepare_makes_the_folders_and_may_be_repeated(tmp_path: Path) -> None:
    paths = Paths.of(tmp_path / "deep" / "data")
    paths.prepare()
    paths.prepare()
    assert {p.name for p in paths.root.iterdir()} == {"downloads", "layer", "exports", "plans"}


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(MachineError, match=r"data.* cannot be made or used: .*--data-dir") as caught:
        Paths.of(tmp_path / "data").prepare()
    assert "tidak dapat dibuat atau dipakai" in caught.value.text("id")


def test_a_folder_without_write_access_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths_module.os, "access", lambda path, mode: False)
    with pytest.raises(MachineError, match=r"cannot be written to.*--data-dir") as caught:
        make_folder(tmp_path)
    assert "tidak dapat ditulisi" in caught.value.text("id")


def test_a_folder_that_cannot_be_held_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachineError, match="cannot be made or used: No such file"), writing(tmp_path / "none"):
        pass

    def no_locks(file: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(paths_module, "_lock", no_locks)
    with pytest.raises(MachineError, match="cannot be made or used: No locks available"), writing(tmp_path):
        pass
