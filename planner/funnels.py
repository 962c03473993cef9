"""The funnel of each village: the same for all, or rates of its sector and regency from own results."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.schema import REGENCY_CODE, SECTORS, sector_column
from planner.params import Funnel, OwnRates

Positions = npt.NDArray[np.intp]

_SHARES: Final = ("active_6_share", "active_3_share")  # from the last to the first


def funnels(villages: pd.DataFrame, funnel: Funnel) -> list[tuple[Positions, Funnel]]:
    """Return the funnels of villages, each with the positions of its villages in ascending order.

    Parameters
    ----------
    villages
        Where the funnel holds own results: ``regency_code`` and the workers of each sector.
    funnel
        The funnel of all. Its own results stand in place of it in their sectors and regencies; a village belongs to the
        sector most of its informal workers are in, which is an estimate.
    """
    everyone = np.arange(len(villages))
    if funnel.own is None:
        return [(everyone, funnel)]
    own: dict[tuple[str, str], OwnRates] = {(rates.sector, rates.regency_code): rates for rates in funnel.own.rates}
    keys = zip(main_sector(villages), villages[REGENCY_CODE], strict=True)
    found = [own.get((sector, code)) or own.get((sector, "")) for sector, code in keys]
    groups: dict[OwnRates | None, list[int]] = {}
    for position, rates in enumerate(found):
        groups.setdefault(rates, []).append(position)
    return [(np.array(positions), with_rates(funnel, rates)) for rates, positions in groups.items()]


def apart(villages: pd.DataFrame, funnel: Funnel, work: Callable[[pd.DataFrame, Funnel], pd.DataFrame]) -> pd.DataFrame:
    """Return what is worked out for villages, each with its funnel, in their order."""
    groups = funnels(villages, funnel)
    if len(groups) == 1:
        return work(villages, groups[0][1])
    parts = [work(villages.iloc[positions], one) for positions, one in groups]
    positions = np.concatenate([positions for positions, _ in groups])
    return pd.DataFrame(pd.concat(parts).iloc[np.argsort(positions)])


def main_sector(villages: pd.DataFrame) -> "pd.Series[str]":
    """Return the sector most informal workers of each village are in, same index; ties by the order of the sectors.

    Empty where no workers are known.
    """
    workers = np.column_stack(
        [villages[sector_column(name)].astype("Float64").to_numpy(np.float64, na_value=0.0) for name in SECTORS]
    )
    names = np.array(SECTORS)[workers.argmax(axis=1)]
    return pd.Series(np.where(workers.max(axis=1) > 0, names, ""), index=villages.index, dtype="str")


def with_rates(funnel: Funnel, rates: OwnRates | None) -> Funnel:
    """Return a funnel with other rates; nobody stays active for six months who would be more than after twelve."""
    if rates is None:
        return funnel.model_copy(update={"own": None})
    told = {name: value for name, value in rates if name not in ("sector", "regency_code")}
    return falling(funnel, told)


def falling(funnel: Funnel, told: dict[str, float]) -> Funnel:
    """Return a funnel with other figures, whose active participants only become fewer from month to month."""
    values = {**funnel.as_dict(), **told, "own": None}
    last = {"": "", "_low": "_high", "_high": "_low"}  # most registrations for one active are fewest active
    for end, other in last.items():
        floor = 1 / float(values[f"registrations_per_active{other}"])
        for name in _SHARES:
            floor = values[f"{name}{end}"] = max(float(values[f"{name}{end}"]), floor)
    return Funnel(**values)
