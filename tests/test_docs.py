"""README says what the program does."""

from pathlib import Path

import pytest

from planner.cli import command

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def commands(node, path=()):
    for name, child in getattr(node, "commands", {}).items():
        yield from commands(child, (*path, name)) if hasattr(child, "commands") else [(*path, name)]


@pytest.mark.parametrize("path", list(commands(command("en"))), ids=" ".join)
def test_every_command_is_in_the_readme(path):
    assert f"planner {' '.join(path)}" in README


@pytest.mark.parametrize("target", ["run", "test", "bench", "help"])
def test_make_targets_of_the_readme_exist(target):
    makefile = (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    assert f"make {target}" in README
    assert f"\n{target}: " in makefile


def test_rooms_of_the_readme_exist():
    root = Path(__file__).parent.parent
    for line in README.split("## Where things are")[1].splitlines():
        if line.startswith("| `") and "*" not in line:
            assert (root / line.split("`")[1]).exists(), line
