"""The parts of an agent's page, and the address that takes visits."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from uuid import uuid4
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import schema
from geodata.office_day import today
from planner.field.area_svg import area_svg
from planner.field.own_area import own_area
from planner.store import schema as tables
from planner.store.engine import reading, writing
from planner.texts import t
from planner.web import area_card, area_follow_up, area_log, area_month, area_today, area_villages
from planner.web.addresses import VISIT
from planner.web.area_data import Seen, _planned
from tests.web.asgi import ORIGIN
from tests.web.conftest import HOSTILE, grid_layer

LAYER = grid_layer(10, 6)
CODES = list(LAYER[schema.VILLAGE_CODE])
DAY = date(2026, 11, 23)
OWN = [1, 2, 11, 12, 22, 23]
TODAY = (CODES[2], CODES[12])
COLUMNS = ("village_code", "visited_on", "dusun", "met", "interested", "registered", "obstacle")


def area_of(rows=tuple(OWN), *, visits=(), since=date(2026, 11, 1), home=None, funded=(), layer=LAYER, dates=()):
    owned = pd.DataFrame({"village_code": [CODES[row] for row in rows], "from_on": since, "month": date(2026, 10, 1)})
    owned = owned.assign(active=100, inactive=7, last_visit_on=None)
    funds = pd.DataFrame(list(funded), columns=["village_code", "fund", "people", "starts_on", "ends_on"])
    counts = owned[["village_code", "month", "active", "inactive"]]
    made = pd.DataFrame(list(visits), columns=list(COLUMNS))
    made = made.assign(number=pd.array(range(1, len(made) + 1), dtype="Int64"))
    given = {"visits": made, "participants": counts, "funded": funds, "home": home}
    set_days = pd.DataFrame({"village_code": list(dates), "on_day": DAY})
    return own_area(layer, DAY, agent="A-1", owned=owned, dates=set_days, **given)


def seen_of(area) -> Seen:
    return Seen(area, _planned(area) if len(area.villages) else ())


@pytest.fixture(scope="module")
def seen() -> Seen:
    return seen_of(area_of(home=CODES[1], dates=TODAY))


def test_the_map_links_every_own_village_and_escapes_every_name(seen) -> None:
    drawn = area_svg(seen.area, "id", route=[CODES[12], CODES[2], CODES[40]], selected=CODES[11])
    assert sorted(re.findall(r'data-village="([^"]*)"', drawn)) == [CODES[row] for row in OWN]
    assert [CODES[row] for row in range(60) if CODES[row] in drawn] == [CODES[row] for row in OWN]
    assert not re.findall("<(?:img|script)", drawn)
    assert re.findall(r'font-weight="700" fill="#ffffff">(\d+)<', drawn) == ["1", "2"]
    assert t("field.map.home", "id") in drawn
    assert drawn == area_svg(
        area_of(tuple(reversed(OWN)), home=CODES[1]), "id", route=[CODES[12], CODES[2], CODES[40]], selected=CODES[11]
    )


def test_the_map_is_wellformed_without_outline_and_without_villages() -> None:
    lost = LAYER.copy()
    lost.loc[2, "geometry"] = None
    drawn = ET.fromstring(area_svg(area_of(layer=lost), "en"))
    paths = [one.get("d") for one in drawn.iter("{http://www.w3.org/2000/svg}path")]
    assert sum("a21 21" in path for path in paths) == 1
    assert area_svg(area_of(()), "en") == ""


def test_a_village_that_nobody_can_place_is_no_part_of_the_map() -> None:
    unplaced = LAYER[LAYER[schema.VILLAGE_CODE] != CODES[2]]
    drawn = area_svg(area_of((1, 2), layer=unplaced), "id")
    assert re.findall(r'data-village="([^"]*)"', drawn) == [CODES[1]]
    assert "nan" not in drawn
    assert area_svg(area_of((2,), layer=unplaced), "id") == ""


def test_today_ticks_what_was_visited_and_names_the_next_day(seen) -> None:
    html = area_today.today(seen, "id", log="catat-")
    assert html.count('<li class="open">') == len(seen.today) >= 2
    assert html.count('data-geo="geo:') == html.count("https://www.google.com/maps/dir/") == len(seen.today)
    first = seen.today[0].village_code
    visited = seen_of(area_of(home=CODES[1], dates=TODAY, visits=[(first, DAY, None, 9, 4, 2, None)]))
    ticked = area_today.today(visited, "id", log="catat-")
    assert ticked.count('<li class="done">') == 1
    assert "Tercatat, 2 mendaftar" in ticked
    assert ticked.count("data-fix=") == 1
    assert area_log.preset(visited) == next(stop.village_code for stop in seen.today if stop.village_code != first)
    assert "catat-" not in area_today.today(seen, "id", log="")
    later = [replace(one, stops=one.stops[one.stops["date"] > DAY]) for one in seen.plans]
    resting = Seen(seen.area, tuple(later))
    assert "Hari ini tidak ada rute. Berikutnya:" in area_today.today(resting, "id", log="")
    assert t("web.area.none", "en") in area_today.today(seen_of(area_of(())), "en", log="")


@pytest.mark.parametrize(
    ("days", "words"), [(59, ""), (60, "lebih dari 60"), (75, "lebih dari 75"), (95, "batas waktu sudah lewat")]
)
def test_an_agent_without_result_is_warned_in_words(days: int, words: str) -> None:
    told = area_month.warning(area_of(since=DAY - timedelta(days=days)), "id")
    assert (words in told) if words else told == ""
    assert ("2017" in told) == bool(words)


def test_the_month_counts_to_the_bonus_and_says_what_it_rests_on() -> None:
    near = seen_of(area_of(visits=[(CODES[1], DAY, None, 60, 50, 38, None)]))
    html = area_month.month(near, "id")
    assert "38 dari 50 peserta baru" in html
    assert "Kurang 12 untuk bonus Rp500.000. Sisa 6 hari kerja: sekitar 2 per hari." in html
    assert re.findall('<a href="https://[^>]*>[^<]*keyakinan', html)
    done = seen_of(area_of(visits=[(CODES[1], DAY, None, 60, 50, 50, None)]))
    assert "The bonus is reached: " in area_month.month(done, "en")


def test_follow_ups_lead_to_their_cards() -> None:
    group = (CODES[2], "apbd", 30, date(2026, 7, 1), date(2026, 11, 30))
    html = area_follow_up.follow_up(seen_of(area_of(funded=[group])), "id")
    assert f'href="#desa-{CODES[2]}"' in html
    assert "30 November 2026, 7 hari lagi" in html
    assert t("web.area.follow.none", "en") in area_follow_up.follow_up(seen_of(area_of(())), "en")


@pytest.mark.parametrize("language", ["id", "en"])
def test_all_parts_show_hostile_names_as_text_and_no_other_village(language) -> None:
    rows = tuple(range(len(HOSTILE)))
    made = [(CODES[row], DAY - timedelta(days=1 + row), HOSTILE[row], 3, 2, 1, HOSTILE[-1 - row]) for row in rows]
    seen = seen_of(area_of(rows, visits=made))
    html = "".join(
        (
            area_today.today(seen, language, log="catat-"),
            area_villages.villages(seen, language),
            area_card.cards(seen, language, log="catat-"),
            area_log.log(seen, language),
            area_month.month(seen, language),
            area_follow_up.follow_up(seen, language),
            area_villages.drawing(seen, language),
        )
    )
    assert not re.findall(r"<(?:script|img|svg/)|onmouseover=\"document", html)
    assert [row for row, code in enumerate(CODES) if code in html] == list(rows)


def test_only_visits_that_may_be_corrected_have_a_button() -> None:
    days = [DAY, DAY - timedelta(days=31), DAY - timedelta(days=32)]
    area = area_of(visits=[(CODES[1], day, "--> </style>", 9, None, 2, "Hujan; x") for day in days])
    html = area_card.cards(seen_of(area), "id", log="catat-")
    given = [unescape(one) for one in re.findall('data-fix="([^"]*)"', html)]
    assert [json.loads(one)["replaces"] for one in given] == [1, 2]
    assert not re.findall("[<>]", "".join(given))
    assert json.loads(given[0])["dusun"] == "--> </style>"
    assert 'aria-label="Perbaiki kunjungan 23 November"' in html
    assert "bertemu 9, berminat –, mendaftar 2" in html
    assert "data-fix" not in area_card.cards(seen_of(area), "id", log="")
    uploaded = replace(area, visits=area.visits.assign(number=pd.array([pd.NA] * 3, dtype="Int64")))
    assert "data-fix" not in area_card.cards(seen_of(uploaded), "id", log="catat-")


def sent(office, **changes) -> dict:
    given = {"key": str(uuid4()), "login": "agent", "village": CODES[12], "day": "2026-11-02"}
    return {**given, "met": 9, "interested": 4, "registered": 2, "dusun": "Dusun 1", "obstacle": "Hujan", **changes}


def post(browser, entry, path: str = VISIT, **headers):
    given = {"origin": ORIGIN, "content-type": "application/json", **headers}
    return browser.ask("POST", path, json.dumps(entry).encode(), given)


@pytest.fixture
def own(office):
    with writing(office.engine) as connection:
        ids = dict(connection.execute(sa.select(tables.agents.c.code, tables.agents.c.id)).all())
        for agent, row in (("A-1", 12), ("A-2", 20)):
            given = {"agent_id": ids[agent], "village_code": CODES[row], "from_on": date(2026, 1, 1)}
            connection.execute(sa.insert(tables.assignments).values(given))
    return office


def kept(office) -> list:
    with reading(office.engine) as connection:
        return connection.execute(sa.select(tables.visits)).all()


def test_a_visit_that_is_sent_again_is_kept_once(server, own) -> None:
    browser, entry = own.browser(server, "agent"), sent(own)
    first, again = post(browser, entry), post(browser, entry)
    assert (first.status, again.status) == (200, 200)
    assert json.loads(first.body) == json.loads(again.body)
    assert json.loads(first.body)["kept"] == entry["key"]
    (visit,) = kept(own)
    assert (visit.village_code, visit.met, visit.registered, visit.obstacle) == (CODES[12], 9, 2, "Hujan")
    assert first.headers["cache-control"] == "no-store"


def test_a_correction_that_is_sent_again_changes_the_visit_once(server, own) -> None:
    browser, entry = own.browser(server, "agent"), sent(own, day=today().isoformat(), met=50)
    number = json.loads(post(browser, entry).body)["visit"]
    right = {**entry, "key": str(uuid4()), "met": 5, "village": CODES[20], "replaces": number}
    first, again = post(browser, right), post(browser, right)
    assert (first.status, again.status) == (200, 200)
    assert json.loads(first.body) == json.loads(again.body) == {"kept": right["key"], "visit": number}
    (visit,) = kept(own)
    assert (visit.id, visit.village_code, visit.met, visit.entry_key) == (number, CODES[12], 5, entry["key"])
    with reading(own.engine) as connection:
        changed = sa.select(tables.audit.c.id).where(tables.audit.c.what == "visit.changed")
        assert len(connection.execute(changed).all()) == 1
    unknown = post(browser, {**right, "replaces": number + 1}, f"{VISIT}?lang=en")
    assert (unknown.status, "not among your visits" in json.loads(unknown.body)["error"]) == (400, True)
    assert post(browser, {**right, "replaces": "1"}).status == 400


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"village": CODES[20]}, 400, "is not yours"),
        ({"day": "2099-01-01"}, 400, "has not come yet"),
        ({"day": "0026-11-02"}, 400, "Check the year"),
        ({"obstacle": "Pak Ali 0812-3456-7890"}, 400, "phone"),
        ({"dusun": "3201 0112 3456 7890"}, 400, "identity or phone number"),
        ({"dusun": "a\0b"}, 400, "dusun"),
        ({"met": -1}, 400, "met"),
        ({"met": "9"}, 400, "met"),
        ({"interested": 10}, 400, ""),
        ({"key": "x"}, 400, ""),
        ({"more": 1}, 400, "more"),
        ({"login": "other"}, 401, "session is over"),
    ],
)
def test_a_visit_that_is_not_taken_is_told(server, own, changes, status: int, words: str) -> None:
    answer = post(own.browser(server, "agent"), sent(own, **changes), f"{VISIT}?lang=en")
    assert answer.status == status
    assert words in json.loads(answer.body)["error"]
    assert kept(own) == []


def test_only_the_own_page_of_an_agent_who_is_signed_in_sends_visits(server, own) -> None:
    agent, entry = own.browser(server, "agent"), sent(own)
    assert post(agent, entry, origin="http://elsewhere.example").status == 403
    assert post(agent, entry, **{"content-type": "text/plain"}).status == 403
    assert post(agent, entry, host="elsewhere.example").status == 403
    assert post(own.browser(server), entry).status == 401
    assert post(own.browser(server, "manager"), {**entry, "login": "manager"}).status == 400
    assert agent.get(VISIT).status == 404
    assert agent.ask("POST", VISIT, b"{" * 9000, {"origin": ORIGIN, "content-type": "application/json"}).status == 403
    own.disable("agent")
    assert post(agent, entry).status == 401
    assert kept(own) == []
