"""XML as text, piece by piece: a file of any size needs no tree in memory."""

from functools import cache, lru_cache
from typing import Final
from xml.sax.saxutils import escape

from planner.export.cells import clean

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@lru_cache(maxsize=50_000)
def text(value: str) -> str:
    """Return a text as it stands between tags or within quotation marks: no markup, nothing XML cannot hold."""
    return escape(clean(value), {'"': "&quot;"})


def element(tag: str, *content: str, **attributes: str) -> str:
    """Return an element.

    Parameters
    ----------
    tag
        Its name.
    content
        Markup within it, in order; what is no markup goes through `text` before.
    attributes
        Their values are texts. In their names ``__`` stands for a colon; a name with a colon has a hyphen for ``_``.
    """
    opened = tag + "".join(f' {_name(name)}="{text(value)}"' for name, value in attributes.items())
    return f"<{opened}>{''.join(content)}</{tag}>" if content else f"<{opened}/>"


@cache
def _name(attribute: str) -> str:
    prefix, colon, name = attribute.partition("__")
    return f"{prefix}:{name.replace('_', '-')}" if colon else prefix


def texts(**values: str) -> str:
    """Return one element for each text, in order."""
    return "".join(element(tag, text(value)) for tag, value in values.items())
