"""Every file of a pack holds the own area only, whatever its villages are called."""

import dataclasses
import datetime as dt
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pyogrio
import pytest
import segno

from geodata.schema import LATITUDE, LONGITUDE, VILLAGE_NAME
from planner.errors import PlanError, PlanMachineError
from planner.export.cells import clean
from planner.field.days import month_plan
from planner.pack import paper
from planner.pack.content import pack_of
from planner.pack.page import html_page
from planner.pack.paper import pdf
from planner.pack.points import gpx, kml
from planner.pack.write import FORMATS, Format, file_name, formats_of, pack_file, write_pack
from planner.stated import stated
from tests.pack import sample
from tests.web.conftest import HOSTILE

GPX = "{http://www.topografix.com/GPX/1/1}"
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def pack():
    return sample.pack()


def titles(pack) -> list[str]:
    return [card.title for card in pack.cards]


def test_no_village_of_others_is_in_any_file(pack) -> None:
    paper_words = json.dumps(
        paper._content(pack), ensure_ascii=False
    )  # in the PDF itself letters are numbers of glyphs
    files = [html_page(pack), paper_words, gpx(pack).decode(), kml(pack).decode()]
    assert pack.days
    for content in files:
        assert not [word for word in sample.foreign_words() if word in content]
        assert all(code in content for code in sample.OWN)


def test_the_home_of_others_is_told_by_nothing(pack) -> None:
    assert pack.home is None
    first = sample.FOREIGN.iloc[0]
    point = f"{first[LATITUDE]:.6f},{first[LONGITUDE]:.6f}"
    assert point not in html_page(pack)


def test_hostile_names_are_text_in_the_page(pack) -> None:
    page = html_page(pack)
    assert page.count("<script") == 2  # data and program; no name opened another one
    assert "<img" not in page
    assert "<svg/onload" not in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert list(data["names"].values()) == titles(pack)
    assert any(clean(HOSTILE[3]) in name for name in data["names"].values())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_hostile_names_are_text_in_points(pack) -> None:
    root = ET.fromstring(gpx(pack))
    assert [point.findtext(f"{GPX}name") for point in root.iter(f"{GPX}wpt")] == titles(pack)
    assert len(list(root.iter(f"{GPX}rte"))) == len(pack.days)
    marks = list(ET.fromstring(kml(pack)).iter(f"{KML}Placemark"))
    assert [mark.findtext(f"{KML}name") for mark in marks] == titles(pack) * 2
    assert not any("<" in mark.findtext(f"{KML}description") for mark in marks)


def test_programs_for_maps_read_the_points(pack, tmp_path: Path) -> None:
    (tmp_path / "a.gpx").write_bytes(gpx(pack))
    (tmp_path / "a.kml").write_bytes(kml(pack))
    waypoints = pyogrio.read_dataframe(tmp_path / "a.gpx", layer="waypoints")
    assert waypoints["name"].tolist() == titles(pack)
    assert waypoints.geometry.y.round(6).tolist() == pack.villages[LATITUDE].round(6).tolist()
    assert len(pyogrio.list_layers(tmp_path / "a.kml")) == 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_paper_is_set_whatever_is_missing_or_long(language: str) -> None:
    layer = sample.LAYER.copy()
    layer.loc[0, VILLAGE_NAME] = "Panjang" * 60
    layer.loc[1, [LONGITUDE, LATITUDE]] = None
    own = sample.area(layer=layer)
    found = pack_of(own, month_plan(own), language)
    content = pdf(found)
    assert content.startswith(b"%PDF-")
    assert content == pdf(found)
    alone = dataclasses.replace(own, villages=own.villages.iloc[:0])
    assert pdf(pack_of(alone, None, language)).startswith(b"%PDF-")
    assert "<html" in html_page(pack_of(alone, None, language))


def test_a_failure_of_the_setter_is_told(pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_TEMPLATE", paper._TEMPLATE.with_name("pack.css"))
    with pytest.raises(PlanMachineError, match="The PDF page could not be set") as caught:
        pdf(pack)
    assert "tidak dapat disusun" in caught.value.text("id")


def test_each_village_has_a_code_that_leads_there(pack) -> None:
    drawn = paper._content(pack)["cards"][0]["qr"]
    row = pack.villages.iloc[0]
    point = f"{row[LATITUDE]:.6f},{row[LONGITUDE]:.6f}"
    out = io.BytesIO()
    segno.make(f"geo:{point}?q={point}", error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False)
    assert drawn == out.getvalue().decode()


def test_villages_have_the_numbers_of_the_list_on_the_map(pack) -> None:
    drawn = ET.fromstring(pack.numbered)
    written = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {str(nth) for nth in range(1, len(pack.cards) + 1)} <= written
    assert not written & set(titles(pack))
    assert paper._content(pack)["map"] == pack.numbered


def test_a_booklet_has_a_number_that_hangs_on_its_content(pack) -> None:
    stamp, content = paper.booklet(pack)
    assert stamp.id.encode() in content
    assert paper.pdf(pack) == content
    other, _ = paper.booklet(dataclasses.replace(pack, warning=""))
    assert (other.asked["agent"], other.id == stamp.id) == ("A-1", False)


def test_words_follow_the_language() -> None:
    ours, english = sample.pack("id"), sample.pack("en")
    assert "Senin, 23 November 2026" in html_page(ours)
    assert "Monday, 23 November 2026" in html_page(english)
    assert 'lang="en"' in html_page(english)
    assert dt.date(2026, 12, 31) in sample.area().follow_ups["due_on"].tolist()
    assert ours.follow_ups[0][1]
    assert ours.warning  # 83 days without a result


def test_files_are_named_after_the_agent_and_written_whole(tmp_path: Path) -> None:
    own = sample.area("A/../1")
    made = write_pack(tmp_path, own, None, formats=("html", "gpx"), language="id")
    paths = [path for _, path in made]
    assert [path.name for path in paths] == ["A%2F..%2F1.html", "A%2F..%2F1.gpx"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert (made[1][0], paths[1].read_bytes()) == pack_file(own, None, "gpx", language="id")
    assert len(paths[0].read_bytes()) < 400_000


@pytest.mark.parametrize("ending", FORMATS)
def test_every_file_names_its_export(tmp_path: Path, ending: Format) -> None:
    ((stamp, path),) = write_pack(tmp_path, sample.area(), None, formats=(ending,), language="id")
    if ending != "pdf":  # its text is packed
        assert stated(path).numbers == (stamp.id,)
    again, _ = pack_file(sample.area(), None, ending, language="id")
    other, _ = pack_file(sample.area("B-2"), None, ending, language="id")
    assert again.id == stamp.id != other.id


def test_formats_are_named_or_refused() -> None:
    assert formats_of(" PDF, html ") == ("html", "pdf")
    assert file_name("A-1", "kml") == "A-1.kml"
    with pytest.raises(PlanError, match="Format docx is not known") as caught:
        formats_of("docx")
    assert ", ".join(FORMATS) in caught.value.text("id")
