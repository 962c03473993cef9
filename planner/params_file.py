"""Parameters in files a person edits: TOML (with a comment on every line) or JSON."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geodata.paths import replace_file
from geodata.texts import Language, number
from planner.errors import PlanError, PlanMachineError
from planner.params import OWN, UNITS, Criterion, Params, ScoringParams, allowed, described, text_key
from planner.texts import t

ENDINGS: Final = (".toml", ".json")

_Model = TypeVar("_Model", bound=Params)


class ParamsError(PlanError):
    """Refused parameters: one line per problem, all of them at once."""

    def __init__(self, file: str, problems: "Sequence[Problem]") -> None:
        super().__init__("params.invalid", file=file)
        self.problems = tuple(problems)

    def text(self, language: Language = "id") -> str:
        """Return the sentence and its list in a language."""
        return "\n".join([super().text(language), *(f"- {problem.text(language)}" for problem in self.problems)])


class Problem:
    """One thing wrong with a file of parameters.

    Parameters
    ----------
    error
        What pydantic found.
    model
        What the file should have held.
    """

    def __init__(self, error: ErrorDetails, model: type[Params]) -> None:
        self._error = error
        self._model = model
        self.path = _written(error["loc"])

    def text(self, language: Language) -> str:
        """Say which key is wrong, what was expected, and what to do."""
        kind = self._error["type"]
        if kind.startswith("params."):
            return t(kind, language, path=self.path, **self._error.get("ctx", {}))
        model, name = _field(self._model, self._error["loc"])
        if kind == "extra_forbidden":
            return t("params.problem.unknown", language, path=self.path, known=", ".join(model.model_fields))
        expected = allowed(model, name, language)
        if kind == "missing":
            return t("params.problem.absent", language, path=self.path, allowed=expected)
        found = json.dumps(self._error["input"], ensure_ascii=False)
        return t("params.problem.value", language, path=self.path, found=_short(found), allowed=expected)


def read(path: Path) -> ScoringParams:
    """Read the parameters of a score. Raises like :func:`read_as`."""
    return read_as(ScoringParams, path)


def read_as(model: type[_Model], path: Path) -> _Model:
    """Read parameters; what a file leaves out has its default.

    Parameters
    ----------
    model
        Which parameters.
    path
        A file ending in ``.toml`` or ``.json``.

    Raises
    ------
    ParamsError
        If keys are unknown or missing, or values cannot be used; tells all of them.
    PlanError
        If there is no such file, or its ending or syntax is wrong.
    PlanMachineError
        If it cannot be read.
    """
    _require_ending(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise PlanError("params.missing", file=path.name, command=model.made_by) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlanMachineError("params.unreadable", file=path.name, reason=_reason(error)) from error
    return parse_as(model, text, name=path.name)


def parse(text: str, *, name: str) -> ScoringParams:
    """Read the parameters of a score from the text of a file. Raises like :func:`read_as`."""
    return parse_as(ScoringParams, text, name=name)


def parse_as(model: type[_Model], text: str, *, name: str) -> _Model:
    """Read parameters from the text of a file; its name says the format. Raises like :func:`read_as`."""
    document = _document(text, name, command=model.made_by)
    if not isinstance(document, dict):
        raise PlanError("params.not_a_table", file=name, command=model.made_by)
    try:
        return model.model_validate_json(json.dumps(document, default=str))
    except ValidationError as error:
        raise ParamsError(name, [Problem(found, model) for found in error.errors(include_url=False)]) from error


def save(params: Params, path: Path, *, language: Language = "id") -> None:
    """Write parameters; an older file is replaced.

    Parameters
    ----------
    params
        What is written, defaults too.
    path
        A file ending in ``.toml`` or ``.json``.
    language
        Of the comments; JSON has none.

    Raises
    ------
    PlanError
        If the ending is wrong.
    PlanMachineError
        If it cannot be written.
    """
    _require_ending(path)
    text = dumped(params) if path.suffix == ".json" else as_toml(params, language)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        replace_file(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PlanMachineError("params.not_written", file=path.name, reason=_reason(error)) from error


def write_default(path: Path, *, model: type[Params] = ScoringParams, language: Language = "id") -> None:
    """Write a new file with the default parameters of a model, every one explained. Raises like :func:`save`.

    Raises
    ------
    PlanError
        If the file exists.
    """
    _require_ending(path)
    if path.exists():
        raise PlanError("params.exists", file=path.name)
    save(model(), path, language=language)


def dumped(params: Params) -> str:
    """Return parameters as JSON; the same parameters give the same text."""
    return params.model_dump_json(indent=2, exclude_none=True) + "\n"


def as_toml(params: Params, language: Language) -> str:
    """Return parameters as TOML, each with its meaning and range as a comment."""
    lines = [f"# {t(params.about, language)}", "", *_entries(params, language)]
    for name, value in params:
        if isinstance(value, Params):
            lines += ["", f"[{name}]", *_entries(value, language), *_inner(value)]
    lines += _criteria(params, language) if isinstance(params, ScoringParams) else []
    return "\n".join(lines) + "\n"


def params_table(language: Language) -> str:
    """Return the tables of parameters and default criteria for the README, as Markdown."""
    head = [t(f"params.table.{name}", language) for name in ("parameter", "default", "allowed", "meaning")]
    rows = [
        (f"`{entry.path}`", "" if entry.default is None else f"`{_value(entry.default)}`", entry.allowed, entry.meaning)
        for entry in described(ScoringParams, language)
    ]
    criteria_head = [
        t(f"params.table.{name}", language) for name in ("criterion", "block", "weight", "goalposts", "meaning")
    ]
    criteria = [
        (
            f"`{c.key}`",
            c.block,
            number(c.weight, language, 2),
            t("params.table.frozen", language)
            if c.goalposts is None
            else " – ".join(number(end, language, 0 if end.is_integer() else 1) for end in c.goalposts),
            t(f"params.indicator.{c.key}", language),
        )
        for c in ScoringParams().criteria
    ]
    return "\n\n".join(
        [t("params.table.proposal", language), _markdown(head, rows), _markdown(criteria_head, criteria)]
    )


def _document(text: str, name: str, *, command: str) -> object:
    try:
        return json.loads(text) if name.endswith(".json") else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise PlanError("params.syntax", file=name, format="JSON", line=error.lineno, command=command) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))  # without one, the text ends too early
        line = int(place[1]) if place else len(text.splitlines())
        raise PlanError("params.syntax", file=name, format="TOML", line=line, command=command) from error
    except RecursionError as error:
        raise PlanError("params.not_a_table", file=name, command=command) from error


def _require_ending(path: Path) -> None:
    if path.suffix not in ENDINGS:
        raise PlanError("params.ending", file=path.name)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror if isinstance(error, OSError) else error.reason) or str(error)


def _written(place: tuple[int | str, ...]) -> str:
    """Write a place as a reader counts: criteria[2].weight is the second criterion."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")


