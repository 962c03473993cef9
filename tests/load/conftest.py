"""A server with an office on a small layer, and databases as the tests of the records make them."""

from collections.abc import Iterator

import pytest

from geodata import schema
from geodata.layer import make_layer, save
from geodata.paths import Paths
from tests.load import ground
from tests.load.process import Server
from tests.load.users import Place
from tests.store.conftest import make_engine, owner, server, sqlite_template, template
from tests.web.conftest import RECORDS, grid_layer

__all__ = ["make_engine", "owner", "server", "sqlite_template", "template"]


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Pages of an office, in a process of their own."""
    home, data = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("data")
    layer = make_layer(grid_layer(10, 6), RECORDS, {})
    save(layer, Paths.of(data).villages)
    office = ground.office(layer, data)
    with Server(home, data) as started:
        yield Place(started, office, layer.frame[schema.VILLAGE_CODE].tolist())
    office.engine.dispose()
