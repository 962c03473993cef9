"""The agents of the office on a day, what they hold, and what their visits tell: read by the office only."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
import sqlalchemy as sa

from planner.store import assigning
from planner.store.assignment_views import owners
from planner.store.schema import agents, uploads, visits

_VISITS: Final = ("agent_code", "village_code", "visited_on", "met", "interested", "registered")


@dataclass(frozen=True)
class Staff:
    """Who works for the office on a day.

    Attributes
    ----------
    agents
        At work on the day, by code: ``agent_code``, ``office``, ``home_village_code``, ``login`` (empty where not
        known), ``left_on``.
    holds
        Their villages on the day: ``village_code``, ``agent_code``, ``from_on``; a village of two agents stands twice.
    visits
        Their visits up to the day, oldest first: ``agent_code``, ``village_code``, ``visited_on``, ``met``,
        ``interested`` (missing where nobody wrote it down), ``registered``.
    """

    agents: pd.DataFrame
    holds: pd.DataFrame
    visits: pd.DataFrame

    def owners(self) -> dict[str, str]:
        """Return the agent of each village, see `planner.store.assignment_views.owners`."""
        return owners(self.holds)

    def homes(self) -> dict[str, str]:
        """Return the village that each agent lives in, where it is known."""
        known = self.agents[self.agents["home_village_code"] != ""]
        return dict(zip(known["agent_code"], known["home_village_code"], strict=True))

    def offices(self) -> dict[str, str]:
        """Return the name of the office of each agent, where it is known."""
        known = self.agents[self.agents["office"] != ""]
        return dict(zip(known["agent_code"], known["office"], strict=True))

    def since(self) -> dict[str, date]:
        """Return the first day with one of the villages of today, of each agent who has any."""
        first = self.holds.groupby("agent_code")["from_on"].min()
        return {str(code): day for code, day in first.items()}

    @property
    def shared(self) -> int:
        """Number of villages that several agents have."""
        return int((self.holds["village_code"].value_counts() > 1).sum())


def staff_on(connection: sa.Connection, day: date) -> Staff:
    """Return who works for the office on a day.

    Parameters
    ----------
    connection
        Of the records, as the office reads them.
    day
        The day.
    """
    known = assigning.agents(connection)
    here = known["left_on"].map(lambda left: left is None or left > day).astype(bool)
    at_work = known[here].reset_index(drop=True).fillna({"office": "", "home_village_code": "", "login": ""})
    made = _visits(connection, day)
    return Staff(at_work, assigning.current(connection, day), made[made["agent_code"].isin(at_work["agent_code"])])


def _visits(connection: sa.Connection, day: date) -> pd.DataFrame:
    """Return the visits of all agents; of uploads that were undone nothing."""
    joined = visits.join(agents, visits.c.agent_id == agents.c.id).outerjoin(
        uploads, visits.c.upload_id == uploads.c.id
    )
    kept = sa.or_(visits.c.upload_id.is_(None), uploads.c.status == "committed")
    columns = (agents.c.code, *(visits.c[name] for name in _VISITS[1:]))
    query = sa.select(*columns).select_from(joined).where(kept, visits.c.visited_on <= day)
    rows = connection.execute(query.order_by(visits.c.visited_on, visits.c.id))
    return pd.DataFrame([tuple(row) for row in rows], columns=list(_VISITS))
