"""What the pages of an agent show: the own area, through a connection that sees nothing else, and its visit days.

Nothing of an agent is kept where others reach it: Streamlit's caches hold the lands of the public layer alone, the
visit days lie in the memory of the visit.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import streamlit as st

from geodata import schema
from geodata.errors import DataError
from geodata.layer import VillageLayer, load_neighbours
from geodata.office_day import today
from geodata.paths import Paths
from planner.field.days import Stop, month_plan, stops_of
from planner.field.own_area import OwnArea, lands_of
from planner.rights import Principal
from planner.routes.plan import DATE, RoutePlan
from planner.store.own_area import area_of, rows_as
from planner.web import data, incentive_rules, visitor

if TYPE_CHECKING:
    import pandas as pd

_PLANS: Final = "area-plans"


@dataclass(frozen=True)
class Seen:
    """An agent's area with its visit days.

    Attributes
    ----------
    area
        The area.
    plans
        Visit days of this month, and of the next one where this one has none left; none without villages.
    rules_refused
        Why the office's own rules of the incentive cannot be used; the shipped ones hold instead.
    """

    area: OwnArea
    plans: tuple[RoutePlan, ...]
    rules_refused: DataError | None = None

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the own villages, by code."""
        villages = self.area.villages
        return dict(zip(villages[schema.VILLAGE_CODE], villages[schema.VILLAGE_NAME], strict=True))

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude of the own villages, by code; those without a known point are left out."""
        found = self.area.villages[[schema.VILLAGE_CODE, schema.LATITUDE, schema.LONGITUDE]].dropna()
        return {str(code): (float(north), float(east)) for code, north, east in found.itertuples(index=False)}

    @cached_property
    def route(self) -> dict[date, tuple[Stop, ...]]:
        """Stops in their order, by day."""
        return {day: stops_of(plan, day) for plan in self.plans for day in sorted(set(plan.stops[DATE]))}

    @property
    def today(self) -> tuple[Stop, ...]:
        """Stops of the day of the area."""
        return self.route.get(self.area.made_on, ())

    @cached_property
    def next_day(self) -> date | None:
        """The next day with visits, from the day of the area on."""
        return next((day for day in self.route if day >= self.area.made_on), None)

    def ticked(self, day: date) -> dict[str, int]:
        """Return the villages visited on a day, with the number who registered there."""
        made = self.area.visits
        counts = made[made["visited_on"] == day].groupby(schema.VILLAGE_CODE)["registered"].sum()
        return {str(code): int(people) for code, people in counts.items()}


def seen_by(agent: Principal) -> Seen:
    """Return what an agent sees; who looks has been checked before.

    Raises
    ------
    StoreError
        If the records cannot be read, or the account does not work any more.
    """
    layer = data.st_layer()
    rows = rows_as(visitor.records(), agent)
    day, lands = today(), _st_lands(data.st_built().fingerprint, layer)
    rules, refused = incentive_rules.in_use(day)
    area = area_of(rows, layer.frame, day, incentives=rules, lands=lands)
    return Seen(area, _plans(agent, area), refused)


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
