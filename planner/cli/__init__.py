"""The command ``planner``: everything the pages can compute."""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import typer

from geodata.errors import DataError
from geodata.texts import LANGUAGES, Language
from planner.cli import usage
from planner.cli.commands import Words, named, program
from planner.cli.help import headings, translate
from planner.cli.session import Session, printable
from planner.texts import t


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 data refused, 2 wrong usage, 3 the machine."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    root = command(language, named(given))
    try:
        usage.refuse(root, given)
        with headings(language):
            ending = root.main(given, prog_name="planner", standalone_mode=False, obj=Session(language))
    except DataError as error:
        typer.echo(printable(error.text(language)), err=True)
        return error.exit_code
    except usage.UsageError as error:
        typer.echo(usage.text(error, root, given, language), err=True)
        return usage.EXIT_CODE
    except typer.Abort:
        typer.echo(t("usage.aborted", language), err=True)
        return 1
    except SystemExit as closing:  # how the command line library ends at a closed pipe
        return closing.code if isinstance(closing.code, int) else 0
    return ending if isinstance(ending, int) else 0  # the library returns the code of help and interruption


def run() -> None:
    """Run the command line of this process."""
    sys.exit(main())


def command(language: Language, words: Words = ()) -> Any:  # noqa: ANN401 (the command line library's own class)
    """Return the command with its help in a language; see `planner.cli.commands.program` for the words."""
    built = typer.main.get_command(program(words))
    translate(built, language)
    return built


def _language(arguments: Sequence[str]) -> Language:
    """Find the language before anything is parsed, so that help and errors are in it too."""
    words = [part for word in arguments for part in (word.split("=") if word.startswith("--lang=") else [word])]
    wanted = [os.environ.get("PLANNER_LANG"), *(after for word, after in pairwise(words) if word == "--lang")]
    return next((known for word in reversed(wanted) for known in LANGUAGES if known == word), "id")
