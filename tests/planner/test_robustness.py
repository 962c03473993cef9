import errno
import math
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from planner import kept_ranks, robustness
from planner.errors import PlanError, PlanMachineError
from planner.kept_ranks import KeptRanks
from planner.robustness import drawn_figures, drawn_weights, ranked, run_worlds


def arithmetic(figures, weights):
    return figures @ weights


def geometric(figures, weights):
    return np.exp(np.log(np.maximum(figures, np.float32(0.01))) @ weights)


def run(low, value, high, **changed):
    asked = {"scorers": [arithmetic, geometric], "spread": 50.0, "worlds": 100, "top": 3, "seed": 7}
    asked["weights"] = np.ones(np.shape(value)[1])
    return run_worlds(low, value, high, **(asked | changed))


@pytest.fixture
def uncertain():
    value = np.random.default_rng(3).uniform(0.1, 1, (40, 4))
    return value * 0.7, value, value * 1.5


def all_arrays(result):
    return result.rank_low, result.rank_median, result.rank_high, result.in_top, result.group


def test_without_any_doubt_every_world_is_the_same():
    value = np.array([[0.2, 0.4], [0.9, 0.8], [0.5, 0.6]])
    result = run(value, value, value, scorers=[arithmetic], spread=1e9, top=1)
    for rank in (result.rank_low, result.rank_median, result.rank_high):
        assert rank.tolist() == [3, 1, 2]
    assert result.in_top.tolist() == [0, 1, 0]
    assert result.group.tolist() == ["out", "core", "out"]


def test_weights_alone_move_ranks_as_often_as_the_dirichlet_distribution_says():
    # The first village leads where the first weight is above 0.7: Beta(2, 2) gives 1 - (3 * 0.7^2 - 2 * 0.7^3) = 0.216.
    value = np.array([[1.0, 0.0], [0.7, 0.7]])
    result = run(value, value, value, scorers=[arithmetic], spread=4.0, worlds=4000, top=1)
    assert result.in_top[0] == pytest.approx(0.216, abs=0.02)
    assert result.group.tolist() == ["swing", "swing"]


def test_figures_alone_move_ranks_as_often_as_their_ranges_say():
    # Range 0 to 2 about 1 against exactly 1.5: above 1.5 lies (0.5^2) / 2 of the distribution.
    low, value, high = np.array([[0.0], [1.5]]), np.array([[1.0], [1.5]]), np.array([[2.0], [1.5]])
    result = run(low, value, high, scorers=[arithmetic], worlds=4000, top=1)
    assert result.in_top[0] == pytest.approx(0.125, abs=0.02)


def test_each_method_gets_its_share_of_the_worlds():
    def reversed_order(figures, weights):
        return -arithmetic(figures, weights)

    value = np.array([[1.0], [2.0]])
    result = run(value, value, value, scorers=[arithmetic, arithmetic, reversed_order], worlds=3000, top=1)
    assert result.in_top == pytest.approx([1 / 3, 2 / 3], abs=0.03)


def test_same_seed_same_bytes(uncertain):
    first, second, other = run(*uncertain), run(*uncertain), run(*uncertain, seed=8)
    for one, two in zip(all_arrays(first), all_arrays(second), strict=True):
        assert one.tobytes() == two.tobytes()
    assert first.in_top.tobytes() != other.in_top.tobytes()


def test_the_number_of_threads_changes_nothing(uncertain, monkeypatch):
    several = run(*uncertain)
    monkeypatch.setattr(robustness, "_THREADS", 1)
    for one, two in zip(all_arrays(several), all_arrays(run(*uncertain)), strict=True):
        assert one.tobytes() == two.tobytes()


def test_fewer_worlds_are_the_first_of_many(uncertain, monkeypatch):
    kept = []
    monkeypatch.setattr(robustness, "_summary", lambda ranks, **_: kept.append([*ranks.by_village()]))
    run(*uncertain, worlds=20)
    run(*uncertain, worlds=50)
    ((_, few),), ((_, many),) = kept
    np.testing.assert_array_equal(few, many[:, :20])


