"""The pack of an agent on a phone without network: read, note, hand over; what comes back counts once."""

from pathlib import Path

import pytest
import segno

from planner.pack.notes import read_notes, scanned
from planner.pack.page import html_page
from planner.rights import CONSOLE
from planner.store import assigning
from planner.store.acting import reading_as
from planner.store.engine import writing
from planner.store.own_visits import last
from planner.store.sessions import principal_of
from planner.web.area_notes import write_notes
from tests.pack import sample
from tests.web.conftest import HOSTILE
from tests.web.office import Office, quick_hashes

pytestmark = pytest.mark.browser

SMALL = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "id-ID"}
WATCH = (
    "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective));"
    "window.onerror = what => violations.push(what)"
)
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
MONEY = "Belum ada uang untuk iuran"
NOON = "2026-11-23T12:00:00"
WIDE = (
    "Math.max(...[...document.querySelectorAll('body, main *')].filter(e => !e.closest('svg'))"
    ".map(e => e.getBoundingClientRect().right))"
)


class Phone:
    """A phone without network that opened the file of a pack."""

    def __init__(self, chromium, file: Path, *scripts: str, day: str = NOON) -> None:
        self.context = chromium.alone(**SMALL, offline=True, accept_downloads=True)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        for script in (WATCH, *scripts):
            self.page.add_init_script(script)
        self.page.clock.set_fixed_time(day)
        self.page.goto(file.as_uri())

    def view(self, name: str) -> None:
        self.page.evaluate("name => { location.hash = name }", f"#{name}")
        self.page.locator(f"section[id='{name}'].shown").wait_for()
        assert self.page.evaluate(WIDE) <= 360, name

    def note(self, code: str, **values: object) -> None:
        self.page.locator("[name=code]").select_option(code)
        for name, value in values.items():
            field = self.page.locator(f"#form [name={name}]")
            field.select_option(value) if name == "choice" else field.fill(str(value))
        self.page.locator("#save").click()

    def kept(self) -> int:
        return self.page.locator("#entries li").count()

    def clean(self, file: Path) -> None:
        assert {url for url in self.requests if not url.startswith("blob:")} == {file.as_uri()}
        assert self.said == []
        assert self.page.evaluate("violations") == []
        assert "owned" not in self.page.title()
        self.context.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "A-1.html"
    path.write_text(html_page(sample.pack()), encoding="utf-8")
    return path


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The records with the agent's own villages, and the agent."""
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    quick_hashes(monkeypatch)
    office = Office(tmp_path)
    with writing(office.engine) as connection:
        assigning.assign(
            connection, dict.fromkeys(sample.OWN, "A-1"), from_on=sample.DAY.replace(month=8), by=CONSOLE, note=""
        )
    yield office.engine, principal_of(office.engine, office.token("agent"))
    office.engine.dispose()


def looks_around(phone: Phone) -> None:
    """Read every view, search, zoom, and open a card on the map."""
    page = phone.page
    assert page.locator("#today .day.now").count() == 2  # on top, and in its place in the month
    for name in ("today", "villages", "notes", "month"):
        phone.view(name)
    phone.view("villages")
    assert page.locator("#villages .list li").count() == len(HOSTILE)
    page.locator("#search").fill("SUM(1")
    assert page.locator("#villages .list li:visible").count() == 1
    page.locator("#search").fill("")
    before = page.locator(".map svg").get_attribute("viewBox")
    page.locator("[data-zoom=in]").click()
    assert page.locator(".map svg").get_attribute("viewBox") != before
    page.locator("[data-zoom=whole]").click()
    page.locator(f".map a[data-village='{sample.OWN[3]}']").click()
    card = page.locator("section.card.shown")
    assert HOSTILE[3] in card.locator("h2").text_content()
    card.locator("[data-note]").click()
    assert page.locator("[name=code]").input_value() == sample.OWN[3]


def writes_down(phone: Phone) -> None:
    """Write two notes, one changed after a reload; impossible ones are refused."""
    page = phone.page
    phone.note(sample.OWN[3], met=2, registered=3)
    assert page.locator("#trouble").is_visible()
    assert phone.kept() == 0
    phone.note(sample.OWN[3], met=20, registered=3, more='=1+1; hujan "deras"', choice=MONEY)
    phone.note(sample.OWN[4], met=8, registered=0, dusun="Dusun <b>", more="x")
    assert phone.kept() == 1  # markup is refused
    phone.note(sample.OWN[4], met=8, registered=0, dusun="Dusun É", more="hubungi 0812 3456 7890")
    assert phone.kept() == 1  # and so are numbers of persons
    phone.note(sample.OWN[4], met=8, registered=0, dusun="Dusun É", more="panjang " * 18)
    page.reload()
    phone.view("notes")
    assert phone.kept() == 2
    page.locator("#entries button", has_text="Ubah").last.click()
    assert page.locator("#form [name=choice]").input_value() == MONEY
    assert page.locator("#form [name=more]").input_value() == '1+1; hujan "deras"'
    page.locator("#form [name=interested]").fill("4")
    page.locator("#save").click()
    assert "berminat 4" in page.locator("#entries").inner_text()


