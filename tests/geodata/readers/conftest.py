"""The real outlines, read once for all tests of the readers."""

import time

import pytest

from geodata.readers.boundaries import read_boundaries


@pytest.fixture(scope="session")
def real_boundaries(mirror):
    """What was read, and the processor time it took in seconds."""
    paths = sorted(mirror.glob("cahyadsn/wilayah_boundaries/*/db/kel/*/*.sql"))
    started = time.process_time()
    reading = read_boundaries(paths)
    return reading, time.process_time() - started
