"""Answers of people become weights, and their disagreement is kept."""

import pytest

from planner.elicitation import applied, elicit, read_answers
from planner.errors import PlanError
from planner.params import ScoringParams

PARAMS = ScoringParams()

AHP = """
[[person]]
role = "perencana"
method = "ahp"
pairs = { "need/readiness" = 2, "need/cost" = 4, "readiness/cost" = 2 }
"""
BEST_WORST = """
[[person]]
role = "kepala cabang"
method = "best_worst"
best_to_others = { readiness = 2, cost = 8 }
others_to_worst = { need = 8, readiness = 4 }
"""
DIRECT = """
[[person]]
role = "dinas"
method = "direct"
weights = { need = 1, readiness = 1, cost = 2 }
"""


def answers(tmp_path, text, about="blocks"):
    path = tmp_path / "jawaban.toml"
    path.write_text(f'about = "{about}"\n{text}', encoding="utf-8")
    return read_answers(path)


def test_consistent_pairs_give_their_ratios(tmp_path):
    found = elicit(answers(tmp_path, AHP), PARAMS)
    weights = dict(zip(found.items, found.combined.weights, strict=True))
    assert weights["need"] / weights["cost"] == pytest.approx(4)
    assert weights["need"] / weights["readiness"] == pytest.approx(2)
    assert found.inconsistent == ()


def test_three_ways_of_asking_are_combined_and_their_spread_kept(tmp_path):
    found = elicit(answers(tmp_path, AHP + BEST_WORST + DIRECT), PARAMS)
    assert [role for role, _ in found.persons] == ["perencana", "kepala cabang", "dinas"]
    assert found.combined.weights.sum() == pytest.approx(1)
    assert (found.combined.low < found.combined.high).all()
    changed = applied(found, PARAMS)
    assert changed.block_weights.need == pytest.approx(found.combined.weights[0], abs=1e-4)
    assert changed.weight_spread == pytest.approx(max(found.combined.concentration, 1), abs=0.1)
    assert changed.criteria == PARAMS.criteria


def test_contradicting_answers_are_named(tmp_path):
    text = AHP.replace('"readiness/cost" = 2', '"readiness/cost" = 0.2')
    assert elicit(answers(tmp_path, text), PARAMS).inconsistent == ("perencana",)


def test_criteria_of_a_block_can_be_weighed(tmp_path):
    keys = [c.key for c in PARAMS.of_block("readiness")]
    listed = ", ".join(f"{key} = {i + 1}" for i, key in enumerate(keys))
    text = f'[[person]]\nrole = "a"\nmethod = "direct"\nweights = {{ {listed} }}\n'
    changed = applied(elicit(answers(tmp_path, text, "readiness"), PARAMS), PARAMS)
    weights = {c.key: c.weight for c in changed.criteria}
    assert weights[keys[-1]] / weights[keys[0]] == pytest.approx(len(keys), rel=1e-2)
    assert weights["gap_workers"] == {c.key: c.weight for c in PARAMS.criteria}["gap_workers"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "cannot be read as TOML"),
        ("", "wrong or missing at: person"),
        (AHP.replace('"ahp"', '"dice"'), "person.0.method"),
        (AHP.replace("= 4", "= 40"), "person.0.pairs"),
        (AHP.replace("pairs", "weights"), r"person\.0"),
        (AHP.replace("perencana", "081234567890"), "person.0.role"),
        (AHP.replace('"need/cost" = 4, ', ""), "hold 2 pairs; 3 are needed"),
        (AHP.replace("need/cost", "need/price"), "pair need/price is not known"),
        (DIRECT.replace("cost = 2", "price = 2"), "must be about need, readiness, cost"),
        (BEST_WORST.replace("readiness = 2, cost = 8", "cost = 8"), "must be about"),
    ],
    ids=["syntax", "nobody", "method", "ratio", "fields", "phone", "pairs", "pair", "item", "best"],
)
def test_wrong_answers_are_told(tmp_path, text, message):
    with pytest.raises(PlanError, match=message) as caught:
        elicit(answers(tmp_path, text), PARAMS)
    assert caught.value.text("id")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(PlanError, match=r"none\.toml cannot be read"):
        read_answers(tmp_path / "none.toml")
