"""Looks of an OpenDocument spreadsheet: cells, columns, rows, and the printed page (A4, landscape, one page wide).

References
----------
OASIS, OpenDocument 1.3, part 3: 16.27 (data styles), 16.5 (page layouts), 20.338 (scaling to pages).
"""

from collections.abc import Iterable
from typing import Final

from babel.dates import format_date

from geodata.texts import Language
from planner.export.about import About
from planner.export.columns import NUMBER_FORMATS, Kind
from planner.export.markup import element, text
from planner.texts import t

HIGHEST_ROW: Final = 409  # points, as in Excel

_LINE_HEIGHT: Final = 15  # points
_CHARACTER: Final = 0.21  # cm; room for the wider letters of a font that stands in
_BORDER: Final = "0.05pt solid #7f7f7f"
_COUNTRIES: Final[dict[Language, str]] = {"id": "ID", "en": "GB"}
_SHADE: Final = "#dce6f1"


def cell_style(kind: Kind, *, is_estimate: bool) -> str:
    """Return the name of the look of a cell."""
    return f"{kind}{'-estimate' if is_estimate else ''}"


def height_style(lines: int) -> str:
    """Return the name of the look of a row of so many lines."""
    return f"row{min(lines, HIGHEST_ROW // _LINE_HEIGHT)}"


