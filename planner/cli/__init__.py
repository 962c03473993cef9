"""The command ``planner``: everything the pages can compute."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from geodata.errors import DataError
from geodata.texts import LANGUAGES, Language
from planner.cli import data, fund, score, villages
from planner.cli.session import DataDir, Lang, Session
from planner.texts import t


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 data refused, 2 wrong usage, 3 the machine."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    try:
        command(language).main(given, prog_name="planner")
    except DataError as error:
        typer.echo(error.text(language), err=True)
        return error.exit_code
    except SystemExit as ending:  # how the command line library ends: usage, help, interruption
        return ending.code if isinstance(ending.code, int) else 0
    return 0


def run() -> None:
    """Run the command line of this process."""
    sys.exit(main())


def command(language: Language) -> Any:  # noqa: ANN401 (the command line library's own class)
    """Return the command with its help in a language."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="cli.help")
    app.callback()(_root)
    app.add_typer(data.app, name="data")
    villages.register(app)
    score.register(app)
    fund.register(app)
    built = typer.main.get_command(app)
    _translate(built, language)
    return built


def _root(context: typer.Context, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    context.ensure_object(Session)


def _language(arguments: Sequence[str]) -> Language:
    """Find the language before anything is parsed, so that help and errors are in it too."""
    wanted = os.environ.get("PLANNER_LANG", "id")
    for i, word in enumerate(arguments):
        if word == "--lang" and i + 1 < len(arguments):
            wanted = arguments[i + 1]
        elif word.startswith("--lang="):
            wanted = word.removeprefix("--lang=")
    return next((known for known in LANGUAGES if known == wanted), "id")


def _translate(node: Any, language: Language) -> None:  # noqa: ANN401 (click's own objects)
    """Replace the text keys that stand where help texts belong."""
    for attribute in ("help", "short_help"):
        text = getattr(node, attribute, None)
        if text and text.startswith("cli."):
            setattr(node, attribute, t(text, language))
    for parameter in getattr(node, "params", ()):
        _translate(parameter, language)
    for child in getattr(node, "commands", {}).values():
        _translate(child, language)
