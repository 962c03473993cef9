"""The own villages of an agent: the place of the map, and the list."""

from datetime import date
from html import escape
from typing import Any, Final

import pandas as pd

from geodata import schema
from geodata.texts import Language, number
from planner.coverage import GAP
from planner.field.area_svg import area_svg
from planner.field.own_area import LAST_VISIT_ON
from planner.texts import t
from planner.web import area_parts as parts
from planner.web.area_data import Seen
from planner.web.tables import paragraph

VIEW: Final = "desa"
_COLUMNS: Final = (schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.DISTRICT_NAME, GAP, LAST_VISIT_ON)
MAP: Final = "area-map-place"
"""Class of the place that the script fills with the map: Streamlit lets no SVG through in its HTML."""


def villages(seen: Seen, language: Language) -> str:
    """Return the list of the own villages, with the place of their map."""
    area = seen.area
    if area.villages.empty:
        return parts.part(VIEW, parts.title(t("web.area.mine", language)), paragraph(t("web.area.none", language)))
    coming = _coming(seen)
    items = [_village(row, coming, language) for row in area.villages[list(_COLUMNS)].to_dict("records")]
    return parts.part(
        VIEW,
        parts.title(t("web.area.mine", language)),
        f'<div class="{MAP}"></div>',
        paragraph(t("web.area.mine.note", language, villages=len(items))),
        f'<ul class="area-villages">{"".join(items)}</ul>',
    )


def drawing(seen: Seen, language: Language) -> str:
    """Return the map of the own villages with the route of the next day."""
    route = [stop.village_code for stop in seen.route[seen.next_day]] if seen.next_day else []
    return area_svg(seen.area, language, route=route)


def _village(row: dict[Any, Any], coming: dict[str, date], language: Language) -> str:
    code = str(row[schema.VILLAGE_CODE])
    gap = t("web.area.unknown", language) if pd.isna(row[GAP]) else number(row[GAP], language)
    region = "" if pd.isna(row[schema.DISTRICT_NAME]) else str(row[schema.DISTRICT_NAME])
    last = row[LAST_VISIT_ON]
    told = [
        t("web.area.mine.gap", language, gap=gap),
        t("web.area.mine.never", language)
        if pd.isna(last)
        else t("web.area.mine.last", language, day=parts.short_day(last, language)),
    ]
    if code in coming:
        told.append(t("web.area.mine.next", language, day=parts.short_day(coming[code], language)))
    lines = f"<span>{escape(' · '.join(told))}</span>"
    return (
        f'<li><a href="#{parts.CARD}{escape(code)}"><b>{escape(str(row[schema.VILLAGE_NAME]))}</b>'
        f"<small>{escape(region)}</small>{lines}</a></li>"
    )


def _coming(seen: Seen) -> dict[str, date]:
    """Return the next day with a visit, by village."""
    days = [(stop.village_code, day) for day, stops in seen.route.items() for stop in stops if day >= seen.area.made_on]
    return dict(reversed(days))
