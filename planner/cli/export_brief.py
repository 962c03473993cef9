"""``planner export brief``: one page per regency for its head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from geodata import declared
from geodata.office_day import today
from geodata.offices import read_offices
from geodata.paths import make_folder
from geodata.schema import REGENCY_CODE
from planner import params_file, plan_record, published, ucj_board
from planner.briefs import Basis, Known, Page, page, set_pages
from planner.briefs.proposed import of_gap, of_plan, of_ranking
from planner.briefs.stamped import ENDING, stamp_of
from planner.briefs.standing import standing
from planner.cli.exports_kept import kept
from planner.cli.plans import check_file, record_of
from planner.cli.session import DataDir, Lang, Session
from planner.cli.villages import layer_of, layer_then, with_launched
from planner.errors import PlanError
from planner.expiry_file import read_groups
from planner.export.atomic import replacing
from planner.params import ScoringParams
from planner.plan import rank
from planner.plan_shelf import RECORD
from planner.store.brief_records import BriefRecords, brief_records
from planner.store.engine import in_use, opened, reading
from planner.store.migrate import ready
from planner.surroundings import surroundings_of
from planner.texts import t


@dataclass(frozen=True)
class _Asked:
    """What the briefs are made of; name and record of the plan only with one."""

    basis: Basis
    scoring: ScoringParams
    plan: str = ""
    record: bytes = b""


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(name="brief", help="cli.export.brief.help")(brief)


def brief(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.pdf|FOLDER", help="cli.export.brief.out")],
    regency: Annotated[
        str | None, typer.Option("--regency", metavar="16.02,16.05", help="cli.export.brief.regency")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="cli.export.brief.all")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="NAME|FILE", help="cli.export.brief.plan")] = None,
    params: Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.export.brief.params")] = None,
    groups: Annotated[Path | None, typer.Option("--groups", metavar="FILE", help="cli.export.brief.groups")] = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write the briefs of regencies: into one PDF, or into a folder, one file each."""
    session = context.ensure_object(Session)
    if (regency is None) == (not every):
        raise PlanError("briefs.regency_or_all")
    if plan is not None and params is not None:
        raise PlanError("briefs.plan_alone")
    as_file = out.suffix.lower() == ENDING
    if as_file:
        check_file(out, (ENDING,))
    asked = _asked(session, plan, params, groups)
    codes = _codes(asked.basis, regency)
    _tell_left_out(session, asked.basis, codes, given=groups is not None)
    if as_file:
        _write(session, asked, codes, [made for _, made in _pages(session, asked.basis, codes)], out)
    else:
        folder = _folder(out)
        for code, made in _pages(session, asked.basis, codes):
            _write(session, asked, [code], [made], folder / f"{t('briefs.file', session.language)}-{code}{ENDING}")
    session.say("briefs.written", count=len(codes), file=out)


def _pages(session: Session, basis: Basis, codes: Sequence[str]) -> Iterator[tuple[str, Page]]:
    """Yield the pages, and tell of each that was asked for with others."""
    for done, code in enumerate(codes, start=1):
        yield code, page(basis, code, session.language)
        if len(codes) > 1:
            name = basis.regencies.at[code, "regency_name"]
            session.say("briefs.progress", name=name, done=done, total=len(codes))


def _write(session: Session, asked: _Asked, codes: Sequence[str], pages: Sequence[Page], file: Path) -> None:
    stamp = stamp_of(asked.basis, codes, asked.scoring, language=session.language, plan=asked.plan, record=asked.record)
    content = set_pages(pages, stamp)
    with replacing(file) as draft:
        draft.write_bytes(content)
    kept(session, stamp, file)


def _codes(basis: Basis, given: str | None) -> list[str]:
    """Return the regencies that were asked for, each once."""
    if given is None:
        return [str(code) for code in basis.regencies.index]
    codes = list(dict.fromkeys(code.strip() for code in given.split(",") if code.strip()))
    if not codes:
        raise PlanError("briefs.regency_or_all")
    for code in codes:
        standing(basis.regencies, code)
    return codes


def _tell_left_out(session: Session, basis: Basis, codes: Sequence[str], *, given: bool) -> None:
    """Tell how many rows of a file of groups are of regencies that get no brief."""
    groups = basis.known.groups
    if not given or groups is None:
        return
    outside = groups[~groups[REGENCY_CODE].isin(codes)]
    if len(outside):
        regencies = ", ".join(sorted(set(outside[REGENCY_CODE])))
        session.say("briefs.groups_left_out", count=len(outside), of=len(groups), regencies=regencies)


def _folder(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise PlanError("briefs.no_folder", out=out)
    make_folder(out)
    return out


def _asked(session: Session, name: str | None, params: Path | None, groups: Path | None) -> _Asked:
    layer = layer_of(session)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    scoring = ScoringParams() if params is None else params_file.read(params)
    known = _known(session, groups)
    done = declared.declared_codes(around.declared)
    usual = of_gap(layer, scoring.funnel, declared=done)
    on = today()
    if name is None:
        order = usual
        if params is not None:
            order = of_ranking(rank(layer, around, scoring), layer, around, declared=done)
        return _Asked(Basis(layer, order, usual, known, on), scoring)
    file, content = record_of(session, name)
    then = layer_then(session, content, file)
    chosen = plan_record.opened(content, then, around, name=file)
    called = file.removesuffix(RECORD)
    order = of_plan(chosen, called, then, around, other_data=then.fingerprint != layer.fingerprint)
    basis = Basis(layer, order, usual, known, on)
    return _Asked(basis, chosen.candidates.scoring, called, content)


def _known(session: Session, groups: Path | None) -> Known:
    found = _records(session)
    return Known(
        targets=ucj_board.all_targets(session.paths.root),
        budgets=published.read_budgets(),
        offices=read_offices(),
        groups=found.groups if groups is None else read_groups(groups),
        officials=found.officials,
    )


def _records(session: Session) -> BriefRecords:
    if not in_use(session.paths.records):
        return BriefRecords(None, {})
    with opened(None, session.paths.records) as engine, reading(ready(engine)) as connection:
        return brief_records(connection)
