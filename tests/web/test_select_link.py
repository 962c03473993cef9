"""A saved plan as choices of the form: whatever the form can hold comes back."""

import pytest

from planner.params import BlockWeights, Gate, ScoringParams
from planner.plan_record import Asked
from planner.selection.limits import by_field, read
from planner.selection.params import SelectionParams
from planner.web.select_link import choices_of
from planner.web.select_rules import LAUNCHES, OTHERS

RULES = SelectionParams(
    objective="score",
    budget_idr=1_250_000_000,
    agent_days=1_500_000,
    max_per_district=1,
    spacing_km=2.5,
    gap_pct=0.5,
    regencies={"16.02": (1, 3)},
    launches_min=2,
    registrations_per_day=7.5,
    spillover_share=0.35,
    sector_share_pct=12.5,
    sectors={"fishery": (2, None)},
    branches={"Kantor Cabang Jambi": (0, 4)},
    must=("16.01.01.2001",),
)


def test_every_field_of_the_form_comes_back() -> None:
    choices = choices_of(Asked(RULES, ("16.02",), "fishery", ScoringParams()))
    assert choices is not None
    assert (choices["provinsi"], choices["kabupaten"], choices["sektor"], choices["hitung"]) == (
        *("16", "16.02"),
        *("fishery", "1"),
    )
    numbers = {field.name: field.read(choices[field.key]) for field in (LAUNCHES, *OTHERS)}
    assert (numbers["agent_days"], numbers["spacing_km"], numbers["gap_pct"]) == (1_500_000, 2.5, 0.5)
    assert (numbers["launches_min"], numbers["spillover_share"], numbers["sector_share_pct"]) == (2, 0.35, 12.5)
    assert numbers["registrations_per_day"] == 7.5
    assert numbers["launches"] is None
    assert choices["anggaran"] == "Rp1.250.000.000"
    assert choices["wajib"] == "16.01.01.2001"
    assert choices["bobot"] == ""
    limits = by_field(read(choices["kuota"].split(";")))
    assert limits == {"regencies": {"16.02": (1, 3)}, "sectors": {"fishery": (2, None)}} | {
        "branches": {"Kantor Cabang Jambi": (0, 4)}
    }


@pytest.mark.parametrize(
    ("key", "text"), [("per_hari", "0"), ("sekitar", "1.5"), ("porsi", "101"), ("min_jumlah", "-1")]
)
def test_a_number_out_of_its_range_is_no_number_of_the_address(key: str, text: str) -> None:
    (field,) = (field for field in OTHERS if field.key == key)
    assert field.read(text) is None


def test_weights_of_whole_percent_stand_in_the_address() -> None:
    scoring = ScoringParams(block_weights=BlockWeights(need=0.7, readiness=0.2, cost=0.1))
    choices = choices_of(Asked(RULES, (), None, scoring))
    assert choices is not None
    assert choices["bobot"].startswith("70-20-10-")


@pytest.mark.parametrize(
    "asked",
    [
        Asked(RULES, ("16", "17"), None, ScoringParams()),
        Asked(RULES.model_copy(update={"again": True}), (), None, ScoringParams()),
        Asked(RULES, (), None, ScoringParams(block_weights=BlockWeights(need=0.333))),
        Asked(RULES, (), None, ScoringParams(gate=Gate(perangkat_min_pct=50.0))),
    ],
    ids=["two regions", "again", "broken percent", "gate"],
)
def test_what_the_form_cannot_hold_is_not_offered(asked: Asked) -> None:
    assert choices_of(asked) is None
