"""Bars as HTML: words and figures beside every bar, widths as parts of the longest; they need no script and print."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

Look = Literal["first", "second"]
"""Filled, or striped: colour is never the only difference."""


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    value
        Its length; zero or more.
    words
        What stands behind it.
    look
        Which series it belongs to.
    """

    value: float
    words: str
    look: Look = "first"


def bars(title: str, rows: Sequence[tuple[str, Sequence[Bar]]], *, series: dict[Look, str]) -> str:
    """Return a chart of horizontal bars, everything escaped.

    Parameters
    ----------
    title
        What it shows.
    rows
        Name and bars of each row, in order.
    series
        Names of the looks that occur, for the legend; read out before each figure.
    """
    longest = max((bar.value for _, row in rows for bar in row), default=0)
    legend = "".join(f'<span><i class="bar {look}"></i>{escape(name)}</span>' for look, name in series.items())
    items = "".join(
        f'<li><span class="bar-name">{escape(name)}</span><span class="bar-lines">'
        f"{''.join(_line(bar, longest, series) for bar in row)}</span></li>"
        for name, row in rows
    )
    return (
        f'<figure class="bars"><figcaption>{escape(title)}</figcaption>'
        f'<p class="bars-legend">{legend}</p><ul>{items}</ul></figure>'
    )


def _line(bar: Bar, longest: float, series: dict[Look, str]) -> str:
    part = bar.value / longest if longest else 0.0
    width = f"width:calc((100% - var(--words)) * {part:.4f})"
    drawn = f'<i class="bar {bar.look}" style="{width}"></i>' if bar.value else ""
    said = f'<span class="unseen">{escape(series[bar.look])}: </span>' if bar.look in series else ""
    return f'<span class="bar-line">{drawn}<span>{said}{escape(bar.words)}</span></span>'
