"""What other weights move: who enters and leaves the first places, who climbs and falls, and why."""

from typing import Final

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from geodata import schema
from geodata.texts import Language, number
from planner.plan import Ranking
from planner.ranking import RANK
from planner.scoring import SCORE, criterion_weights
from planner.texts import t
from planner.web.weights_sliders import item

KINDS: Final = ("masuk", "keluar", "naik", "turun")
"""Entered and left the first places, climbed and fell the farthest; words of the address."""
BEFORE: Final = "rank_before"
STEPS: Final = "steps"
REASON: Final = "reason"
POINTS: Final = "points"
SHIFT: Final = "shift"
_ARROWS: Final = {1: " ↑", 0: "", -1: " ↓"}


def moved(before: Ranking, after: Ranking) -> pd.DataFrame:
    """Compare two rankings of the same villages.

    Parameters
    ----------
    before, after
        Rankings of the same layer and regions with the same criteria.

    Returns
    -------
    DataFrame
        Villages in the order of ``after``: the columns of its table, ``rank_before``, ``steps`` (places climbed,
        negative where it fell), ``reason`` (the criterion that did most for the move; missing where there is none),
        ``points`` (what this criterion changed in the score beyond its mean over the villages), ``shift`` (1 where it
        has a larger share of the score than before, -1 where a smaller one).
    """
    villages = after.table
    steps = before.table[RANK].reindex(villages.index) - villages[RANK]
    change = _change(before, after).reindex(villages.index)
    towards = change.mul(np.sign(steps.to_numpy(dtype=np.float64)), axis=0).to_numpy()
    most = towards.argmax(axis=1)
    names = pd.Series(change.columns.to_numpy()[most], index=villages.index)
    points = pd.Series(change.to_numpy()[np.arange(len(change)), most], index=villages.index)
    shares = criterion_weights(after.scores.params) - criterion_weights(before.scores.params)
    found = {
        BEFORE: villages[RANK] + steps,
        STEPS: steps,
        REASON: names.where(towards.max(axis=1) > 0),
        POINTS: points,
        SHIFT: np.sign(shares.round(9)).astype(np.int64)[most],
    }
    return villages.assign(**found)


def listed(moves: pd.DataFrame, kind: str, first: int) -> pd.DataFrame:
    """Return the villages of a kind of move, at most ``first``, the most notable on top.

    Parameters
    ----------
    moves
        Of `moved`.
    kind
        One of ``KINDS``.
    first
        Length of the list that is entered and left.
    """
    inside, was_inside = moves[RANK] <= first, moves[BEFORE] <= first
    chosen, order, ascending = {
        "masuk": (inside & ~was_inside, [RANK], [True]),
        "keluar": (was_inside & ~inside, [BEFORE], [True]),
        "naik": (moves[STEPS] > 0, [STEPS, RANK], [False, True]),
        "turun": (moves[STEPS] < 0, [STEPS, RANK], [True, True]),
    }[kind]
    return moves[chosen].sort_values(order, ascending=ascending).head(first)


def reason(village: pd.Series, language: Language) -> str:
    """Say which criterion moved a village; empty where none did."""
    if pd.isna(village[REASON]):
        return ""
    points = float(village[POINTS])
    signed = ("+" if points > 0 else "−") + number(abs(points), language, 1)
    name = item(village[REASON], language) + _ARROWS[int(village[SHIFT])]
    return t("web.weights.moved.reason", language, item=name, points=signed)


def table(rows: pd.DataFrame, language: Language) -> Styler:
    """Return the villages that moved as people read them; ranks stay numbers, so that headings sort them.

    Parameters
    ----------
    rows
        Of `listed`.
    language
        Language of headings and numbers.
    """
    columns = {
        "village": rows[schema.VILLAGE_NAME],
        "rank": rows[RANK].astype("int64"),
        "rank_before": rows[BEFORE].astype("int64"),
        "why": [reason(row, language) for _, row in rows.iterrows()],
        "regency": rows[schema.REGENCY_NAME],
    }
    headings = {name: t(f"web.weights.moved.{name}", language) for name in columns}
    shown = pd.DataFrame(columns).rename(columns=headings).reset_index(drop=True)

    def count(value: object) -> str:
        return number(float(str(value)), language)

    return shown.style.format({headings[name]: count for name in ("rank", "rank_before")})


def standing(village: pd.Series, villages: int, language: Language) -> str:
    """Say where a village stands now and where it stood, and what moved it.

    Parameters
    ----------
    village
        A row of `moved`.
    villages
        Number of villages ranked.
    language
        Language of the sentence.
    """
    told = t(
        "web.weights.standing",
        language,
        village=village[schema.VILLAGE_NAME],
        rank=int(village[RANK]),
        all=villages,
        score=number(float(village[SCORE]), language, 1),
        before=int(village[BEFORE]),
    )
    why = reason(village, language)
    return f"{told} {t('web.weights.standing.why', language, reason=why)}" if why else told


def _change(before: Ranking, after: Ranking) -> pd.DataFrame:
    """Return what each criterion changed in each score, beyond its mean over the ranked villages; points."""
    criteria = after.scores.criteria
    inside = criteria.villages.index.isin(after.table.index)
    change = (after.scores.parts.parts - before.scores.parts.parts)[inside]
    return pd.DataFrame(change - change.mean(axis=0), index=criteria.villages.index[inside], columns=criteria.keys)
