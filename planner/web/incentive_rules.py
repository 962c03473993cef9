"""The rules of the incentive that the pages work with: those of the office, or the shipped ones."""

from datetime import date

from geodata.errors import DataError
from geodata.paths import Paths
from geodata.texts import Language
from planner.field.incentive import Incentive, incentives, office_rules
from planner.texts import t
from planner.web import notice


def in_use(day: date) -> tuple[tuple[Incentive, ...], DataError | None]:
    """Return the rules of the office, one of which holds on a day, and why they are the shipped ones if they must be.

    A broken file of the office must not keep an agent from the villages and visits of the day.
    """
    try:
        return office_rules(Paths.of().incentives, day), None
    except DataError as error:
        return incentives(), error


def tell(refused: DataError | None, language: Language) -> None:
    """Say why the rules of the office are not in use."""
    if refused is not None:
        notice.show("warning", refused.text(language), t("web.incentives.shipped", language))
