"""The options that say what a plan is chosen for and under which rules; several commands take them."""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from geodata.schema import SECTORS
from geodata.texts import Language
from planner import rupiah
from planner.cli import plans
from planner.cli.session import Session
from planner.cli.villages import dotted
from planner.errors import PlanError
from planner.params_file import Problem
from planner.selection.params import OBJECTIVES, SelectionParams

_FEWEST_MOST: Final = re.compile(r"(\d+)?\.\.(\d+)?|(\d+)")
_REGENCY: Final = re.compile(r"\d\d\.\d\d")


class RulesError(PlanError):
    """Rules that contradict each other: one line per problem."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__("cli.select.rules")
        self.problems = [Problem(found, SelectionParams) for found in error.errors(include_url=False)]

    def text(self, language: Language = "id") -> str:
        """Return the sentence and its list in a language."""
        lines = [problem.text(language).removeprefix(": ") for problem in self.problems]
        return "\n".join([super().text(language), *(f"- {line}" for line in lines)])


def _count(option: str, help_key: str) -> Any:  # noqa: ANN401 (the library's own class)
    return Annotated[int | None, typer.Option(option, min=0, max=100_000, metavar="N", help=help_key)]


def _km(option: str, help_key: str, most: float) -> Any:  # noqa: ANN401
    return Annotated[float | None, typer.Option(option, min=0, max=most, metavar="KM", help=help_key)]


def _text(option: str, help_key: str, metavar: str) -> Any:  # noqa: ANN401
    return Annotated[str | None, typer.Option(option, metavar=metavar, help=help_key)]


_OPTIONS: Final[dict[str, Any]] = {
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
_FLAGS: Final = {"again": False}


def with_rules(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the rules; it takes them as ``rules``, a `SelectionParams`."""
    own = inspect.signature(command)
    kept = [parameter for name, parameter in own.parameters.items() if name != "rules"]
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
        base = None if like is None else plans.rules_of(context.ensure_object(Session), like)
        command(context, rules=params_of_options(chosen, base), **given)

    run.__signature__ = own.replace(parameters=[*kept, *options])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *options)}
    return run


def params_of_options(given: dict[str, Any], base: SelectionParams | None = None) -> SelectionParams:
    """Return the rules of another plan, else the defaults, with what the options say instead.

    Raises
    ------
    PlanError
        If an option cannot be read or the rules contradict each other.
    """
    limits = given.pop("limit", None) or []
    said = {name: value for name, value in given.items() if value is not None and value is not False}
    if "budget_idr" in said:
        said["budget_idr"] = rupiah.parse(said["budget_idr"])
    for name in ("must", "never"):
        if name in said:
            said[name] = tuple(dict.fromkeys(dotted(code.strip()) for code in said[name].split(",") if code.strip()))
    if said.get("objective", OBJECTIVES[0]) not in OBJECTIVES:
        raise PlanError("cli.select.unknown_objective", found=said["objective"], known=", ".join(OBJECTIVES))
    before = {} if base is None else base.as_dict()
    for entry in limits:
        field, name, ends = _limit(entry)
        said[field] = {**before.get(field, {}), **said.get(field, {}), name: ends}
    try:
        return SelectionParams(**{**before, **said})
    except ValidationError as error:
        raise RulesError(error) from error


def _limit(entry: str) -> tuple[str, str, tuple[int, int | None]]:
    """Read one limit, such as ``16.02=1..3``, ``fishery=5..`` or ``Kantor Cabang Jambi=..4``."""
    name, _, text = (part.strip() for part in entry.rpartition("="))
    found = _FEWEST_MOST.fullmatch(text)
    if not name or found is None or found[0] == "..":
        raise PlanError("cli.select.limit_unreadable", text=entry[:60])
    least, most, exactly = found.groups()
    ends = (int(exactly), int(exactly)) if exactly else (int(least or 0), None if most is None else int(most))
    field = "regencies" if _REGENCY.fullmatch(name) else "sectors" if name in SECTORS else "branches"
    return field, name, ends
