"""What the records add to what the checks of an upload know."""

from dataclasses import replace

import sqlalchemy as sa

from planner.store import phone_entries
from planner.store.aliases import decided_names
from planner.store.kept_agents import known_agents
from planner.store.schema import agents, uploads, visits
from planner.uploads.known import Known


def informed(known: Known, connection: sa.Connection) -> Known:
    """Return what the checks know, with the decided names, agents, visits and entries of phones of the records."""
    return replace(
        known,
        aliases=decided_names(connection),
        agents=frozenset(known_agents(connection)),
        visits=kept_visits(connection),
        entries=phone_entries.known(connection),
    )


def kept_visits(connection: sa.Connection) -> frozenset[tuple[str, str, str, str]]:
    """Return the visits that count: agent and dusun in small letters, day and village as `Known.visits` has them."""
    joined = visits.join(agents, visits.c.agent_id == agents.c.id).outerjoin(
        uploads, visits.c.upload_id == uploads.c.id
    )
    kept = sa.or_(visits.c.upload_id.is_(None), uploads.c.status == "committed")
    query = sa.select(agents.c.code, visits.c.visited_on, visits.c.village_code, visits.c.dusun)
    return frozenset(
        (str(code).casefold(), day.isoformat(), str(village), (dusun or "").casefold())
        for code, day, village, dusun in connection.execute(query.select_from(joined).where(kept))
    )
