"""What a file is, by its bytes."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers import expat

from geodata.errors import DataError
from geodata.readers.vector.wording import one_line

_CONTENT: Final[Mapping[str, str]] = {
    "geopackage": "SQLite",
    "geojson": "JSON",
    "geoparquet": "Parquet",
    "flatgeobuf": "FlatGeobuf",
    "shapefile": "Shapefile",
    "kml": "XML",
    "geotiff": "TIFF",
    "zip": "ZIP",
}
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"SQLite format 3\0": "SQLite",
    b"PK\x03\x04": "ZIP",
    b"PK\x05\x06": "ZIP",
    b"PAR1": "Parquet",
    b"fgb\x03fgb": "FlatGeobuf",
    b"\x00\x00\x27\x0a": "Shapefile",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"%PDF": "PDF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "Microsoft Office",
}
_FOLLOWS_LINKS = re.compile(rb"<\s*(OGR\w+DataSource|VRTDataset|GDAL_W\w+|GDALTileIndexDataset)", re.IGNORECASE)


def _content(head: bytes) -> str:
    """Name what the first bytes of a file are; empty where they are nothing known."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"<(!doctype\s+)?html", text, re.IGNORECASE):
        return "HTML"
    if text[:1] in {b"<", b"{", b"["}:
        return "XML" if text[:1] == b"<" else "JSON"
    return "CSV" if re.match(rb"[^\x00-\x08\r\n]+[,;\t][^\x00-\x08]+\n", text) else ""


def check_content(shown: PurePosixPath, copy: Path, kind: str) -> None:
    """Refuse a file whose bytes are not what its ending says."""
    with copy.open("rb") as file:
        head = file.read(4096)
    found = _content(head)
    if found in {"XML", "HTML"} and _FOLLOWS_LINKS.search(head):
        raise DataError("vector.follows_links", file=str(shown))
    expected = _CONTENT[kind]
    if found != expected:
        key = "vector.content_other" if found else "vector.content_unknown"
        raise DataError(key, file=str(shown), ending=shown.suffix.lower(), expected=expected, found=found)
    if kind == "kml":
        _check_kml(shown, copy)


def _check_kml(shown: PurePosixPath, copy: Path) -> None:
    """Refuse XML that declares entities or whose root is not kml; stops at the root."""
    roots: list[str] = []
    declared: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: roots.append(name)
    parser.StartDoctypeDeclHandler = lambda name, *_: declared.append(name)
    try:
        with copy.open("rb") as file:
            while not roots and not declared and (chunk := file.read(4096)):
                parser.Parse(chunk)
    except expat.ExpatError as error:
        if not roots and not declared:
            raise DataError("vector.damaged", file=str(shown)) from error
    if declared:
        raise DataError("vector.xml_doctype", file=str(shown))
    root = roots[0].rpartition(":")[2] if roots else ""
    if root != "kml":
        raise DataError(
            "vector.content_other", file=str(shown), ending=".kml", expected="KML", found=f"XML {one_line(root)}"
        )
