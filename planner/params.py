"""The parameters of the score: frozen, checked, each with unit, range and a sentence in both languages.

No official formula for choosing a Desa Sadar is published. Every default weight, threshold and rate below is this
project's own proposal, to be replaced by what the office decides.
"""

from collections.abc import Iterator
from functools import cache
from inspect import get_annotations
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from geodata.schema import Sector
from geodata.texts import Language, number
from planner.texts import t

Floats = npt.NDArray[np.float64]

Block = Literal["need", "readiness", "cost"]
Direction = Literal["benefit", "cost"]
Skew = Literal["none", "log", "winsor"]
Scale = Literal["goalposts", "minmax", "zscore", "percentile"]
Mean = Literal["arithmetic", "geometric"]
Indicator = Literal[
    "gap_workers",
    "gap_rate_pct",
    "sector_focus",
    "inactive_share_pct",
    "iks",
    "ike",
    "bumdes_workers",
    "office_km",
    "declared_neighbours",
    "launch_cost_idr",
]

Unit = Literal[
    "",
    "weight",
    "share",
    "pct",
    "people",
    "km",
    "km_per_hour",
    "idr",
    "idr_per_km",
    "times",
    "villages",
    "visits",
    "worlds",
    "minutes",
    "hours",
    "days",
    "months",
]
UNITS: Final[dict[Indicator, Unit]] = {
    "gap_workers": "people",
    "gap_rate_pct": "pct",
    "sector_focus": "share",
    "inactive_share_pct": "pct",
    "iks": "share",
    "ike": "share",
    "bumdes_workers": "people",
    "office_km": "km",
    "declared_neighbours": "villages",
    "launch_cost_idr": "idr",
}

_IN: Final = "unit"
OWN: Final = "own"
"""Field of the funnel that holds own results."""
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False, json_schema_extra={_IN: "weight"})]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, json_schema_extra={_IN: "share"})]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, json_schema_extra={_IN: "pct"})]
Rupiah = Annotated[int, Field(ge=0, le=1_000_000_000, json_schema_extra={_IN: "idr"})]
RupiahPerKm = Annotated[int, Field(ge=0, le=1_000_000, json_schema_extra={_IN: "idr_per_km"})]
Ratio = Annotated[float, Field(ge=1, le=100, allow_inf_nan=False, json_schema_extra={_IN: "times"})]
PerAgent = Annotated[float, Field(ge=1, le=100_000, allow_inf_nan=False, json_schema_extra={_IN: "people"})]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Params(BaseModel):
    """What all parameter models share: frozen, no unknown keys, no silent conversion.

    Attributes
    ----------
    about
        Key of the text at the head of a file of these parameters.
    made_by
        Command that writes such a file.
    """

    about: ClassVar[str] = "params.file.comment"
    made_by: ClassVar[str] = "planner params init"

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return dict(self)


class Criterion(Params):
    """One criterion of the score.

    Goalposts are what scores 0 and 1 (1 and 0 for a cost), in the unit of the criterion, before its skew is treated;
    without them, zero and the 95th percentile of the first run are frozen and stored with the plan.
    """

    key: Indicator
    block: Block
    weight: Weight
    direction: Direction
    goalposts: tuple[Finite, Finite] | None = None
    skew: Skew = "none"
    scale: Scale = "goalposts"

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.goalposts and not self.goalposts[0] < self.goalposts[1]:
            raise PydanticCustomError("params.problem.goalposts", "goalposts must ascend", {"criterion": self.key})
        if self.goalposts and self.goalposts[0] < 0 and self.skew == "log":
            raise PydanticCustomError("params.problem.log", "no log below zero", {"criterion": self.key})
        return self


class Within(Params):
    """How the criteria of a block are averaged."""

    need: Mean = "arithmetic"
    readiness: Mean = "arithmetic"
    cost: Mean = "arithmetic"


class _Weights(Params):
    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not any(value > 0 for _, value in self):
            raise PydanticCustomError("params.problem.all_zero", "all weights are zero")
        return self


class BlockWeights(_Weights):
    """How much each block counts."""

    need: Weight = 0.5
    readiness: Weight = 0.35
    cost: Weight = 0.15


class SectorWeights(_Weights):
    """How much a worker of a sector counts in ``sector_focus``: the risk of the work, and the focus of the office."""

    plantation: Share = 1.0
    food_crop: Share = 0.6
    livestock: Share = 0.5
    fishery: Share = 1.0
    home_industry: Share = 0.8
    trade_services: Share = 0.6
    other: Share = 0.5