def automatic_styles(widths: Iterable[float], language: Language, *, wraps: bool) -> str:
    """Return the looks of cells, rows and columns; widths in characters, numbers as the language writes them.

    Texts of the list are on one line, or where rows have sentences (``wraps``), on as many as they need.
    """
    return element(
        "office:automatic-styles",
        element("style:style", element("style:table-properties", table__display="true"), **_named("sheet", "table")),
        *(_column_style(width) for width in sorted(set(widths))),
        _row_style("row", 1, may_grow=True),
        _row_style("headings", 6),
        *(_row_style(height_style(count), count) for count in range(1, HIGHEST_ROW // _LINE_HEIGHT + 1)),
        *(_data_style(kind, language) for kind in NUMBER_FORMATS),
        _rupiah_style(language),
        *(_cell_style(kind, is_estimate=guess, wraps=wraps) for kind in NUMBER_FORMATS for guess in (False, True)),
        *_fixed_styles(),
    )


def column(width: float) -> str:
    """Return a column of a table; the width in characters."""
    return element("table:table-column", table__style_name=f"width{width:g}")


def page_styles(about: About) -> str:
    """Return the document of styles: language, printed page, header and footer."""
    language = about.language
    created = format_date(about.created, "d MMMM y", locale=language)
    pages = text(t("export.print.page", language, page="{0}", pages="{1}")).format(
        "<text:page-number>1</text:page-number>", "<text:page-count>1</text:page-count>"
    )
    stamped = "" if about.stamp is None else f"{about.stamp.id} · "
    fingerprint = t("export.print.fingerprint", language, fingerprint=about.fingerprint[:16])
    header = _band("style:header", text(about.title), "", text(t("export.print.italic", language)))
    footer = _band("style:footer", text(f"{about.title}, {created}"), pages, text(stamped + fingerprint))
    return (
        element("office:styles", _default_cell(about))
        + element("office:automatic-styles", _layout())
        + element(
            "office:master-styles",
            element("style:master-page", header, footer, style__name="Default", style__page_layout_name="page"),
        )
    )


def _named(name: str, family: str) -> dict[str, str]:
    master = {"style__master_page_name": "Default"} if family == "table" else {}
    return {"style__name": name, "style__family": family, **master}


def _column_style(width: float) -> str:
    size = element("style:table-column-properties", style__column_width=f"{0.13 + _CHARACTER * width:.2f}cm")
    return element("style:style", size, **_named(f"width{width:g}", "table-column"))


def _row_style(name: str, lines: int, *, may_grow: bool = False) -> str:
    size = element(
        "style:table-row-properties",
        style__row_height=f"{lines * _LINE_HEIGHT}pt",
        style__use_optimal_row_height=str(may_grow).lower(),
    )
    return element("style:style", size, **_named(name, "table-row"))


def _data_style(kind: Kind, language: Language) -> str:
    """Return the number format of a kind, told from that of Excel."""
    shown = NUMBER_FORMATS[kind]
    if shown == "@":
        return element("number:text-style", "<number:text-content/>", style__name=f"shown-{kind}")
    digits = element(
        "number:number",
        number__decimal_places=str(len(shown.partition(".")[2])),
        number__min_decimal_places=str(len(shown.partition(".")[2])),
        number__min_integer_digits="1",
        number__grouping=str("," in shown).lower(),
    )
    spoken = {"number__language": language, "number__country": _COUNTRIES[language]}
    return element("number:number-style", digits, style__name=f"shown-{kind}", **spoken)


def _rupiah_style(language: Language) -> str:
    digits = element(
        "number:number", number__decimal_places="0", number__min_integer_digits="1", number__grouping="true"
    )
    spoken = {"number__language": language, "number__country": _COUNTRIES[language]}
    return element("number:number-style", "<number:text>Rp</number:text>", digits, style__name="shown-rupiah", **spoken)


def _cell_style(kind: Kind, *, is_estimate: bool, wraps: bool) -> str:
    slanted = element("style:text-properties", fo__font_style="italic") if is_estimate else ""
    started = element("style:paragraph-properties", fo__text_align="start", fo__margin_left="0.1cm")
    indent = started if kind in ("text", "word") else ""
    whole = {"fo__wrap_option": "wrap", "style__vertical_align": "top"} if wraps else {}
    return element(
        "style:style",
        element("style:table-cell-properties", **whole),
        indent,
        slanted,
        **_named(cell_style(kind, is_estimate=is_estimate), "table-cell"),
        style__data_style_name=f"shown-{kind}",
    )


def _fixed_styles() -> tuple[str, ...]:
    wrapped = {"fo__wrap_option": "wrap", "style__vertical_align": "top"}
    shaded = {"fo__background_color": _SHADE, "fo__border": _BORDER}
    bold = {"fo__font_weight": "bold"}
    centred = element("style:paragraph-properties", fo__text_align="center")
    return (
        _fixed("heading", {**wrapped, "style__vertical_align": "middle", **shaded}, bold, centred),
        _fixed("title", {}, {**bold, "fo__font_size": "14pt"}),
        _fixed("section", {}, {**bold, "fo__font_size": "12pt"}),
        _fixed("wrapped", wrapped, {}),
        _fixed("whole", {"style__vertical_align": "top"}, {}, shown="count"),
        _fixed("rupiah", {"style__vertical_align": "top"}, {}, shown="rupiah"),
        _fixed("fraction", {"style__vertical_align": "top"}, {}, shown="measure"),
    )


def _fixed(
    name: str, cell: dict[str, str], letters: dict[str, str], paragraph: str = "", *, shown: str = "text"
) -> str:
    return element(
        "style:style",
        element("style:table-cell-properties", **cell),
        paragraph,
        element("style:text-properties", **letters),
        **_named(name, "table-cell"),
        style__data_style_name=f"shown-{shown}",
    )


def _default_cell(about: About) -> str:
    letters = element(
        "style:text-properties",
        fo__language=about.language,
        fo__country=_COUNTRIES[about.language],
        fo__font_family="Calibri, Carlito, Arial, sans-serif",
        fo__font_size="11pt",
    )
    return element("style:default-style", letters, style__family="table-cell")


def _layout() -> str:
    margins = {f"fo__margin_{side}": "1cm" for side in ("left", "right", "top", "bottom")}
    size = {"fo__page_width": "29.7cm", "fo__page_height": "21cm", "style__print_orientation": "landscape"}
    properties = element(
        "style:page-layout-properties", **size, **margins, style__scale_to_X="1", style__scale_to_Y="0"
    )
    room = element("style:header-footer-properties", fo__min_height="0.7cm", fo__margin="0.2cm")
    bands = (element("style:header-style", room), element("style:footer-style", room))
    return element("style:page-layout", properties, *bands, style__name="page")


def _band(tag: str, left: str, centre: str, right: str) -> str:
    regions = zip(("left", "center", "right"), (left, centre, right), strict=True)
    return element(tag, *(element(f"style:region-{side}", element("text:p", words)) for side, words in regions))
