"""Wrong usage of the command line: what was wrong, what was expected, what to do, in the user's language."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple, get_args

import typer

from geodata.texts import Language
from planner.texts import t

EXIT_CODE = 2
WHOLE_NUMBER = re.compile(r"[+-]?\d+")

# The library publishes one of its errors; its kin stand beside it, in a place that depends on the version.
_errors: Any = import_module(typer.BadParameter.__module__)
UsageError: Any = _errors.UsageError


class RepeatedOption(typer.BadParameter):
    """An option with one value that was written more than once."""


class Level(NamedTuple):
    """What was written for one command: ``planner``, a group, or the command within it.

    Attributes
    ----------
    context
        Context of the command; knows its path.
    values
        Value of every parameter as it was written, by parameter name; empty if the line cannot be taken apart.
    rest
        Words that no parameter takes; the first names the command of the next level.
    order
        Parameters in the order written, as often as they were.
    """

    context: Any
    values: Mapping[str, Any]
    rest: Sequence[str]
    order: Sequence[Any]


def refuse(root: Any, given: Sequence[str]) -> None:  # noqa: ANN401 (the library's own class)
    """Refuse what the library would take without a word and in another sense than it was meant.

    Of an option written twice only the last value would count, and 1.000 would be the whole number 1.

    Parameters
    ----------
    root
        The command ``planner``.
    given
        The words after it.

    Raises
    ------
    RepeatedOption
        If an option with one value is written more than once for one command.
    typer.BadParameter
        If a whole number is not written as digits only.
    """
    found = list(_levels(root, given))
    if any("help" in level.values for level in found):
        return
    for level in found:
        for parameter in level.order:
            value = level.values.get(parameter.name)
            if not isinstance(value, str):
                continue
            if level.order.count(parameter) > 1:
                raise RepeatedOption(value, ctx=level.context, param=parameter)
            if _kind(parameter) is int and not WHOLE_NUMBER.fullmatch(value):
                raise typer.BadParameter(value, ctx=level.context, param=parameter)


def text(error: Any, root: Any, given: Sequence[str], language: Language) -> str:  # noqa: ANN401
    """Return what a user is told about a wrong command line.

    Parameters
    ----------
    error
        Usage error of the library.
    root
        The command ``planner``.
    given
        The words after it.
    language
        Language of the sentences.

    Returns
    -------
    str
        Lines: what was wrong, what was expected, and where it is explained.
    """
    level = next((at for at in _levels(root, given) if error.ctx and at.context.command is error.ctx.command), None)
    level = level or list(_levels(root, given))[-1]
    tell = next(teller for kind, teller in _TELLERS if isinstance(error, kind))
    lines = tell(error, level, language, given)
    return "\n".join([*lines, t("usage.more", language, command=level.context.command_path)])


def _levels(root: Any, given: Sequence[str]) -> Iterator[Level]:  # noqa: ANN401
    context = typer.Context(root, info_name="planner")
    words = list(given)
    while True:
        try:
            values, rest, order = context.command.make_parser(context).parse_args(words)
        except UsageError:
            yield Level(context, {}, [], [])
            return
        yield Level(context, values, rest, order)
        child = getattr(context.command, "commands", {}).get(rest[0]) if rest else None
        if child is None:
            return
        context = typer.Context(child, parent=context, info_name=rest[0])
        words = rest[1:]


def _unknown_option(error: Any, level: Level, language: Language, given: Sequence[str]) -> list[str]:  # noqa: ANN401
    option = str(error.option_name)
    if not option.startswith("--"):  # the library names the first letter only
        option = next((word for word in given if word.startswith(option)), option)
    parameters = level.context.command.get_params(level.context)
    known = {name.lstrip("-"): name for p in parameters if p.param_type_name == "option" for name in p.opts}
    # compared without dashes: with them, every short name looks like every other
    close = get_close_matches(option.lstrip("-").split("=")[0], known)
    told = t("usage.option_unknown", language, option=_shown(option), command=level.context.command_path)
    told = _with_suggestion(told, [known[name] for name in close], language)
    return [told, t("usage.options", language, names=", ".join(known.values()))]


def _option_value(error: Any, level: Level, language: Language, _given: Sequence[str]) -> list[str]:  # noqa: ANN401
    parameters = level.context.command.get_params(level.context)
    option = next((p for p in parameters if error.option_name in (*p.opts, *p.secondary_opts)), None)
    if option is None:
        return _other(level, language)
    key = "usage.value_needless" if option.is_flag else "usage.value_missing"
    return [t(key, language, option=error.option_name), *_expected(option, language), *_meaning(option)]


def _repeated(error: Any, level: Level, language: Language, _given: Sequence[str]) -> list[str]:  # noqa: ANN401
    option = error.param
    told = t("usage.repeated", language, option=_name(option), count=level.order.count(option))
    return [told, *_meaning(option)]


def _missing(error: Any, level: Level, language: Language, _given: Sequence[str]) -> list[str]:  # noqa: ANN401
    told = t("usage.missing", language, name=_name(error.param))
    return [told, *_expected(error.param, language), *_meaning(error.param), _form(level, language)]


def _wrong_value(error: Any, level: Level, language: Language, _given: Sequence[str]) -> list[str]:  # noqa: ANN401
    parameter = error.param
    if parameter is None:
        return _other(level, language)
    value, source = parameter.consume_value(level.context, level.values)
    name = _name(parameter)
    if source.name == "ENVIRONMENT":
        name = t("usage.from_environment", language, name=name, variable=parameter.envvar)
    told = t("usage.value_wrong", language, value=_shown(str(value)), name=name)
    return [told, *_expected(parameter, language), *_meaning(parameter)]


def _words(_error: Any, level: Level, language: Language, _given: Sequence[str]) -> list[str]:  # noqa: ANN401
    """Tell of a command that is unknown or missing, or of words left over; the library has one kind for all three."""
    commands = getattr(level.context.command, "commands", {})
    path = level.context.command_path
    if commands and level.rest:
        word = level.rest[0]
        told = t("usage.command_unknown", language, name=_shown(word), command=path)
        return [_with_suggestion(told, get_close_matches(word, commands), language), *_listed(commands, language)]
    if commands:
        return [t("usage.command_missing", language, command=path), *_listed(commands, language)]
    if level.rest:
        words = _shown(" ".join(level.rest))
        return [t("usage.words_left", language, command=path, words=words), _form(level, language)]
    return _other(level, language)


def _other(level: Level, language: Language) -> list[str]:
    return [t("usage.other", language), _form(level, language)]


_TELLERS: tuple[tuple[type, Callable[[Any, Level, Language, Sequence[str]], list[str]]], ...] = (
    (_errors.NoSuchOption, _unknown_option),
    (_errors.BadOptionUsage, _option_value),
    (RepeatedOption, _repeated),
    (_errors.MissingParameter, _missing),
    (typer.BadParameter, _wrong_value),
    (UsageError, _words),
)


def _kind(parameter: Any) -> Any:  # noqa: ANN401
    return getattr(getattr(parameter, "type_descriptor", None), "annotation", None)


def _name(parameter: Any) -> str:  # noqa: ANN401
    """Return how a parameter is written: the option, or the placeholder of the argument."""
    is_option = parameter.param_type_name == "option"
    return str(max(parameter.opts, key=len) if is_option else parameter.metavar or parameter.name)


def _meaning(parameter: Any) -> list[str]:  # noqa: ANN401
    return [f"{_name(parameter)}: {parameter.help}"] if parameter.help else []


def _expected(parameter: Any, language: Language) -> list[str]:  # noqa: ANN401
    choices = get_args(_kind(parameter))
    if choices:
        return [t("usage.expected.choice", language, choices=", ".join(str(choice) for choice in choices))]
    if _kind(parameter) not in (int, float):
        return []
    kind = "whole" if _kind(parameter) is int else "number"
    bounds = f"{'' if parameter.min is None else 'low'}{'' if parameter.max is None else 'high'}" or "free"
    written = t(f"usage.{kind}", language)
    # bounds are told as they have to be typed, not grouped
    told = t(f"usage.bounds.{bounds}", language, kind=written, low=str(parameter.min), high=str(parameter.max))
    return [t(f"usage.expected.{kind}", language, number=told)]


def _with_suggestion(told: str, close: Sequence[str], language: Language) -> str:
    return f"{told} {t('usage.suggestion', language, names=', '.join(close))}" if close else told


def _listed(commands: Mapping[str, Any], language: Language) -> list[str]:
    width = max(len(name) for name in commands)
    listed = [f"  {name:<{width}}  {command.help}" for name, command in commands.items() if not command.hidden]
    return [t("usage.commands", language), *listed]


def _form(level: Level, language: Language) -> str:
    pieces = level.context.command.collect_usage_pieces(level.context)
    return t("usage.form", language, form=" ".join([level.context.command_path, *pieces]))


def _shown(word: str) -> str:
    """Return a word of the command line with the characters escaped that a terminal would act on or cannot write."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in word)
