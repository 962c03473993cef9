"""What the visits of agents brought: by agent and by month, with the month's counter and how long without result."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd

from planner.field.incentive import Incentive
from planner.field.quiet import Quiet, quiet
from planner.small_cells import SMALLEST, suppressed
from planner.territories.agents import AGENT

MONTH: Final = "month"
AGENTS: Final = "agents"
VISITS: Final = "visits"
MET: Final = "met"
INTERESTED: Final = "interested"
NOT_ASKED: Final = "not_asked"
REGISTERED: Final = "registered"
MISSING: Final = "missing"
COUNTS: Final = (VISITS, MET, INTERESTED, REGISTERED)


def by_month(visits: pd.DataFrame, day: date, *, months: int) -> pd.DataFrame:
    """Count what visits brought, month by month.

    Parameters
    ----------
    visits
        ``agent_code``, ``visited_on`` (date), ``met``, ``interested`` (missing where nobody wrote it down),
        ``registered``; later ones than the day do not count.
    day
        A day of the last month.
    months
        How many, that of the day counted.

    Returns
    -------
    One row per month (index ``month``): ``agents`` with a visit, ``visits``, ``met``, ``interested`` and ``registered``
    (people), and ``not_asked``, visits of which nobody wrote down how many were interested.
    """
    last = pd.Period(day, freq="M")
    wanted = pd.period_range(last - (months - 1), last, freq="M", name=MONTH)
    made = _until(visits, day)
    return _counted(made, pd.PeriodIndex(made["visited_on"], freq="M", name=MONTH)).reindex(wanted, fill_value=0)


def by_agent(visits: pd.DataFrame, agents: Sequence[str], day: date, incentive: Incentive) -> pd.DataFrame:
    """Count what the visits of each agent brought in the month of a day, up to the day.

    Parameters
    ----------
    visits
        As for `by_month`.
    agents
        Codes of the agents.
    day
        The day.
    incentive
        The rules of the day.

    Returns
    -------
    One row per agent (index ``agent_code``), in the order given: ``visits``, ``met``, ``interested``, ``not_asked`` and
    ``registered`` as in `by_month`, and ``missing``, new participants missing for the bonus of the month.
    """
    first = day.replace(day=1)
    made = _until(visits, day)
    month = made[made["visited_on"] >= first]
    wanted = pd.Index(list(agents), name=AGENT, dtype="str")
    counted = _counted(month, pd.Index(month[AGENT], name=AGENT)).drop(columns=AGENTS).reindex(wanted, fill_value=0)
    return counted.assign(**{MISSING: (incentive.bonus_participants - counted[REGISTERED]).clip(lower=0)})


def quiet_by_agent(
    visits: pd.DataFrame, since: Mapping[str, date], agents: Sequence[str], day: date, incentive: Incentive
) -> dict[str, Quiet]:
    """Return how long each agent has been without result, see `planner.field.quiet.quiet`.

    Parameters
    ----------
    visits, agents, day, incentive
        As for `by_agent`.
    since
        First day with a village, of agents who have any.
    """
    own, none = dict(list(visits.groupby(AGENT))), visits.iloc[:0]
    return {code: quiet(own.get(code, none), since.get(code), day, incentive) for code in agents}


def hidden(agents: pd.DataFrame, *, smallest: int = SMALLEST) -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    """Return what of the month of each agent does not leave the office, as it tells of a few people.

    Parameters
    ----------
    agents
        Of `by_agent`.
    smallest
        Counts of 1 to one less are hidden, see `planner.small_cells.suppressed`.

    Returns
    -------
    Which cells are hidden (same index; ``met``, ``interested``, ``registered``, and ``missing``, from which the last
    follows), and which sums of all agents.
    """
    people = [MET, INTERESTED, REGISTERED]
    found = suppressed(agents[people].assign(all=""), people, group="all", smallest=smallest)
    cells = found.hidden_cells.astype(bool)
    sums = found.hidden_totals.any().astype(bool) | found.hidden_total.astype(bool)
    return cells.assign(**{MISSING: cells[REGISTERED]}), sums


def _until(visits: pd.DataFrame, day: date) -> pd.DataFrame:
    return visits[visits["visited_on"].map(lambda one: one <= day).astype(bool)]


def _counted(visits: pd.DataFrame, key: pd.Index) -> pd.DataFrame:
    """Sum visits by a key."""
    told = pd.to_numeric(visits[INTERESTED])
    each = pd.DataFrame(
        {
            AGENTS: visits[AGENT].to_numpy(),
            VISITS: 1,
            MET: visits[MET].to_numpy(),
            INTERESTED: told.fillna(0).to_numpy(),
            NOT_ASKED: told.isna().to_numpy(),
            REGISTERED: visits[REGISTERED].to_numpy(),
        }
    )
    return (
        each.groupby(key)
        .agg({AGENTS: "nunique", **dict.fromkeys((VISITS, MET, INTERESTED, NOT_ASKED, REGISTERED), "sum")})
        .astype(int)
    )
