"""Rules that contradict each other are told in both languages; the rest is frozen, sorted, as given."""

import pytest
from pydantic import ValidationError

from planner.params_file import Problem
from planner.selection.params import SelectionParams


def problems(**rules):
    with pytest.raises(ValidationError) as caught:
        SelectionParams(**rules)
    told = [Problem(error, SelectionParams) for error in caught.value.errors(include_url=False)]
    return [{language: problem.text(language) for language in ("en", "id")} for problem in told]


@pytest.mark.parametrize(
    ("rules", "english", "indonesian"),
    [
        ({}, "Without a limit every village would be chosen", "Tanpa batas semua desa akan terpilih"),
        ({"launches": 2, "launches_min": 3}, "For launches_min, launches the fewest", "Untuk launches_min, launches"),
        (
            {"launches": 9, "min_per_regency": 3, "max_per_regency": 2},
            "For min_per_regency, max_per_regency the fewest",
            "Untuk min_per_regency, max_per_regency jumlah",
        ),
        (
            {"launches": 9, "min_per_branch": 3, "max_per_branch": 2},
            "For min_per_branch, max_per_branch the fewest",
            "Untuk min_per_branch, max_per_branch jumlah",
        ),
        ({"launches": 9, "regencies": {"19.01": (3, 2)}}, "For 19.01 the fewest", "Untuk 19.01 jumlah"),
        ({"launches": 9, "branches": {"Kantor": (-1, 2)}}, "For Kantor the fewest", "Untuk Kantor jumlah"),
        ({"launches": 9, "sectors": {"fishery": (1, 10**400)}}, "above 100,000", "di atas 100.000"),
        ({"launches": 9, "sectors": {"fishery": (10**400, None)}}, "above 100,000", "di atas 100.000"),
        (
            {"launches": 9, "must": ("b", "a"), "never": ("a", "b", "c")},
            "Village a, b is both asked for and left out",
            "Desa a, b sekaligus harus dan tidak boleh dipilih",
        ),
        ({"launches": -1}, "a whole number from 0 to 100,000 villages", "bilangan bulat 0 sampai 100.000 desa"),
        ({"launches": 1.5}, "launches = 1.5: this value", "launches = 1.5: nilai ini"),
        ({"launches": 9, "spacing_km": float("nan")}, "a number from 0 to 500 km", "angka 0 sampai 500 km"),
        ({"launches": 9, "objective": "cost"}, "one of `active`, `gap_workers`, `score`", "salah satu dari `active`"),
        ({"launches": 9, "sectors": {"mining": (1, 2)}}, "a table of names", "tabel dengan nama"),
        ({"launches": 9, "regencies": {"19.01": (1,)}}, "regencies.19.01[2]", "regencies.19.01[2]"),
        ({"launches": 9, "regencies": {"19.01": ("1", 2)}}, 'regencies.19.01[1] = "1"', "paling sedikit serta"),
        ({"launches": 9, "must": "19.01.01.1001"}, "a list of village codes", "daftar kode desa"),
        ({"launches": 9, "colour": 1}, "colour: this key is unknown", "colour: kunci ini tidak dikenal"),
    ],
)
def test_every_problem_is_told_in_both_languages(rules, english, indonesian):
    (told,) = problems(**rules)
    assert english in told["en"]
    assert indonesian in told["id"]


def test_problems_of_single_values_are_all_told():
    assert len(problems(budget_idr=-1, agent_days=-1, gap_pct=101.0, seconds=-1.0, registrations_per_day=0.0)) == 5


def test_the_order_of_what_is_given_does_not_matter():
    one = SelectionParams(launches=5, must=("b", "a", "b"), regencies={"19.71": (1, 2), "19.01": (0, None)})
    other = SelectionParams(launches=5, must=("a", "b"), regencies={"19.01": (0, None), "19.71": (1, 2)})
    assert one == other
    assert one.model_dump_json() == other.model_dump_json()
    assert SelectionParams.model_validate_json(one.model_dump_json()) == one


def test_what_is_set_for_one_goes_before_what_is_set_for_all():
    params = SelectionParams(
        launches=9, min_per_regency=1, max_per_regency=4, regencies={"19.01": (0, None)}, branches={"B": (2, 3)}
    )
    assert params.ends_of("regency", "19.01") == (0, None)
    assert params.ends_of("regency", "19.02") == (1, 4)
    assert params.ends_of("branch", "B") == (2, 3)
    assert params.ends_of("branch", "C") == (0, None)


@pytest.mark.parametrize(("seconds", "limit"), [(0.0, float("inf")), (5.0, 5.0)])
def test_no_seconds_mean_no_limit(seconds, limit):
    params = SelectionParams(launches=1, seconds=seconds, gap_pct=0.5)
    assert params.time_limit == limit
    assert params.gap == 0.005


def test_no_launch_and_no_money_are_limits():
    assert SelectionParams(launches=0).launches == 0
    assert SelectionParams(budget_idr=0).budget_idr == 0
