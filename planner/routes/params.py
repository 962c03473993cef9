"""The parameters of visit days; all of them are assumed until the office enters its own."""

from typing import Annotated, Final

from pydantic import Field

from planner.params import Params
from planner.territories.params import Detour, Hours, Speed

_IN: Final = "unit"
Minutes = Annotated[float, Field(ge=0, le=1_440, allow_inf_nan=False, json_schema_extra={_IN: "minutes"})]


class RouteParams(Params):
    """How long a day is, how fast one travels, and how visits to the same village are spaced.

    The way is the great circle times ``detour``, at ``speed_kmh`` where no speed is given for a regency. A crossing
    takes its wait and the way at ``boat_kmh`` where no minutes are given for it. ``working_days_per_week`` counts from
    Monday.
    """

    about = "params.file.routes"

    hours_per_day: Annotated[float, Field(gt=0, le=24, allow_inf_nan=False, json_schema_extra={_IN: "hours"})] = 8.0
    hours_per_visit: Hours = 2.0
    start_hour: Hours = 8.0
    detour: Detour = 1.4
    speed_kmh: Speed = 28.0
    boat_kmh: Speed = 20.0
    crossing_wait_min: Minutes = 30.0
    gap_days: Annotated[int, Field(ge=0, le=31, json_schema_extra={_IN: "days"})] = 7
    working_days_per_week: Annotated[int, Field(ge=1, le=7, json_schema_extra={_IN: "days"})] = 5
    iterations: Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra={_IN: "times"})] = 100
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, json_schema_extra={_IN: ""})] = 2026