class Gate(Params):
    """What must be met before a village is declared; told apart from the score, never averaged into it."""

    perangkat_min_pct: Percent = 100.0


class Labels(Params):
    """From which scores a village is called a showcase or an untouched potential."""

    showcase_readiness: Share = 0.7
    untouched_need: Share = 0.6
    untouched_coverage_pct: Percent = 10.0


class CostRates(Params):
    """What a launch costs; placeholders until the office enters its own rates."""

    launch_idr: Rupiah = 15_000_000
    visits: Annotated[int, Field(ge=1, le=50, json_schema_extra={_IN: "times"})] = 4
    team_day_idr: Rupiah = 750_000
    travel_idr_per_km: RupiahPerKm = 4_000
    detour: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False, json_schema_extra={_IN: "times"})] = 1.4

    def launch_cost_idr(self, office_km: Floats) -> Floats:
        """Return what a launch costs: the event, and per visit a day of the team and the way there and back.

        Parameters
        ----------
        office_km
            Shape (n,): straight distance to the nearest office, km.

        Returns
        -------
        Shape (n,): rupiah; missing where the distance is.
        """
        way = 2 * self.detour * office_km * self.travel_idr_per_km
        return np.asarray(self.launch_idr + self.visits * (self.team_day_idr + way), dtype=np.float64)


class _Ranged(Params):
    """Figures with a range: ``name_low`` and ``name_high`` beside ``name``."""

    @model_validator(mode="after")
    def _within_range(self) -> Self:
        values = self.as_dict()
        for name, value in values.items():
            if f"{name}_low" in values and not values[f"{name}_low"] <= value <= values[f"{name}_high"]:
                raise PydanticCustomError("params.problem.range", "outside its range", {"name": name})
        return self


class OwnRates(_Ranged):
    """Rates of a sector in a regency, from own results; an empty regency stands for all that have none of their own."""

    sector: Sector
    regency_code: Annotated[str, Field(pattern=r"^(\d\d\.\d\d)?$")] = ""
    registered_share: Share
    registered_share_low: Share
    registered_share_high: Share
    registrations_per_active: Ratio
    registrations_per_active_low: Ratio
    registrations_per_active_high: Ratio


class OwnResults(Params):
    """Rates from own results in place of the published ones, and what was counted for them; see `planner.results`."""

    rates: tuple[OwnRates, ...]
    visits: Annotated[int, Field(ge=0, le=100_000_000)]
    visited: Annotated[int, Field(ge=0, le=100_000)]
    launched: Annotated[int, Field(ge=0, le=100_000)]
    first: str
    last: str


_PARTS: Final = 8  # of the range of a share; 64 pairs of shares are averaged
_AT_ONCE: Final = 8_192  # villages; those of a whole country at once are 80 MB


