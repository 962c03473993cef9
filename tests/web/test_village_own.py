"""Own criteria of the office on the card of a village: as text, with unit, source and date."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geodata.layer import make_layer, save
from geodata.paths import Paths
from planner.rights import CONSOLE, Principal
from planner.store.engine import VARIABLE, connect
from planner.store.intake import keep
from planner.store.migrate import upgrade
from planner.web import visitor
from tests.store.kept import checked
from tests.web.conftest import HOSTILE, RECORDS, grid_layer
from tests.web.pages import opening, page, words

CODE, OTHER = "16.01.01.2014", "16.01.01.2001"


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The card of a village for somebody of the office that has uploaded one criterion."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    save(make_layer(grid_layer(10, 6), RECORDS, {}), Paths.of().villages)
    engine = connect(None, Paths.of().records)
    upgrade(engine)
    row = {"criterion": HOSTILE[1], "value": 12.5, "unit": "km", "source": HOSTILE[3], "date": date(2026, 10, 2)}
    keep(engine, checked("criteria", pd.DataFrame([{"village_code": CODE, **row}])), "a.xlsx", "a" * 64, by=CONSOLE)
    monkeypatch.setattr(visitor, "records", lambda: engine)
    monkeypatch.setattr(visitor, "current", lambda: Principal(1, "ana", "Ana", "planner"))
    yield opening(page, "village", str(tmp_path))
    engine.dispose()


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("id", "Kriteria sendiri dari kantor", ("12,5", "2 Oktober 2026")),
        ("en", "Own criteria", ("12.5", "2 October 2026")),
    ],
)
def test_an_own_criterion_stands_on_the_card_of_its_village_only(card, language: str, title: str, told) -> None:
    content = words(card(lang=language, desa=CODE))
    assert all(word in content for word in (title, *told, "&lt;"))
    assert HOSTILE[1] not in content
    assert title not in words(card(lang=language, desa=OTHER))
