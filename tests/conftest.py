"""What all tests share: where the real input files lie, and the two promises of the core."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

settings.register_profile("planner", deadline=None, max_examples=50, print_blob=True)
settings.load_profile("planner")

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real input files; without them the test says so and is skipped."""
    if not SHARED.is_dir():
        pytest.skip("real input files are not in ../shared/data: put them there to run this test")
    return SHARED


@pytest.fixture(scope="session")
def mirror(shared_data: Path) -> Path:
    """The published files exactly as their publishers serve them."""
    return shared_data / "mirror"


def assert_aligned(result: pd.Series | pd.DataFrame, frame: pd.DataFrame) -> None:
    """A core function keeps index, order and length of its input."""
    pd.testing.assert_index_equal(result.index, frame.index)


def assert_unchanged(frame: pd.DataFrame, before: pd.DataFrame) -> None:
    """A core function leaves its arguments alone."""
    pd.testing.assert_frame_equal(frame, before)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("PLANNER_SKIP_NOTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
