"""How a map program colours the villages: a style of QGIS (QML) and the same for others (SLD).

Both hold colours, numbers, names of columns and words of our own catalogue. Nothing from the data comes in, so no name
of a village or agent can become an expression of QGIS, which would run. The tip of the map is our own for that reason.

References
----------
OGC 02-070, Styled Layer Descriptor 1.0.0; OGC 02-059, Filter Encoding 1.0.0.
"""

from typing import Final

from geodata.schema import VILLAGE_NAME
from geodata.texts import Language
from planner.coverage import GAP
from planner.export.classes import PLAIN, Band
from planner.export.columns import Column
from planner.export.markup import DECLARATION, element, text
from planner.texts import t

NAME: Final = "gap"

# Without a tip of its own QGIS shows the name of a village as HTML; this one shows its letters.
_TIP: Final = f"""[% replace(replace("{VILLAGE_NAME}", '&', '&amp;'), '<', '&lt;') %]"""
_LINE: Final = "#ffffff"
_LINE_MM: Final = 0.1
_NO_FIGURE_LINE: Final = "#7a828a"


def qml(bands: tuple[Band, ...], columns: tuple[Column, ...], language: Language) -> str:
    """Return the style of QGIS: graduated by uncovered workers, with the words of a legend and headings of columns.

    Parameters
    ----------
    bands
        The classes; at least one.
    columns
        The columns of the layer.
    language
        Language of legend and headings.
    """
    ranges = (
        element(
            "range",
            lower=f"{b.low:.1f}",
            upper=f"{b.high:.1f}",
            symbol=str(b.step),
            label=b.told(language),
            render="true",
        )
        for b in bands
    )
    symbols = (_symbol(str(band.step), band.fill) for band in bands)
    renderer = element(
        "renderer-v2",
        element("ranges", *ranges),
        element("symbols", *symbols),
        element("source-symbol", _symbol("0", bands[-1].fill)),
        element("rotation"),
        element("sizescale"),
        attr=GAP,
        type="graduatedSymbol",
        graduatedMethod="GraduatedColor",
        symbollevels="0",
        forceraster="0",
        enableorderby="0",
    )
    headings = (element("alias", field=column.name, name=column.heading(language)) for column in columns)
    tip = element("mapTip", text(_TIP)) if any(column.name == VILLAGE_NAME for column in columns) else ""
    parts = (renderer, element("aliases", *headings), tip, element("layerGeometryType", "2"))
    return "<!DOCTYPE qgis>\n" + element("qgis", *parts, version="3.22.0", styleCategories="Symbology|Fields|MapTips")


def sld(bands: tuple[Band, ...], layer: str, language: Language) -> str:
    """Return the style for other programs; villages without a figure are drawn, and told in the legend.

    Parameters
    ----------
    bands
        The classes; at least one.
    layer
        Name of the layer.
    language
        Language of the legend.
    """
    nothing = element("ogc:PropertyIsNull", _property())
    rules = [_rule(band.told(language), _between(band), band.fill, _LINE) for band in bands]
    rules.append(_rule(t("export.map.no_figure", language), nothing, PLAIN, _NO_FIGURE_LINE))
    style = element("UserStyle", element("Name", NAME), element("FeatureTypeStyle", *rules))
    named = element("NamedLayer", element("Name", text(layer)), style)
    names = {"xmlns": "http://www.opengis.net/sld", "xmlns__ogc": "http://www.opengis.net/ogc"}
    return DECLARATION + element("StyledLayerDescriptor", named, version="1.0.0", **names)


def _symbol(name: str, fill: str) -> str:
    options = {
        "color": _rgba(fill),
        "outline_color": _rgba(_LINE),
        "outline_style": "solid",
        "outline_width": str(_LINE_MM),
        "outline_width_unit": "MM",
        "style": "solid",
    }
    told = (element("Option", type="QString", name=key, value=value) for key, value in options.items())
    simple = {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"}
    layer = element("layer", element("Option", *told, type="Map"), **simple)
    return element("symbol", layer, type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0")


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"


def _property() -> str:
    return element("ogc:PropertyName", GAP)


def _between(band: Band) -> str:
    lower, upper = (element("ogc:Literal", str(end)) for end in (band.low, band.high))
    ends = element("ogc:LowerBoundary", lower) + element("ogc:UpperBoundary", upper)
    return element("ogc:PropertyIsBetween", _property(), ends)


def _rule(title: str, condition: str, fill: str, line: str) -> str:
    colour = element("Fill", element("CssParameter", fill, name="fill"))
    border = element(
        "Stroke", element("CssParameter", line, name="stroke"), element("CssParameter", "0.4", name="stroke-width")
    )
    words = element("Name", text(title)) + element("Title", text(title))
    return element("Rule", words, element("ogc:Filter", condition), element("PolygonSymbolizer", colour, border))
