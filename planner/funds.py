"""Who may pay contributions: the funds that offices speak of, as frozen parameters.

What a fund may pay for follows what officials and the press report (PMK 91/2023 for the palm oil share; budgets of
Jambi, Lampung, Bengkulu and Bangka Belitung); shares, sectors and months are to be edited where a region decides
otherwise.
"""

import re
from collections.abc import Iterator
from math import floor
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from planner.errors import PlanError
from planner.params import Params, Share
from planner.rupiah import MOST, parse
from planner.tariffs import Payer, Programme

MOST_MONTHS: Final = 60
MOST_PEOPLE: Final = 10_000_000

Payable = Literal["all", "plantation", "food_crop", "livestock", "fishery", "home_industry", "trade_services", "other"]
_IN: Final = "unit"
Amount = Annotated[int, Field(ge=0, le=MOST, json_schema_extra={_IN: "idr"})]
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE, json_schema_extra={_IN: "people"})]
Months = Annotated[int, Field(ge=1, le=MOST_MONTHS, json_schema_extra={_IN: "months"})]


class Fund(Params):
    """What all funds share: for how many months they pay, and whose tariff they have."""

    months: Months = 12
    payer: Payer = "state"


class RegionFund(Fund):
    """Money of a region for the workers of all its villages, or of one sector."""

    allocation_idr: Amount = 0
    cap_share: Share = 1.0
    sector: Payable = "all"

    @property
    def available_idr(self) -> int:
        """What may go to contributions, rupiah."""
        return usable_idr(self.allocation_idr, self.cap_share)


class VillageFund(Fund):
    """The same money for each village, for workers of any sector in that village."""

    village_allocation_idr: Amount = 0
    cap_share: Share = 1.0

    @property
    def available_idr(self) -> int:
        """What may go to contributions, rupiah per village."""
        return usable_idr(self.village_allocation_idr, self.cap_share)


class PeopleFund(Fund):
    """Workers whose contributions a private person pays, counted instead of money."""

    payer: Payer = "self"
    workers: People = 0


class DbhSawit(RegionFund):
    """Share of the palm oil revenue (DBH sawit)."""

    cap_share: Share = 0.2
    sector: Payable = "plantation"


class Apbd(RegionFund):
    """Budget of a province or regency (APBD)."""


class Bkbk(VillageFund):
    """Grant of a province to its villages (BKBK in Jambi)."""

    cap_share: Share = 0.1


class AddApbdes(VillageFund):
    """Budget of a village (ADD, APBDes)."""

    village_allocation_idr: Amount = 0


class Sertakan(PeopleFund):
    """Members who pay for a worker near them (SERTAKAN)."""

    workers: People = 0


class SelfPay(PeopleFund):
    """Workers who pay themselves."""

    workers: People = 0


class Funds(Params):
    """All funds of a region; those without money or people pay nothing."""

    about: ClassVar[str] = "funding.file.comment"
    made_by: ClassVar[str] = "planner fund init"

    programme: Programme = "jkk_jkm"
    dbh_sawit: DbhSawit = DbhSawit()
    apbd: Apbd = Apbd()
    bkbk: Bkbk = Bkbk()
    add_apbdes: AddApbdes = AddApbdes()
    sertakan: Sertakan = Sertakan()
    self_pay: SelfPay = SelfPay()

    def each(self) -> Iterator[tuple[str, Fund]]:
        """Yield name and fund, all of them."""
        yield from ((name, fund) for name, fund in self if isinstance(fund, Fund))


FUNDS: Final = tuple(name for name, _ in Funds().each())


def usable_idr(amount_idr: int, share: float) -> int:
    """Return a share of an amount in whole rupiah, rounded down."""
    return floor(round(amount_idr * share, 3))


def with_entry(funds: Funds, name: str, text: str) -> Funds:
    """Return funds with what a person wrote for one of them.

    Parameters
    ----------
    funds
        The funds.
    name
        Which of them.
    text
        Its allocation as rupiah (of each village for ``bkbk`` and ``add_apbdes``), such as ``5,79M``; a number of
        people for ``sertakan`` and ``self_pay``.

    Raises
    ------
    PlanError
        If there is no such fund, or the text is no amount or number.
    """
    fund = dict(funds.each()).get(name)
    if fund is None:
        raise PlanError("funding.unknown", fund=name, known=", ".join(FUNDS))
    changes = {_entered(fund): _people(name, text) if isinstance(fund, PeopleFund) else parse(text)}
    return funds.model_copy(update={name: fund.model_copy(update=changes)})


def with_months(funds: Funds, months: int) -> Funds:
    """Return funds that all pay for so many months (1 to 60)."""
    return funds.model_copy(update={n: fund.model_copy(update={"months": months}) for n, fund in funds.each()})


def _entered(fund: Fund) -> str:
    if isinstance(fund, PeopleFund):
        return "workers"
    return "village_allocation_idr" if isinstance(fund, VillageFund) else "allocation_idr"


def _people(name: str, text: str) -> int:
    written = text.strip()
    digits = re.sub(r"[.,]", "", written)
    if not re.fullmatch(r"\d{1,3}([.,]\d{3})+|\d{1,12}", written) or int(digits) > MOST_PEOPLE:
        raise PlanError("funding.people", fund=name, text=written[:40], most=MOST_PEOPLE)
    return int(digits)
