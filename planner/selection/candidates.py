"""Villages of a ranking -> the problem: candidates, what a launch brings and costs, rules, villages around."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from geodata.distance import near_pairs
from geodata.offices import OFFICE_BASIS, OFFICE_NAME, serving_office
from geodata.schema import (
    DISTRICT_CODE,
    LATITUDE,
    LONGITUDE,
    REGENCY_CODE,
    SECTORS,
    VILLAGE_CODE,
    Sector,
    basis,
    high,
    low,
    sector_column,
)
from planner.coverage import GAP
from planner.criteria import Surroundings
from planner.errors import PlanError
from planner.funnels import apart
from planner.launches import launch_costs
from planner.params import Funnel, ScoringParams
from planner.plan import Ranking
from planner.scoring import SCORE
from planner.selection.params import Ends, Objective, SelectionParams
from planner.selection.problem import Chosen, Floats, Problem, Rules, lock

BENEFIT: Final = "benefit"
REGISTRATIONS: Final = "expected_registrations"
ACTIVE: Final = "expected_active"
LAUNCH_COST: Final = "launch_cost_idr"
AGENT_DAYS: Final = "agent_days"
BRANCH: Final = "branch"
BRANCH_BASIS: Final = "branch_basis"
BANDS: Final = 3
"""Distance bands of the spillover: a third less reaches each next band."""

_DECIMALS: Final = 9  # 600 x 0.9 x 0.7 is a little more than 378: the last digits make no person and no day

Codes = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Candidates:
    """Villages that may be chosen, sorted by code, and the problem they make.

    Attributes
    ----------
    table
        One row per candidate: the columns of the ranking, ``benefit`` (in the unit of the objective), what a launch
        brings (``expected_registrations``, ``expected_active``, people, with range), ``launch_cost_idr``,
        ``agent_days``, ``branch``, ``branch_basis``.
    around
        The same of all villages of the regions, declared ones too: who can be reached from elsewhere.
    problem
        The candidates, by position.
    params
        The rules.
    ranking
        The ranking they come from.
    """

    table: pd.DataFrame
    around: pd.DataFrame
    problem: Problem
    params: SelectionParams
    ranking: Ranking

    @property
    def codes(self) -> Codes:
        """Village codes, by position."""
        return self.table[VILLAGE_CODE].to_numpy(str)

    @property
    def scoring(self) -> ScoringParams:
        """The parameters of score, costs and funnel."""
        return self.ranking.scores.params

    def position(self, code: str) -> int:
        """Return where a candidate stands.

        Raises
        ------
        PlanError
            If the village is no candidate.
        """
        found = np.flatnonzero(self.codes == code)
        if not len(found):
            raise PlanError("selection.no_candidate", code=code)
        return int(found[0])

    def rows(self, chosen: Chosen) -> pd.DataFrame:
        """Return the rows of a choice, most benefit first; ties by village code."""
        return self.table.iloc[np.flatnonzero(chosen)].sort_values([BENEFIT, VILLAGE_CODE], ascending=[False, True])


def candidates(ranking: Ranking, surroundings: Surroundings, params: SelectionParams) -> Candidates:
    """Prepare a selection among the villages of a ranking.

    Declared villages are no candidates unless ``params.again``; with spillover they count among the villages around.

    Parameters
    ----------
    ranking
        Scored villages of some regions.
    surroundings
        Branch offices.
    params
        Objective and rules.

    Raises
    ------
    PlanError
        If a rule names a village, regency, office or sector that is not there, or asks for a declared village.
    """
    everyone = measured(ranking, surroundings, params)
    _check(everyone, params)
    free = np.ones(len(everyone), dtype=bool) if params.again else (everyone["declared"] != "declared").to_numpy(bool)
    table = everyone[free]
    own, worth = shared(table[BENEFIT].to_numpy(np.float64), everyone[BENEFIT].to_numpy(np.float64), params)
    cover = _cover(everyone, np.flatnonzero(free), params.spillover_km) if len(worth) else None
    problem = Problem(own, _rules(table, everyone, params), worth, cover)
    return Candidates(table, everyone, problem, params, ranking)


def shared(own: Floats, around: Floats, params: SelectionParams) -> tuple[Floats, Floats]:
    """Split benefits into what a launch brings only in its village, and what launches around bring too.

    Parameters
    ----------
    own
        Shape (n,): benefit of each candidate.
    around
        Shape (m,): benefit of each village around.
    params
        Reach and share of the spillover.

    Returns
    -------
    Shapes (n,) and (3 m,), one part per distance band; (n,) and (0,) without spillover.
    """
    share = params.spillover_share if params.spillover_km else 0.0
    if not share:
        return own, np.empty(0)
    return (1 - share) * own, np.tile(share * around / BANDS, BANDS)


def expected(villages: pd.DataFrame, funnel: Funnel) -> pd.DataFrame:
    """Return what a launch in each village is expected to bring.

    Parameters
    ----------
    villages
        Uncovered workers with range.
    funnel
        Shares reached and registered, registrations per active participant, each with its range; with own results,
        those of the sector and regency of each village.

    Returns
    -------
    Same index: ``expected_registrations`` and ``expected_active`` (after twelve months), people, with ``_low``,
    ``_high`` (all factors at their worse or better ends at once) and ``_basis`` (``assumed``).
    """
    return apart(villages, funnel, _expected)


def _expected(villages: pd.DataFrame, funnel: Funnel) -> pd.DataFrame:
    value, least, most = (
        np.asarray(villages[column].astype("Float64").to_numpy(np.float64, na_value=0.0), dtype=np.float64)
        for column in (GAP, low(GAP), high(GAP))
    )
    registrations = [
        funnel.registrations(value),
        funnel.registrations_at(least, funnel.reached_share_low * funnel.registered_share_low),
        funnel.registrations_at(most, funnel.reached_share_high * funnel.registered_share_high),
    ]
    per_active = (
        funnel.registrations_per_active,
        funnel.registrations_per_active_high,
        funnel.registrations_per_active_low,
    )
    registrations = [np.round(people, _DECIMALS) for people in registrations]
    active = [people / ratio for people, ratio in zip(registrations, per_active, strict=True)]
    return pd.DataFrame(
        {**_with_ends(REGISTRATIONS, registrations), **_with_ends(ACTIVE, active)}, index=villages.index
    )


def _with_ends(figure: str, ends: list[Floats]) -> dict[str, object]:
    value, least, most = ends
    return {figure: value, low(figure): np.floor(least), high(figure): np.ceil(most), basis(figure): "assumed"}


def measured(ranking: Ranking, surroundings: Surroundings, params: SelectionParams) -> pd.DataFrame:
    """Return all villages of a ranking with what a launch brings and costs, sorted by code; see `Candidates.around`."""
    ordered = pd.DataFrame(ranking.table.sort_values(VILLAGE_CODE))
    return with_launches(ordered, ranking.scores.params, surroundings, params)


def with_launches(
    villages: pd.DataFrame, scoring: ScoringParams, surroundings: Surroundings, params: SelectionParams
) -> pd.DataFrame:
    """Return villages, in their order, with what a launch brings and costs; see `Candidates.around`.

    Parameters
    ----------
    villages
        Villages of a ranking, with their columns there.
    scoring
        Funnel and cost rates.
    surroundings
        Branch offices.
    params
        Objective, and registrations of a day.
    """
    brought = expected(villages, scoring.funnel)
    office = serving_office(villages, surroundings.offices)
    in_days = brought[REGISTRATIONS].to_numpy(np.float64) / params.registrations_per_day
    days = scoring.costs.visits + np.ceil(np.round(in_days, _DECIMALS))
    figures: dict[str, pd.Series | Floats] = {
        BENEFIT: _benefit(villages, brought, params.objective),
        LAUNCH_COST: launch_costs(villages, surroundings.offices, scoring.costs),
        AGENT_DAYS: days,
        BRANCH: office[OFFICE_NAME],
        BRANCH_BASIS: office[OFFICE_BASIS],
    }
    return villages.assign(**brought, **figures)


def _benefit(villages: pd.DataFrame, brought: pd.DataFrame, objective: Objective) -> Floats:
    column = {"active": brought[ACTIVE], "gap_workers": villages[GAP], "score": villages[SCORE]}[objective]
    return np.asarray(column.astype("Float64").to_numpy(np.float64, na_value=0.0))


def _check(everyone: pd.DataFrame, params: SelectionParams) -> None:
    for option, codes in (("must", params.must), ("never", params.never)):
        known = set(everyone.loc[everyone[VILLAGE_CODE].isin(codes), VILLAGE_CODE])
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise PlanError("selection.unknown_village", option=option, codes=", ".join(unknown))
    asked = everyone[everyone[VILLAGE_CODE].isin(params.must)]
    declared = set(asked.loc[asked["declared"] == "declared", VILLAGE_CODE])
    twice = [code for code in params.must if code in declared]
    if twice and not params.again:
        raise PlanError("selection.declared", codes=", ".join(twice))
    groups = (("regency", params.regencies, REGENCY_CODE), ("branch", params.branches, BRANCH))
    for kind, limits, column in groups:
        there = _named(everyone, column)
        unknown = [name for name in limits if name not in there]
        if unknown:
            raise PlanError(f"selection.unknown_{kind}", names=", ".join(unknown), known=", ".join(there))


def _rules(table: pd.DataFrame, everyone: pd.DataFrame, params: SelectionParams) -> Rules:
    n = len(table)
    parts = [Rules.none(n)]
    if params.budget_idr is not None:
        parts.append(Rules.one("budget", table[LAUNCH_COST], most=float(params.budget_idr)))
    if params.launches is not None:
        parts.append(Rules.one("launches", np.ones(n), most=float(params.launches)))
    if params.launches_min:
        parts.append(Rules.one("launches_min", np.ones(n), least=float(params.launches_min)))
    if params.agent_days is not None:
        parts.append(Rules.one("agent_days", table[AGENT_DAYS], most=float(params.agent_days)))
    if params.max_per_district is not None:
        parts.append(Rules.per_group("per_district", table[DISTRICT_CODE], most=float(params.max_per_district)))
    parts += _group_rules(table, everyone, params)
    parts += [
        _counted("per_sector", sector_share(table, sector) >= params.sector_share_pct / 100, ends, sector)
        for sector, ends in params.sectors.items()
    ]
    if params.spacing_km:
        pairs, _ = near_pairs(table[[LONGITUDE, LATITUDE]].to_numpy(np.float64, na_value=np.nan), params.spacing_km)
        parts.append(Rules.apart("spacing", pairs, n, table[VILLAGE_CODE]))
    codes = table[VILLAGE_CODE].to_numpy(str)
    for kind, asked, to in (("must", params.must, True), ("never", params.never, False)):
        places = np.flatnonzero(np.isin(codes, asked))
        parts += [lock(n, int(place), to=to, kind=kind, subject=str(codes[place])) for place in places]
    return parts[0].joined(*parts[1:])


def _group_rules(table: pd.DataFrame, everyone: pd.DataFrame, params: SelectionParams) -> list[Rules]:
    rules = []
    groups: tuple[tuple[Literal["regency", "branch"], str], ...] = (("regency", REGENCY_CODE), ("branch", BRANCH))
    for kind, column in groups:
        for name in _named(everyone, column):
            ends = params.ends_of(kind, name)
            if ends != (0, None):
                member = (table[column] == name).fillna(value=False).to_numpy(bool)
                rules.append(_counted(f"per_{kind}", member, ends, name))
    return rules


def _named(villages: pd.DataFrame, column: str) -> list[str]:
    return sorted(villages[column].dropna().unique())


def _counted(kind: str, member: npt.NDArray[np.bool_], ends: Ends, subject: str) -> Rules:
    """Return up to two rules on the launches among some candidates: fewest and most are told apart."""
    least, most = ends
    rules = Rules.none(len(member))
    if least:
        rules = rules.joined(Rules.one(f"{kind}_min", member, least=float(least), subject=subject))
    if most is not None:
        rules = rules.joined(Rules.one(kind, member, most=float(most), subject=subject))
    return rules


def sector_share(villages: pd.DataFrame, sector: Sector) -> Floats:
    """Return which part of the informal workers of each village works in a sector.

    The parts are those of all sectors together: in a ranking of one sector the eligible workers are only those of it.

    Parameters
    ----------
    villages
        Workers of each sector.
    sector
        The sector.

    Returns
    -------
    Shape (n,), 0 to 1; 0 where no workers are known.
    """
    workers = [villages[sector_column(name)].astype("Float64").to_numpy(np.float64, na_value=0.0) for name in SECTORS]
    everyone = np.sum(workers, axis=0)
    part = workers[SECTORS.index(sector)]
    return np.asarray(np.divide(part, everyone, out=np.zeros(len(villages)), where=everyone > 0))


def _cover(everyone: pd.DataFrame, free: npt.NDArray[np.intp], km: float) -> csc_array:
    """Return which launches reach whom, one row per distance band and village around: the nearest launch counts.

    Berman and Krass 2002, "The generalized maximal covering location problem".
    """
    n = len(everyone)
    pairs, away = near_pairs(everyone[[LONGITUDE, LATITUDE]].to_numpy(np.float64, na_value=np.nan), km)
    bands = []
    for band in range(1, BANDS + 1):
        near = pairs[away <= km * band / BANDS]
        rows = np.concatenate([near[:, 0], near[:, 1], np.arange(n)])
        columns = np.concatenate([near[:, 1], near[:, 0], np.arange(n)])
        bands.append(csr_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))))
    return csc_array(csc_array(vstack(bands, format="csc"))[:, free])
