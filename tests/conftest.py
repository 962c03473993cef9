"""What all tests share: where the real input files lie, and the two promises of the core."""

from pathlib import Path

import pandas as pd
import pytest

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
