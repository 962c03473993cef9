"""The records of an office with one account of each role, and an application before which the guard stands."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from geodata.paths import Paths
from planner import accounts
from planner.rights import CONSOLE
from planner.store import passwords, people, sessions
from planner.store.engine import Engine, connect
from planner.store.migrate import upgrade
from planner.store.people import NewPerson
from planner.web import area_post, records, sign_in
from planner.web.server import Guard
from tests.web.asgi import Browser

PASSWORD = "kuda biru di sawah"
ROLES = ("planner", "manager", "agent", "admin")


class Office:
    """Accounts named after their roles, and a second agent; all have `PASSWORD`."""

    def __init__(self, data_dir: Path) -> None:
        file = Paths.of(data_dir).records
        content, ids = _first_day()
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        draft.write_bytes(content)
        draft.replace(file)  # a server that runs sees all of it or nothing
        self.engine = connect(None, file)
        self.ids = dict(ids)

    def add(self, login: str, role: str, code: str = "") -> None:
        self.ids[login] = _added(self.engine, login, role, code)

    def token(self, login: str) -> str:
        return sessions.begin(self.engine, self.ids[login])

    def browser(self, app, login: str | None = None, **options: str) -> Browser:
        browser = Browser(app, **options)
        if login is not None:
            browser.cookies[records.SESSION] = self.token(login)
        return browser

    def disable(self, login: str) -> None:
        people.disable(self.engine, CONSOLE, login)


@cache
def _first_day() -> tuple[bytes, dict[str, int]]:
    """The records of an office whose accounts were just made, and the numbers of the accounts."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        quick_hashes(patch)
        file = Path(folder) / "records.sqlite"
        engine = connect(None, file)
        upgrade(engine)
        ids = {"admin": passwords.first_admin(engine, "admin", "Bu Admin", PASSWORD)}
        for login, role, code in (("planner", "planner", ""), ("manager", "manager", ""), ("agent", "agent", "A-1")):
            ids[login] = _added(engine, login, role, code)
        ids["other"] = _added(engine, "other", "agent", "A-2")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return file.read_bytes(), ids


def _added(engine: Engine, login: str, role: str, code: str) -> int:
    made = people.add(engine, CONSOLE, NewPerson(login, f"Orang {login}", role, "", code))
    passwords.use_link(engine, passwords.make_link(engine, CONSOLE, login).token, PASSWORD)
    return made


class Streamlit:
    """Stands where Streamlit stands: answers everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.frames: list[bytes] = []
        self.sends: list[bytes] = []
        self.subprotocols = ""
        self.status = 200

    async def page(self, request):
        self.asked.append(request.url.path)
        return PlainTextResponse("of Streamlit", status_code=self.status, headers={"cache-control": "public"})

    async def socket(self, websocket):
        self.asked.append(websocket.url.path)
        self.subprotocols = websocket.headers.get("sec-websocket-protocol", "")
        await websocket.accept()
        for frame in self.sends:
            await websocket.send_bytes(frame)
        async for frame in websocket.iter_bytes():
            self.frames.append(frame)


def guarded(streamlit: Streamlit) -> Guard:
    methods = ["GET", "POST", "PUT", "DELETE"]
    behind = [WebSocketRoute("/{path:path}", streamlit.socket), Route("/{path:path}", streamlit.page, methods=methods)]
    return Guard(Starlette(routes=[*sign_in.routes(), *area_post.routes(), *behind]))


def quick_hashes(patch: pytest.MonkeyPatch) -> None:
    """Make passwords cheap: what is tested here is not their cost."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    patch.setattr(accounts, "_hasher", lambda: quick)
    patch.setattr(accounts, "_nobody", lambda: quick.hash("nobody"))
