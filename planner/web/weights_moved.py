"""What other weights move: who enters and leaves the first places, who climbs and falls, and why."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from geodata import schema
from geodata.texts import Language, number
from planner.plan import order_of
from planner.ranking import RANK
from planner.scoring import SCORE, Floats, Scores, criterion_weights
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


@dataclass(frozen=True)
class Moves:
    """Two scores of the same villages, compared.

    Attributes
    ----------
    before, after
        Scores of the same villages with the same criteria.
    table
        Villages of the chosen regions in the order of ``after``, index of its villages: ``rank``, ``rank_before``,
        ``steps`` (places climbed, negative where it fell).
    """

    before: Scores
    after: Scores
    table: pd.DataFrame

    def explained(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Name villages and say what moved them.

        Parameters
        ----------
        rows
            Rows of ``table``.

        Returns
        -------
        DataFrame
            Index and order of ``rows``, with their columns; ``village_code``, ``village_name``, ``regency_name``,
            ``score``; ``reason`` (the criterion that did most for the move; missing where there is none), ``points``
            (what this criterion changed in the score beyond its mean over the villages of ``table``), ``shift`` (1
            where it has a larger share of the score than before, -1 where a smaller one).
        """
        criteria = self.after.criteria
        change = self.change(rows)
        towards = change * np.sign(rows[STEPS].to_numpy())[:, None]
        most = towards.argmax(axis=1)
        shares = criterion_weights(self.after.params) - criterion_weights(self.before.params)
        named = criteria.villages.loc[rows.index, [schema.VILLAGE_CODE, schema.VILLAGE_NAME, schema.REGENCY_NAME]]
        names = pd.Series(np.array(criteria.keys, dtype=object)[most], index=rows.index)
        found = {
            SCORE: self.after.score[criteria.villages.index.get_indexer(rows.index)],
            REASON: names.where(towards.max(axis=1, initial=0) > 0),
            POINTS: change[np.arange(len(rows)), most],
            SHIFT: np.sign(shares.round(9)).astype(np.int64)[most],
        }
        return rows.join(named).assign(**found)

    def change(self, rows: pd.DataFrame) -> Floats:
        """Return what each criterion changed in the score of each row, beyond its mean over all of ``table``; points.

        Returns
        -------
        Shape (rows, criteria).
        """
        parts = self.after.parts.parts - self.before.parts.parts
        index = self.after.criteria.villages.index
        mean = parts[index.get_indexer(self.table.index)].mean(axis=0)
        return np.asarray(parts[index.get_indexer(rows.index)] - mean)


def moved(before: Scores, after: Scores, *, region: str = "") -> Moves:
    """Compare two scores of the same villages with the same criteria.

    Parameters
    ----------
    before, after
        The scores.
    region
        Code of the province or regency whose villages are ranked; empty for all.
    """
    regions = [region] if region else None
    order = order_of(after, regions=regions)
    rank = np.arange(1, len(order) + 1)
    was = np.zeros(len(after.score), dtype=np.int64)
    was[order_of(before, regions=regions)] = rank
    ranks = {RANK: rank, BEFORE: was[order], STEPS: was[order] - rank}
    return Moves(before, after, pd.DataFrame(ranks, index=after.criteria.villages.index[order]))


def listed(moves: pd.DataFrame, kind: str, first: int) -> pd.DataFrame:
    """Return the villages of a kind of move, at most ``first``, the most notable on top.

    Parameters
    ----------
    moves
        ``table`` of `Moves`.
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
        Of `Moves.explained`.
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
        A row of `Moves.explained`.
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
