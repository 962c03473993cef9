"""Names of the data on buttons and in names of files."""

import pytest

from planner.measure_catalogue import MEASURES
from planner.web.labels import file_part


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Rencana A/B: 2027", "rencana-a-b-2027"),
        ("../..\\x", "x"),
        ("=cmd|'x'!A0", "cmd-x-a0"),
        ("☂ _", ""),
        ("Übung km²", "ubung-km2"),
    ],
)
def test_a_name_becomes_part_of_the_name_of_a_file(name: str, part: str) -> None:
    assert file_part(name) == part


@pytest.mark.parametrize("language", ["id", "en"])
def test_pictures_of_two_measures_have_two_names(language) -> None:
    assert len({file_part(measure.called(language)) for measure in MEASURES.values()}) == len(MEASURES)
