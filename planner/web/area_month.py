"""The month of an agent: how far to the bonus, what it pays at most and at least, and how long without result."""

from html import escape
from typing import Final

from geodata.texts import Language
from planner.field.month import MonthCounter, sentences
from planner.field.own_area import OwnArea
from planner.field.quiet import warning as quiet_line
from planner.rupiah import written
from planner.texts import t
from planner.web import area_parts as parts
from planner.web import day_text
from planner.web.area_data import Seen
from planner.web.tables import folded, paragraph

VIEW: Final = "bulan"


def month(seen: Seen, language: Language) -> str:
    """Return the counter, the income estimate with what it rests on, and the warning."""
    counter = seen.area.month
    rest = parts.bullets(parts.sourced(line, language) for line in counter.assumed)
    return parts.part(
        VIEW,
        parts.title(t("web.area.month.title", language, month=day_text.month(counter.month, language))),
        warning(seen.area, language),
        _counter(counter, language),
        _income(counter, language),
        folded(t("web.area.month.assumed", language), rest).replace("<details>", "<details open>", 1),
    )


def warning(area: OwnArea, language: Language) -> str:
    """Return the warning of an agent who has been without result; nothing while there is no need."""
    line = quiet_line(area.quiet, area.incentive)
    if line is None:
        return ""
    told = [line.text(language), t("web.area.quiet.known", language)]
    if line.source is not None:
        told.append(line.source.text(language))
    level = area.quiet.level
    return parts.box("warning" if level == "warn_60" else "error", t(f"web.area.quiet.{level}", language), *told)


def _counter(counter: MonthCounter, language: Language) -> str:
    count = t("web.area.month.count", language, registered=counter.registered, wanted=counter.wanted)
    full = min(100, round(100 * counter.registered / counter.wanted))
    told = ""
    if counter.missing:
        left = max(1, counter.working_days_left)
        per_day = -(-counter.missing // left)
        told = paragraph(t("web.area.month.per_day", language, per_day=per_day, days=counter.working_days_left))
    return (
        f'<p class="area-count"><b>{escape(count)}</b></p>'
        f'<div class="area-bar" aria-hidden="true"><span style="width:{full}%"></span></div>{told}'
    )


def _income(counter: MonthCounter, language: Language) -> str:
    lines = parts.bullets(parts.sourced(line, language) for line in sentences(counter))
    least, most = (written(sum_idr, language) for sum_idr in (counter.own_share_least_idr, counter.own_share_idr))
    own = paragraph(t("web.area.month.own_share", language, least=least, most=most))
    title, note = t("web.area.month.money", language), t("web.area.month.estimate", language)
    return f"<h3>{escape(title)}</h3>{lines}{own}{paragraph(note)}"
