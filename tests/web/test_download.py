import csv
import io

import geopandas as gpd
import openpyxl
import pytest

from geodata import schema
from geodata.layer import make_layer
from planner.measure_catalogue import MEASURES
from planner.web import data
from planner.web.data import st_figures
from planner.web.download import FORMATS, list_file
from planner.web.measures import Ground
from planner.web.outside import outside
from planner.web.village_list import joined
from planner.web.weights_choice import DEFAULT
from tests.planner.priority.test_priority_few import counted, first
from tests.planner.small_plans import around
from tests.web.conftest import HOSTILE

OWN = ("Export number", "Data fingerprint")


def download(frame: gpd.GeoDataFrame, ending: str) -> bytes:
    layer = make_layer(frame, {}, {})
    figures = st_figures(layer.fingerprint, "", layer)
    rows = figures[figures["rank"] > 45]
    stamp, content = list_file(layer, rows, ending, parameters={"region": "16"}, language="id")
    assert (stamp.kind, stamp.format, stamp.smallest) == ("ranking", ending, 5)
    return content


def test_csv_is_sorted_and_safe_to_open_in_a_spreadsheet(layer: gpd.GeoDataFrame) -> None:
    text = download(layer, ".csv").decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[1].startswith("46;")
    assert "'=HYPERLINK" in text
    assert not any(cell.strip('"').startswith(("=", "@")) for line in lines for cell in line.split(";"))


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_can_be_made(layer: gpd.GeoDataFrame, ending: str) -> None:
    assert len(download(layer, ending)) > 100


def test_excel_holds_text_where_the_name_is_a_formula(layer: gpd.GeoDataFrame) -> None:
    book = openpyxl.load_workbook(io.BytesIO(download(layer, ".xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(HOSTILE[-1] in cell.value and cell.data_type == "s" for cell in cells)
    assert layer[schema.VILLAGE_CODE].iloc[0] in {cell.value for cell in cells}


@pytest.mark.parametrize("key", ["gap_workers", "score"])
@pytest.mark.parametrize("sector", ["", "fishery"])
def test_a_count_of_a_few_is_not_told(sector: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole file is the same, its order too."""
    monkeypatch.setattr(data, "_st_surroundings", lambda _fingerprint, _layer: around())
    files = []
    for people in (1, 4):
        layer = counted(people, first())
        ground, measure = Ground(layer, sector, DEFAULT, ""), MEASURES[key]
        values = measure.values(ground, None)
        figures, told = outside(ground, measure, values)
        rows = joined(figures, told, measure).rename(columns=dict(measure.in_files))
        _, content = list_file(layer, rows, ".csv", parameters={}, language="en")
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        files.append([{name: cell for name, cell in line.items() if name not in OWN} for line in lines])
    assert files[0] == files[1]
    (row,) = [row for row in files[0] if row["Kemendagri code"] == first()]
    assert row["Active BPU participants"] == ""
