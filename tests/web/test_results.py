"""Own rates on the page of a target, and promised against delivered on the card of a village."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from geodata.layer import load, make_layer, save
from geodata.paths import Paths
from planner.rights import Principal
from planner.store.engine import VARIABLE, connect
from planner.store.migrate import upgrade
from planner.web import visitor
from tests.store import happened
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.pages import opening, page, words

CODE = "16.01.01.2014"
PEERS = tuple(f"16.01.01.{2001 + i}" for i in range(1, 8))
DELIVERED = "Launch: promised and delivered"
OWN = "Rates from own results"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    save(make_layer(grid_layer(10, 6), RECORDS, {}), Paths.of().villages)
    return tmp_path


@pytest.fixture
def records(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    engine = connect(None, Paths.of(folder).records)
    upgrade(engine)
    monkeypatch.setattr(visitor, "records", lambda: engine)
    monkeypatch.setattr(visitor, "current", lambda: Principal(1, "ana", "Ana", "planner"))
    yield engine
    engine.dispose()


@pytest.fixture
def open_target(folder: Path) -> Callable[..., AppTest]:
    return opening(page, "target")


@pytest.fixture
def open_village(folder: Path) -> Callable[..., AppTest]:
    return opening(page, "village", str(folder))


def test_without_records_the_pages_are_as_before(open_target, open_village) -> None:
    for app in (open_target(lang="en", hasil="sendiri"), open_village(lang="en", desa=CODE, hasil="sendiri")):
        content = words(app)
        assert OWN not in content
        assert DELIVERED not in content
        assert "wn results" not in content
        assert "hasil" not in [choice.key for choice in app.get("button_group")]


def test_empty_records_offer_no_switch(open_target, records) -> None:
    app = open_target(lang="en")
    assert "There are no own results yet" in words(app)
    assert "hasil" not in [choice.key for choice in app.get("button_group")]


def test_own_rates_stand_beside_the_published_ones_and_can_be_used(open_target, records) -> None:
    happened.fill(records, CODE, PEERS)
    app = open_target(lang="en", sekarang="0", sasaran="50")
    before = words(app)
    assert OWN in before
    assert "30 of 60 people" in before
    assert "own results: 1 visits in 1 villages" in before
    assert "The plan on this page uses the published figures" in before
    (switch,) = (choice for choice in app.get("button_group") if choice.key == "hasil")
    switch.set_value("sendiri").run()
    after = words(app)
    assert dict(app.query_params)["hasil"] == "sendiri"
    assert "The plan on this page uses own results" in after
    assert "Own results: 1 launched villages" in after
    assert "Own results: 1 launched villages" not in before


def test_the_card_of_a_launched_village_tells_what_became_of_the_promise(open_village, records) -> None:
    happened.fill(records, CODE, PEERS, plan=HOSTILE[3])
    content = words(open_village(lang="en", desa=CODE, hasil="sendiri"))
    assert DELIVERED in content
    assert "expected 240 registrations (30 to 630)" in content
    assert "&lt;/script&gt;&lt;script&gt;" in content
    assert HOSTILE[3] not in content
    assert "unknown" in content.split(DELIVERED)[-1]
    assert "The launch estimate above uses own results: 1 visits" in content
    other = words(open_village(lang="en", desa=PEERS[0]))
    assert DELIVERED not in other
    assert "uses own results" not in other


def test_both_languages(open_village, records) -> None:
    happened.fill(records, CODE, PEERS)
    content = words(open_village(desa=CODE))
    assert "Janji dan hasil pencanangan" in content
    assert "Bulan tanpa hitungan tetap tidak diketahui" in content


def test_who_may_not_see_all_villages_sees_no_results(open_target, records, monkeypatch: pytest.MonkeyPatch) -> None:
    happened.fill(records, CODE, PEERS)
    monkeypatch.setattr(visitor, "current", lambda: Principal(7, "agen", "Agen", "agent", 1))
    assert OWN not in words(open_target(lang="en"))


def test_what_is_written_down_is_seen_at_once(open_target, records) -> None:
    assert "There are no own results yet" in words(open_target(lang="en"))
    happened.fill(records, CODE, PEERS)
    assert "30 of 60 people" in words(open_target(lang="en"))
    assert load(Paths.of().villages).frame["village_code"].isin([CODE]).any()
