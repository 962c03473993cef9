import pytest

from geodata import schema
from geodata.layer import make_layer
from geodata.provenance import FigureRecord, Origin
from planner.coverage import COVERAGE, GAP
from planner.village_figures import GROUPS, dotted, village_figures
from tests.web.conftest import grid_layer

HERE = Origin("Here", "Population", "2024-12", "https://a.example", area="16")
ELSEWHERE = Origin("Elsewhere", "Population", "2024-12", "https://b.example", area="18")
LAYER = make_layer(
    grid_layer(4, 2),
    {
        schema.POPULATION: FigureRecord("disaggregated", "layer.method.population", (HERE, ELSEWHERE)),
        schema.FAMILIES: FigureRecord("observed", "layer.method.families", (HERE,)),
        schema.ELIGIBLE: FigureRecord("disaggregated", "layer.method.eligible", (HERE,)),
        schema.ACTIVE_BPU: FigureRecord("assumed", "layer.method.covered", ()),
        schema.sector_column("fishery"): FigureRecord("assumed", "layer.method.fishery", (ELSEWHERE, HERE)),
    },
    {},
)


def known(**options):
    return {figure.name: figure for figure in village_figures(LAYER, LAYER.frame.iloc[[0]], **options)}


def test_every_figure_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(known())
    assert len(set(grouped)) == len(grouped)


def test_a_figure_has_range_basis_method_and_the_sources_of_its_province() -> None:
    figure = known()[schema.POPULATION]
    assert (figure.value, figure.low, figure.high) == (300, 150, 600)
    assert figure.basis == "disaggregated"
    assert figure.methods == ("layer.method.population",)
    assert figure.origins == (HERE,)


def test_what_is_missing_is_no_zero_and_has_no_source() -> None:
    figure = known()[schema.FAMILIES]
    assert figure.value is None
    assert figure.basis is None
    assert figure.origins == ()
    assert figure.methods == ("layer.method.families",)


def test_the_gap_is_made_of_workers_and_participants_of_the_sector_alone_where_one_is_asked_for() -> None:
    everyone, fishers = known(), known(sector="fishery")
    row = LAYER.frame.iloc[0]
    assert everyone[GAP].value == row[schema.ELIGIBLE] - row[schema.ACTIVE_BPU]
    assert fishers[GAP].value < everyone[GAP].value
    assert fishers[GAP].methods == ("layer.method.fishery", "layer.method.covered")
    for name in (COVERAGE, schema.ELIGIBLE, schema.ACTIVE_BPU):
        assert fishers[name] == everyone[name]


@pytest.mark.parametrize(
    ("written", "code"),
    [("1602032001", "16.02.03.2001"), ("16.02.03.2001", "16.02.03.2001"), ("16020", "16020"), ("", "")],
)
def test_a_code_is_read_with_dots_and_without(written: str, code: str) -> None:
    assert dotted(written) == code