def hands_over(phone: Phone) -> tuple[bytes, list[str]]:
    """Return the file and the texts of the codes; what was handed over is remembered."""
    page = phone.page
    with page.expect_download() as caught:
        page.locator("#download").click()
    content = caught.value.path().read_bytes()
    page.locator("#qr").click()
    codes = page.evaluate("pagesOf(data, entries.all(), QR.room(13))")
    assert len(codes) == 2
    assert page.locator("#code").bounding_box()["width"] > 300
    page.locator("#sent").click()
    page.reload()
    phone.view("notes")
    assert page.locator(".badge.sent").count() == 2
    page.locator("#entries button", has_text="Hapus").first.click()
    assert phone.kept() == 1
    page.emulate_media(media="print")
    assert page.locator("section.card h2").last.is_visible()
    assert not page.locator("#form").is_visible()
    return content, codes


def test_an_agent_works_a_day_without_network(chromium, file: Path, agent) -> None:
    phone = Phone(chromium, file)
    looks_around(phone)
    writes_down(phone)
    content, codes = hands_over(phone)
    phone.clean(file)

    engine, who = agent
    told = []
    for source in (content, content, scanned("\n".join(codes))):
        read = read_notes(source, "kunjungan.csv", agent="A-1", villages=sample.area().villages, today=sample.DAY)
        found = write_notes(engine, who, read, "id")
        told.append((found.new, found.known, found.refused))
    assert told == [(2, 0, ()), (0, 2, ()), (0, 2, ())]
    with reading_as(engine, who) as connection:
        visits = last(connection)
    assert sorted(visits["met"]) == [8, 20]
    assert "Dusun É" in set(visits["dusun"])
    assert f'{MONEY}; 1+1; hujan "deras"' in set(visits["obstacle"])


def test_a_clock_that_is_wrong_is_told_and_a_note_can_be_put_right_after_it_was_handed_over(chromium, file) -> None:
    phone = Phone(chromium, file, day="2026-11-01T12:00:00")
    page = phone.page
    assert "1 Nov 2026" in page.locator("#old").inner_text()
    phone.view("notes")
    phone.note(sample.OWN[0], date="2026-12-02", met=3, registered=1)
    page.locator("#copy").click()
    page.locator("#entries button", has_text="Ubah").click()
    page.locator("#form [name=date]").fill("2026-11-24")
    page.locator("#save").click()
    page.locator("#sent").click()
    assert page.locator(".badge.new").count() == 1  # what was handed over is the note before the change
    page.locator("#copy").click()
    page.locator("#sent").click()
    assert page.locator(".badge.sent").count() == 1
    page.locator("#entries button", has_text="Ubah").click()
    page.locator("#save").click()
    assert page.locator(".badge.new").count() == 1
    phone.clean(file)


def test_a_browser_that_keeps_nothing_says_so_and_an_old_pack_too(chromium, file: Path) -> None:
    phone = Phone(chromium, file, NO_STORAGE, day="2027-01-05T12:00:00")
    assert "43 hari" in phone.page.locator("#old").inner_text()
    phone.view("notes")
    assert "tidak menyimpan" in phone.page.locator("#unkept").inner_text()
    phone.note(sample.OWN[0], met=3, registered=1)
    assert phone.kept() == 1
    stays = phone.page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    assert stays
    phone.clean(file)


def test_codes_are_those_of_another_encoder(chromium, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def padded(buff, version, length):  # segno adds a byte of zeros to a stream that ends at a byte already
        buff.extend([0] * (-length % 8))

    monkeypatch.setattr(segno.encoder, "write_padding_bits", padded)
    phone = Phone(chromium, file)
    asked = [(1, 0), (2, 6), (6, 2), (7, 5), (10, 1), (13, 4), (14, 3), (21, 7)]
    for version, mask in asked:
        room = phone.page.evaluate("v => QR.room(v)", version)
        for text in ("Dusun É;" * 400)[: room // 3], "".join(chr(32 + i * 7 % 90) for i in range(room)):
            drawn = phone.page.evaluate("([t, v, m]) => QR.matrix(t, { version: v, mask: m })", [text, version, mask])
            other = segno.make(text, error="m", boost_error=False, mode="byte", encoding="utf-8", version=version,
                               mask=mask)  # fmt: skip
            assert drawn == [list(row) for row in other.matrix], (version, mask)
    chosen = phone.page.evaluate("QR.matrix('abc')")
    every = [segno.make("abc", error="m", boost_error=False, mode="byte", version=1, mask=mask, micro=False)
             for mask in range(8)]  # fmt: skip
    assert chosen in [[list(row) for row in one.matrix] for one in every]
    phone.clean(file)
