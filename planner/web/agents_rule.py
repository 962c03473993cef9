"""The rules of the incentive in words, with where they come from and how far they can be trusted."""

from datetime import date

from geodata.texts import Language
from planner.field.incentive import Incentive
from planner.texts import t
from planner.web.tables import Link, paragraph, site, table
from planner.web.wording import dated


def html(rule: Incentive, day: date, language: Language) -> str:
    """Return the rules of a day."""
    said = (rule.told().text(language), rule.standing(day).text(language))
    return "".join(map(paragraph, said)) + _sources(rule, language)


def _sources(rule: Incentive, language: Language) -> str:
    parts = (rule.source_url, rule.source_date, rule.confidence)
    cells = zip(*(part.split(" | ") for part in parts), strict=False)
    rows = [((Link(site(url), url),), dated(day, language), grade) for url, day, grade in cells]
    headings = [t(f"web.agents.rule.{name}", language) for name in ("source", "date", "confidence")]
    return table(headings, rows, caption=t("web.agents.rule", language))