class Funnel(_Ranged):
    """From uncovered workers to active participants, per village; every share with its range.

    Observed: six registrations for one active participant in Southern Sumatra, five in the country, three aimed at
    (2019). Assumed: the shares reached and registered, and how the active fall off before twelve months: who has paid
    once counts as active for three more months, so that after three months only those who never paid are missing.
    """

    reached_share: Share = 0.6
    reached_share_low: Share = 0.3
    reached_share_high: Share = 0.9
    registered_share: Share = 0.4
    registered_share_low: Share = 0.1
    registered_share_high: Share = 0.7
    most_registrations: Annotated[int, Field(ge=1, le=100_000, json_schema_extra={_IN: "people"})] = 1000
    registrations_per_active: Ratio = 6.0
    registrations_per_active_low: Ratio = 5.0
    registrations_per_active_high: Ratio = 8.0
    active_3_share: Share = 0.8
    active_3_share_low: Share = 0.6
    active_3_share_high: Share = 0.95
    active_6_share: Share = 0.45
    active_6_share_low: Share = 0.25
    active_6_share_high: Share = 0.65
    own: OwnResults | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave own results out of a record where there are none."""
        found: dict[str, Any] = write(self)
        if self.own is None:
            found.pop("own", None)
        return found

    @model_validator(mode="after")
    def _falling(self) -> Self:
        last = {"_low": self.registrations_per_active_high, "_high": self.registrations_per_active_low}
        for end in ("", "_low", "_high"):
            three, six = (getattr(self, f"active_{months}_share{end}") for months in (3, 6))
            if not three >= six >= 1 / last.get(end, self.registrations_per_active):
                raise PydanticCustomError("params.problem.falling", "the active only fall off", {"end": end})
        return self

    def registrations(self, gap_workers: Floats) -> Floats:
        """Return how many are expected to register in each village after a launch and its visits.

        The mean over the ranges of the two shares, drawn as worlds draw them and centred on the shares themselves: a
        launch that may bring the most it can brings less on average, and of two such villages the larger one more.

        Parameters
        ----------
        gap_workers
            Shape (n,): uncovered workers, people.

        Returns
        -------
        Shape (n,): people, at most ``most_registrations`` each; nobody where the gap is missing.
        """
        shares = np.outer(self._quantiles("reached_share"), self._quantiles("registered_share")).ravel()
        shares *= self.reached_share * self.registered_share / max(float(shares.mean()), 1e-12)
        gaps = np.asarray(gap_workers, dtype=np.float64)
        if gaps.size <= _AT_ONCE:
            return np.asarray(np.mean([self.registrations_at(gaps, share) for share in shares], axis=0))
        return np.concatenate([self.registrations(some) for some in np.array_split(gaps, -(-gaps.size // _AT_ONCE))])

    def registrations_at(self, gap_workers: Floats, share: float) -> Floats:
        """Return how many register in each village when a share of its uncovered workers does, people, shape (n,)."""
        people = np.nan_to_num(np.asarray(gap_workers, dtype=np.float64)) * share
        return np.asarray(np.minimum(people, self.most_registrations))

    def _quantiles(self, name: str) -> Floats:
        """Return middle values of equal parts of a share's range; see `robustness.drawn_figures`."""
        value, least, most = (float(getattr(self, f"{name}{end}")) for end in ("", "_low", "_high"))
        side = (2 * np.arange(_PARTS) + 1) / _PARTS - 1
        return np.asarray(value + np.where(side < 0, least - value, most - value) * (1 - np.sqrt(1 - np.abs(side))))

    def active(self, gap_workers: Floats) -> Floats:
        """Return how many of those who register in each village still pay after twelve months, people, shape (n,)."""
        return np.asarray(self.registrations(gap_workers) / self.registrations_per_active)


class AgentYield(_Ranged):
    """How many participants one Perisai agent holds.

    Observed: 44 agents with 5,400 participants in Palembang (Jan 2019, 123 each); in the country 72 (May 2018) to 114
    (Dec 2018, of the agents who were active). Nothing above Palembang has been published, so it is the upper end too.
    """

    participants_per_agent: PerAgent = 123.0
    participants_per_agent_low: PerAgent = 72.0
    participants_per_agent_high: PerAgent = 123.0


class Renewal(_Ranged):
    """What happens when paid months end: when a worker falls out, and how many go on by themselves.

    Nobody publishes how many renew: the share and its range are assumed. Low: one active participant for six
    registrations (Southern Sumatra, 2019). High: everyone goes on, but the 20 % who pay irregularly fall out (20 to
    30 % of informal participants, 2024). Between them the aim of one for three; of the BPU coverage of Bangka Belitung
    40 % was left from 2023 to June 2024 (37.59 to 15.01 %), for several reasons.
    """

    lapse_months: Annotated[int, Field(ge=0, le=12, json_schema_extra={_IN: "months"})] = 3
    renewed_share: Share = 0.33
    renewed_share_low: Share = 0.17
    renewed_share_high: Share = 0.8


DEFAULT_CRITERIA: Final = (
    Criterion(key="gap_workers", block="need", weight=0.35, direction="benefit"),
    Criterion(key="gap_rate_pct", block="need", weight=0.25, direction="benefit", goalposts=(50.0, 100.0)),
    Criterion(key="sector_focus", block="need", weight=0.25, direction="benefit", goalposts=(0.5, 1.0)),
    Criterion(key="inactive_share_pct", block="need", weight=0.15, direction="benefit", goalposts=(0.0, 50.0)),
    Criterion(key="iks", block="readiness", weight=0.3, direction="benefit", goalposts=(0.4, 1.0)),
    Criterion(key="ike", block="readiness", weight=0.3, direction="benefit", goalposts=(0.2, 1.0)),
    Criterion(key="bumdes_workers", block="readiness", weight=0.15, direction="benefit", skew="log"),
    Criterion(key="office_km", block="readiness", weight=0.15, direction="cost", goalposts=(0.0, 120.0)),
    Criterion(key="declared_neighbours", block="readiness", weight=0.1, direction="benefit", goalposts=(0.0, 1.0)),
    Criterion(key="launch_cost_idr", block="cost", weight=1.0, direction="cost", goalposts=(15e6, 30e6)),
)


