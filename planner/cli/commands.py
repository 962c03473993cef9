"""Which module brings which command: a command line loads the one that it names, help pages load all.

All of them together take two and a half seconds and 300 MB of libraries, of which few commands need many.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final

import typer

from planner.cli.session import DataDir, Lang, Session

Words = tuple[str, ...]

EXPORT: Final = "export"
_ROOT: Final[Mapping[str, Words]] = {
    "data": ("data",),
    "db": ("db",),
    "villages": ("rank", "show"),
    "score": ("robust", "explain", "replay", "params"),
    "select": ("select",),
    "frontier": ("frontier",),
    "plans": ("plans", "compare"),
    "target": ("target",),
    "fund": ("fund",),
    "territories": ("territories", "rebalance"),
    "routes": ("routes",),
    "agent_pack": ("agent-pack",),
    "capacity": ("capacity",),
    "import_file": ("import",),
    "incentives": ("incentives",),
    "verify": ("verify",),
    "uploads": ("uploads",),
    "names": ("names",),
    "launch": ("launch",),
    "results": ("results",),
    "user": ("user",),
    "serve": ("serve",),
}
_EXPORT: Final[Mapping[str, Words]] = {
    "export_map": ("map",),
    "export_brief": ("brief",),
    "export_booklet": ("booklet",),
    "export_village": ("village",),
    "export_list": ("list",),
    "export_log": ("log",),
}
_VALUED: Final = ("--lang", "--data-dir")
"""Options that may stand before a command, each with its value behind it."""


def named(given: Sequence[str]) -> Words:
    """Return the words of a command line that name its command; as many as are known, none where the first is not."""
    words = [word for word, _ in zip(_leading(given), range(2), strict=False)]
    first, second = (*words, "", "")[:2]
    if first == EXPORT:
        return (EXPORT, second) if any(second in known for known in _EXPORT.values()) else (EXPORT,)
    return (first,) if any(first in known for known in _ROOT.values()) else ()


def program(words: Words) -> typer.Typer:
    """Return the program with the commands that some words name; with all of them where there is no such word.

    Parameters
    ----------
    words
        As `named` returns them.
    """
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="cli.help")
    app.callback()(_options)
    if words[:1] != (EXPORT,):
        _add(app, _ROOT, words[:1])
    if words[:1] in ((), (EXPORT,)):
        exports = typer.Typer(no_args_is_help=True, help="cli.export.help")
        exports.callback()(_options)
        _add(exports, _EXPORT, words[1:])
        app.add_typer(exports, name=EXPORT)
    return app


def _add(app: typer.Typer, modules: Mapping[str, Words], words: Words) -> None:
    for module, known in modules.items():
        if not words or words[0] in known:
            import_module(f"planner.cli.{module}").register(app)


def _leading(given: Sequence[str]) -> Iterator[str]:
    """Yield the words before the first option that is not one of every command."""
    rest = iter(given)
    for word in rest:
        if word in _VALUED:
            next(rest, None)
        elif not word.startswith("-"):
            yield word
        elif not word.startswith(tuple(f"{option}=" for option in _VALUED)):
            return


def _options(context: typer.Context, *, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""
    context.ensure_object(Session)
