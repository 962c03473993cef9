"""What every command shares: language, data folder, and how it prints."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from geodata.paths import Paths
from geodata.texts import Language, number
from planner.texts import t


class Session:
    """Language and data folder of one command line.

    Attributes
    ----------
    language
        Language of all output.
    paths
        Folders of the planner.
    """

    def __init__(self, language: Language = "id") -> None:
        self.language: Language = language
        self.paths = Paths.of()

    @property
    def layer_file(self) -> Path | None:
        """File of the built layer; nothing where the embedded default is in use."""
        built = self.paths.villages
        return built if built.is_file() else None

    def say(self, key: str, **values: object) -> None:
        """Print one sentence for people, on the error stream, so that results can be piped."""
        typer.echo(t(key, self.language, **values), err=True)

    def print_table(self, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; numbers are grouped as the language does and stand right."""
        table = Table(box=None, header_style="bold", pad_edge=False)
        for i, heading in enumerate(headings):
            numeric = any(isinstance(row[i], int | float) for row in rows)
            table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(self.shown(cell) for cell in row))
        Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(table)

    def shown(self, value: object) -> str:
        """Return a value as people write it; nothing for a missing one."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "" if value is None else str(value)
        if value != value:  # noqa: PLR0124 (not a number)
            return ""
        decimals = 0 if float(value).is_integer() else 1 if abs(value) >= 1 else 3
        return number(value, self.language, decimals)


def print_json(content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print plain values as JSON on the output stream."""
    typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1))


def printable(text: str) -> str:
    """Return a text with the characters escaped that a terminal would act on; lines stay lines."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def _set_folder(context: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        context.ensure_object(Session).paths = Paths.of(value)
    return value


def region_codes(values: str | None) -> list[str] | None:
    """Take codes apart that are written with commas between."""
    return [code.strip() for code in values.split(",") if code.strip()] if values else None


Lang = Annotated[
    Language | None, typer.Option("--lang", envvar="PLANNER_LANG", metavar="id|en", help="cli.option.lang")
]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", callback=_set_folder, metavar="DIR", help="cli.option.data_dir")
]
Json = Annotated[bool, typer.Option("--json", help="cli.option.json")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="15,16.02", callback=region_codes, help="cli.option.region")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.option.out")]

Progress = Callable[[int, int], None]
