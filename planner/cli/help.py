"""Help pages in the user's language, also the words that the command line library puts there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer
from typer import rich_utils

from geodata.texts import Language
from planner.cli.session import Session
from planner.texts import t

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": "usage.help.arguments",
    "OPTIONS_PANEL_TITLE": "usage.help.options",
    "COMMANDS_PANEL_TITLE": "usage.help.commands",
    "REQUIRED_LONG_STRING": "usage.help.required",
    "DEFAULT_STRING": "usage.help.default",
    "ENVVAR_STRING": "usage.help.variable",
}


class Context(typer.Context):
    """A context whose usage line begins in the user's language."""

    def make_formatter(self) -> Any:  # noqa: ANN401 (the library's own class)
        """Return the library's formatter with the beginning of the usage line filled in."""
        formatter: Any = super().make_formatter()
        session = self.find_object(Session) or Session()
        formatter.write_usage = partial(formatter.write_usage, prefix=f"{t('usage.help.usage', session.language)} ")
        return formatter


@contextmanager
def headings(language: Language) -> Iterator[None]:
    """Put the headings of help pages in a language while a command line runs.

    The library keeps them as values of a module; they are put back afterwards.
    """
    kept = {name: value for name, value in vars(rich_utils).items() if name in HEADINGS}
    try:
        for name in kept:
            setattr(rich_utils, name, t(HEADINGS[name], language, value="{}"))
        yield
    finally:
        for name, value in kept.items():
            setattr(rich_utils, name, value)


def translate(node: Any, language: Language) -> None:  # noqa: ANN401 (the library's own objects)
    """Put a command, its parameters and the commands below it in a language.

    Parameters
    ----------
    node
        The command; changed in place: the text keys that stand where help texts belong are replaced.
    language
        Language of the help.
    """
    _translate_help(node, language)
    node.context_class = Context
    node.options_metavar = t("usage.help.metavar.options", language)
    if hasattr(node, "subcommand_metavar"):
        node.subcommand_metavar = t("usage.help.metavar.command", language)
        node.no_args_is_help = False  # told as a missing command
    for parameter in node.get_params(typer.Context(node)):
        _translate_help(parameter, language)
        if parameter.name == "help":
            parameter.help = t("usage.help.help", language)
        if parameter.metavar is None and parameter.param_type_name == "option":
            parameter.metavar = _metavar(parameter, language)
    for child in getattr(node, "commands", {}).values():
        translate(child, language)


def _translate_help(owner: Any, language: Language) -> None:  # noqa: ANN401
    for attribute in ("help", "short_help"):
        text = getattr(owner, attribute, None)
        if text and text.startswith("cli."):
            setattr(owner, attribute, t(text, language))


def _metavar(option: Any, language: Language) -> str:  # noqa: ANN401
    if option.is_flag:
        return ""
    return t(f"usage.help.metavar.{'text' if option.min is None and option.max is None else 'number'}", language)
