"""What the pages of an agent show: the own area, through a connection that sees nothing else, and its visit days.

Nothing of an agent is kept where others reach it: Streamlit's caches hold the lands of the public layer alone, the
visit days lie in the memory of the visit.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

import pandas as pd
import streamlit as st

from geodata import schema
from geodata.layer import VillageLayer, load_neighbours
from geodata.paths import Paths
from planner.field.days import Stop, done, month_plan
from planner.field.days import today as stops_of
from planner.field.own_area import OwnArea, lands_of, own_area
from planner.rights import Principal
from planner.routes.plan import DATE, RoutePlan
from planner.store.own_area import rows_as
from planner.store.rights_agent import today
from planner.web import data, visitor

_PLANS: Final = "area-plans"


class Seen(NamedTuple):
    """An agent's area with its visit days.

    Parameters
    ----------
    area
        The area.
    plan
        Visit days of this month, and of the next one where this one has none left; none without villages.
    """

    area: OwnArea
    plan: tuple[RoutePlan, ...]

    def name(self, code: str) -> str:
        """Return the name of an own village."""
        villages = self.area.villages
        return str(villages.loc[villages[schema.VILLAGE_CODE] == code, schema.VILLAGE_NAME].iloc[0])

    def stops(self, day: date) -> tuple[Stop, ...]:
        """Return the stops of a day."""
        return next((found for plan in self.plan if (found := stops_of(plan, day))), ())

    def ticked(self, day: date) -> set[str]:
        """Return the villages of a day whose stops the visits of the month tick off."""
        found = ((plan.stops, done(plan, self.area.visits)) for plan in self.plan)
        return {
            str(code) for stops, ticked in found for code in stops.loc[ticked & (stops[DATE] == day), "village_code"]
        }

    def days(self) -> list[date]:
        """Return the days with visits."""
        return sorted({day for plan in self.plan for day in plan.stops[DATE]})

    def next_day(self) -> date | None:
        """Return the next day with visits, from the day of the area on."""
        return next((day for day in self.days() if day >= self.area.made_on), None)


def seen_by(agent: Principal) -> Seen:
    """Return what an agent sees; who looks has been checked before.

    Raises
    ------
    StoreError
        If the records cannot be read, or the account does not work any more.
    """
    layer = data.st_layer()
    rows = rows_as(visitor.records(), agent)
    area = own_area(
        layer.frame,
        today(),
        agent=rows.agent,
        owned=rows.villages,
        visits=rows.visits,
        participants=rows.participants,
        funded=rows.funded,
        home=rows.home,
        dates=rows.dates,
        lands=_st_lands(data.st_built().fingerprint, layer),
    )
    return Seen(area, _plans(agent, area))


def _plans(agent: Principal, area: OwnArea) -> tuple[RoutePlan, ...]:
    """Return the visit days; they are worked out once a visit, and again when something they hang on changes."""
    points = area.villages[[schema.VILLAGE_CODE, schema.LONGITUDE, schema.LATITUDE]]
    if points.dropna().empty:
        return ()
    key = (agent.user_id, area.made_on, points.to_csv(), area.home, str(area.dates))
    kept = st.session_state.get(_PLANS)
    if kept is None or kept[0] != key:
        kept = (key, _planned(area))
        st.session_state[_PLANS] = kept
    plans: tuple[RoutePlan, ...] = kept[1]
    return plans


def _planned(area: OwnArea) -> tuple[RoutePlan, ...]:
    this = month_plan(area)
    if any(day >= area.made_on for day in this.stops[DATE]):
        return (this,)
    later = area.made_on.replace(day=1) + timedelta(days=32)
    return this, month_plan(area, month=f"{later:%Y-%m}")


@st.cache_resource(max_entries=2, show_spinner=False)
def _st_lands(fingerprint: str, _layer: VillageLayer) -> "pd.Series[int]":  # noqa: ARG001  # part of the key
    built = Paths.of().villages
    return lands_of(_layer.frame, load_neighbours(_layer, built if built.is_file() else None))