class ScoringParams(Params):
    """All parameters of a ranking."""

    between: Mean = "geometric"
    floor: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False, json_schema_extra={_IN: "share"})] = 0.01
    smoothing: bool = True
    top: Annotated[int, Field(ge=1, le=100_000, json_schema_extra={_IN: "villages"})] = 50
    worlds: Annotated[int, Field(ge=100, le=100_000, json_schema_extra={_IN: "worlds"})] = 1000
    weight_spread: Annotated[float, Field(ge=1, le=10_000, allow_inf_nan=False, json_schema_extra={_IN: ""})] = 50.0
    seed: Annotated[int, Field(ge=0, le=2**32 - 1, json_schema_extra={_IN: ""})] = 2026
    within: Within = Within()
    block_weights: BlockWeights = BlockWeights()
    sector_weights: SectorWeights = SectorWeights()
    gate: Gate = Gate()
    labels: Labels = Labels()
    costs: CostRates = CostRates()
    funnel: Funnel = Funnel()
    agents: AgentYield = AgentYield()
    renewal: Renewal = Renewal()
    criteria: tuple[Criterion, ...] = DEFAULT_CRITERIA

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        keys = [criterion.key for criterion in self.criteria]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise PydanticCustomError("params.problem.twice", "criteria stand twice", {"keys": ", ".join(twice)})
        weighed = {criterion.block for criterion in self.criteria if criterion.weight > 0}
        empty = [block for block, weight in self.block_weights if weight > 0 and block not in weighed]
        if empty:
            raise PydanticCustomError("params.problem.empty_block", "blocks are empty", {"blocks": ", ".join(empty)})
        return self

    def of_block(self, block: Block) -> tuple[Criterion, ...]:
        """Return the criteria of a block, in their order."""
        return tuple(criterion for criterion in self.criteria if criterion.block == block)


class Described(NamedTuple):
    """One parameter as a reader sees it."""

    path: str
    default: object
    allowed: str
    meaning: str


def described(model: type[Params], language: Language, *, path: str = "") -> Iterator[Described]:
    """Tell each parameter of a model: its path in a file, default, range with unit, and meaning."""
    for name, field in model.model_fields.items():
        here = f"{path}{name}"
        if name == OWN:  # made by the program from its records
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, Params):
            yield from described(field.annotation, language, path=f"{here}.")
        elif name == "criteria":
            yield from described(Criterion, language, path="criteria[].")
        else:
            default = None if field.is_required() else field.default
            yield Described(here, default, allowed(model, name, language), t(text_key(model, name), language))


def text_key(model: type[Params], name: str) -> str:
    """Return the key of the sentence on a parameter: it belongs to the model that declares it last."""
    owner = next((kind for kind in model.__mro__ if name in get_annotations(kind)), model)
    return f"params.{_snake(owner.__name__)}.{name}"


def allowed(model: type[Params], name: str, language: Language) -> str:
    """Say which values a parameter may have, with its unit.

    Raises
    ------
    KeyError
        If the model has no such parameter.
    """
    return _allowed(_schema(model)[name], language)


@cache
def _schema(model: type[Params]) -> dict[str, dict[str, Any]]:
    properties: dict[str, dict[str, Any]] = model.model_json_schema()["properties"]
    return properties


def _allowed(schema: dict[str, Any], language: Language) -> str:
    if "enum" in schema:
        return t("params.allowed.choice", language, choices=", ".join(f"`{choice}`" for choice in schema["enum"]))
    if "anyOf" in schema:
        first = schema["anyOf"][0]
        single = first.keys() & {"maximum", "$ref"}
        return _allowed(first, language) if single else t("params.allowed.goalposts", language)
    if schema.get("type") == "boolean":
        return t("params.allowed.boolean", language)
    if "$ref" in schema or schema.get("type") in ("array", "object"):
        return t(f"params.allowed.{_structure(schema)}", language)
    ends: tuple[float, float] = schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema["maximum"]
    key = "params.allowed.above" if "exclusiveMinimum" in schema else f"params.allowed.{schema['type']}"
    least, most = (number(end, language, 0 if float(end).is_integer() else 1) for end in ends)
    unit: Unit = schema.get(_IN, "")
    return t(key, language, least=least, most=most) + (f" {t(f'params.unit.{unit}', language)}" if unit else "")


def _structure(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return "table"
    if schema["type"] == "object":
        return "ends"
    return "codes" if schema["items"].get("type") == "string" else "list"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
