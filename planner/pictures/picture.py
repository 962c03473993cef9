"""What a picture of the map shows."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.texts import Language
from planner.choropleth import Style
from planner.provenance import Stamp

NO_FIGURE: Final = -1
"""Class of a village without a figure."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class Shade:
    """One class: how its villages look, and what the legend says.

    Attributes
    ----------
    style
        Colour, line and stripes.
    label
        Words of the legend, with the number of villages; empty for what the legend leaves out.
    """

    style: Style
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class MapPicture:
    """A map and everything that is said beside it; all texts are shown as they are, never read as markup.

    Attributes
    ----------
    outlines
        Outlines of villages that form a coverage, EPSG:4326; a point is drawn as a dot, a missing one not at all. They
        are made lighter when they are drawn.
    classes
        Position in ``shades`` of each village, shape (villages,); ``NO_FIGURE`` has the look of missing figures.
    shades
        The classes in the order of the legend.
    language
        Language of the words.
    bounds
        What must be seen; without it everything that is drawn.
    borders
        Codes of the region of each village, same index as ``outlines``, the lowest level first: a line runs where the
        code changes, thicker at each level (``district_code``, ``regency_code``, ``province_code``).
    numbered
        Marks: longitude, latitude, a short text or none. Each is drawn as a filled circle, small without a text.
    marks_label
        Words of the legend for the marks; empty for none.
    title, subtitle
        Heading of the picture, and what it shows of which region.
    legend_title
        Heading of the legend.
    notes
        Sentences below the legend.
    source
        Where figures and outlines come from, of which date.
    made_on
        Day of the picture.
    stamp
        By which the file is found again.
    """

    outlines: gpd.GeoSeries
    classes: np.ndarray
    shades: tuple[Shade, ...]
    language: Language = "id"
    bounds: Bounds | None = None
    borders: tuple[pd.Series, ...] = ()
    numbered: tuple[tuple[float, float, str], ...] = ()
    marks_label: str = ""
    title: str = ""
    subtitle: str = ""
    legend_title: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    made_on: date | None = None
    stamp: Stamp | None = None
