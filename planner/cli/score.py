"""``planner robust``, ``explain``, ``replay`` and ``params``: how sure a ranking is, why, and whether it holds."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
import typer

from geodata import schema
from planner import diagnosis, elicitation, params_file, plan_record, wording, worlds
from planner import explain as explaining
from planner.cli.exports_kept import write_ranking
from planner.cli.plans import record_of
from planner.cli.session import DataDir, Json, Lang, Out, Region, Session, print_json
from planner.cli.villages import (
    ParamsOption,
    SectorOption,
    Top,
    dotted,
    layer_of,
    layer_then,
    params_of,
    plain,
    records,
    sector_of,
    with_launched,
)
from planner.clusters import clusters
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.export.describe import describe
from planner.params import ScoringParams
from planner.plan import Ranking, rank, replay
from planner.plan_shelf import RECORD
from planner.ranking import RANK
from planner.scoring import BLOCKS, SCORE
from planner.selection.plan import replay as replay_selection
from planner.shielding import shielded_ranking
from planner.surroundings import surroundings_of
from planner.texts import t

_REPLAYED: Final = {"ranking": (replay, "villages"), "selection": (replay_selection, "chosen")}

params_app = typer.Typer(no_args_is_help=True, help="cli.params.help")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(help="cli.robust.help")(robust)
    app.command(help="cli.explain.help")(explain)
    app.command(name="replay", help="cli.replay.help")(replay_record)
    app.add_typer(params_app, name="params")


def ranking_of(
    session: Session, params: ScoringParams, *, regions: list[str] | None = None, sector: str | None = None
) -> Ranking:
    """Return the scored list of the layer in use."""
    layer = layer_of(session)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    return rank(layer, around, params, regions=regions, sector=sector_of(sector))


def robust(
    context: typer.Context,
    *,
    region: Region = None,
    sector: SectorOption = None,
    params: ParamsOption = None,
    count: Annotated[int | None, typer.Option("--worlds", min=100, max=100_000, help="cli.option.worlds")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, help="cli.option.seed")] = None,
    top: Top = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Rank villages in many worlds: rank interval, chance of the top list, core, swing and out."""
    session = context.ensure_object(Session)
    chosen = params_of(params)
    given = {"worlds": count, "seed": seed, "top": top}
    chosen = chosen.model_copy(update={name: value for name, value in given.items() if value is not None})
    regions = list(region) if region else None
    layer = layer_of(session)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    ranking = rank(layer, around, chosen, regions=regions, sector=sector_of(sector))
    if out is not None:
        said = {"region": ranking.regions or None, "sector": sector, **chosen.model_dump(mode="json")}
        about = describe(layer, said, language=session.language, order="score")
        write_ranking(session, out, _with_worlds(shielded_ranking(ranking, layer, around), around.pairs), layer, about)
        if not as_json:
            return
    table = _with_worlds(ranking, around.pairs)
    if as_json:
        print_json(
            {
                "fingerprint": layer.fingerprint,
                "worlds": chosen.worlds,
                "seed": chosen.seed,
                "top": chosen.top,
                "villages": records(table),
            }
        )
    else:
        _print_robust(session, table.head(chosen.top), chosen)


def explain(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="VILLAGE_CODE", help="cli.argument.village")],
    *,
    params: ParamsOption = None,
    top: Top = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Tell in words why a village stands where it does, how sure that is, and what would change it."""
    session = context.ensure_object(Session)
    chosen = params_of(params)
    length = top or chosen.top
    scores = ranking_of(session, chosen).scores
    found = explaining.explain(scores, dotted(code), top=length, ranks=worlds.robust(scores, top=length).table)
    told = wording.sentences(found, session.language)
    if as_json:
        print_json(_explanation(found, told))
        return
    for sentence in told:
        typer.echo(sentence)


def replay_record(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE|PLAN", help="cli.argument.record")],
    *,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Make a recorded ranking or plan again and tell whether it is the same."""
    session = context.ensure_object(Session)
    named = not file.exists() and file.suffix != RECORD
    name, content = record_of(session, str(file)) if named else (file.name, plan_record.read_file(file))
    parts = plan_record.parts_of(content, name=name)
    remake, rows = _REPLAYED.get(str(parts["kind"]), _REPLAYED["ranking"])
    if rows not in parts:
        raise PlanError("plan.no_record", file=name)
    layer = layer_then(session, content, name)
    again = remake(content, layer, with_launched(session, surroundings_of(layer, session.layer_file)), name=name)
    if out is not None:
        with replacing(out) as draft:
            draft.write_bytes(again)
    before, after = parts[rows], json.loads(again)[rows]
    differing = sum(a != b for a, b in zip(before, after, strict=False)) + abs(len(before) - len(after))
    if as_json:
        print_json({"same": content == again, "differing_villages": differing, "villages": len(after)})
    if content != again:
        stopped = parts.get("result", {}).get("status") == "stopped"
        made_with = ", ".join(f"{k} {v}" for k, v in parts["made_with"].items())
        key = "cli.replay.stopped" if stopped else "plan.differs"
        raise PlanError(key, file=name, count=differing, made_with=made_with)
    session.say("plan.same", file=name, villages=len(after))


