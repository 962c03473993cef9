"""The rules of a selection: budget, launches, quotas, distances, villages asked for or left out."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from geodata.schema import Sector
from planner.params import Params, Percent, Share
from planner.rupiah import MOST

Objective = Literal["active", "gap_workers", "score"]
OBJECTIVES: Final[tuple[Objective, ...]] = ("active", "gap_workers", "score")

Ends = tuple[int, int | None]
"""Fewest and most launches; no most without one."""

_IN: Final = "unit"
_MOST: Final = 100_000
Money = Annotated[int, Field(ge=0, le=MOST, json_schema_extra={_IN: "idr"})]
Count = Annotated[int, Field(ge=0, le=_MOST, json_schema_extra={_IN: "villages"})]
Days = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra={_IN: ""})]
Km = Annotated[float, Field(ge=0, le=500, allow_inf_nan=False, json_schema_extra={_IN: "km"})]
Reach = Annotated[float, Field(ge=0, le=50, allow_inf_nan=False, json_schema_extra={_IN: "km"})]
PerDay = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False, json_schema_extra={_IN: "people"})]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False, json_schema_extra={_IN: ""})]


class SelectionParams(Params):
    """What is maximised, and under which rules.

    ``regencies``, ``branches`` and ``sectors`` set fewest and most launches of single ones, by regency code, name of
    the office, or sector; they go before ``min_per_regency`` and the like. A village counts for a sector if at least
    ``sector_share_pct`` of its informal workers work there, so it may count for several.
    """

    objective: Objective = "active"
    budget_idr: Money | None = None
    launches: Count | None = None
    launches_min: Count = 0
    agent_days: Days | None = None
    registrations_per_day: PerDay = 20.0
    max_per_district: Count | None = None
    min_per_regency: Count = 0
    max_per_regency: Count | None = None
    min_per_branch: Count = 0
    max_per_branch: Count | None = None
    regencies: Mapping[str, Ends] = Field(default_factory=dict)
    branches: Mapping[str, Ends] = Field(default_factory=dict)
    sectors: Mapping[Sector, Ends] = Field(default_factory=dict)
    sector_share_pct: Percent = 10.0
    spacing_km: Km = 0.0
    spillover_km: Reach = 0.0
    spillover_share: Share = 0.25
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    again: bool = False
    gap_pct: Percent = 0.1
    seconds: Seconds = 60.0

    @field_validator("regencies", "branches", "sectors")
    @classmethod
    def _ends(cls, given: Mapping[str, Ends]) -> Mapping[str, Ends]:
        for name, (least, most) in given.items():
            if not 0 <= least <= (_MOST if most is None else most) <= _MOST:
                raise PydanticCustomError("params.problem.ends", "least above most", {"name": name})
        return dict(sorted(given.items()))

    @field_validator("must", "never")
    @classmethod
    def _codes(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(given)))

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.budget_idr is None and self.launches is None and self.agent_days is None:
            raise PydanticCustomError("params.problem.no_limit", "no budget and no number of launches")
        pairs: tuple[tuple[str, Any, Any], ...] = (
            ("launches_min, launches", self.launches_min, self.launches),
            ("min_per_regency, max_per_regency", self.min_per_regency, self.max_per_regency),
            ("min_per_branch, max_per_branch", self.min_per_branch, self.max_per_branch),
        )
        for name, least, most in pairs:
            if most is not None and least > most:
                raise PydanticCustomError("params.problem.ends", "least above most", {"name": name})
        twice = sorted(set(self.must) & set(self.never))
        if twice:
            raise PydanticCustomError(
                "params.problem.must_never", "both asked for and left out", {"codes": ", ".join(twice)}
            )
        return self

    def ends_of(self, kind: Literal["regency", "branch"], name: str) -> Ends:
        """Return fewest and most launches in a regency or of an office."""
        if kind == "regency":
            return self.regencies.get(name, (self.min_per_regency, self.max_per_regency))
        return self.branches.get(name, (self.min_per_branch, self.max_per_branch))

    @property
    def gap(self) -> float:
        """How near the bound must come, as a share of the objective."""
        return self.gap_pct / 100

    @property
    def time_limit(self) -> float:
        """Seconds one answer may take; without end where 0 is given."""
        return self.seconds or float("inf")