def test_the_arguments_stay_as_they_were(uncertain):
    before = [part.copy() for part in uncertain]
    run(*uncertain)
    for part, was in zip(uncertain, before, strict=True):
        np.testing.assert_array_equal(part, was)


@given(
    value=hnp.arrays(float, (12, 3), elements=st.floats(0.1, 10)),
    doubt=st.floats(0, 0.9),
    top=st.integers(1, 15),
)
def test_ranks_are_consistent(value, doubt, top):
    result = run(value * (1 - doubt), value, value * (1 + doubt), worlds=21, top=top)
    assert (result.rank_low >= 1).all()
    assert (result.rank_low <= result.rank_median).all()
    assert (result.rank_median <= result.rank_high).all()
    assert (result.rank_high <= 12).all()
    assert result.in_top.sum() == pytest.approx(min(top, 12))
    # Both tell of 5 % of the worlds, so they agree who is out.
    np.testing.assert_array_equal(result.group == "out", (result.rank_low > top))
    np.testing.assert_array_equal(result.group == "core", result.in_top > 0.8)


def test_intervals_are_the_ranks_reached_or_beaten(monkeypatch):
    with KeptRanks(100) as kept:
        for world in range(100):
            kept.add(np.roll(np.arange(1, 101, dtype=np.uint32), world))
        summary = robustness._summary(kept, top=10)
        np.testing.assert_array_equal(summary.rank_low, 5)
        np.testing.assert_array_equal(summary.rank_median, 50)
        np.testing.assert_array_equal(summary.rank_high, 95)
        np.testing.assert_allclose(summary.in_top, 0.1)
        monkeypatch.setattr(kept_ranks, "_VILLAGES_AT_ONCE", 7)
        np.testing.assert_array_equal(robustness._summary(kept, top=10).rank_low, 5)


def test_where_the_ranks_are_kept_changes_nothing(uncertain, monkeypatch):
    in_memory = run(*uncertain)
    monkeypatch.setattr(kept_ranks, "_IN_MEMORY", 100)
    for one, two in zip(all_arrays(in_memory), all_arrays(run(*uncertain)), strict=True):
        assert one.tobytes() == two.tobytes()


def test_more_villages_than_16_bits_count_are_all_told_apart():
    ranks = np.arange(1, 70_001, dtype=np.uint32)
    with KeptRanks(70_000) as kept:
        kept.add(ranks)
        kept.add(ranks[::-1])
        found = np.concatenate([block for _, block in kept.by_village()])
    np.testing.assert_array_equal(found, np.column_stack([ranks, ranks[::-1]]))


def test_a_full_disk_is_told(uncertain, monkeypatch):
    class Full(BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(kept_ranks, "SpooledTemporaryFile", lambda **_: Full())
    with pytest.raises(PlanMachineError, match=r"could not be kept.*No space left.*Free some space") as refused:
        run(*uncertain)
    assert "Kosongkan ruang" in refused.value.text("id")


def test_the_best_possible_figures_never_rank_lower_than_the_worst():
    value = np.array([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]])
    result = run(value - 0.1, value, value + 0.1)
    assert result.rank_high[2] == 1
    assert result.rank_low[0] == 3


def test_more_than_65_535_villages_keep_their_ranks():
    value = np.arange(70_000.0)[:, None]
    result = run(value, value, value, scorers=[arithmetic], worlds=2)
    np.testing.assert_array_equal(result.rank_median, np.arange(70_000, 0, -1))


@given(
    scores=hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(-5, 5, width=32).map(lambda x: round(x, 1)))
)
def test_ranks_are_those_of_a_stable_sort(scores):
    order = np.argsort(-scores, kind="stable")
    np.testing.assert_array_equal(ranked(scores)[order], np.arange(1, len(scores) + 1))


def test_zero_and_minus_zero_are_a_tie():
    assert ranked([-0.0, 0.0, -0.0, 1e-30, -1e-30]).tolist() == [2, 3, 4, 1, 5]


