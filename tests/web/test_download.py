import io

import geopandas as gpd
import openpyxl
import pytest

from geodata import schema
from geodata.layer import make_layer
from planner.web.data import st_figures
from planner.web.download import FORMATS, list_file
from tests.web.conftest import HOSTILE


def download(frame: gpd.GeoDataFrame, ending: str) -> bytes:
    layer = make_layer(frame, {}, {})
    figures = st_figures(layer.fingerprint, "", layer)
    return list_file(layer, figures[figures["rank"] > 45], ending, parameters={"region": "16"}, language="id")


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
