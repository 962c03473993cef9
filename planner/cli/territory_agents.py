"""Among whom villages are divided: agents of a number, of a file, or of the records."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.layer import VillageLayer
from geodata.schema import VILLAGE_CODE
from planner.cli.staff import homes_of
from planner.errors import PlanError
from planner.store.agent_board import Staff
from planner.territories import region as regions
from planner.territories.agents import AGENT, made, numbered
from planner.territories.tables import read_agents


def agents_given(given: str, layer: VillageLayer) -> pd.DataFrame:
    """Return the agents of a number or of a file."""
    if given.strip().isdigit():
        return numbered(int(given))
    return read_agents(Path(given), pd.DataFrame(layer.frame.drop(columns="geometry")))


def of_office(staff: Staff, villages: gpd.GeoDataFrame, branch: str | None, layer: VillageLayer) -> pd.DataFrame:
    """Return the agents of the records who belong to a branch, or have a village or a home in a region."""
    codes = villages[VILLAGE_CODE].tolist()
    office = None if branch is None or villages.empty else regions.office_of(villages)
    found = regions.agents_of(staff.agents, staff.owners(), codes, office)
    if not found:
        raise PlanError("territories.no_staff_here")
    homes = homes_of(staff, layer.frame[VILLAGE_CODE])
    return made(found, [homes.get(code) for code in found], pd.DataFrame(layer.frame.drop(columns="geometry")))


def until_now(staff: Staff | None, villages: gpd.GeoDataFrame) -> dict[str, str] | None:
    """Return who has the villages in the records; nothing where nobody has one."""
    if staff is None:
        return None
    inside = set(villages[VILLAGE_CODE])
    return {code: agent for code, agent in staff.owners().items() if code in inside} or None


def agents_after(
    now: Mapping[str, str],
    layer: VillageLayer,
    *,
    agents: Path | None,
    leave: str | None,
    arrive: str | None,
    lives: Mapping[str, str],
) -> pd.DataFrame:
    """Return the agents from now on: those of a file, else those until now; without who leaves, with who arrives.

    ``lives`` tells the homes that are known of the agents, also of those who arrive.
    """
    villages = pd.DataFrame(layer.frame.drop(columns="geometry"))
    known = sorted(set(now.values()))
    homes: dict[str, str | None] = {code: lives.get(code) for code in known}
    if agents is not None:
        table = read_agents(agents, villages)
        homes = {
            code: home if isinstance(home, str) else None
            for code, home in zip(table[AGENT], table["home_village_code"], strict=True)
        }
    leaving = [word.strip() for word in (leave or "").split(",") if word.strip()]
    nobody = [code for code in leaving if code not in homes]
    if nobody:
        raise PlanError("territories.leave_unknown", codes=", ".join(nobody[:8]), known=", ".join(known[:8]))
    arriving = {
        code.strip(): home.strip() or lives.get(code.strip())
        for code, _, home in (word.partition("=") for word in (arrive or "").split(",") if word.strip())
    }
    there = [code for code in arriving if code in homes]
    if there:
        raise PlanError("territories.arrive_known", codes=", ".join(there[:8]))
    after = {code: home for code, home in homes.items() if code not in leaving} | arriving
    return made(list(after), list(after.values()), villages)
