"""Every package that is installed for us has one exact version, and it is the one that is installed."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.security import pins

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def pinned():
    return pins.pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))


def test_all_that_is_asked_for_is_pinned_within_its_bounds(pinned):
    wanted = [one for group in pins.asked(ROOT / "pyproject.toml").values() for one in group]
    assert len(wanted) > 40
    assert list(pins.problems(wanted, pinned)) == []


def test_what_is_installed_is_what_is_pinned(pinned):
    assert list(pins.differing(pinned)) == []


def test_a_missing_or_foreign_pin_is_told(pinned):
    left = {name: version for name, version in pinned.items() if name != "starlette"}
    assert "starlette: asked for by streamlit, not pinned" in list(pins.problems([Requirement("streamlit")], left))
    old = pinned | {"starlette": Version("0.1")}
    told = " ".join(pins.problems([Requirement("streamlit>=1.60")], old))
    assert "starlette: streamlit asks for" in told
    assert "pinned is 0.1" in told
    assert next(pins.differing({"pytest": Version("0.1")})).startswith("pytest: pinned 0.1, installed ")


@pytest.mark.parametrize(
    "line", ["pandas>=3", "pandas", "git+https://a.example/pandas", "pandas==3.1.1\nPandas==3.1.2"]
)
def test_a_line_that_pins_nothing_is_refused(line):
    with pytest.raises(ValueError, match=r"not an exact pin|pinned twice"):
        pins.pins(line)
