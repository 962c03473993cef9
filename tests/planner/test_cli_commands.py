"""A command line loads what it names, and nobody sees a difference."""

import pytest

from planner.cli import command
from planner.cli.commands import named


def commands(node, path=()):
    for name, child in getattr(node, "commands", {}).items():
        yield (*path, name)
        yield from commands(child, (*path, name))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["rank", "--top", "3"], ("rank",)),
        (["--lang", "en", "--data-dir=x", "export", "list", "--out", "a.csv"], ("export", "list")),
        (["export", "--lang", "en", "map"], ("export", "map")),
        (["export", "--help"], ("export",)),
        (["export", "lsit"], ("export",)),
        (["--help"], ()),
        (["--top", "rank"], ()),
        (["rnk", "rank"], ()),
        ([], ()),
    ],
)
def test_words_that_name_the_command(given, words):
    assert named(given) == words


def test_every_command_is_there_when_it_is_named():
    everything = set(commands(command("en")))
    assert {("rank",), ("export", "list"), ("export", "log"), ("names", "aliases", "import")} <= everything
    for path in everything:
        assert path in set(commands(command("en", named(path))))
