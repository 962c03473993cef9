"""Parameters of the score: frozen, checked, written and read without loss."""

import json
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geodata.schema import SECTORS
from geodata.texts import LANGUAGES
from planner.errors import PlanError, PlanMachineError
from planner.params import (
    DEFAULT_CRITERIA,
    UNITS,
    BlockWeights,
    CostRates,
    Criterion,
    ScoringParams,
    SectorWeights,
    Within,
    described,
)
from planner.params_file import ParamsError, as_toml, dumped, params_table, parse, read, save, write_default

weights = st.floats(0, 1000, allow_subnormal=False)
goalposts = st.none() | st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)).map(sorted).filter(lambda g: g[0] < g[1]).map(
    tuple
)


@st.composite
def scoring_params(draw):
    keys = draw(st.permutations(list(UNITS)))
    blocks = ["need", "readiness", "cost", *draw(st.lists(st.sampled_from(["need", "readiness", "cost"]), max_size=7))]
    criteria = tuple(
        Criterion(
            key=key,
            block=block,
            weight=draw(st.floats(0.01, 1000)),
            direction=draw(st.sampled_from(["benefit", "cost"])),
            goalposts=draw(goalposts),
            skew=draw(st.sampled_from(["none", "log", "winsor"])),
            scale=draw(st.sampled_from(["goalposts", "minmax", "zscore", "percentile"])),
        )
        for key, block in zip(keys, blocks, strict=False)
    )
    return ScoringParams(
        criteria=criteria,
        within=Within(need=draw(st.sampled_from(["arithmetic", "geometric"]))),
        block_weights=BlockWeights(need=draw(weights), readiness=draw(weights), cost=draw(st.floats(0.1, 9))),
        sector_weights=SectorWeights(fishery=draw(st.floats(0, 1)), other=draw(st.floats(0.1, 1))),
        costs=CostRates(launch_idr=draw(st.integers(0, 10**9)), detour=draw(st.floats(1, 5))),
        floor=draw(st.floats(1e-6, 0.5)),
        smoothing=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


@given(scoring_params(), st.sampled_from(LANGUAGES))
def test_round_trip_through_both_formats(params, language):
    assert parse(as_toml(params, language), name="a.toml") == params
    assert parse(dumped(params), name="a.json") == params


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_files_round_trip_and_are_the_same_bytes_each_time(tmp_path, ending):
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    params = ScoringParams(top=7, costs=CostRates(visits=2))
    save(params, first)
    save(read(first), second)
    assert read(second) == params
    assert first.read_bytes() == second.read_bytes()


def test_defaults_cover_the_three_blocks_and_the_sectors_of_the_layer():
    params = ScoringParams()
    assert {criterion.block for criterion in params.criteria} == {"need", "readiness", "cost"}
    assert tuple(SectorWeights.model_fields) == SECTORS
    assert [c.key for c in params.of_block("need")] == [
        "gap_workers",
        "gap_rate_pct",
        "sector_focus",
        "inactive_share_pct",
    ]
    for block in ("need", "readiness", "cost"):
        assert sum(c.weight for c in params.of_block(block)) == pytest.approx(1)
    assert "perangkat" not in " ".join(c.key for c in params.criteria)


def test_params_are_frozen_and_hashable():
    params = ScoringParams()
    with pytest.raises(ValidationError, match="frozen"):
        params.top = 3
    with pytest.raises(ValidationError, match="frozen"):
        params.within.need = "geometric"
    assert hash(params) == hash(ScoringParams())
    assert params.within.as_dict() == {"need": "arithmetic", "readiness": "arithmetic", "cost": "arithmetic"}


def test_what_a_file_leaves_out_has_its_default():
    params = parse("top = 9\n[within]\nneed = 'geometric'\n", name="a.toml")
    assert params == ScoringParams(top=9, within=Within(need="geometric"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_default_file_explains_every_parameter(tmp_path, language):
    path = tmp_path / "params.toml"
    write_default(path, language=language)
    text = path.read_text(encoding="utf-8")
    assert read(path) == ScoringParams()
    assert tomllib.loads(text)["criteria"][0]["key"] == "gap_workers"
    assert all(entry.meaning in text for entry in described(ScoringParams, language))
    assert ("usulan kami" if language == "id" else "our own proposal") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_shows_every_parameter_and_criterion(language):
    table = params_table(language)
    paths = [entry.path for entry in described(ScoringParams, language)]
    assert len(paths) == len(set(paths))
    assert all(f"| `{name}` |" in table for name in [*paths, *UNITS])
    assert len({line.count("|") for line in table.splitlines() if line.startswith("|")}) == 2


BAD = """
topp = 3
worlds = 5
seed = "a"
smoothing = 1
floor = nan
labels = 2
[within]
cst = "arithmetic"
[costs]
detour = 0.5
[sector_weights]
plantation = 0
food_crop = 0
livestock = 0
fishery = 0
home_industry = 0
trade_services = 0
other = 0
[[criteria]]
key = "gap"
block = "need"
weight = -1
[[criteria]]
key = "iks"
block = "readiness"
weight = 1
direction = "benefit"
goalposts = [1, 0]
"""
TOLD = (
    "- topp: this key is unknown. Remove it, or use one of: between, floor,",
    "- worlds = 5: this value cannot be used. Enter a whole number from 100 to 100,000",
    '- seed = "a": this value cannot be used. Enter a whole number',
    "- smoothing = 1: this value cannot be used. Enter `true` or `false`",
    "- floor = NaN: this value cannot be used. Enter a number above 0, up to 0.5",
    "- labels = 2: this value cannot be used. Enter a table",
    "- within.cst: this key is unknown. Remove it, or use one of: need, readiness, cost.",
    "- costs.detour = 0.5: this value cannot be used. Enter a number from 1 to 5",
    "- sector_weights: all weights are zero.",
    '- criteria[1].key = "gap": this value cannot be used. Enter one of `gap_workers`,',
    "- criteria[1].weight = -1: this value cannot be used.",
    "- criteria[1].direction: this key is missing. Enter one of `benefit`, `cost`.",
    "- criteria[2] (iks): the first goalpost must be below the second.",
)


def test_all_problems_are_told_at_once_in_both_languages():
    with pytest.raises(ParamsError, match=r"file wrong.toml cannot be used yet") as caught:
        parse(BAD, name="wrong.toml")
    for told in TOLD:
        assert told in str(caught.value)
    indonesian = caught.value.text("id")
    assert len(indonesian.splitlines()) == len(TOLD) + 1
    assert "- topp: kunci ini tidak dikenal. Hapus, atau pakai salah satu dari: between" in indonesian
    assert "Isi dengan bilangan bulat 100 sampai 100.000 simulasi." in indonesian


def _criterion(**changes):
    return DEFAULT_CRITERIA[0].model_dump(exclude_none=True) | changes


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"criteria": []}, "no criterion has a weight in need, readiness, cost"),
        ({"criteria": [3]}, r"criteria\[1\] = 3: this value cannot be used"),
        ({"criteria": 3}, r"criteria = 3: .* a list of tables"),
        ({"criteria": [_criterion(), _criterion()]}, "criteria: gap_workers stand more than once"),
        (
            {"criteria": [_criterion(goalposts=[-1, 5], skew="log")]},
            r"criteria\[1\] \(gap_workers\): with skew = \"log\"",
        ),
        ({"criteria": [_criterion(goalposts=[1, 2, 3])]}, r"goalposts = \[1, 2, 3\]: .*two ascending numbers"),
        ({"block_weights": {"need": 0, "readiness": 0, "cost": 0}}, "block_weights: all weights are zero"),
        ({"top": None}, "top = null: this value cannot be used"),
        ({"top": 2.5}, "top = 2.5: this value cannot be used"),
        ({"seed": "x" * 200}, r"seed = \"x{56}\.\.\.: this value"),
    ],
)
def test_problem(document, told):
    with pytest.raises(ParamsError, match=told) as caught:
        parse(json.dumps(document), name="a.json")
    assert caught.value.text("id") != str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.toml", "top = ", "a.toml is not valid TOML: line 1 is"),
        ("a.toml", "top = 3\nseed == 4\n", "line 2 is"),
        ("a.json", "[" * 100_000, "a.json must hold keys with values"),
        ("a.json", "{", "a.json is not valid JSON: line 1 is"),
        ("a.json", "[1]", "a.json must hold keys with values"),
        ("a.yaml", "top: 3", "a.yaml must end in .toml or .json"),
        ("a.toml", None, "parameter file a.toml does not exist. Make one with `planner params init a.toml`"),
    ],
)
def test_file_is_refused(tmp_path, name, content, told):
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError, match=told) as caught:
        read(path)
    assert name in caught.value.text("id")


