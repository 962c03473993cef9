"""A small layer on a grid, with names that try to break out."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa
from playwright.sync_api import sync_playwright
from streamlit.components.v2 import manifest_scanner

from geodata import schema
from geodata.layer import COLUMNS, make_layer, save
from geodata.paths import Paths
from geodata.provenance import FigureRecord, Origin
from planner.rights import CONSOLE, Principal
from planner.store import schema as tables
from planner.store import sessions
from planner.store.engine import writing
from planner.store.intake import keep
from planner.web import visitor
from planner.web.server import Guard
from tests.store.kept import checked
from tests.web.chromium import Chromium
from tests.web.office import Office, Streamlit, guarded, quick_hashes
from tests.web.pages import opening, page
from tests.web.server import CHROMIUM, LAPTOP, PHONE, served
from tests.web.visit import Visit

HOSTILE = (
    "{{7*7}}{% for x in y %}{# x #}",
    "<img src=x onerror=\"document.title='owned'\">",
    "${document.title='owned'}`'\"\\",
    "</script><script>document.title='owned'</script>",
    "dua\nbaris\tdan\ttab",
    "**tebal** [tautan](javascript:alert(1)) :red[x]",
    "{{ cycler.__init__.__globals__.os.popen('touch owned').read() }}",
    '"onmouseover="document.title=\'owned\'" x="',
    "]]><svg/onload=document.title='owned'>",
    "&lt;script&gt;document.title=&#39;owned&#39;&#x3b;",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
)


RECORDS = {
    schema.POPULATION: FigureRecord(
        "disaggregated", "layer.method.codes", (Origin("Dukcapil <b>", "Penduduk", "Desember 2024", ""),)
    )
}


def grid_layer(columns: int, rows: int) -> gpd.GeoDataFrame:
    """Squares of 0.1 degrees in four regencies; the last has no outline, the first an approximate one."""
    n = columns * rows
    across, up = np.arange(n) % columns, np.arange(n) // columns
    x, y = 103.0 + np.arange(columns + 1) * 0.1, -4.0 + np.arange(rows + 1) * 0.1
    regency = np.array(["16.01", "16.02", "18.01", "18.02"])[np.arange(n) * 4 // n]
    province = np.array([code[:2] for code in regency])
    code = [f"{r}.01.{2001 + i % 7000}" if i < 7000 else f"{r}.02.{2001 + i % 7000}" for i, r in enumerate(regency)]
    eligible = 100 + np.arange(n) * 3
    frame = pd.DataFrame(
        {
            schema.VILLAGE_CODE: code,
            schema.VILLAGE_NAME: [HOSTILE[i] if i < len(HOSTILE) else f"Desa {i}" for i in range(n)],
            schema.VILLAGE_TYPE: "desa",
            schema.DISTRICT_CODE: [c[:8] for c in code],
            schema.DISTRICT_NAME: "Kecamatan {{7*7}}",
            schema.REGENCY_CODE: regency,
            schema.REGENCY_NAME: [f"Kabupaten {r}" for r in regency],
            schema.PROVINCE_CODE: province,
            schema.PROVINCE_NAME: np.where(province == "16", "Sumatera Selatan", "Lampung"),
            schema.OUTLINE: ["approximate"] + ["official"] * (n - 2) + ["merged"],
        }
    )
    counts = {schema.ELIGIBLE: eligible, schema.POPULATION: eligible * 3, schema.ACTIVE_BPU: eligible // 8}
    counts |= {schema.sector_column(sector): eligible * (k + 2) % 97 for k, sector in enumerate(schema.SECTORS)}
    for column, values in counts.items():
        frame[column] = values
        frame[schema.low(column)], frame[schema.high(column)] = values // 2, values * 2
        frame[schema.basis(column)] = "disaggregated"
    for column in (*COLUMNS, "merged_into"):
        if column not in frame:
            frame[column] = None
    squares = shapely.box(x[across], y[up], x[across + 1], y[up + 1])
    squares[-1] = shapely.Polygon()
    frame = frame.assign(**{schema.LONGITUDE: x[across] + 0.05, schema.LATITUDE: y[up] + 0.05})
    return gpd.GeoDataFrame(frame, geometry=squares, crs=schema.CRS_STORED)


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """A page without browser reads what every installed package says of itself; that takes longer than the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def layer() -> gpd.GeoDataFrame:
    return grid_layer(10, 6)