def _field(model: type[Params], place: tuple[int | str, ...]) -> tuple[type[Params], str]:
    """Return the model and the field a place in a file belongs to; of an unknown key, the model that lacks it."""
    keys = [part for part in place if isinstance(part, str)]
    for key in keys[:-1]:
        inner = Criterion if key == "criteria" else _model(model, key)
        if inner is model:  # a plain table, such as limits by regency
            return model, key
        model = inner
    return model, keys[-1]


def _model(model: type[Params], name: str) -> type[Params]:
    kind = model.model_fields[name].annotation
    return kind if isinstance(kind, type) and issubclass(kind, Params) else model


def _short(found: str) -> str:
    return found if len(found) <= 60 else f"{found[:57]}..."


def _entries(params: Params, language: Language) -> Iterator[str]:
    model = type(params)
    for name, value in params:
        if isinstance(value, Params) or name in ("criteria", OWN):
            continue
        yield f"# {t(text_key(model, name), language)} [{allowed(model, name, language)}]"
        yield f"{name} = {_value(value)}"


def _inner(params: Params) -> Iterator[str]:
    """Write what was put into a table by the program: a line each."""
    for name, value in params:
        if isinstance(value, Params):
            yield f"{name} = {_value(value.model_dump(mode='json'))}"


def _criteria(params: ScoringParams, language: Language) -> list[str]:
    lines = ["", *_criteria_comment(language)]
    for criterion in params.criteria:
        unit = UNITS[criterion.key]
        about = t(f"params.indicator.{criterion.key}", language)
        shown = ((name, value) for name, value in criterion if value is not None)
        lines += ["", f"# {about} [{t(f'params.unit.{unit}', language).strip('()')}]", "[[criteria]]"]
        lines += [f"{name} = {_value(value)}" for name, value in shown]
    return lines


def _criteria_comment(language: Language) -> Iterator[str]:
    for entry in described(Criterion, language):
        yield f"# {entry.path}: {entry.meaning} [{entry.allowed}]"


def _value(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_value(item)}' for name, item in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(item) for item in value)}]"
    return repr(value)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
