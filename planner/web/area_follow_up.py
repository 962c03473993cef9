"""Villages to follow up: participants that lapsed and paid months that end, soonest first; counts only."""

from html import escape
from typing import Any, Final

from geodata.texts import Language
from planner.field.follow_up import reason
from planner.texts import t
from planner.web import area_parts as parts
from planner.web import day_text
from planner.web.area_data import Seen
from planner.web.tables import paragraph

VIEW: Final = "lanjut"


def follow_up(seen: Seen, language: Language) -> str:
    """Return the list as HTML."""
    found = seen.area.follow_ups
    items = "".join(_item(row, seen, language) for row in found.to_dict("records"))
    shown = f'<ul class="area-villages">{items}</ul>' if items else paragraph(t("web.area.follow.none", language))
    return parts.part(
        VIEW,
        parts.title(t("web.area.follow.title", language)),
        paragraph(t("web.area.follow.note", language)),
        shown,
    )


def _item(row: dict[Any, Any], seen: Seen, language: Language) -> str:
    days = int(row["days"])
    key = "late" if days < 0 else "today" if days == 0 else "due"
    due = t(f"web.area.follow.when.{key}", language, day=day_text.day(row["due_on"], language), days=abs(days))
    code = str(row["village_code"])
    kind, told = t(f"field.follow_up.kind.{row['kind']}", language), reason(row).text(language)
    return (
        f'<li class="{key}"><a href="#{parts.CARD}{escape(code)}"><b>{escape(seen.names[code])}</b>'
        f"<span><strong>{escape(kind)}.</strong> {escape(told)}</span><span>{escape(due)}</span></a></li>"
    )
