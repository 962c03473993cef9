"""``planner incentives``: the rules of the incentive of agents, and an office's own."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from geodata.office_day import today
from geodata.paths import make_folder
from planner.cli.session import DataDir, Json, Lang, Session, print_json
from planner.errors import PlanError, PlanMachineError
from planner.export.atomic import replacing
from planner.field.incentive import BUILT_IN, incentive_on, office_rules, read_incentives
from planner.field.line import Line

app = typer.Typer(no_args_is_help=True, help="cli.incentives.help")


def register(parent: typer.Typer) -> None:
    """Add the commands to the program."""
    parent.add_typer(app, name="incentives")


@app.callback()
def _group(*, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Take the options that every command takes."""


@app.command(help="cli.incentives.show.help")
def show(context: typer.Context, *, as_json: Json = False, lang: Lang = None, data_dir: DataDir = None) -> None:
    """Show the rules in use."""
    session, day = context.ensure_object(Session), today()
    own, language = session.paths.incentives, session.language
    rules = office_rules(own, day)
    if as_json:
        print_json({"own": own.exists(), "rules": [_plain(asdict(rule)) for rule in rules]})
        return
    session.say("cli.incentives.own" if own.exists() else "cli.incentives.shipped", file=own)
    for rule in rules:
        typer.echo(rule.told().text(language))
        if rule.valid_to is not None:
            typer.echo(Line("cli.incentives.until", {"day": rule.valid_to}).text(language))
        typer.echo(rule.standing(day).text(language))
        typer.echo(rule.source.text(language))


@app.command(help="cli.incentives.init.help")
def init(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="cli.argument.incentives_new")],
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the rules in use to a new file."""
    session = context.ensure_object(Session)
    if file.exists():
        raise PlanError("cli.incentives.exists", file=file.name)
    own = session.paths.incentives
    _copy(own if own.exists() else BUILT_IN, file)
    session.say("cli.incentives.written", file=file)


@app.command(help="cli.incentives.use.help")
def use(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE.csv", help="cli.argument.incentives")] = None,
    *,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Use the office's own rules, or the shipped ones again."""
    session = context.ensure_object(Session)
    own = session.paths.incentives
    if file is None:
        own.unlink(missing_ok=True)
        session.say("cli.incentives.back")
        return
    rules = read_incentives(file)
    incentive_on(today(), rules)
    make_folder(own.parent)
    _copy(file, own)
    session.say("cli.incentives.in_use", count=len(rules))


def _copy(source: Path, target: Path) -> None:
    try:
        content = source.read_bytes()
    except OSError as error:
        raise PlanMachineError("saved.file_unreadable", file=source, reason=error.strerror or str(error)) from error
    with replacing(target) as draft:
        draft.write_bytes(content)


def _plain(rule: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in rule.items()}
