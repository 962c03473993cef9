"""Databases of the tests: every test gets its own, on both engines."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from planner.store.engine import VARIABLE, connect
from planner.store.migrate import upgrade
from tests.store import cluster


@pytest.fixture(autouse=True)
def no_address_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("PLANNER_LANG", raising=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server of the tests."""
    base = tmp_path_factory.getbasetemp()
    with cluster.serving(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) as url:
        yield url


@pytest.fixture(scope="session")
def owner(server: str) -> Iterator[str]:
    """Address of the server for the login of the program: an ordinary one, which the row rules bind."""
    name = f"planner_{uuid.uuid4().hex}"
    cluster.execute(server, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    url = sa.make_url(server).set(username=name, password=name)
    yield url.render_as_string(hide_password=False)
    cluster.execute(server, f"DROP ROLE {name}")


def with_name(url: str, name: str) -> str:
    made = sa.make_url(url).set(drivername="postgresql+psycopg", database=name)
    return made.render_as_string(hide_password=False)


def owned_by(owner: str) -> str:
    return f"OWNER {sa.make_url(owner).username}"


@pytest.fixture(scope="session")
def template(server: str, owner: str) -> Iterator[str]:
    """An upgraded PostgreSQL database that others are copied from."""
    name = f"planner_{uuid.uuid4().hex}"
    # sorts as people do, a before B: nothing may depend on the order of a server's language
    order = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'id-ID'"
    cluster.execute(server, f"CREATE DATABASE {name} {owned_by(owner)} {order}")
    engine = connect(with_name(owner, name), Path("unused"))
    upgrade(engine)
    engine.dispose()
    yield name
    cluster.execute(server, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "records.sqlite"
    engine = connect(None, file)
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def empty_postgresql(server: str, owner: str) -> Iterator[str]:
    """Address of a PostgreSQL database without tables."""
    name = f"planner_{uuid.uuid4().hex}"
    cluster.execute(server, f"CREATE DATABASE {name} {owned_by(owner)}")
    yield with_name(owner, name)
    cluster.execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], sa.Engine]]:
    """Make upgraded databases without rows, each a new one."""
    engines: list[sa.Engine] = []
    names: list[str] = []

    def sqlite() -> sa.Engine:
        file = tmp_path / f"data{len(engines)}" / "records.sqlite"
        file.parent.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return connect(None, file)

    def postgresql() -> sa.Engine:
        server, owner, template = (request.getfixturevalue(name) for name in ("server", "owner", "template"))
        names.append(f"planner_{uuid.uuid4().hex}")
        options = f"{owned_by(owner)} TEMPLATE {template} STRATEGY FILE_COPY"
        cluster.execute(server, f"CREATE DATABASE {names[-1]} {options}")
        return connect(with_name(owner, names[-1]), tmp_path / "unused")

    def make(dialect: str) -> sa.Engine:
        engines.append({"sqlite": sqlite, "postgresql": postgresql}[dialect]())
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()
    for name in names:
        cluster.execute(request.getfixturevalue("server"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def engine(make_engine: Callable[[str], sa.Engine], dialect: str) -> sa.Engine:
    """An upgraded database without rows: SQLite, then PostgreSQL."""
    return make_engine(dialect)
