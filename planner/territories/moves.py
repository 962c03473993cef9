"""Moving villages by hand: every step gives a new draft with its balance, and can be undone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.errors import PlanError
from planner.territories.agents import AGENT
from planner.territories.divide import Territories
from planner.territories.load import HOURS
from planner.territories.report import DEVIATION, PIECES, VILLAGES, pieces_by_agent


@dataclass(frozen=True)
class Draft:
    """A division that somebody is changing.

    Attributes
    ----------
    base
        What it began with: villages, links, work, agents.
    assignment
        Agent of each village code.
    locks
        Villages that must stay with their agent.
    before
        The drafts before it, oldest first, each without its own past.
    """

    base: Territories
    assignment: Mapping[str, str]
    locks: frozenset[str] = frozenset()
    before: tuple["Draft", ...] = ()


def draft(found: Territories) -> Draft:
    """Return a draft of a division, with its locks."""
    return Draft(
        found, dict(zip(found.assignment.index.astype(str), found.assignment, strict=True)), frozenset(found.locks)
    )


def moved(now: Draft, villages: Iterable[str], agent: str) -> Draft:
    """Return the draft with villages given to an agent.

    Raises
    ------
    PlanError
        If a village or the agent is unknown, or a village is locked.
    """
    codes = _known(now, villages)
    if agent not in set(now.base.agents[AGENT]):
        raise PlanError("territories.unknown_agents", codes=agent)
    held = sorted(now.locks.intersection(codes))
    if held:
        raise PlanError("territories.locked", codes=", ".join(held[:8]))
    return _next(now, assignment={**now.assignment, **dict.fromkeys(codes, agent)})


def locked(now: Draft, villages: Iterable[str]) -> Draft:
    """Return the draft with villages that stay with their agent. Raises like `moved`."""
    return _next(now, locks=now.locks.union(_known(now, villages)))


def unlocked(now: Draft, villages: Iterable[str]) -> Draft:
    """Return the draft with villages free to move again. Raises like `moved`."""
    return _next(now, locks=now.locks.difference(_known(now, villages)))


def undone(now: Draft) -> Draft:
    """Return the draft as it was before the last step.

    Raises
    ------
    PlanError
        If there was no step.
    """
    if not now.before:
        raise PlanError("territories.nothing_to_undo")
    return replace(now.before[-1], before=now.before[:-1])


def balance(now: Draft) -> pd.DataFrame:
    """Return the balance of a draft.

    Returns
    -------
    One row per agent, index ``agent_code``: ``villages``, ``hours_per_month``, ``deviation_pct`` (from the mean of
    all) and ``pieces`` (1 where connected, 0 without villages).
    """
    agents = pd.Index(now.base.agents[AGENT], name=AGENT)
    owner = pd.Series(dict(now.assignment), dtype="str").reindex(now.base.ground.graph.codes)
    place = agents.get_indexer(pd.Index(owner))
    hours = np.bincount(place, weights=now.base.ground.load, minlength=len(agents))
    pieces = pieces_by_agent(now.base.ground.graph, now.assignment)
    return pd.DataFrame(
        {
            VILLAGES: np.bincount(place, minlength=len(agents)),
            HOURS: hours,
            DEVIATION: 100 * (hours / hours.mean() - 1),
            PIECES: [pieces.get(code, 0) for code in agents],
        },
        index=agents,
    )


def finished(now: Draft) -> Territories:
    """Return a draft as a division, with its locks."""
    agents = pd.Index(now.base.agents[AGENT])
    owner = [now.assignment[code] for code in now.base.ground.graph.codes.tolist()]
    locks = {code: now.assignment[code] for code in sorted(now.locks)}
    return replace(now.base, agent=np.asarray(agents.get_indexer(pd.Index(owner)), dtype=np.intp), locks=locks)


def _known(now: Draft, villages: Iterable[str]) -> list[str]:
    codes = list(dict.fromkeys(villages))
    unknown = [code for code in codes if code not in now.assignment]
    if unknown:
        raise PlanError("territories.unknown_villages", codes=", ".join(unknown[:8]))
    return codes


def _next(now: Draft, **changes: object) -> Draft:
    return replace(now, before=(*now.before, replace(now, before=())), **changes)  # type: ignore[arg-type]
