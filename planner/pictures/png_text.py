"""Words in a PNG: what it shows and what it was made from, as text chunks (PNG specification, section 11.3.3)."""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

_HEADER: Final = 8 + 25  # signature and IHDR, which stand first in every PNG


def with_text(png: bytes, words: Mapping[str, str]) -> bytes:
    """Return a PNG with texts, uncompressed.

    Parameters
    ----------
    png
        The picture.
    words
        Texts by keyword; a keyword has 1 to 79 ASCII characters.
    """
    chunks = b"".join(_chunk(keyword, text) for keyword, text in words.items())
    return png[:_HEADER] + chunks + png[_HEADER:]


def _chunk(keyword: str, text: str) -> bytes:
    """Return a text chunk: ``tEXt`` for ASCII, which every program reads, else ``iTXt``."""
    kind, content = (
        (b"tEXt", text.encode()) if text.isascii() else (b"iTXt", b"\0\0\0\0" + text.encode())
    )  # of iTXt: uncompressed, language and translated keyword empty
    body = kind + keyword.encode("ascii") + b"\0" + content
    return struct.pack(">I", len(body) - len(kind)) + body + struct.pack(">I", zlib.crc32(body))
