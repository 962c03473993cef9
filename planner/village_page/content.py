"""What stands on the page of a village, in words of one language and clean of control characters."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, TypeVar

import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import ACTIVE_BPU, INACTIVE_BPU, LATITUDE, LONGITUDE, POINT_BASIS, VILLAGE_CODE, VILLAGE_NAME, basis
from geodata.texts import Language, number
from planner.explain import Explanation, Twin, explain
from planner.export.cells import clean
from planner.field.contacts import contacts
from planner.field.days import navigation_links
from planner.paper import qr_svg
from planner.selection.plan import SelectionPlan
from planner.selection.reasons import why_not
from planner.selection.wording import reason
from planner.small_cells import SMALLEST
from planner.texts import t
from planner.village_figures import VillageFigure, village_figures
from planner.village_launch import launch_in
from planner.village_page.around import Around, around
from planner.village_page.figures import Fact, expected, sources, status, tiles
from planner.village_page.setting import Setting
from planner.wording import Matter, by_matter

_LONGEST: Final = 80
"""Letters of a name; no official name is longer than 60."""

_TWINS: Final = 3
_HIDDEN: Final = "hidden"
"""Basis of a count that is hidden; words call its figures estimates."""
_SECTIONS: Final[Mapping[str, tuple[Matter, ...]]] = {
    "why": ("standing", "status", "lifting", "lowering"),
    "sure": ("simulations", "uncertain"),
    "change": ("change",),
}
_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class VillagePage:
    """What stands on the page of a village; nothing is escaped.

    Attributes
    ----------
    code, title, place
        Village code, name with its kind, where it lies.
    status
        Whether it is declared, and what the plan says of it.
    tiles
        What counts most, each with its range and how it was obtained.
    sections
        Title and sentences: why it stands where it stands, how sure that is, the nearest change.
    twins
        Declared villages most alike: name, regency, similarity.
    expected
        What a launch would bring and cost.
    contacts
        Whom to meet: role, why, source.
    around
        The village among its neighbours.
    qr, point
        Code that opens the navigation of a phone, and the point in words; empty where none is known.
    sources
        Where the figures come from.
    notes
        What a reader must know.
    """

    code: str
    title: str
    place: str
    status: tuple[str, ...]
    tiles: tuple[Fact, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    twins: tuple[tuple[str, str, str], ...]
    expected: tuple[Fact, ...]
    contacts: tuple[tuple[str, str, str], ...]
    around: Around
    qr: str
    point: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def village_page(setting: Setting, code: str) -> VillagePage:
    """Return what stands on the page of a village.

    Parameters
    ----------
    setting
        What all pages share.
    code
        The village.

    Raises
    ------
    PlanError
        If there is no such village where it should be ranked.
    """
    language, ranking = setting.language, setting.ranking
    told = _short(
        explain(
            ranking.scores,
            code,
            top=setting.top,
            ranks=setting.ranks,
            twins=_TWINS,
            sector=ranking.sector,
            regions=list(ranking.regions) or None,
        )
    )
    frame = setting.layer.frame
    row = frame[frame[VILLAGE_CODE] == code]
    figures = village_figures(setting.layer, row, sector=ranking.sector)
    if setting.counted is not None and code in setting.few:
        told, figures = _not_of_province(told), _as_counted(figures, setting.counted, code)
    launch = launch_in(ranking.scores, code, setting.surroundings.offices)
    village = told.village
    page = VillagePage(
        code=code,
        title=t(f"field.type.{village['village_type']}", language, name=village[VILLAGE_NAME]),
        place=t("village_paper.place", language, **_names(village), code=code),
        status=(*status(setting, code), *_in_plan(setting.plan, setting.plan_name, told, language)),
        tiles=tiles(figures, told, launch, setting),
        sections=tuple(_sections(told, language)),
        twins=tuple(_twin(twin, language) for twin in told.twins),
        expected=expected(launch, village, language),
        contacts=_contacts(figures, village, language),
        around=_short_around(around(setting, code)),
        **_way(row, language),
        sources=sources(figures, setting),
        notes=_notes(setting, code),
    )
    return _cleaned(page)


def _not_of_province(told: Explanation) -> Explanation:
    """Return an explanation in which a hidden count is an estimate of its own: no average of the province."""
    kept = {basis(name): _HIDDEN for name in (ACTIVE_BPU, INACTIVE_BPU)}
    return replace(told, village={**told.village, **kept})


def _as_counted(figures: tuple[VillageFigure, ...], counted: VillageLayer, code: str) -> tuple[VillageFigure, ...]:
    """Return figures with the sources of what was counted: of whom and when is no secret."""
    rows = counted.frame[counted.frame[VILLAGE_CODE] == code]
    origins = {one.name: one.origins for one in village_figures(counted, rows)}
    return tuple(replace(one, origins=origins[one.name]) for one in figures)


def _sections(told: Explanation, language: Language) -> list[tuple[str, tuple[str, ...]]]:
    said = by_matter(told, language)
    found = [
        (t(f"village_paper.{name}", language), tuple(said[one] for one in matters if one in said))
        for name, matters in _SECTIONS.items()
    ]
    return [(title, sentences) for title, sentences in found if sentences]


def _in_plan(plan: SelectionPlan | None, name: str, told: Explanation, language: Language) -> tuple[str, ...]:
    if plan is None:
        return ()
    code = str(told.village[VILLAGE_CODE])
    why = why_not(plan.candidates, plan.selection, code)
    said = reason(plan.candidates, why, str(told.village[VILLAGE_NAME]), language)
    return (t("village_paper.plan", language, plan=name, said=said),)


def _contacts(
    figures: tuple[VillageFigure, ...], village: Mapping[str, Any], language: Language
) -> tuple[tuple[str, str, str], ...]:
    row = {**village, **{figure.name: figure.value for figure in figures}}
    judged = t("field.card.judgement", language)
    return tuple(
        (t(one.role, language), t(one.reason, language), judged if one.source is None else one.source.text(language))
        for one in contacts(row)
    )


def _twin(twin: Twin, language: Language) -> tuple[str, str, str]:
    return twin.name, twin.regency, number(twin.similarity, language)


def _way(row: pd.DataFrame, language: Language) -> dict[str, str]:
    latitude, longitude = (row[name].iloc[0] for name in (LATITUDE, LONGITUDE))
    if pd.isna(latitude) or pd.isna(longitude):
        return {"qr": "", "point": t("pack.no_point", language)}
    key = "village_paper.point.district_mean" if row[POINT_BASIS].iloc[0] == "district_mean" else "village_paper.point"
    point = t(key, language, latitude=f"{latitude:.5f}", longitude=f"{longitude:.5f}")
    return {"qr": qr_svg(navigation_links(float(latitude), float(longitude)).geo), "point": point}


def _notes(setting: Setting, code: str) -> tuple[str, ...]:
    names = ["estimates", "score", *(["approximate"] if setting.layer.is_approximate else [])]
    if setting.ranking.sector:
        names.append("sector")
    key = "few" if code in setting.few else "few_elsewhere"
    hidden = [t(f"village_paper.note.{key}", setting.language, smallest=SMALLEST)] if setting.few else []
    return (*hidden, *(t(f"village_paper.note.{name}", setting.language) for name in names))


def _names(village: Mapping[str, Any]) -> dict[str, str]:
    levels = ("district", "regency", "province")
    return {level: str(village[f"{level}_name"]) for level in levels}


def _short(told: Explanation) -> Explanation:
    """Return an explanation whose names leave room for all else."""
    village = {
        name: _cut(value) if name.endswith("_name") and isinstance(value, str) else value
        for name, value in told.village.items()
    }
    twins = tuple(twin._replace(name=_cut(twin.name), regency=_cut(twin.regency)) for twin in told.twins)
    return replace(told, village=village, twins=twins)


def _short_around(found: Around) -> Around:
    return replace(found, neighbours=tuple(_cut(name) for name in found.neighbours))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _cleaned(found: _Kept) -> _Kept:
    """Return words without control characters, also within records and tuples."""
    value: Any = found
    if isinstance(value, str):
        value = clean(value)
    elif isinstance(value, tuple):
        parts = [_cleaned(one) for one in value]
        value = type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    elif is_dataclass(value) and not isinstance(value, type):
        value = replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value  # type: ignore[no-any-return]
