"""The options that say what a plan is chosen for and under which rules; several commands take them."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geodata.texts import Language
from planner import rupiah
from planner.cli.plans import asked_of, option_of
from planner.cli.session import Region, Session
from planner.cli.villages import SectorOption, dotted, params_of, sector_of
from planner.errors import PlanError
from planner.params import ScoringParams
from planner.params_file import Problem
from planner.plan_record import Asked
from planner.selection.limits import by_field, read
from planner.selection.params import OBJECTIVES, SelectionParams
from planner.texts import t

_ENDS: Final = {
    "launches_min, launches": ("--launches-min", "--launches"),
    "min_per_regency, max_per_regency": ("--min-per-regency", "--max-per-regency"),
    "min_per_branch, max_per_branch": ("--min-per-branch", "--max-per-branch"),
}


class OptionError(PlanError):
    """An option whose value cannot be read: its name and why."""

    def __init__(self, option: str, error: PlanError) -> None:
        super().__init__(error.key, **error.values)
        self.option = option

    def text(self, language: Language = "id") -> str:
        """Return the sentence in a language, after the name of the option."""
        return f"{self.option}: {super().text(language)}"


class RulesError(PlanError):
    """Rules that contradict each other: one line per problem."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__("cli.select.rules")
        self.problems = error.errors(include_url=False)

    def text(self, language: Language = "id") -> str:
        """Return the sentence and its list in a language."""
        return "\n".join([super().text(language), *(f"- {_told(problem, language)}" for problem in self.problems)])


def _told(found: ErrorDetails, language: Language) -> str:
    """Tell a problem by the options it was written with."""
    name = str(found.get("ctx", {}).get("name", ""))
    if found["type"] == "params.problem.ends" and name in _ENDS:
        least, most = _ENDS[name]
        return t("cli.select.ends", language, least=least, most=most)
    if found["type"] == "params.problem.ends":
        return t("cli.select.ends_limit", language, name=name)
    problem = Problem(found, SelectionParams)
    problem.path = option_of(str(found["loc"][0])) if found["loc"] else ""
    return problem.text(language)


def _count(option: str, help_key: str) -> Any:  # noqa: ANN401 (the library's own class)
    return Annotated[int | None, typer.Option(option, min=0, max=100_000, metavar="N", help=help_key)]


def _km(option: str, help_key: str, most: float) -> Any:  # noqa: ANN401
    return Annotated[float | None, typer.Option(option, min=0, max=most, metavar="KM", help=help_key)]


def _text(option: str, help_key: str, metavar: str) -> Any:  # noqa: ANN401
    return Annotated[str | None, typer.Option(option, metavar=metavar, help=help_key)]


_ParamsOption = Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.option.params")]

_OPTIONS: Final[dict[str, Any]] = {
    "region": Region,
    "sector": SectorOption,
    "params": _ParamsOption,
    "like": _text("--like", "cli.select.like", "PLAN"),
    "objective": _text("--objective", "cli.select.objective", "|".join(OBJECTIVES)),
    "budget_idr": _text("--budget", "cli.select.budget", "500jt"),
    "launches": _count("--launches", "cli.select.launches"),
    "launches_min": _count("--launches-min", "cli.select.launches_min"),
    "agent_days": Annotated[
        int | None, typer.Option("--agent-days", min=0, max=10_000_000, metavar="N", help="cli.select.agent_days")
    ],
    "max_per_district": _count("--max-per-district", "cli.select.max_per_district"),
    "min_per_regency": _count("--min-per-regency", "cli.select.min_per_regency"),
    "max_per_regency": _count("--max-per-regency", "cli.select.max_per_regency"),
    "min_per_branch": _count("--min-per-branch", "cli.select.min_per_branch"),
    "max_per_branch": _count("--max-per-branch", "cli.select.max_per_branch"),
    "limit": Annotated[list[str] | None, typer.Option("--limit", metavar="16.02=1..3", help="cli.select.limit")],
    "spacing_km": _km("--spacing-km", "cli.select.spacing_km", 500),
    "spillover_km": _km("--spillover-km", "cli.select.spillover_km", 50),
    "spillover_share": Annotated[
        float | None, typer.Option("--spillover-share", min=0, max=1, metavar="0..1", help="cli.select.spillover_share")
    ],
    "must": _text("--must", "cli.select.must", "CODE,CODE"),
    "never": _text("--never", "cli.select.never", "CODE,CODE"),
    "again": Annotated[bool, typer.Option("--again", help="cli.select.again")],
    "gap_pct": Annotated[float | None, typer.Option("--gap", min=0, max=100, metavar="PERCENT", help="cli.select.gap")],
    "seconds": Annotated[
        float | None, typer.Option("--time", min=0, max=86_400, metavar="SECONDS", help="cli.select.time")
    ],
}


def with_rules(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a plan; it takes them as ``asked``, an `Asked`."""
    own = inspect.signature(command)
    context, *kept = (parameter for name, parameter in own.parameters.items() if name != "asked")
    options = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=False if name == "again" else None, annotation=kind
        )
        for name, kind in _OPTIONS.items()
    ]

    @wraps(command)
    def run(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 (what the options hold)
        chosen = {name: given.pop(name) for name in _OPTIONS}
        like = chosen.pop("like")
        before = None if like is None else asked_of(context.ensure_object(Session), like)
        try:
            command(context, asked=asked_of_options(chosen, before), **given)
        except KeyboardInterrupt as error:
            raise PlanError("cli.select.broken_off") from error

    run.__signature__ = own.replace(parameters=[context, *options, *kept])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (context, *options, *kept)}
    return run


def asked_of_options(given: dict[str, Any], before: Asked | None) -> Asked:
    """Return what the options ask for; what they leave open is as in another plan. Raises like `params_of_options`."""
    regions, sector, params = (given.pop(name) for name in ("region", "sector", "params"))
    rules = params_of_options(given, None if before is None else before.rules)
    asked = Asked(rules, (), None, ScoringParams()) if before is None else replace(before, rules=rules)
    if regions:
        asked = replace(asked, regions=tuple(regions))
    if sector is not None:
        asked = replace(asked, sector=sector_of(sector))
    return asked if params is None else replace(asked, scoring=params_of(params))


def params_of_options(given: dict[str, Any], base: SelectionParams | None = None) -> SelectionParams:
    """Return the rules of another plan, else the defaults, with what the options say instead.

    Raises
    ------
    PlanError
        If an option cannot be read, has nothing to act on, or the rules contradict each other.
    """
    limits = given.pop("limit", None) or []
    said = {name: value for name, value in given.items() if value is not None and value is not False}
    if "budget_idr" in said:
        said["budget_idr"] = _rupiah("--budget", said["budget_idr"])
    for name in ("must", "never"):
        if name in said:
            said[name] = tuple(dict.fromkeys(dotted(code.strip()) for code in said[name].split(",") if code.strip()))
    if said.get("objective", OBJECTIVES[0]) not in OBJECTIVES:
        raise PlanError("cli.select.unknown_objective", found=said["objective"], known=", ".join(OBJECTIVES))
    before = {} if base is None else base.as_dict()
    for field, ends in by_field(read(limits)).items():
        said[field] = {**before.get(field, {}), **ends}
    try:
        rules = SelectionParams(**{**before, **said})
    except ValidationError as error:
        raise RulesError(error) from error
    if "spillover_share" in said and not rules.spillover_km:
        raise PlanError("cli.select.needs_other", option="--spillover-share", other="--spillover-km")
    return rules


def _rupiah(option: str, text: str) -> int:
    try:
        return rupiah.parse(text)
    except PlanError as error:
        raise OptionError(option, error) from error