@params_app.command(help="cli.params.init.help")
def init(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.params_new")],
    *,
    lang: Lang = None,
) -> None:
    """Write the default parameters, every one explained."""
    session = context.ensure_object(Session)
    params_file.write_default(file, language=session.language)
    session.say("cli.params.written", file=file)


@params_app.command(help="cli.params.check.help")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.params")],
    *,
    as_json: Json = False,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Check a file of parameters, and tell what its weights really do."""
    session = context.ensure_object(Session)
    chosen = params_file.read(file)
    ranking = ranking_of(session, chosen)
    told = diagnosis.sentences(diagnosis.diagnose(ranking.scores), session.language)
    influence = worlds.influence(ranking.scores).round(3)
    if as_json:
        shares = influence.reset_index().to_dict("records")
        print_json(
            {"file": str(file), "parameters": chosen.model_dump(mode="json"), "diagnosis": told, "influence": shares}
        )
        return
    session.say("cli.params.valid", file=file)
    for sentence in told:
        typer.echo(sentence)
    headings = [t(f"cli.influence.{name}", session.language) for name in ("choice", "first", "total", "error")]
    rows = [
        [
            t(f"cli.influence.{row.Index}", session.language),
            f"{row.first:.2f}",
            f"{row.total:.2f}",
            f"{row.total_error:.2f}",
        ]
        for row in influence.itertuples()
    ]
    session.print_table(headings, rows)


@params_app.command(name="elicit", help="cli.params.elicit.help")
def elicit_weights(
    context: typer.Context,
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS", help="cli.argument.answers")],
    *,
    params: ParamsOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.option.params_out")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Turn answers of several persons into weights."""
    session = context.ensure_object(Session)
    chosen = params_of(params)
    found = elicitation.elicit(elicitation.read_answers(answers), chosen)
    if out is not None:
        params_file.save(elicitation.applied(found, chosen), out, language=session.language)
        session.say("cli.params.saved", file=out)
    table = [
        (item, *(float(part[k]) for part in found.combined[:3]), *(float(p.weights[k]) for _, p in found.persons))
        for k, item in enumerate(found.items)
    ]
    roles = [role for role, _ in found.persons]
    if as_json:
        print_json(
            {
                "weights": {row[0]: row[1] for row in table},
                "spread": {row[0]: [row[2], row[3]] for row in table},
                "consistency": {role: person.consistency for role, person in found.persons},
            }
        )
        return
    headings = [t(f"cli.elicit.{name}", session.language) for name in ("item", "weight", "low", "high")]
    session.print_table([*headings, *roles], [[row[0], *(f"{v:.3f}" for v in row[1:])] for row in table])
    for role, person in found.persons:
        key = "cli.elicit.contradicts" if role in found.inconsistent else "cli.elicit.agrees"
        session.say(key, role=role, consistency=f"{person.consistency:.2f}")


def _explanation(found: explaining.Explanation, told: list[str]) -> dict[str, Any]:
    """Return an explanation as plain values."""
    return {
        "village_code": found.village[schema.VILLAGE_CODE],
        "rank": found.rank,
        "villages": found.villages,
        "score": found.score,
        "reference": found.reference,
        "contributions": {part.key: part.points for part in found.parts},
        "filled": [part.key for part in found.filled],
        "top": found.top,
        "rank_range": found.rank_range,
        "in_top": found.in_top,
        "flip": found.flip and found.flip._asdict(),
        "twins": [twin._asdict() for twin in found.twins],
        "sentences": told,
    }


def _with_worlds(ranking: Ranking, pairs: pd.DataFrame) -> pd.DataFrame:
    """Add rank interval, chance of the top list, group and cluster to a ranking."""
    found = worlds.robust(ranking.scores, regions=list(ranking.regions) or None)
    ranks = found.table[["rank_low", "rank_median", "rank_high", "group"]]
    chance = (found.table["in_top"] * 100).round(1).rename("in_top_pct")
    return ranking.table.join(ranks).join(chance).join(clusters(ranking.scores, pairs))


def _print_robust(session: Session, table: pd.DataFrame, chosen: ScoringParams) -> None:
    names = (
        RANK,
        schema.VILLAGE_CODE,
        schema.VILLAGE_NAME,
        schema.REGENCY_NAME,
        SCORE,
        *BLOCKS,
        "rank_low",
        "rank_high",
    )
    headings = [t(f"export.heading.{name}", session.language) for name in (*names, "in_top_pct", "group")]
    rows = [
        [
            *(plain(row[name]) for name in names),
            plain(row["in_top_pct"]),
            t(f"export.group.{row['group']}", session.language),
        ]
        for row in table.to_dict("records")
    ]
    session.print_table(headings, rows)
    session.say("cli.robust.note", worlds=chosen.worlds, top=chosen.top, seed=str(chosen.seed))
