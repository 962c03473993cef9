"""The package of an OpenDocument spreadsheet: what lies in the zip beside the tables.

Every date in it is that of the list, so that the same list gives the same bytes.

References
----------
OASIS, OpenDocument 1.3, part 2 (packages).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from planner.export.about import About, as_json
from planner.export.map_marks import PROGRAM
from planner.export.markup import DECLARATION, element, text

MIME: Final = "application/vnd.oasis.opendocument.spreadsheet"

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES: Final = " ".join(
    (
        *(
            f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
            for prefix, name in {
                "office": "office",
                "style": "style",
                "text": "text",
                "table": "table",
                "number": "datastyle",
                "meta": "meta",
                "config": "config",
                "fo": "xsl-fo-compatible",
            }.items()
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'office:version="1.3"',
    )
)
_PARTS: Final = ("content.xml", "styles.xml", "meta.xml", "settings.xml")


class Package:
    """A spreadsheet being written, part by part."""

    def __init__(self, path: Path, about: About) -> None:
        """Begin with what a reader looks for first, and with the small parts."""
        self._about = about
        self._archive = ZipFile(path, "w")
        self._archive.writestr(self._info("mimetype", ZIP_STORED), MIME)
        self._archive.writestr(self._info("META-INF/manifest.xml"), DECLARATION + _manifest())
        with self.part("meta.xml") as file:
            file.write(_meta(about))

    @contextmanager
    def part(self, name: str, *, is_large: bool = False) -> Iterator[TextIO]:
        """Give one of the documents to write its content into."""
        kind = name.removesuffix(".xml")
        with (
            self._archive.open(self._info(name), "w", force_zip64=is_large) as raw,
            TextIOWrapper(raw, encoding="utf-8", newline="\n") as file,
        ):
            file.write(f"{DECLARATION}<office:document-{kind} {_NAMESPACES}>")
            yield file
            file.write(f"</office:document-{kind}>")

    def close(self) -> None:
        """Write the table of contents."""
        self._archive.close()

    def _info(self, name: str, method: int = ZIP_DEFLATED) -> ZipInfo:
        day = self._about.created
        info = ZipInfo(name, (max(1980, day.year), day.month, day.day, 0, 0, 0))
        info.compress_type = method
        info.external_attr = 0o644 << 16
        return info


def _manifest() -> str:
    entries = {"/": MIME} | dict.fromkeys(_PARTS, "text/xml")
    listed = (
        element("manifest:file-entry", manifest__full_path=path, manifest__media_type=kind)
        for path, kind in entries.items()
    )
    names = {"xmlns__manifest": f"{_OASIS}:manifest:1.0", "manifest__version": "1.3"}
    return element("manifest:manifest", *listed, **names)


def _meta(about: About) -> str:
    """Return title, date, number of the export, and everything the file says about itself."""
    created = f"{about.created.isoformat()}T00:00:00"
    keyword = "" if about.stamp is None else element("meta:keyword", text(about.stamp.id))
    dates = element("meta:creation-date", created) + element("dc:date", created)
    said = element("meta:user-defined", text(as_json(about)), meta__name="about")
    named = element("dc:title", text(about.title)) + element("dc:language", about.language)
    return element("office:meta", element("meta:generator", PROGRAM), named, dates, keyword, said)
