"""Rates from what happened: known answers, properties, and how often the intervals hold the truth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from planner.errors import PlanError
from planner.params import Funnel
from planner.pooling import effective, icc
from planner.results import COLUMNS, KINDS, Learning, Prior, prior_of, rates
from tests.conftest import assert_unchanged

PRIOR = Prior(1 / 6, 30.0)
LEARNING = Learning()
# tumours among rats in 71 groups: Tarone 1982, Biometrics 38(1); Gelman et al. 2013, table 5.1
RATS = (
    "0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19 1/18 1/18 "
    "2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20 3/20 2/13 9/48 10/50 "
    "4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 "
    "16/52 15/46 15/47 9/24 4/14"
)


def seen(*rows):
    """Rows of village, sector, regency, trials, successes; a visit each."""
    dates = ("2026-01-01", "2026-02-01")
    return pd.DataFrame([(*row, 1, *dates) for row in rows], columns=list(COLUMNS))


def nobody(sector="fishery", regency="16.01"):
    return seen((f"-{sector}{regency}", sector, regency, 0, 0))


def of(table, level, sector="", regency=""):
    chosen = (table["level"] == level) & (table["sector"] == sector) & (table["regency_code"] == regency)
    return table[chosen].iloc[0]


counted = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["fishery", "other"]), st.integers(0, 80), st.floats(0, 1)),
    min_size=1,
    max_size=12,
)


def frame_of(drawn):
    rows = [
        (f"{i}", sector, f"16.0{regency}", trials, round(trials * share))
        for i, (regency, sector, trials, share) in enumerate(drawn)
    ]
    return seen(*rows)


def test_a_group_of_rats_has_the_published_posterior():
    """Gelman et al. 2013, ch. 5.1: 70 groups with mean 0.136 and standard deviation 0.103, then 4 of 14."""
    weight = 0.136 * (1 - 0.136) / 0.103**2 - 1
    each = seen(*((f"{i}", "fishery", "16.01", 1, int(i < 4)) for i in range(14)))  # nobody alike: every one counts
    alone = Learning(village_icc=1e-9, village_icc_weight=1e4, group_icc=1e-9, group_icc_weight=1e4)
    found = of(rates(each, Prior(0.136, weight), alone), "regency", "fishery", "16.01")
    shape = (found["rate"] * (weight + 14), (1 - found["rate"]) * (weight + 14))
    assert found["rate"] == pytest.approx(0.223, abs=5e-4)
    assert beta.std(*shape) == pytest.approx(0.083, abs=5e-4)
    assert (found["low"], found["high"]) == pytest.approx(beta.ppf([0.05, 0.95], *shape), rel=1e-4)
    assert found["own_share"] == pytest.approx(14 / (weight + 14), rel=1e-4)


def test_the_correlation_within_groups_of_rats_is_near_the_published_one():
    """A beta distribution of 2.30 and 14.08 fits the groups best (vignette of the R package BayesGOF)."""
    pairs = np.array([list(map(float, pair.split("/"))) for pair in RATS.split()])
    assert pairs.shape == (71, 2)
    found = icc(pairs[:, 0], pairs[:, 1], np.zeros(71, dtype=str), expected=0.5, weight=1e-9)
    assert found == pytest.approx(1 / (2.304768 + 14.079707 + 1), abs=0.03)


def test_by_hand():
    """One village: 50 of 100 count like 100 / (1 + 99 x 0.1) = 9.17 people."""
    found = rates(seen(("1", "fishery", "16.01", 100, 50)), PRIOR, LEARNING)
    own = 100 / (1 + 99 * 0.1)
    regency = of(found, "regency", "fishery", "16.01")
    assert regency["rate"] == pytest.approx((30 / 6 + own / 2) / (30 + own))
    assert regency["own_share"] == pytest.approx(own / (30 + own))
    assert (regency["villages"], regency["visits"], regency["people"], regency["successes"]) == (1, 1, 100, 50)
    assert (regency["first"], regency["last"]) == ("2026-01-01", "2026-02-01")
    np.testing.assert_allclose(effective(np.array([0.0, 1.0, 100.0]), 0.1), [0, 1, own])


@pytest.mark.parametrize("kind", KINDS)
def test_without_data_every_rate_is_exactly_the_prior(kind):
    prior = prior_of(kind, Funnel(), LEARNING)
    found = rates(pd.concat([nobody(), nobody("other", "18.01")]), prior, LEARNING)
    assert set(found["rate"]) == {prior.mean}
    ends = beta.ppf([0.05, 0.95], prior.mean * prior.weight, (1 - prior.mean) * prior.weight)
    assert (set(found["low"]), set(found["high"])) == ({ends[0]}, {ends[1]})
    assert set(found["observed_share"]) == {0.0}
    assert set(found["villages"]) == {0}
    assert rates(nobody().iloc[:0], prior, LEARNING)["rate"].tolist() == [prior.mean]


def test_priors_are_the_figures_of_the_funnel():
    funnel = Funnel()
    assert prior_of("active_12", funnel, LEARNING).mean == 1 / funnel.registrations_per_active
    assert prior_of("registered", funnel, LEARNING).mean == funnel.registered_share
    least, most = beta.ppf([0.05, 0.95], 0.4 * 6, 0.6 * 6)  # as wide as the assumed range
    assert (least, most) == pytest.approx((funnel.registered_share_low, funnel.registered_share_high), abs=0.04)


@settings(max_examples=12)
@given(counted, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_counts_are_kept(drawn, shuffler):
    frame = frame_of(drawn)
    before = frame.copy()
    found = rates(frame, PRIOR, LEARNING)
    assert_unchanged(frame, before)
    shuffled = frame.sample(frac=1, random_state=shuffler.randrange(2**32))
    pd.testing.assert_frame_equal(found, rates(shuffled, PRIOR, LEARNING), rtol=1e-12, atol=0)
    for level in ("sector", "regency"):
        sums = found.loc[found["level"] == level, ["villages", "visits", "people", "successes"]].sum()
        assert sums.tolist() == found.loc[0, ["villages", "visits", "people", "successes"]].tolist()
    assert found["people"].iloc[0] == frame["trials"].sum()
    ordered = ["least", "low", "high", "most"]
    assert (np.diff(found[ordered], axis=1) >= 0).all()
    assert found["rate"].between(0, 1).all()
    assert found["observed_share"].between(0, 1).all()


@settings(max_examples=12)
@given(counted)
def test_nothing_of_nobody_changes_nothing(drawn):
    frame = frame_of(drawn)
    found = rates(frame, PRIOR, LEARNING)
    more = rates(pd.concat([frame, nobody("trade_services", "19.01")]), PRIOR, LEARNING)
    kept = more[more["sector"] != "trade_services"].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, kept)


@settings(max_examples=6)
@given(st.integers(1, 8), st.integers(6, 60), st.integers(1, 5))
def test_more_of_the_same_narrows(villages, people, times):
    """One of six, as was published, in every village."""

    def width(count):
        rows = [(f"{i}", "fishery", f"16.0{i % 2}", people * 6, people) for i in range(count)]
        found = of(rates(pd.concat([seen(*rows), nobody("fishery", "16.00")]), PRIOR, LEARNING), "all")
        return found["high"] - found["low"]

    assert width(villages * (times + 1)) < width(villages) < width(0)


def test_a_regency_nobody_was_counted_in_leans_on_its_sector():
    rows = [(f"{i}", "fishery", "16.01", 60, 36) for i in range(30)]
    rows += [(f"x{i}", "other", "16.01", 60, 6) for i in range(30)]
    found = rates(pd.concat([seen(*rows), nobody("fishery", "16.02"), nobody("other", "16.02")]), PRIOR, LEARNING)
    there, elsewhere = (of(found, "regency", sector, "16.02") for sector in ("fishery", "other"))
    own = of(found, "regency", "fishery", "16.01")
    assert there["rate"] > 0.4 > elsewhere["rate"]
    assert (there["villages"], there["own_share"]) == (0, 0.0)
    assert there["observed_share"] > 0.5
    assert there["high"] - there["low"] > own["high"] - own["low"]


SCENES = ((0.1, 0.03, (1, 8), 1 / 6), (0.1, 0.03, (0, 4), 0.4), (0.25, 0.02, (1, 8), 0.4), (0.03, 0.05, (2, 9), 0.3))


def simulated(rng, village, regency, counts, mean):
    """Six sectors of 25 regencies whose rates differ, with some villages that differ again; and the true rates."""

    def drawn(middle, correlation, size):
        many = 1 / correlation - 1
        return np.clip(rng.beta(middle * many, (1 - middle) * many, size), 1e-3, 1 - 1e-3)

    rows, truth = [], {}
    for s, sector in enumerate(drawn(mean, 0.02, 6)):
        for r, rate in enumerate(drawn(sector, regency, 25)):
            truth[f"s{s}", f"{r:02}"] = rate
            many = rng.integers(counts[0], counts[1] + 1)
            people = rng.integers(20, 120, many)
            did = rng.binomial(people, drawn(rate, village, many))
            rows += [(f"{s}.{r}.{i}", f"s{s}", f"{r:02}", *one) for i, one in enumerate(zip(people, did, strict=True))]
            rows.append((f"{s}.{r}.-", f"s{s}", f"{r:02}", 0, 0))
    return seen(*rows), truth


@pytest.mark.parametrize("scene", SCENES)
def test_ninety_percent_intervals_hold_the_truth_of_750_regencies_that_often(scene):
    rng = np.random.default_rng(1)
    held, naive = [], []
    for _ in range(5):
        frame, truth = simulated(rng, *scene)
        found = rates(frame, Prior(scene[3], 30.0), LEARNING)
        regencies = found[found["level"] == "regency"]
        true = np.array([truth[key] for key in zip(regencies["sector"], regencies["regency_code"], strict=True)])
        held += list((regencies["low"] <= true) & (true <= regencies["high"]))
        did, people = regencies["successes"].to_numpy(float), regencies["people"].to_numpy(float)
        least, most = (beta.ppf(end, did + 0.5, people - did + 0.5) for end in (0.05, 0.95))
        naive += list(((least <= true) & (true <= most))[people > 0])
    assert len(held) == 750
    assert 0.85 <= np.mean(held) <= 0.95
    assert np.mean(naive) < 0.75  # people counted as if all were strangers


def test_impossible_counts_are_refused():
    with pytest.raises(PlanError, match=r"village 1 is impossible: 9 of 5 people") as caught:
        rates(seen(("1", "fishery", "16.01", 5, 9)), PRIOR, LEARNING)
    assert "tidak mungkin" in caught.value.text("id")


def test_a_village_in_two_places_is_refused():
    with pytest.raises(PlanError, match="two regencies or two sectors") as caught:
        rates(seen(("1", "fishery", "16.01", 5, 1), ("1", "fishery", "16.02", 5, 1)), PRIOR, LEARNING)
    assert "dua kabupaten" in caught.value.text("id")
