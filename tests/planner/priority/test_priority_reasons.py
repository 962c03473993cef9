"""The short reasons: what lifts and lowers the score, of known criteria only, in any order of rows."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from geodata import schema
from geodata.texts import LANGUAGES
from planner.explain import explain
from planner.plan import Ranking, rank
from planner.priority.reasons import TOLD_POINTS, reasons
from planner.scoring import Scores
from tests.planner.small_plans import around, small_layer


@cache
def ranking() -> Ranking:
    from planner.params import ScoringParams

    return rank(small_layer(), around(), ScoringParams())


def scores() -> Scores:
    return ranking().scores


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_village_has_one_or_two_sentences(language) -> None:
    told = reasons(scores(), ranking().table.index, language).sentences(language)
    pd.testing.assert_index_equal(told.index, ranking().table.index)
    assert told.str.endswith(".").all()
    assert told.str.len().between(20, 400).all()
    assert (told.str[0] == told.str[0].str.upper()).all()
    assert not told.str.contains("  ").any()


def test_what_lifts_most_is_what_the_long_explanation_names_first() -> None:
    index = ranking().table.index[:8]
    told = reasons(scores(), index, "en").lifting
    for row in index:
        found = explain(scores(), ranking().table.loc[row, schema.VILLAGE_CODE], top=3)
        strong = [part for part in found.strengths if part.points >= TOLD_POINTS][:2]
        assert told[row].count("; ") == max(len(strong) - 1, 0)
        assert bool(told[row]) == bool(strong)


def test_order_of_rows_does_not_matter() -> None:
    index = ranking().table.index
    told = reasons(scores(), index, "id").sentences("id")
    mixed = index[np.random.default_rng(1).permutation(len(index))]
    pd.testing.assert_series_equal(reasons(scores(), mixed, "id").sentences("id").loc[index], told)


def test_filled_criteria_are_not_named() -> None:
    """The small layer has no IDM: its indices are filled in everywhere."""
    filled = dict(zip(scores().criteria.keys, scores().criteria.filled.all(axis=0), strict=True))
    assert filled["iks"]
    told = reasons(scores(), ranking().table.index, "en").sentences("en")
    assert not told.str.contains("social index|economic index").any()


def test_where_counts_are_withheld_nothing_tells_them() -> None:
    index = ranking().table.index
    open_ = reasons(scores(), index, "en").sentences("en")
    assert open_.str.contains("uncovered|coverage|lapsed").any()
    withheld = pd.Series(data=True, index=index)
    hidden = reasons(scores(), index, "en", withheld=withheld).sentences("en")
    assert not hidden.str.contains("uncovered|coverage|lapsed").any()


def test_a_figure_says_how_far_it_is_known() -> None:
    told = reasons(scores(), ranking().table.index, "en").sentences("en")
    assert told.str.contains(r"[Aa]bout \d").any()
    villages = scores().criteria.villages.assign(gap_workers_basis="observed", active_bpu_basis="observed")
    counted = scores().criteria.__class__(**{**vars(scores().criteria), "villages": villages})
    exact = scores().__class__(**{**vars(scores()), "criteria": counted})
    assert not reasons(exact, ranking().table.index, "en").sentences("en").str.contains("[Aa]bout ").any()
