"""A visitor without a browser: speaks the websocket of Streamlit, keeps its widgets, and clicks."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from planner.web.addresses import ADDRESSES
from planner.web.records import SESSION

PATIENCE_S = 60.0
MAP = "map"
"""Key of the map of a page, whose name Streamlit hides."""
_VALUES = {
    "dataframe": "string_value",
    "button": "trigger_value",
    "button_group": "string_array_value",
    "checkbox": "bool_value",
    "component_instance": "json_value",
    "date_input": "string_array_value",
    "number_input": "double_value",
    "radio": "string_value",
    "selectbox": "string_value",
    "slider": "double_array_value",
    "text_area": "string_value",
    "text_input": "string_value",
}
"""What a browser sends for each kind of widget."""


class PageError(Exception):
    """The page could not be used as a person would use it."""


@dataclass
class Widget:
    """A widget as the server sent it, and in which run."""

    kind: str
    element: Any
    fragment: str
    run: int


@dataclass
class Answer:
    """What a click led to.

    Attributes
    ----------
    seconds
        From the click to the end of the run.
    whole_s
        To the end of long work it began; nothing where there was none to wait for.
    size
        Bytes that came.
    errors
        Exceptions and boxes of errors that were sent.
    html
        What stood on the page, as far as it was sent.
    """

    seconds: float = 0.0
    whole_s: float = 0.0
    size: int = 0
    errors: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.html)


class Session:
    """One visitor; use it as an asynchronous context.

    Parameters
    ----------
    address
        Of the server, with a slash at the end.
    token
        Token of a session of somebody who is signed in; empty for nobody.
    patience_s
        How long an answer is waited for.
    """

    def __init__(self, address: str, token: str = "", *, patience_s: float = PATIENCE_S) -> None:
        self.address, self.token, self.patience_s = address, token, patience_s
        self.page, self.query = "", ""
        self.widgets: dict[str, Widget] = {}
        self._pages: dict[str, str] = {}
        self._set: dict[str, WidgetState] = {}
        self._now = ""  # hash of the page that is shown
        self._run = 0
        self._waiting: dict[str, tuple[float, int]] = {}  # parts that ask again by themselves: seconds, run
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        where = self.address.replace("http", "ws", 1) + "_stcore/stream"
        cookie = {"Cookie": f"{SESSION}={self.token}"} if self.token else {}
        self._socket = await connect(
            where, origin=self.address.rstrip("/"), subprotocols=["streamlit"], additional_headers=cookie, max_size=None
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page: str = "map", **choices: str) -> Answer:
        """Come to a page by its address, as a browser does first."""
        self.page, self.query = ADDRESSES[page], urlencode(choices)
        self._set.clear()
        asked = self._asked()
        asked.rerun_script.page_script_hash = ""
        asked.rerun_script.page_name = self.page
        return await self._answer(asked)

    async def go(self, page: str) -> Answer:
        """Follow the link above the page to another page."""
        name = ADDRESSES[page]
        if name not in self._pages:
            raise PageError(f"no link to the page {name!r}")
        self.page, self.query, self._now = name, "", self._pages[name]
        self._set.clear()
        return await self._answer(self._asked())

    async def rerun(self) -> Answer:
        """Ask for the whole page once more."""
        return await self._answer(self._asked())

    async def choose(self, key: str, value: Any) -> Answer:
        """Give a widget a value and wait for the end of the run that follows."""
        name, widget = self._widget(key)
        state = WidgetState(id=name)
        kind = _VALUES[widget.kind]
        if kind == "json_value":
            state.json_value = json.dumps(value)
        elif kind == "string_array_value":
            state.string_array_value.data.extend(value)
        elif kind == "double_array_value":
            state.double_array_value.data.extend(value)
        else:
            setattr(state, kind, value)
        self._set[name] = state
        asked = self._asked()
        asked.rerun_script.fragment_id = widget.fragment
        try:
            return await self._answer(asked)
        finally:
            if kind == "trigger_value":
                self._set.pop(name, None)

    async def result(self, key: str, value: Any) -> Answer:
        """Like `choose`, and wait for long work that it began: the page asks again by itself until it is done."""
        whole = await self.choose(key, value)
        started = time.monotonic() - whole.seconds
        while self._waiting:
            fragment, (interval, _) = next(iter(self._waiting.items()))
            await asyncio.sleep(interval)
            asked = self._asked()
            asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = fragment, True
            step = await self._answer(asked)
            whole.size += step.size
            whole.errors += step.errors
            whole.html += step.html
            if time.monotonic() - started > self.patience_s:
                raise PageError(f"page {self.page!r} did not end what {key!r} began")
        whole.whole_s = time.monotonic() - started
        return whole

    def option(self, key: str, nth: int) -> str:
        """Return an option of a choice, counted from the first and around."""
        options = list(self._widget(key)[1].element.options)
        chosen = options[nth % len(options)]
        return str(getattr(chosen, "content", chosen))

    def has(self, key: str) -> bool:
        return next(self._found(key), None) is not None

    def _found(self, key: str) -> Iterator[tuple[str, Widget]]:
        return (
            (name, widget)
            for name, widget in self.widgets.items()
            if (widget.kind == "component_instance" if key == MAP else name.endswith(f"-{key}"))
        )

    def _widget(self, key: str) -> tuple[str, Widget]:
        found = next(self._found(key), None)
        if found is None:
            raise PageError(f"page {self.page!r} has no widget {key!r}")
        return found

    def _asked(self) -> BackMsg:
        asked = BackMsg()
        run = asked.rerun_script
        run.query_string, run.page_script_hash = self.query, self._now
        run.widget_states.widgets.extend(self._set.values())
        run.context_info.url = f"{self.address}{self.page}"
        run.context_info.timezone = "Asia/Jakarta"
        return asked

    async def _answer(self, asked: BackMsg) -> Answer:
        """Send a message and take in what comes until the run is over."""
        assert self._socket is not None
        answer, started = Answer(), time.monotonic()
        await self._socket.send(asked.SerializeToString())
        async with asyncio.timeout(self.patience_s):
            while True:
                data = await self._socket.recv(decode=False)
                answer.size += len(data)
                message = ForwardMsg.FromString(data)
                if self._over(message):
                    answer.seconds = time.monotonic() - started
                    return answer
                self._take(message, answer)

    def _take(self, message: ForwardMsg, answer: Answer) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._run, self._now = self._run + 1, message.new_session.page_script_hash
        elif kind == "navigation":
            self._pages |= {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._now = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._waiting[message.auto_rerun.fragment_id] = message.auto_rerun.interval, self._run
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._waiting.pop(fragment, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._keep(message.delta.new_element, message.delta.fragment_id, answer)

    def _keep(self, element: Any, fragment: str, answer: Answer) -> None:
        kind = element.WhichOneof("type")
        content = getattr(element, kind)
        if kind == "exception":
            answer.errors.append(f"{content.type}: {content.message[:200]}")
        elif kind == "alert":
            answer.html.append(content.body)
            if content.format == content.ERROR:
                answer.errors.append(content.body[:200])
        elif kind in {"html", "markdown"}:
            answer.html.append(content.body)
            if 'class="notice error"' in content.body:
                answer.errors.append(content.body[:300])
        if kind in _VALUES and getattr(content, "id", ""):
            self.widgets[content.id] = Widget(kind, content, fragment, self._run)
            if getattr(content, "set_value", False):
                self._set.pop(content.id, None)

    def _over(self, message: ForwardMsg) -> bool:
        if message.WhichOneof("type") != "script_finished":
            return False
        finished = message.script_finished
        if finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if finished == ForwardMsg.FINISHED_SUCCESSFULLY:  # of the whole page: what it did not send again is gone
            self.widgets = {name: widget for name, widget in self.widgets.items() if widget.run == self._run}
            self._waiting = {part: told for part, told in self._waiting.items() if told[1] == self._run}
        return True
