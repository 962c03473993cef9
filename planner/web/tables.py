"""Tables and links as HTML: every cell is escaped, and on a phone each row stands as a block."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Link:
    """Words that lead to an address.

    Parameters
    ----------
    words
        What is shown.
    address
        Where it leads; anything but http, https and ``?`` (this page with other choices) is shown as words alone.
    after
        What follows the link.
    """

    words: str
    address: str
    after: str = ""

    def html(self) -> str:
        """Return the link with everything escaped."""
        after = escape(f" {self.after}" if self.after else "")
        if not self.address.startswith(("https://", "http://", "?")):
            return f"{escape(self.words)}{after}"
        target = ' target="_self"' if self.address.startswith("?") else ""
        return f'<a href="{escape(self.address)}"{target} rel="noopener noreferrer">{escape(self.words)}</a>{after}'


Cell = str | tuple[Link, ...]


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, caption: str) -> str:
    """Return a table.

    Parameters
    ----------
    headings
        One per column.
    rows
        Cells in the order of the headings, the name of the row first.
    caption
        What the table shows, for screen readers.
    """
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{_row(headings, row)}</tr>" for row in rows)
    return (
        f'<table class="facts"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def folded(summary: str, content: str) -> str:
    """Return HTML that opens when its summary is clicked; the summary is escaped, the content is not."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def paragraph(*sentences: str) -> str:
    """Return sentences as one paragraph, escaped."""
    return f"<p>{escape(' '.join(filter(None, sentences)))}</p>"


def links(addresses: str, notes: str) -> tuple[Link, ...]:
    """Return a link per address, named after its site.

    Parameters
    ----------
    addresses, notes
        Joined by `` | ``; a note follows its link.
    """
    pairs = zip_longest(addresses.split(" | "), notes.split(" | "), fillvalue="")
    return tuple(Link(site(address), address, note) for address, note in pairs if address)


def site(address: str) -> str:
    """Return the name of the site an address leads to; what is no address stays as it is."""
    try:
        return urlsplit(address).netloc.removeprefix("www.") or address
    except ValueError:
        return address


def _row(headings: Sequence[str], row: Sequence[Cell]) -> str:
    first, *others = (_cell(cell) for cell in row)
    told = zip(headings[1:], others, strict=True)
    cells = "".join(f'<td data-label="{escape(heading)}">{cell}</td>' for heading, cell in told)
    return f'<th scope="row">{first}</th>{cells}'


def _cell(cell: Cell) -> str:
    return escape(cell) if isinstance(cell, str) else "<br>".join(link.html() for link in cell)
