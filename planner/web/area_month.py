"""The month of an agent: how far to the bonus, what it pays at most and at least, and how long without result."""

from html import escape
from typing import Final

from geodata.texts import Language
from planner.field.month import MonthCounter
from planner.field.own_area import OwnArea
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
    quiet, rules = area.quiet, area.incentive
    if quiet.level == "none" or quiet.closes_on is None or quiet.back_on is None:
        return ""
    closes, back = day_text.day(quiet.closes_on, language), day_text.day(quiet.back_on, language)
    told = t(f"web.area.quiet.{quiet.level}.told", language, days=quiet.days, closes=closes, back=back)
    rule = rules.standing(area.made_on).text(language)
    kind = "warning" if quiet.level == "warn_60" else "error"
    title = t(f"web.area.quiet.{quiet.level}", language, days=quiet.days)
    return parts.box(kind, title, told, t("web.area.quiet.known", language), rule)


def _counter(counter: MonthCounter, language: Language) -> str:
    count = t("web.area.month.count", language, registered=counter.registered, wanted=counter.wanted)
    full = min(100, round(100 * counter.registered / counter.wanted))
    if counter.missing:
        days = counter.working_days_left
        per_day = -(-counter.missing // max(1, days))
        bonus = written(counter.bonus_offered_idr, language)
        told = t("web.area.month.missing", language, missing=counter.missing, days=days, per_day=per_day, bonus=bonus)
    else:
        told = t("web.area.month.reached", language, bonus=written(counter.bonus_idr, language))
    return (
        f'<p class="area-count"><b>{escape(count)}</b></p>'
        f'<div class="area-bar" aria-hidden="true"><span style="width:{full}%"></span></div>{paragraph(told)}'
    )


def _income(counter: MonthCounter, language: Language) -> str:
    rows = (
        ("bonus", counter.bonus_idr, counter.bonus_idr),
        ("contribution", counter.contribution_least_idr, counter.contribution_idr),
        ("income", counter.income_least_idr, counter.income_idr),
        ("own_share", counter.own_share_least_idr, counter.own_share_idr),
        ("each", counter.per_participant_idr, counter.per_participant_idr),
        ("year", counter.per_participant_year_idr, counter.per_participant_year_idr),
    )
    lines = "".join(
        f"<div><dt>{escape(t(f'web.area.month.{name}', language))}</dt>"
        f"<dd>{escape(_rupiah(least, most, language))}</dd></div>"
        for name, least, most in rows
    )
    title, note = t("web.area.month.money", language), t("web.area.month.estimate", language)
    return f'<h3>{escape(title)}</h3>{paragraph(note)}<dl class="area-money">{lines}</dl>'


def _rupiah(least: int, most: int, language: Language) -> str:
    if least == most:
        return written(most, language)
    return t("web.area.month.between", language, least=written(least, language), most=written(most, language))
