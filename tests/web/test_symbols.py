import base64
import json
import re
from xml.etree import ElementTree as ET

from planner.web.symbols import MARKS, PLACES, image, script

EVERY = {**MARKS, **PLACES}


def test_the_browser_gets_the_shapes_of_the_legend() -> None:
    sent = json.loads(script().removeprefix("window.VillageSymbols = ").rstrip(";\n"))
    assert list(sent["marks"]) == list(MARKS)
    assert list(sent["places"]) == list(PLACES)
    for kind, symbol in EVERY.items():
        svg = base64.b64decode(image(symbol).split("base64,")[1].split('"')[0])
        paths = [path.get("d") for path in ET.fromstring(svg)]
        drawn = (sent["marks"] | sent["places"])[kind]
        assert paths == [drawn["shape"], *([drawn["sign"]] if drawn["sign"] else [])]
        assert re.fullmatch(r"[MmHhVvLlAaZz0-9 .\-]+", drawn["shape"])


def test_every_kind_has_a_shape_of_its_own() -> None:
    shapes = [symbol.shape for symbol in EVERY.values()]
    assert len(set(shapes)) == len(shapes)


def test_symbols_stand_out_from_their_white_rim() -> None:
    for symbol in EVERY.values():
        red, green, blue = (int(symbol.colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.45
