"""The rules of the incentive in words, with where they come from and how far they can be trusted."""

from datetime import date

from geodata.texts import Language, number
from planner.field.incentive import Incentive
from planner.rupiah import written
from planner.texts import t
from planner.web import day_text
from planner.web.tables import Link, paragraph, site, table
from planner.web.wording import dated


def html(rule: Incentive, day: date, language: Language) -> str:
    """Return the rules of a day."""
    values = {
        "participants": rule.bonus_participants,
        "bonus": written(rule.bonus_idr, language),
        "percent": number(rule.contribution_pct, language, 1),
        "own": number(rule.agent_pct, language),
        "closed": rule.closed_after_months,
        "back": rule.back_after_months,
        "since": day_text.day(rule.valid_from, language),
    }
    said = paragraph(t("web.agents.rule.said", language, **values))
    how = paragraph(rule.standing(day).text(language))
    return said + how + _sources(rule, language)


def _sources(rule: Incentive, language: Language) -> str:
    parts = (rule.source_url, rule.source_date, rule.confidence)
    cells = zip(*(part.split(" | ") for part in parts), strict=False)
    rows = [((Link(site(url), url),), dated(day, language), grade) for url, day, grade in cells]
    headings = [t(f"web.agents.rule.{name}", language) for name in ("source", "date", "confidence")]
    return table(headings, rows, caption=t("web.agents.rule", language))
