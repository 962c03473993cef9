"""What the checks know: the villages, and what the records add to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from geodata import names
from geodata.layer import VillageLayer
from geodata.names_register import Register
from geodata.schema import (
    BPS_CODE,
    DISTRICT_CODE,
    DISTRICT_NAME,
    REGENCY_CODE,
    REGENCY_NAME,
    VILLAGE_CODE,
    VILLAGE_NAME,
    WORKERS,
    high,
)
from planner.uploads.entries import Entry, EntryKey


def _no_bridge() -> pd.DataFrame:
    return pd.DataFrame({BPS_CODE: pd.Series(dtype="str"), VILLAGE_CODE: pd.Series(dtype="str")})


@dataclass(frozen=True)
class Known:
    """What the checks know of the villages.

    Attributes
    ----------
    villages
        All villages, with codes and names of village, district and regency.
    bridge
        Columns ``bps_code`` and ``village_code``, neither twice.
    workers
        Most working people of a village, index ``village_code``; villages without a figure are not checked.
    aliases
        Names that were decided before (`geodata.names_aliases.aliases_of`).
    agents
        Codes of the agents of the office in small letters; nothing where there are no records to ask.
    visits
        Visits that are kept already: code of the agent in small letters, day, village, dusun in small letters.
    entries
        What the entries of phones say that are kept already, by code of the agent and key, both in small letters.
    """

    villages: pd.DataFrame
    bridge: pd.DataFrame = field(default_factory=_no_bridge)
    workers: pd.Series | None = None
    aliases: pd.DataFrame | None = None
    agents: frozenset[str] | None = None
    visits: frozenset[tuple[str, str, str, str]] = frozenset()
    entries: Mapping[EntryKey, Entry] = field(default_factory=dict)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of all villages."""
        return frozenset(self.villages[VILLAGE_CODE])

    @cached_property
    def from_bps(self) -> pd.Series:
        """Kemendagri code by BPS code."""
        both = self.bridge.dropna(subset=[BPS_CODE, VILLAGE_CODE])
        return both.set_index(BPS_CODE)[VILLAGE_CODE]

    @cached_property
    def regencies(self) -> pd.DataFrame:
        """Regency of each village: code, and name in one spelling."""
        table = self.villages.set_index(VILLAGE_CODE)[[REGENCY_CODE, REGENCY_NAME]]
        spelled = {name: spelled_regency(str(name)) for name in table[REGENCY_NAME].unique()}
        return table.assign(spelled=table[REGENCY_NAME].map(spelled))

    @cached_property
    def register(self) -> Register:
        """The villages, made ready to look names up in."""
        return Register(self.villages)


def spelled_regency(name: str) -> str:
    """Return the name of a regency in one spelling."""
    return names.normalise(name, "regency")


def known_of(layer: VillageLayer) -> Known:
    """Return what the checks know of the villages of a layer: the highest estimate of workers is the most."""
    frame = pd.DataFrame(layer.frame.drop(columns="geometry"))
    bridge = frame.loc[frame[BPS_CODE].notna(), [BPS_CODE, VILLAGE_CODE]]
    columns = [VILLAGE_CODE, VILLAGE_NAME, DISTRICT_CODE, DISTRICT_NAME, REGENCY_CODE, REGENCY_NAME]
    return Known(
        villages=frame[columns],
        bridge=bridge[~bridge[BPS_CODE].duplicated(keep=False)],
        workers=frame.set_index(VILLAGE_CODE)[high(WORKERS)],
    )
