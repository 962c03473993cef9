"""From records to a funnel: rates of own results, and the funnel that has them in place of the published ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.schema import REGENCY_CODE, SECTORS, VILLAGE_CODE
from planner.cohorts import MONTHS, still_active, with_all_places
from planner.funnels import falling, main_sector
from planner.params import Funnel, OwnRates, OwnResults
from planner.results import (
    COLUMNS,
    FIRST,
    KINDS,
    LAST,
    SECTOR,
    SUCCESSES,
    TRIALS,
    VISITS,
    Kind,
    Learning,
    prior_of,
    rates,
)

OBSERVED: Final = "observed_share"
_RATIO_ENDS: Final = {"": "rate", "_low": "most", "_high": "least"}  # most registrations for one active: fewest active
_SHARE_ENDS: Final = {"": "rate", "_low": "least", "_high": "most"}
_MOST_RATIO: Final = 100.0  # of the parameters


@dataclass(frozen=True)
class Records:
    """What the records of the office tell of what happened.

    Attributes
    ----------
    visits
        One row per visit: ``village_code``, ``visited_on`` (date), ``met``, ``interested``, ``registered``.
    participants
        BPU, one row per village and month: ``village_code``, ``month`` (first day), ``active``, ``inactive``.
    launches
        One row per launched village: ``village_code``, ``launched_on`` (date); ``plan``, ``decided_on``, and what that
        plan expected (see `planner.delivered.promise_of`), missing where the launch is of no plan.
    """

    visits: pd.DataFrame
    participants: pd.DataFrame
    launches: pd.DataFrame


@dataclass(frozen=True)
class OwnRatesTables:
    """Rates from own results.

    Attributes
    ----------
    tables
        Of each kind, as from `planner.results.rates`: with a row for every sector and regency of the villages.
    funnel
        The published one they start from.
    """

    tables: Mapping[Kind, pd.DataFrame]
    funnel: Funnel

    def seen(self, kind: Kind) -> bool:
        """Say whether anybody was counted for a rate."""
        return bool(self.tables[kind]["people"].iloc[0])

    @property
    def any(self) -> bool:
        """Say whether anything of a funnel was counted: who registers, or who is active after twelve months."""
        return self.seen("registered") or self.seen("active_12")


def own_rates(records: Records, villages: pd.DataFrame, funnel: Funnel, learning: Learning) -> OwnRatesTables:
    """Return the rates that the records of an office tell.

    Parameters
    ----------
    records
        Visits, participants and launches; those of villages that are not in the layer are left out.
    villages
        Villages of the layer: code, regency, workers of each sector.
    funnel
        The published funnel.
    learning
        How much it counts.
    """
    places = places_of(villages)
    seen: dict[Kind, pd.DataFrame] = {"registered": _visited(records.visits, places)}
    seen |= {kind: still_active(records.launches, records.participants, places, kind) for kind in MONTHS}
    tables = {
        kind: rates(with_all_places(seen[kind], places), prior_of(kind, funnel, learning), learning) for kind in KINDS
    }
    return OwnRatesTables(tables, funnel)


def places_of(villages: pd.DataFrame) -> pd.DataFrame:
    """Return code, sector and regency of villages; the sector is the one most of their informal workers are in."""
    places = villages[[VILLAGE_CODE, REGENCY_CODE]].assign(**{SECTOR: main_sector(villages)})
    return places[places[SECTOR] != ""].reset_index(drop=True)


def own_funnel(own: OwnRatesTables) -> Funnel:
    """Return the funnel with own rates where people were counted; the same where nobody was."""
    if not own.any:
        return own.funnel
    whole: dict[str, float] = {}
    for kind in KINDS:
        if own.seen(kind):
            whole |= _figures(kind, own.tables[kind].iloc[0])
    funnel = falling(own.funnel, whole)
    met, kept = own.tables["registered"], own.tables["active_12"]
    days = pd.concat([met.head(1), *(own.tables[kind].head(1) for kind in MONTHS)])
    days = days[days["people"] > 0]
    entries = [_entry(funnel, own, sector, code) for sector, code in _told(met, kept)]
    results = OwnResults(
        rates=tuple(entries),
        visits=int(met[VISITS].iloc[0]),
        visited=int(met["villages"].iloc[0]),
        launched=int(kept["villages"].iloc[0]),
        first=min(days[FIRST]),
        last=max(days[LAST]),
    )
    return funnel.model_copy(update={"own": results})


def _told(met: pd.DataFrame, kept: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the sectors, and the regencies in them where anybody was counted."""
    sectors = [(str(name), "") for name in met.loc[met["level"] == "sector", SECTOR]]
    here = (met["level"] == "regency") & ((met["people"] > 0) | (kept["people"] > 0))
    return sectors + list(zip(met.loc[here, SECTOR], met.loc[here, REGENCY_CODE], strict=True))


def _entry(funnel: Funnel, own: OwnRatesTables, sector: str, code: str) -> OwnRates:
    figures: dict[str, float] = {}
    names: dict[Kind, str] = {"registered": "registered_share", "active_12": "registrations_per_active"}
    for kind, name in names.items():
        table = own.tables[kind]
        if own.seen(kind):
            figures |= _figures(kind, _rate_of(table, sector, code))
        else:
            figures |= {f"{name}{end}": float(getattr(funnel, f"{name}{end}")) for end in _SHARE_ENDS}
    return OwnRates(sector=next(known for known in SECTORS if known == sector), regency_code=code, **figures)


def _rate_of(table: pd.DataFrame, sector: str, code: str) -> "pd.Series[float]":
    """Return a rate; for a regency without own counts, that of one of the sector nobody was counted in."""
    inside = table[(table["level"] == "regency") & (table[SECTOR] == sector)]
    if code:
        return inside[inside[REGENCY_CODE] == code].iloc[0]
    free = inside[inside["people"] == 0]
    return free.iloc[0] if len(free) else table[(table["level"] == "sector") & (table[SECTOR] == sector)].iloc[0]


def _figures(kind: Kind, rate: "pd.Series[float]") -> dict[str, float]:
    """Return a rate as the funnel has it: a share, or how many register for one active participant."""
    if kind == "active_12":
        return {f"registrations_per_active{end}": _per_active(float(rate[name])) for end, name in _RATIO_ENDS.items()}
    return {f"{kind}_share{end}": float(rate[name]) for end, name in _SHARE_ENDS.items()}


def _per_active(rate: float) -> float:
    return min(1 / rate, _MOST_RATIO) if rate > 0 else _MOST_RATIO


def _visited(visits: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return visits as `planner.results.rates` takes them."""
    found = visits.merge(places, on=VILLAGE_CODE)
    days = [day.isoformat() for day in found["visited_on"]]
    found[VISITS] = np.ones(len(found), dtype=int)
    found[FIRST] = found[LAST] = days
    return found.rename(columns={"met": TRIALS, "registered": SUCCESSES})[list(COLUMNS)]
