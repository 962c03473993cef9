"""What a chart of the boards shows, and a chart that is drawn."""

from dataclasses import dataclass

from planner.web.chart_looks import Look


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    value
        Its length; zero or more.
    words
        Short words behind it, such as the figure; some 20 letters have room on a phone.
    look
        Which series it belongs to.
    mark
        Where a stroke crosses the bar, such as a target; on the same scale.
    """

    value: float
    words: str
    look: Look = "first"
    mark: float | None = None


@dataclass(frozen=True)
class Row:
    """One or more bars below one name, with a note below the name, such as date and base."""

    name: str
    bars: tuple[Bar, ...]
    note: str = ""


@dataclass(frozen=True)
class Point:
    """One point of a line: where it stands across and up, and the figure as words."""

    at: float
    value: float
    words: str


@dataclass(frozen=True)
class Line:
    """Points that may be compared with each other, in order; a single one stands alone."""

    name: str
    points: tuple[Point, ...]
    look: Look = "first"


@dataclass(frozen=True)
class Drawing:
    """A chart before it is put on a page.

    Attributes
    ----------
    title, description
        What it shows; what it says, for those who do not see it.
    svg
        The picture; fills whatever it is put in.
    height
        Pixels it needs.
    legend
        Sign and name of each series: SVG and words.
    """

    title: str
    description: str
    svg: str
    height: int
    legend: tuple[tuple[str, str], ...]
