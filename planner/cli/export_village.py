"""``planner export village``: one page on paper per village."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer

from geodata import schema
from geodata.layer import VillageLayer
from geodata.office_day import today
from planner import plan_record, worlds
from planner.cli.exports_kept import kept
from planner.cli.plans import check_file, record_of
from planner.cli.session import DataDir, Lang, Region, Session
from planner.cli.villages import (
    SectorOption,
    Top,
    dotted,
    layer_of,
    layer_then,
    params_of,
    sector_of,
    with_launched,
)
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.plan import Ranking, rank
from planner.plan_shelf import RECORD
from planner.selection.plan import SelectionPlan
from planner.surroundings import surroundings_of
from planner.texts import t
from planner.village_page import Setting, shielded_setting, village_page, village_pdf

PlanOption = Annotated[str | None, typer.Option("--plan", metavar="NAME|FILE", help="cli.export_village.plan")]

_TOLD_EVERY: Final = 10


@dataclass(frozen=True)
class _Asked:
    """What the pages are made of; the plan, its name and the SHA-256 of its record only with a plan."""

    layer: VillageLayer
    around: Surroundings
    ranking: Ranking
    codes: tuple[str, ...]
    plan: SelectionPlan | None = None
    name: str = ""
    sha256: str = ""


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(name="village", help="cli.export_village.help")(village)


def village(
    context: typer.Context,
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VILLAGE_CODE...]", help="cli.export_village.codes", show_default=False),
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.pdf", help="cli.export_village.out")],
    plan: PlanOption = None,
    region: Region = None,
    sector: SectorOption = None,
    params: Annotated[Path | None, typer.Option("--params", metavar="FILE", help="cli.option.params")] = None,
    top: Top = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Write one page per village."""
    session = context.ensure_object(Session)
    check_file(out, (".pdf",))
    if not codes and plan is None:
        raise PlanError("cli.export_village.nothing")
    if plan is not None and (region or sector or params):
        raise PlanError("cli.export_village.plan_alone")
    given = tuple(dict.fromkeys(dotted(code.strip()) for code in codes or ()))
    if plan is None:
        asked = _of_ranking(session, given, list(region or ()) or None, sector, params)
    else:
        asked = _of_plan(session, plan, given)
    length = top or asked.ranking.scores.params.top
    counted = Setting(
        layer=asked.layer,
        surroundings=asked.around,
        ranking=asked.ranking,
        ranks=None,
        top=length,
        region=_named(asked, session),
        language=session.language,
        made_on=today(),
        plan=asked.plan,
        plan_name=asked.name,
    )
    setting = _with_ranks(shielded_setting(counted))
    pages = []
    for done, code in enumerate(asked.codes, start=1):
        pages.append(village_page(setting, code))
        if done % _TOLD_EVERY == 0 and done < len(asked.codes):
            session.say("cli.export_village.progress", done=done, total=len(asked.codes))
    stamp, content = village_pdf(pages, setting, plan_sha256=asked.sha256)
    with replacing(out) as draft:
        draft.write_bytes(content)
    kept(session, stamp, out)
    session.say("cli.export_village.written", count=len(pages), file=out)


def _with_ranks(setting: Setting) -> Setting:
    regions = list(setting.ranking.regions) or None
    return replace(setting, ranks=worlds.robust(setting.ranking.scores, regions=regions, top=setting.top).table)


def _of_ranking(
    session: Session, codes: tuple[str, ...], regions: list[str] | None, sector: str | None, params: Path | None
) -> _Asked:
    layer = layer_of(session)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    ranking = rank(layer, around, params_of(params), regions=regions, sector=sector_of(sector))
    return _Asked(layer, around, ranking, codes)


def _of_plan(session: Session, name: str, codes: tuple[str, ...]) -> _Asked:
    """Open a plan over the layer as it was then; without codes all its villages are asked for, most benefit first."""
    file, content = record_of(session, name)
    layer = layer_then(session, content, file)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    plan = plan_record.opened(content, layer, around, name=file)
    wanted = codes or tuple(plan.chosen[schema.VILLAGE_CODE])
    called = file.removesuffix(RECORD)
    return _Asked(layer, around, plan.candidates.ranking, wanted, plan, called, sha256(content).hexdigest())


def _named(asked: _Asked, session: Session) -> str:
    """Return where the villages are ranked, in words."""
    frame, regions = asked.layer.frame, asked.ranking.regions
    names = {
        str(code): str(name)
        for level in ("province", "regency")
        for code, name in zip(frame[f"{level}_code"], frame[f"{level}_name"], strict=True)
    }
    return ", ".join(names.get(code, code) for code in regions) or t("web.village.everywhere", session.language)
