"""The priority list of a plan or of a ranking: rows with reasons, the nearest misses, what the list rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import schema
from geodata.layer import VillageLayer
from geodata.schema import CRS_STORED, VILLAGE_CODE
from geodata.texts import Language, number
from planner import rupiah
from planner.coverage import COVERAGE, GAP
from planner.criteria import Surroundings
from planner.export.about import About
from planner.export.columns import FUNDING_IDR, NEXT_STEP, OWNER, PRIORITY, REASON, SCORE_RANK
from planner.export.describe import describe
from planner.export.stamping import stamped as stamp_of
from planner.plan import Ranking
from planner.priority.funding import Offer, next_month, proposals
from planner.priority.misses import OF_MISSES, Cut, of_plan, of_ranking, sheet
from planner.priority.reasons import reasons
from planner.priority.steps import OWNER_BASIS, Records, next_steps
from planner.ranking import RANK
from planner.scoring import BLOCKS, SCORE
from planner.selection import summary
from planner.selection.candidates import (
    ACTIVE,
    AGENT_DAYS,
    BRANCH,
    BRANCH_BASIS,
    LAUNCH_COST,
    REGISTRATIONS,
    with_launches,
)
from planner.selection.core import RobustPlan
from planner.selection.params import SelectionParams
from planner.selection.plan import SelectionPlan
from planner.selection.shielded import shielded_plan
from planner.shielding import few_counted, few_notes, masked, shielded_ranking
from planner.small_cells import SMALLEST
from planner.texts import t
from planner.worlds import Robust

KIND: Final = "list"
_RANKS: Final = ("rank_low", "rank_median", "rank_high", "group")
_SHOWN: Final = frozenset(
    {
        *PRIORITY,
        *schema.PLACE_COLUMNS,
        *(
            part(figure)
            for figure in (GAP, COVERAGE, schema.ELIGIBLE, schema.ACTIVE_BPU, ACTIVE, REGISTRATIONS)
            for part in (str, schema.low, schema.high, schema.basis)
        ),
        *("sector", "cost", "label", "gate", "declared", "filled_criteria", "rank_median", "in_top_pct", "group"),
        *(summary.CHOSEN, summary.IN_PLAN, LAUNCH_COST, AGENT_DAYS, BRANCH, BRANCH_BASIS, OWNER_BASIS),
    }
)
"""What a meeting needs; all other figures stand in the files of a ranking or a selection."""
_USED: Final = frozenset({schema.sector_column(sector) for sector in schema.SECTORS})
"""What words are made from and the list does not hold."""
_ROWS_AT_ONCE: Final = 4_096  # sentences of a whole country at once are 140 MB
_DECIMALS: Final = 1  # of score and blocks: what is finer tells nothing, and would give hidden counts away

Ranks = Callable[[Ranking], Robust]
"""Gives the ranks of a ranking in many worlds."""
Swings = Callable[[SelectionPlan], RobustPlan]
"""Gives how a plan fares over many worlds."""


@dataclass(frozen=True)
class PriorityList:
    """A priority list, ready for every format.

    Attributes
    ----------
    frame
        One row per village in the order of the list, EPSG:4326; columns of `planner.export.columns.COLUMNS`.
    misses
        The nearest villages outside the list, and why; see `planner.priority.misses`.
    about
        What its files say about it; without a stamp, see `stamped`.
    smallest
        Observed counts of fewer people are hidden.
    """

    frame: gpd.GeoDataFrame
    misses: pd.DataFrame
    about: About
    smallest: int


def columns_for(sector: schema.Sector | None = None) -> tuple[str, ...]:
    """Return the columns of a layer that the list of a ranking is made from.

    Parameters
    ----------
    sector
        The sector that is counted, if only one is.
    """
    figures = (
        schema.ELIGIBLE,
        schema.ACTIVE_BPU,
        schema.INACTIVE_BPU,
        *([schema.sector_column(sector)] if sector else []),
    )
    ranges = (part(figure) for figure in figures for part in (str, schema.low, schema.high, schema.basis))
    criteria = (schema.IDM_SOCIAL, schema.IDM_ECONOMIC, schema.BUMDES_WORKERS)
    return tuple(dict.fromkeys((*schema.PLACE_COLUMNS, *ranges, *sorted(_USED), *criteria)))


def priority_list(
    plan: SelectionPlan | Ranking,
    layer: VillageLayer,
    surroundings: Surroundings,
    *,
    on: date,
    language: Language,
    name: str = "",
    top: int | None = None,
    robust: Ranks | None = None,
    swing: Swings | None = None,
    records: Records | None = None,
    offer: Offer | None = None,
    smallest: int = SMALLEST,
) -> PriorityList:
    """Return the priority list of a plan, or of a ranking.

    All but which villages a plan chose is worked out from `planner.shielding.shielded`, the order of the list, too.

    Parameters
    ----------
    plan
        Chosen villages, or a ranking: then declared villages are left out, and told among those not in the list.
    layer, surroundings
        What it was made from.
    on
        The day of the list.
    language
        Language of all words.
    name
        Name of a saved plan.
    top
        Of a ranking, so many villages; all by default.
    robust
        Asked for ranks in many worlds, of the regions of the plan or ranking as the list tells it.
    swing
        Asked how the plan fares over many worlds, as the list tells it; villages that swing are in the list then,
        marked.
    records
        What the office has written down; nothing without records.
    offer
        Start, months and funds of the contributions proposed; by default twelve months from the next one.
    smallest
        Observed counts of 1 to one less are hidden, and what would tell them.

    Raises
    ------
    PlanError
        If there is no tariff for a month.
    """
    offer = offer or Offer(next_month(on))
    order: Literal["plan", "score"] = "plan" if isinstance(plan, SelectionPlan) else "score"
    withheld = few_counted(layer.frame, smallest)
    if isinstance(plan, SelectionPlan):
        shown = shielded_plan(plan, layer, surroundings, smallest=smallest)
        swung = None if swing is None else swing(shown)
        ranking, rows = shown.candidates.ranking, _of_plan(shown, swung, withheld, language)
        missed = of_plan(shown, language, listed=frozenset(rows[VILLAGE_CODE]))
        said = [summary.totals(shown, language), *summary.told(shown, language)]
        params = _params_of_plan(shown)
        if swung is not None:
            said.append(" ".join(summary.robust(swung, language)))
            params["plan_worlds"] = swung.worlds
        ranks = None if robust is None else robust(ranking)
    else:
        ranking = shielded_ranking(plan, layer, surroundings, smallest=smallest)
        params_of_score, nothing = ranking.scores.params, SelectionParams(launches=0)
        figures = with_launches(ranking.table, params_of_score, surroundings, nothing)
        ranking = plan = replace(ranking, table=ranking.table[list(OF_MISSES)])  # the rest stands in the figures
        brought = figures[[SCORE, ACTIVE, LAUNCH_COST]].copy()
        rows = _of_ranking(ranking, figures, top)
        del figures
        ranks = None if robust is None else robust(ranking)
        rows = rows.assign(**{REASON: _reasons(ranking, rows.index, withheld, language)})
        missed = of_ranking(Cut(ranking, brought, rows.index, withheld), language)
        said, params = [t("priority.note.ranking", language, left=_declared(ranking))], {"top": top}
    params |= _params_of(ranking, ranks, offer)
    del plan, ranking  # scores are half as large as the list
    frame = _completed(rows, ranks, records=records, offer=offer, today=on, language=language)
    del rows
    frame = masked(frame, layer.frame, smallest)
    total = rupiah.spoken(float(frame[FUNDING_IDR].sum()), language)
    said += [
        t("priority.note.funding.total", language, amount=total),
        *_notes(ranks, records, offer, language=language, smallest=smallest),
        *few_notes(layer, smallest, language),
    ]
    nobody = t("priority.misses.nobody", language)
    about = describe(layer, params, language=language, order=order)
    if records is not None:  # they change from day to day, and are in no fingerprint
        told = frame[[NEXT_STEP, OWNER]].to_csv(index=False)
        about = replace(about, parameters={**about.parameters, "launch_records": sha256(told.encode()).hexdigest()})
    about = replace(
        about,
        title=_title(order, name, len(frame), language),
        created=on,
        notes=(*said, *about.notes),
        appendix=(sheet(missed, language, nobody=nobody),),
    )
    geometry = layer.frame.geometry.reindex(frame.index)
    kept = frame[[name for name in frame if name in _SHOWN]]
    sources = tuple(source for source in about.sources if source.figure in _SHOWN)
    return PriorityList(
        gpd.GeoDataFrame(kept, geometry=geometry, crs=CRS_STORED), missed, replace(about, sources=sources), smallest
    )


def stamped(
    listed: PriorityList,
    ending: str,
    *,
    plan: str = "",
    record: bytes = b"",
    asked: Mapping[str, Any] | None = None,
) -> About:
    """Return what one file of a list says about itself, with its stamp.

    Parameters
    ----------
    listed
        The list.
    ending
        Ending of the file, with its dot.
    plan, record
        Name and record of the plan, if it is the list of one.
    asked
        What else was asked for.
    """
    return stamp_of(listed.about, KIND, ending, smallest=listed.smallest, plan=plan, record=record, asked=asked)


def _of_plan(
    shown: SelectionPlan, swing: RobustPlan | None, withheld: "pd.Series[bool]", language: Language
) -> pd.DataFrame:
    """Return the rows of a plan as they may be shown, with their reasons."""
    found, rows = shown.candidates, summary.listed(shown, swing)
    must = set(found.params.must)
    begun = [_chosen(row, must, language) for row in rows.to_dict("records")]
    told = _reasons(found.ranking, rows.index, withheld, language)
    whole = pd.Series([f"{one} {more}" for one, more in zip(begun, told, strict=True)], index=rows.index, dtype="str")
    return rows.assign(**{SCORE_RANK: found.table.loc[rows.index, RANK], REASON: whole})


def _reasons(ranking: Ranking, index: pd.Index, withheld: "pd.Series[bool]", language: Language) -> "pd.Series[str]":
    parts = []
    for start in range(0, max(len(index), 1), _ROWS_AT_ONCE):
        some = index[start : start + _ROWS_AT_ONCE]
        found = reasons(ranking.scores, some, language, sector=ranking.sector, withheld=withheld.loc[some])
        parts.append(found.sentences(language))
    return pd.concat(parts)


def _chosen(row: Mapping[Any, Any], must: set[str], language: Language) -> str:
    if row[summary.CHOSEN] != "chosen":
        return t("priority.reason.swing", language, share=number(float(row[summary.IN_PLAN]), language, 1))
    key = "must" if row[VILLAGE_CODE] in must else "chosen"
    active, cost = number(float(row[ACTIVE]), language), rupiah.spoken(float(row[LAUNCH_COST]), language)
    return t(f"priority.reason.{key}", language, active=active, cost=cost)


def _of_ranking(ranking: Ranking, figures: pd.DataFrame, top: int | None) -> pd.DataFrame:
    """Return the rows of a ranking in its order, without declared villages; the figures are used up."""
    table = ranking.table
    free = table.index[(table["declared"] != "declared").to_numpy(bool)][:top]
    wanted = [str(name) for name in figures if name in _SHOWN or name in _USED]
    columns = {name: figures.pop(name).loc[free] for name in wanted}  # one by one: two whole tables are 120 MB
    rows = pd.DataFrame(columns, copy=False)
    places = pd.Series(np.arange(1, len(rows) + 1), index=rows.index, dtype="Int64")
    return rows.assign(**{SCORE_RANK: rows[RANK], RANK: places})


def _completed(
    rows: pd.DataFrame,
    robust: Robust | None,
    *,
    records: Records | None,
    offer: Offer,
    today: date,
    language: Language,
) -> pd.DataFrame:
    """Add ranks in many worlds, funding, next step and owner."""
    found = rows.assign(**rows[[SCORE, *BLOCKS]].round(_DECIMALS))
    if robust is not None:
        ranks = robust.table.reindex(rows.index)
        new = [name for name in _RANKS if name in ranks and name not in found]
        found = found.join(ranks[new]).assign(in_top_pct=(100 * ranks["in_top"]).round(1))
    money = proposals(found, offer, language)
    steps = next_steps(found, records, today=today, language=language)
    return found.assign(**money, **steps)


def _notes(
    robust: Robust | None, records: Records | None, offer: Offer, *, language: Language, smallest: int
) -> list[str]:
    told = [t("priority.note.reason", language)]
    if robust is not None:
        told.append(t("priority.note.ranks", language, worlds=robust.worlds, seed=str(robust.seed), top=robust.top))
    told.append(t(f"priority.note.funding.{'rules' if offer.funds is None else 'money'}", language))
    told.append(t("priority.note.funding.plantation", language))
    told.append(t(f"priority.note.owner.{'none' if records is None else 'records'}", language))
    told.append(t("priority.note.smallest", language, smallest=smallest))
    return told


def _title(order: Literal["plan", "score"], name: str, villages: int, language: Language) -> str:
    if order == "plan":
        key = "named" if name else "plan"
        return t(f"priority.title.{key}", language, name=name, villages=villages)
    return t("priority.title.ranking", language, villages=villages)


def _declared(ranking: Ranking) -> int:
    return int((ranking.table["declared"] == "declared").sum())


def _params_of_plan(plan: SelectionPlan) -> dict[str, object]:
    found = plan.candidates
    return {
        **found.params.model_dump(mode="json", exclude_defaults=True),
        "status": plan.selection.status,
        "gap_proved_pct": round(100 * plan.selection.gap, 1),
    }


def _params_of(ranking: Ranking, robust: Robust | None, offer: Offer) -> dict[str, object]:
    funds = None if offer.funds is None else offer.funds.model_dump(mode="json", exclude_defaults=True)
    worlds = {} if robust is None else {"worlds": robust.worlds, "seed": robust.seed, "worlds_top": robust.top}
    return {
        "region": list(ranking.regions) or None,
        "sector": ranking.sector,
        **worlds,
        "contributions": {"start": offer.start.isoformat(), "months": offer.months, "programme": offer.programme},
        "funds": funds,
        "score": ranking.scores.params.model_dump(mode="json"),
    }
