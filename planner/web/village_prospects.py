"""What a launch in a village would bring and cost, as HTML."""

from collections.abc import Mapping
from typing import Any

from geodata.texts import Language, number
from planner.rupiah import spoken
from planner.texts import t
from planner.village_launch import Ranged, VillageLaunch
from planner.web.legend import basis_in_words
from planner.web.tables import paragraph, table


def prospects(launch: VillageLaunch, village: Mapping[str, Any], language: Language, *, sector: str) -> str:
    """Show what a launch brings and costs with ranges, which office serves the village, and what must be known first.

    Parameters
    ----------
    launch
        Of ``planner.village_launch``.
    village
        Row of the village in the scores.
    language
        Language of the words.
    sector
        The sector whose workers alone are counted; empty for all.
    """
    assumed = basis_in_words("assumed", language)
    served = (
        basis_in_words("assumed", language)
        if launch.office_basis == "assumed"
        else t("export.branch_basis.published", language)
    )
    rows = [
        (t("web.village.launch.registrations", language), *_people(launch.registrations, language), assumed),
        (t("web.village.launch.active", language), *_people(launch.active, language), assumed),
        (t("web.village.launch.cost", language), *_rupiah(launch.cost_idr, language), assumed),
        (t("web.village.launch.office", language), launch.office or t("web.village.unknown", language), "", served),
        (t("web.village.launch.office_km", language), _km(launch.office_km, language), "", ""),
        (t("web.village.launch.nearest_km", language), _km(launch.nearest_km, language), "", ""),
        (t("web.village.launch.gate", language), t(f"export.gate.{village['gate']}", language), "", ""),
    ]
    headings = [t(f"web.village.column.{name}", language) for name in ("figure", "value", "range", "basis")]
    title = t("web.village.launch", language)
    twice = t("web.village.launch.declared", language) if village["declared"] == "declared" else ""
    only = t(f"web.village.of_sector.{sector or 'all'}", language)
    counted = t("web.village.launch.sector", language, sector=only) if sector else ""
    notes = (twice, counted, t("web.village.launch.note", language), t("params.table.proposal", language))
    return table(headings, rows, caption=title) + paragraph(*notes)


def _people(figure: Ranged, language: Language) -> tuple[str, str]:
    value, least, most = (number(round(end), language) for end in figure)
    return value, f"{least}–{most}"


def _rupiah(figure: Ranged, language: Language) -> tuple[str, str]:
    value, least, most = (spoken(end, language) for end in figure)
    return value, f"{least}–{most}"


def _km(km: float | None, language: Language) -> str:
    if km is None:
        return t("web.village.unknown", language)
    return t("web.village.unit.km", language, value=number(km, language, 1))
