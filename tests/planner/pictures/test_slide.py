"""A picture as a file: every ending, its number in it, the same again, no word lost, hostile words inert."""

import json
import struct
import zlib
from datetime import date
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.choropleth import styles
from planner.errors import PlanError
from planner.pictures import ENDINGS, MapPicture, Shade, picture_file
from planner.pictures.png_text import with_text
from planner.provenance import PATTERN, Stamp
from tests.web.conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
STAMP = Stamp("map", ".png", "id", date(2026, 11, 23), "a" * 16)


def picture(**changes):
    given = {
        "outlines": gpd.GeoSeries([shapely.box(103, -4, 103.1, -3.9), shapely.box(103.1, -4, 103.2, -3.9)], crs=4326),
        "classes": np.array([0, 1]),
        "shades": (Shade(styles()["5"], "1–2 pekerja (1 desa)"), Shade(styles()["9"], "3–4 pekerja (1 desa)")),
        "title": "Pekerja belum terlindungi",
        "subtitle": "Lampung",
        "legend_title": "Pekerja, per desa",
        "notes": ("Makin gelap, makin tinggi angkanya.",),
        "source": "Sumber angka: BPS (2024).",
        "made_on": date(2026, 11, 23),
        "stamp": STAMP,
    }
    return MapPicture(**given | changes)


def chunks(png):
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + length


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_number_stands_in_the_file_and_the_same_picture_is_the_same_file(ending):
    content = picture_file(picture(), ending, language="id")
    assert STAMP.id in PATTERN.findall(content.decode("latin-1"))
    assert content == picture_file(picture(), ending, language="id")


def test_a_slide_is_16_to_9_with_its_words_in_the_png():
    png = picture_file(picture(), ".png", language="id")
    kinds = [kind for kind, _ in chunks(png)]
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    assert struct.unpack(">II", png[16:24]) == (1920, 1080)
    texts = dict(body.split(b"\0", 1) for kind, body in chunks(png) if kind == b"tEXt")
    assert texts[b"Export"].decode() == STAMP.id
    assert json.loads(texts[b"About"]) == STAMP.record()
    assert texts[b"Source"] == b"Sumber angka: BPS (2024)."


def test_a_text_that_is_not_ascii_is_marked_as_utf_8():
    png = with_text(picture_file(picture(stamp=None), ".png", language="en"), {"Title": "Désa – <b>"})
    assert b"Title\0\0\0\0\0" + "Désa – <b>".encode() in [body for kind, body in chunks(png) if kind == b"iTXt"]


@pytest.mark.parametrize(("language", "day"), [("id", "Dibuat 1 Agustus 2026."), ("en", "Made on 1 August 2026.")])
def test_the_svg_holds_all_words_as_text_and_no_image(language, day):
    root = ET.fromstring(picture_file(picture(made_on=date(2026, 8, 1)), ".svg", language=language))
    told = root.find(f"{SVG}desc").text
    assert root.find(f"{SVG}title").text == "Pekerja belum terlindungi"
    for words in ("Lampung", "1–2 pekerja (1 desa)", "Makin gelap", "BPS (2024)", day.rstrip("."), STAMP.id):
        assert words in told
    assert not list(root.iter(f"{SVG}image"))
    assert len(list(root.iter(f"{SVG}svg"))) == 4  # the slide, the map, two looks of the legend
    names = [one.get("id") for one in root.iter(f"{SVG}pattern")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("words", [*HOSTILE, '#import "x" $x$ *a* _b_ `c` @d <e>', "a\x00b\x0bc\ud800d"], ids=ascii)
def test_hostile_words_are_words(words):
    changes = {
        "title": words, "subtitle": words, "legend_title": words, "notes": (words,), "source": words,
        "shades": (Shade(styles()["0"], words), Shade(styles()["."], words)), "marks_label": words,
        "numbered": ((103.05, -3.95, words),),
    }  # fmt: skip
    root = ET.fromstring(picture_file(picture(**changes), ".svg", language="id"))
    assert {one.tag.removeprefix(SVG) for one in root.iter()}.isdisjoint({"script", "image", "img", "foreignObject"})
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    assert not [one for one in root.iter() if "javascript:" in one.get("href", "")]
    assert picture_file(picture(**changes), ".pdf", language="en").startswith(b"%PDF")


def test_long_words_get_smaller_and_are_not_cut():
    long = "Rentang angka yang panjang sekali untuk satu kelas " * 3
    changes = {"notes": (long * 6,), "title": long * 2, "source": long * 4, "subtitle": "x" * 300}
    root = ET.fromstring(picture_file(picture(**changes), ".svg", language="id"))
    assert root.get("viewBox") == "0 0 960 540"  # one page
    assert long.strip() in root.find(f"{SVG}desc").text


def test_an_unknown_ending_is_refused():
    with pytest.raises(PlanError, match=r"\.gif is not known. Use one of: \.png, \.svg, \.pdf") as refused:
        picture_file(picture(), ".gif", language="id")
    assert "tidak dikenal" in refused.value.text("id")
