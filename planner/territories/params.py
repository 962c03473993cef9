"""The parameters of work and areas. No norm for the visits of a Perisai agent is published: all of them are assumed."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from planner.params import Params, Percent, Share, Weight

_IN: Final = "unit"
Visits = Annotated[float, Field(ge=0, le=31, allow_inf_nan=False, json_schema_extra={_IN: "visits"})]
People = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False, json_schema_extra={_IN: "people"})]
Hours = Annotated[float, Field(ge=0, le=24, allow_inf_nan=False, json_schema_extra={_IN: "hours"})]
Speed = Annotated[float, Field(gt=0, le=120, allow_inf_nan=False, json_schema_extra={_IN: "km_per_hour"})]
Detour = Annotated[float, Field(ge=1, le=5, allow_inf_nan=False, json_schema_extra={_IN: "times"})]
Km = Annotated[float, Field(ge=0, le=500, allow_inf_nan=False, json_schema_extra={_IN: "km"})]


class WorkloadParams(Params):
    """From uncovered workers to hours of work in a month; every figure is assumed until the office enters its own.

    A village is visited once for every so many uncovered workers. A visit takes its own time and the way to it from
    the village before: on a round through villages of a like size the expected way per stop is 0.7124 times the root
    of the land per stop (Beardwood, Halton and Hammersley 1959, "The shortest path through many points"). The way
    between home and area depends on who gets the village and is told in the report instead.
    """

    about = "params.file.workload"

    workers_per_visit: People = 400.0
    visits_least: Visits = 1.0
    visits_most: Visits = 8.0
    hours_per_visit: Hours = 2.0
    detour: Detour = 1.4
    speed_kmh: Speed = 28.0

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.visits_least > self.visits_most:
            raise PydanticCustomError("params.problem.ends", "least above most", {"name": "visits_least, visits_most"})
        if self.visits_most == 0 or self.hours_per_visit == 0:
            raise PydanticCustomError("params.problem.all_zero", "no work at all")
        return self


class TerritoryParams(Params):
    """What a good division into areas is.

    ``limit_pct`` is the deviation from the mean load that should not be passed; the search keeps a margin below it.
    The weights compare with compactness: 1 makes a thing as important as that the villages of an area lie close
    together. When agents come or go, ``rebalance_limit_pct`` is the limit, and ``stay_weight`` says how much it counts
    that a village keeps its agent.
    """

    about = "params.file.territories"

    limit_pct: Percent = 8.0
    home_weight: Weight = 0.5
    district_weight: Weight = 1.0
    sea_link_km: Km = 60.0
    own_agent_share: Share = 0.5
    rebalance_limit_pct: Percent = 10.0
    stay_weight: Weight = 4.0
    moves_per_village: Annotated[int, Field(ge=1, le=100_000, json_schema_extra={_IN: "times"})] = 300
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, json_schema_extra={_IN: ""})] = 2026
    workload: WorkloadParams = WorkloadParams()
