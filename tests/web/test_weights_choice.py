import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.params import ScoringParams
from planner.texts import t
from planner.web import weights_choice
from planner.web.weights_choice import DEFAULT, MOST, PARTS, problem, read, scoring_of, written
from planner.web.weights_sliders import IN_BLOCK, shares

PERCENT = st.integers(0, MOST)
WEIGHTS = st.tuples(*[st.one_of(st.just(0), PERCENT)] * len(PARTS))


@given(WEIGHTS)
def test_weights_that_give_a_score_come_back_from_the_address_and_others_do_not(weights: tuple[int, ...]) -> None:
    told = problem(weights)
    assert read(written(weights)) == (weights if told is None else None)
    if told is not None:
        assert t(told, "id") != t(told, "en")


@given(WEIGHTS.filter(lambda weights: problem(weights) is None))
def test_scoring_and_shares_follow_the_weights(weights: tuple[int, ...]) -> None:
    params = scoring_of(weights)
    assert [c.weight for c in params.criteria] == [weight / 100 for weight in weights[3:]]
    counted, told = shares(weights), dict(zip(PARTS, weights, strict=True))
    blocks = {block: told[block] for block in IN_BLOCK}
    for block, keys in IN_BLOCK.items():
        assert counted[block] == pytest.approx(blocks[block] / sum(blocks.values()))
        assert sum(counted[key] for key in keys) == pytest.approx(counted[block])
        for key in keys:
            assert (counted[key] > 0) == (told[key] > 0 and told[block] > 0)


@given(
    st.one_of(
        st.text(), st.lists(st.one_of(st.integers(-5, 300), st.text(max_size=3))).map(lambda p: "-".join(map(str, p)))
    )
)
def test_nonsense_in_the_address_is_dropped(text: str) -> None:
    found = read(text)
    if found is not None:
        assert len(found) == len(PARTS)
        assert max(found) <= MOST
        assert problem(found) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "50-35-15",
        written(DEFAULT) + "-1",
        written((101, *DEFAULT[1:])),
        "-" + written(DEFAULT),
        written(DEFAULT).replace("50", "+50"),
        written(DEFAULT).replace("50", "\u0665\u0660"),
        written(DEFAULT).replace("50", "5e1"),
    ],
)
def test_what_is_no_set_of_weights_is_none(text: str) -> None:
    assert read(text) is None


def test_the_default_weights_are_the_default_score() -> None:
    assert scoring_of(DEFAULT) == ScoringParams()
    assert problem(DEFAULT) is None


def test_problems_are_told_apart() -> None:
    assert problem((0, 0, 0, *DEFAULT[3:])) == "web.weights.no_block"
    assert problem((*DEFAULT[:-1], 0)) == "web.weights.empty_block"
    assert problem((50, 35, 0, *DEFAULT[3:-1], 0)) is None
    assert weights_choice.PARTS[-1] == "launch_cost_idr"
