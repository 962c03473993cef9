"""``planner export map``: a picture of the map for slides."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer

from geodata import office_day
from geodata.layer import VillageLayer
from geodata.schema import Sector
from geodata.texts import Language
from planner import plan_record
from planner.classification import BREAKS, OWN, Cut
from planner.cli.exports_kept import kept
from planner.cli.plans import check_file, record_of
from planner.cli.session import DataDir, Lang, Region, Session
from planner.cli.villages import ParamsOption, SectorOption, layer_of, layer_then, params_of, sector_of, with_launched
from planner.errors import PlanError
from planner.export.atomic import replacing
from planner.measure_catalogue import MEASURES
from planner.measure_colours import usual_cut
from planner.measure_ground import LayerGround
from planner.measure_work import figures_of
from planner.measures import Measure
from planner.number_text import bounds_of
from planner.pictures import ENDINGS, picture_file
from planner.pictures.measured import Shown, measure_picture
from planner.pictures.stamped import map_stamp
from planner.plan_record import Asked
from planner.ranking import in_regions
from planner.shielding import shielded
from planner.surroundings import surroundings_of

_SHORT: Final = {"gap": "gap_workers", "coverage": "coverage_pct"}


@dataclass(frozen=True)
class _Plan:
    """A saved plan whose villages are marked.

    Attributes
    ----------
    name, sha256
        Its name, and the SHA-256 of its record.
    asked
        What it was asked for.
    codes
        Its villages.
    """

    name: str
    sha256: str
    asked: Asked
    codes: frozenset[str]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="map", help="cli.export.map.help")(export_map)


def export_map(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="cli.export.map.out")],
    *,
    measure: Annotated[str, typer.Option("--measure", metavar="MEASURE", help="cli.export.map.measure")] = "gap",
    region: Region = None,
    sector: SectorOption = None,
    classes: Annotated[str | None, typer.Option("--classes", metavar="CLASSES", help="cli.export.map.classes")] = None,
    params: ParamsOption = None,
    plan: Annotated[str | None, typer.Option("--plan", metavar="PLAN", help="cli.export.map.plan")] = None,
    lang: Lang = None,
    data_dir: DataDir = None,
) -> None:
    """Draw the map with the classes and colours of the page, as a picture for slides."""
    session = context.ensure_object(Session)
    check_file(out, ENDINGS)
    asked_for = measure_named(measure)
    cut = cut_of(classes, asked_for, session.language)
    layer, marked = _opened(session, plan)
    asked = marked.asked if marked else None
    regions = list(region or (asked.regions if asked else ())) or None
    ground = LayerGround(
        layer=shielded(layer),
        nearby=lambda: with_launched(session, surroundings_of(layer, session.layer_file)),
        params=asked.scoring if asked and params is None else params_of(params),
        sector=_sector(sector, asked),
        regions=regions,
    )
    villages = in_regions(layer.frame, regions)
    values = figures_of(asked_for, ground, tell=lambda _: True)
    assert values is not None  # nobody ends it
    shown = Shown(
        villages=villages,
        cut=cut,
        regions=tuple(regions or ()),
        sector=ground.sector or "",
        chosen=marked.codes if marked else (),
        plan=marked.name if marked else "",
    )
    stamp = map_stamp(
        out.suffix.lower(),
        asked_for,
        shown,
        params=ground.params,
        fingerprint=layer.fingerprint,
        plan_sha256=marked.sha256 if marked else "",
        made_on=office_day.today(),
        language=session.language,
    )
    picture = measure_picture(layer, asked_for, values, shown, language=session.language, stamp=stamp)
    with replacing(out) as draft:
        draft.write_bytes(picture_file(picture, out.suffix.lower(), language=session.language))
    kept(session, stamp, out)
    session.say("cli.export.map.written", file=out, villages=int(villages.sum()), number=stamp.id)


def measure_named(name: str) -> Measure:
    """Return the measure of a name.

    Raises
    ------
    PlanError
        If there is none.
    """
    key = _SHORT.get(name, name)
    if key not in MEASURES:
        raise PlanError("pictures.unknown_measure", measure=name, known=", ".join((*_SHORT, *MEASURES)))
    return MEASURES[key]


def cut_of(text: str | None, measure: Measure, language: Language) -> Cut:
    """Return how figures are cut: by a name, at own bounds, or as is usual for the measure.

    Raises
    ------
    PlanError
        If the text is no name and holds no bounds.
    """
    if text is None:
        return usual_cut(measure)
    return (text, ()) if text in BREAKS else (OWN, bounds_of(text, language))


def _opened(session: Session, plan: str | None) -> tuple[VillageLayer, _Plan | None]:
    """Return the layer, and the plan if one was named: then the layer as it was when the plan was made."""
    if plan is None:
        return layer_of(session), None
    file, content = record_of(session, plan)
    layer = layer_then(session, content, file)
    around = with_launched(session, surroundings_of(layer, session.layer_file))
    found = plan_record.opened(content, layer, around, name=file)
    asked = plan_record.asked_of(content, name=file)
    return layer, _Plan(Path(file).stem, sha256(content).hexdigest(), asked, found.codes)


def _sector(name: str | None, asked: Asked | None) -> Sector | None:
    return sector_of(name) if name or asked is None else asked.sector