def test_drawn_weights_have_the_mean_and_spread_of_the_dirichlet_distribution():
    uniforms = np.random.default_rng(0).random((20_000, 3))
    drawn = drawn_weights(uniforms, [5, 3, 2], 20.0)
    shares = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), shares, atol=0.003)
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(shares * (1 - shares) / 21), atol=0.003)


@given(uniforms=hnp.arrays(float, (5, 4), elements=st.floats(0.001, 0.999)), spread=st.floats(0.5, 1000))
def test_a_weight_of_zero_stays_zero(uniforms, spread):
    drawn = drawn_weights(uniforms, [2, 0, 1, 1], spread)
    assert (drawn[:, 1] == 0).all()
    np.testing.assert_allclose(drawn.sum(axis=1), 1)


def test_the_value_is_the_median_of_a_lopsided_range():
    value, down, up = (np.full((40_001, 1), x, dtype=np.float32) for x in (10, -5, 90))
    uniforms = np.linspace(0, 1, 40_001, dtype=np.float32)[:, None]
    drawn = drawn_figures(uniforms, value, down, up)
    assert drawn.dtype == np.float32
    assert np.median(drawn) == pytest.approx(10, abs=0.01)
    assert (drawn[0, 0], drawn[-1, 0]) == (5, 100)
    assert (np.diff(drawn[:, 0]) >= 0).all()
    # Three quarters of the way in probability: the upper triangle's median, 1 - sqrt(1/2) of its length.
    assert drawn[30_000, 0] == pytest.approx(10 + 90 * (1 - math.sqrt(0.5)), abs=0.01)


OKAY = np.ones((2, 3))


@pytest.mark.parametrize(
    ("changed", "english", "indonesian"),
    [
        ({"low": np.ones((3, 3))}, r"low \(3, 3\), value \(2, 3\)", "Ukuran data tidak cocok"),
        ({"weights": [1, 1]}, r"weights \(2,\)", "satu bobot untuk setiap kriteria"),
        (
            {"value": [[1, 1, 1], [1, math.nan, 1]]},
            "1 figures are missing.*row 2, criterion 2",
            "baris 2, kriteria ke-2",
        ),
        ({"high": [[1, 1, 1], [1, 1, 0.5]]}, "1 figures lie outside.*row 2, criterion 3", "di luar rentangnya"),
        ({"low": [[2, 1, 1], [1, 1, 1]]}, "row 1, criterion 1.*Low <= value <= high", "baris 1, kriteria ke-1"),
        ({"weights": [1, -1, 1]}, "weights 1, -1, 1 cannot be used", "Bobot 1, -1, 1 tidak dapat dipakai"),
        ({"weights": [0, 0, 0]}, "at least one above zero", "minimal satu di atas nol"),
        ({"scorers": []}, "No way of scoring", "Tidak ada cara menghitung skor"),
        ({"spread": 0.0}, "A spread of 0 cannot be used", "bilangan di atas nol"),
        ({"spread": math.inf}, "A spread of inf cannot be used", "bilangan di atas nol"),
        ({"worlds": 0}, "worlds = 0 cannot be used.*1 or more", "worlds = 0 tidak dapat dipakai"),
        ({"top": 0}, "top = 0 cannot be used", "minimal 1"),
        ({"seed": -1}, "seed = -1 cannot be used.*0 or more", "minimal 0"),
        ({"scorers": [lambda x, w: x[:, 0] * np.nan]}, "Scorer 1 did not return one finite score", "ke-1"),
        ({"scorers": [lambda x, w: x]}, "each of 2 villages", "dari 2 desa"),
    ],
)
def test_what_cannot_be_used_is_refused(changed, english, indonesian):
    figures = {"low": OKAY, "value": OKAY, "high": OKAY}
    ends = {name: np.array(changed.pop(name, part), dtype=float) for name, part in figures.items()}
    with pytest.raises(PlanError, match=english) as refused:
        run(*ends.values(), **changed)
    assert indonesian in refused.value.text("id")
