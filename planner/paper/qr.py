"""QR codes on paper."""

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """Return a text as a QR code (ISO/IEC 18004, error correction M), an SVG with a quiet zone of two modules."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
