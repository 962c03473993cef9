"""The picture of a measure: classes, colours and words of the page, with title, region, sources and date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import schema
from geodata.layer import VillageLayer
from geodata.texts import Language
from planner.choropleth import HIDDEN, Style, styles
from planner.classification import Cut
from planner.errors import PlanError
from planner.map_legend import legend_of
from planner.measure_colours import colours_of
from planner.measures import Measure
from planner.pictures.origins import sources_line
from planner.pictures.picture import Bounds, MapPicture, Shade
from planner.provenance import Stamp
from planner.shielding import few_notes
from planner.texts import t

OUTSIDE: Final = Style("#ffffff", "#c4ccd2")
"""Look of what is not shown: a grey print tells it from the lightest class."""

_MOST_NAMES: Final = 6
_MARGIN_DEG: Final = 0.02  # around a village that has a point alone


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a measure is shown.

    Attributes
    ----------
    villages
        Whether each village is shown, in the order of the layer; others are pale.
    cut
        How figures are cut into classes.
    regions
        Codes of the regions that are shown; none for all.
    sector
        Sector whose workers count; empty for all.
    filter
        Figures that are let through, in words; empty for all.
    chosen
        Codes of the villages of a plan, which are marked.
    plan
        Name of the plan; empty without one.
    """

    villages: "pd.Series[bool]"
    cut: Cut
    regions: Sequence[str] = ()
    sector: str = ""
    filter: str = ""
    chosen: Collection[str] = ()
    plan: str = ""


def measure_picture(
    layer: VillageLayer, measure: Measure, values: pd.DataFrame, shown: Shown, *, language: Language, stamp: Stamp
) -> MapPicture:
    """Return the picture of a measure.

    Parameters
    ----------
    layer
        The village layer with what was counted.
    measure
        What the map is coloured by.
    values
        Its figures in the order of the layer, see `planner.measures.Values`; worked out from
        `planner.shielding.shielded`, so that neither colours nor bounds of classes tell a count of a few people.
    shown
        Which villages are shown, and how.
    language
        Language of the words.
    stamp
        By which the file is found again; its day is that of the picture.

    Raises
    ------
    PlanError
        If no village is shown that has an outline or a point.
    """
    frame, inside = layer.frame, layer.frame[shown.villages]
    outlines = _outlines(frame)
    colours = colours_of(measure, values, shown.villages, shown.cut)
    legend = legend_of(colours, measure, shown.cut, language, approximate=False, smallest=stamp.smallest)
    words = {entry.look: entry.words for entry in legend.entries} | {HIDDEN: t("pictures.outside", language)}
    looks = [look for look in words if look in colours.classes or look != HIDDEN]
    looks += sorted(set(colours.classes) - set(looks))
    known = styles() | {HIDDEN: OUTSIDE}
    marks = _marks(frame, outlines, shown.chosen)
    rough = [t("pictures.approximate", language)] if (inside[schema.OUTLINE] == "approximate").any() else []
    return MapPicture(
        outlines=outlines,
        classes=np.array([looks.index(character) for character in colours.classes]),
        shades=tuple(Shade(known[look], words.get(look, "")) for look in looks),
        language=language,
        bounds=_bounds(outlines[shown.villages]),
        borders=_borders(frame, shown.villages),
        numbered=marks,
        marks_label=t("pictures.chosen", language, villages=len(marks), plan=shown.plan) if marks else "",
        title=measure.called(language),
        subtitle=_subtitle(inside, shown, language),
        legend_title=legend.title,
        notes=(measure.explained(language), *legend.notes, *rough, *few_notes(layer, stamp.smallest, language)),
        source=sources_line(layer, measure, shown.sector, villages=inside, language=language),
        made_on=stamp.made_on,
        stamp=stamp,
    )


def _outlines(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return outlines, and the point of each village that has none."""
    shapes = frame.geometry.to_numpy().copy()
    east, north = (frame[name].to_numpy(np.float64, na_value=np.nan) for name in (schema.LONGITUDE, schema.LATITUDE))
    bare = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & np.isfinite(east) & np.isfinite(north)
    shapes[bare] = shapely.points(east[bare], north[bare])
    return gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)


def _bounds(outlines: gpd.GeoSeries) -> Bounds:
    west, south, east, north = outlines.total_bounds
    if not np.isfinite(west):
        raise PlanError("pictures.nothing_shown")
    margin = _MARGIN_DEG if max(east - west, north - south) < _MARGIN_DEG else 0.0
    return (float(west) - margin, float(south) - margin, float(east) + margin, float(north) + margin)


def _borders(frame: gpd.GeoDataFrame, shown: "pd.Series[bool]") -> tuple[pd.Series, ...]:
    """Return the levels whose borders are drawn: in a single regency its districts, too."""
    higher = (frame[schema.REGENCY_CODE], frame[schema.PROVINCE_CODE])
    if len(set(higher[0][shown])) > 1:
        return higher
    return (frame[schema.DISTRICT_CODE].where(shown, higher[0]), *higher)


def _marks(
    frame: gpd.GeoDataFrame, outlines: gpd.GeoSeries, chosen: Collection[str]
) -> tuple[tuple[float, float, str], ...]:
    """Return a mark without a text inside each chosen village that has a place."""
    places = outlines[frame[schema.VILLAGE_CODE].isin(chosen)].representative_point()
    known = places[~(places.isna() | places.is_empty)]
    return tuple((float(east), float(north), "") for east, north in zip(known.x, known.y, strict=True))


def _subtitle(inside: gpd.GeoDataFrame, shown: Shown, language: Language) -> str:
    """Say which regions are shown, which sector counts, and which filter holds."""
    levels = ((schema.PROVINCE_CODE, schema.PROVINCE_NAME), (schema.REGENCY_CODE, schema.REGENCY_NAME))
    names = {
        str(code): str(name)
        for code_column, name_column in levels
        for code, name in zip(inside[code_column], inside[name_column], strict=True)
    }
    codes = list(shown.regions) or sorted(set(inside[schema.PROVINCE_CODE]))
    listed = ", ".join(names.get(code, code) for code in codes)
    regions = listed if len(codes) <= _MOST_NAMES else t("pictures.regions", language, count=len(codes))
    parts = [regions, t(f"web.sector.{shown.sector or 'all'}", language)]
    if shown.filter:
        parts.append(t("pictures.filter", language, filter=shown.filter))
    return " · ".join(parts)