@pytest.fixture(scope="session")
def kept_layer(layer: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer as a file, written once."""
    file = Paths.of(tmp_path_factory.mktemp("layer")).villages
    save(make_layer(layer, RECORDS, {}), file)
    return file


@pytest.fixture
def layer_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: gpd.GeoDataFrame, kept_layer: Path
) -> Callable[[gpd.GeoDataFrame], Path]:
    """Write a frame where the pages look for it."""

    def write(frame: gpd.GeoDataFrame) -> Path:
        monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
        file = Paths.of().villages
        if frame is layer:
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept_layer, file)
        else:
            save(make_layer(frame, RECORDS, {}), file)
        return file

    return write


@pytest.fixture
def open_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page of a target over the embedded default."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))

    return opening(page, "target")


LARGE = grid_layer(30, 20)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("web"), make_layer(LARGE, RECORDS, {"built": "2026-11-22"})) as where:
        yield where


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run this test")
    with sync_playwright() as playwright:
        browser = Chromium(playwright, tmp_path_factory.mktemp("chromium"))
        yield browser
        browser.close()


@pytest.fixture(params=[LAPTOP, PHONE], ids=["laptop", "phone"])
def screen(request: pytest.FixtureRequest) -> dict:
    return request.param


@pytest.fixture
def visit(chromium, address: str, screen: dict) -> Iterator[Visit]:
    with Visit(chromium, address, screen) as opened:
        yield opened


@pytest.fixture
def streamlit() -> Streamlit:
    return Streamlit()


@pytest.fixture
def server(streamlit: Streamlit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guard:
    """The guard before a Streamlit that says yes to everything; there are no records yet."""
    monkeypatch.setenv("PLANNER_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLANNER_DATABASE_URL", raising=False)
    monkeypatch.delenv("PLANNER_PUBLIC_URL", raising=False)
    quick_hashes(monkeypatch)
    return guarded(streamlit)


@pytest.fixture
def office(server: Guard, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def sign(office: Office, monkeypatch: pytest.MonkeyPatch):
    """Say who is in front of the screen; looked up in the records, as the cookie would be."""
    monkeypatch.setattr(visitor, "records", lambda: office.engine)

    def as_whom(login: str) -> Principal:
        token = office.token(login)

        def current() -> Principal:
            found = sessions.principal_of(office.engine, token)
            if found is None:
                raise visitor.SignedOutError("rights.signed_out")
            return found

        monkeypatch.setattr(visitor, "current", current)
        return current()

    return as_whom


@pytest.fixture
def assigned(office: Office, layer: gpd.GeoDataFrame, layer_file) -> gpd.GeoDataFrame:
    """Villages 0, 12 and 13 are of agent A-1, village 20 is of A-2; all have counted participants."""
    layer_file(layer)
    codes = layer[schema.VILLAGE_CODE]
    with writing(office.engine) as connection:
        ids = dict(connection.execute(sa.select(tables.agents.c.code, tables.agents.c.id)).all())
        for agent, row in (("A-1", 0), ("A-1", 12), ("A-1", 13), ("A-2", 20)):
            given = {"agent_id": ids[agent], "village_code": codes.iloc[row], "from_on": date(2026, 1, 1)}
            connection.execute(sa.insert(tables.assignments).values(given))
    counts = pd.DataFrame({"village_code": codes, "month": date(2026, 10, 1), "segment": "BPU"})
    counts = counts.assign(active=[7000 + i for i in range(len(codes))], inactive=1)
    keep(office.engine, checked("participants", counts), "a.xlsx", "a" * 64, by=CONSOLE)
    return layer
