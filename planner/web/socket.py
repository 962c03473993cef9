"""The socket of a page: every message of a browser is let through only while its session lasts.

A click comes as a message that makes Streamlit run callbacks, a fragment, or the whole page. Once the session is over,
whatever was asked becomes a plain run of the whole page, which then says so and shows nothing else: no callback and no
fragment of somebody who was disabled runs. What is sent to a browser is looked at too: the addresses of files and the
name of the page's memory are that person's alone.
"""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from threading import Lock
from typing import Final, Literal

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from planner.rights import Principal, Role

KEPT: Final = 20_000
_MEDIA: Final = re.compile(r"/media/([0-9A-Za-z._-]{8,200})")
_ASKED: Final = frozenset(
    {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
)
"""What a page asks for; to clear the caches of everybody is no visitor's."""

Kind = Literal["page", "media"]
"""The memory of a page, or a file of one."""
_Key = tuple[Kind, str, int | None, Role, int | None]
Admit = Callable[[], Awaitable[Principal | None]]


class Owned:
    """Whose files and memories of pages these are, as far as this server has sent them.

    A file of a page lies at an address that is made of its content; without this anybody who is signed in could fetch
    what another made, given its address. What was given to somebody in another role is not the person's any more.
    """

    def __init__(self) -> None:
        self._owners: OrderedDict[_Key, None] = OrderedDict()
        self._guard = Lock()

    def give(self, kind: Kind, name: str, who: Principal) -> None:
        """Note that something was sent to somebody."""
        key = _key(kind, name, who)
        with self._guard:
            self._owners[key] = None
            self._owners.move_to_end(key)
            while len(self._owners) > KEPT:
                self._owners.popitem(last=False)

    def has(self, kind: Kind, name: str, who: Principal) -> bool:
        """Say whether something was sent to somebody."""
        with self._guard:
            return _key(kind, name, who) in self._owners


def _key(kind: Kind, name: str, who: Principal) -> _Key:
    return kind, name, who.user_id, who.role, who.agent_id


def checked(receive: Receive, admit: Admit) -> Receive:
    """Return what gives the messages of a browser, looked at one by one."""

    async def receiving() -> Message:
        while True:
            message = await receive()
            data = message.get("bytes")
            if message["type"] != "websocket.receive" or not data:
                return message
            try:
                asked = BackMsg.FromString(data)
            except DecodeError:
                return message  # Streamlit closes the socket
            if asked.WhichOneof("type") not in _ASKED:
                continue
            if await admit() is not None:
                return message
            if asked.WhichOneof("type") == "rerun_script":
                return {**message, "bytes": _plain_run(asked).SerializeToString()}

    return receiving


def noted(send: Send, who: Principal, owned: Owned) -> Send:
    """Return what sends messages to a browser and notes what it was given."""

    async def sending(message: Message) -> None:
        data = message.get("bytes")
        if message["type"] == "websocket.send" and data:
            for kind, name in _given(data):
                owned.give(kind, name, who)
        await send(message)

    return sending


def without_foreign_memory(scope: Scope, who: Principal, owned: Owned) -> Scope:
    """Return a request for a socket that takes up no other person's page: Streamlit would hand over all its choices."""
    name = b"sec-websocket-protocol"
    parts = [part.strip() for part in Headers(scope=scope).get(name.decode(), "").split(",")]
    if len(parts) < 3 or owned.has("page", parts[2], who):
        return scope
    kept = ", ".join(parts[:2]).encode("latin-1")
    headers = [(key, kept if key == name else value) for key, value in scope["headers"]]
    return {**scope, "headers": headers, "subprotocols": parts[:2]}


def _plain_run(asked: BackMsg) -> BackMsg:
    """Return a run of the whole page at the same address, without what was clicked."""
    plain = BackMsg()
    was, now = asked.rerun_script, plain.rerun_script
    now.query_string, now.page_script_hash, now.page_name = was.query_string, was.page_script_hash, was.page_name
    now.context_info.CopyFrom(was.context_info)
    return plain


def _given(data: bytes) -> Iterator[tuple[Kind, str]]:
    """Yield what a message gives to a browser; parsing it takes less time than looking through its bytes for a word."""
    try:
        message = ForwardMsg.FromString(data)
    except DecodeError:
        return
    if message.HasField("new_session") and (page := message.new_session.initialize.session_id):
        yield "page", page
    for address in _addresses(message):
        if found := _MEDIA.fullmatch(address):
            yield "media", found[1]


def _addresses(message: ForwardMsg) -> Iterator[str]:
    """Yield the addresses that Streamlit gave to files; texts of a page are never looked at."""
    what = message.WhichOneof("type")
    if what == "delta" and message.delta.WhichOneof("type") == "new_element":
        element = message.delta.new_element
        shown = element.WhichOneof("type")
        if shown == "download_button":
            yield element.download_button.url
        elif shown == "imgs":
            yield from (image.url for image in element.imgs.imgs)
    elif what == "backend_operation_response":  # a file that is made when it is asked for
        yield message.backend_operation_response.deferred_file.url