def test_unreadable_file_is_the_machine(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"top = \xff")
    with pytest.raises(PlanMachineError, match=r"a.toml cannot be read .*UTF-8") as caught:
        read(path)
    assert "UTF-8" in caught.value.text("id")


def test_file_that_cannot_be_written_is_the_machine(tmp_path):
    with pytest.raises(PlanMachineError, match=r"a.toml could not be saved") as caught:
        save(ScoringParams(), tmp_path / "none" / "a.toml")
    assert "gagal disimpan" in caught.value.text("id")


def test_default_file_overwrites_nothing(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("top = 3\n", encoding="utf-8")
    with pytest.raises(PlanError, match="exists already") as caught:
        write_default(path)
    assert "tidak ditimpa" in caught.value.text("id")
    assert path.read_text(encoding="utf-8") == "top = 3\n"


def test_launch_cost_by_hand():
    rates = CostRates(launch_idr=1_000_000, visits=2, team_day_idr=100_000, travel_idr_per_km=1_000, detour=1.5)
    costs = rates.launch_cost_idr(np.array([0.0, 10.0, np.nan]))
    np.testing.assert_allclose(costs, [1_200_000.0, 1_260_000.0, np.nan])


@given(st.floats(0, 500), st.floats(0, 500))
def test_farther_never_costs_less(near, far):
    near, far = sorted((near, far))
    costs = CostRates().launch_cost_idr(np.array([near, far]))
    assert costs[0] <= costs[1]
