"""What the visit log sends: one visit with its key, taken from the agent's own page and session alone.

Streamlit loses what is clicked while the connection is cut; this address is asked again until it answers.
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, TypedDict

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from geodata.errors import DataError
from planner.errors import PlanError
from planner.launch_pipeline import LONGEST_TEXT
from planner.rights import Principal, require
from planner.store.acting import change_visit, write_visit, writing_as
from planner.texts import t
from planner.uploads.kinds import MOST_PEOPLE
from planner.web import form_safety, records
from planner.web.addresses import VISIT
from planner.web.sign_in_ask import status_of

if TYPE_CHECKING:
    from geodata.texts import Language

HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_NO_NUL: Final = r"^[^\x00]*$"
_People = Annotated[int, Field(ge=0, le=MOST_PEOPLE, strict=True)]


class Entry(BaseModel):
    """One visit as the browser sends it; ``login`` says whose page it was typed on.

    With ``replaces`` it corrects the visit of that number, which stays in its village.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(max_length=64)]
    login: Annotated[str, Field(max_length=200)]
    village: Annotated[str, Field(max_length=20, pattern=_NO_NUL)]
    day: date
    met: _People
    interested: _People
    registered: _People
    dusun: Annotated[str, Field(max_length=LONGEST_TEXT, pattern=_NO_NUL)] = ""
    obstacle: Annotated[str, Field(max_length=2 * LONGEST_TEXT, pattern=_NO_NUL)] = ""
    replaces: Annotated[int, Field(ge=1, lt=2**63, strict=True)] | None = None


class _Said(TypedDict):
    visited_on: date
    met: int
    interested: int
    registered: int
    dusun: str | None
    obstacle: str | None


def routes() -> list[Route]:
    """Return the address that takes visits."""
    return [Route(VISIT, take, methods=["POST"])]


async def take(request: Request) -> Response:
    """Keep a visit, or say why not: 200 kept, 400 refused for good, 401 signed out, others may be tried again."""
    language: Language = "en" if request.query_params.get("lang") == "en" else "id"
    try:
        if not form_safety.host_allowed(request):
            raise form_safety.FormError("sign_in.elsewhere")
        entry = _read(await form_safety.sent_json(request))
        who = await run_in_threadpool(records.admitted, request.cookies.get(records.SESSION))
        if who is None or who.user_id is None or who.login != entry.login:
            return _answer({"error": t("web.area.say.signed_out", language)}, 401)
        number = await run_in_threadpool(_write, who, entry)
    except DataError as error:
        return _answer({"error": error.text(language)}, status_of(error))
    return _answer({"kept": entry.key, "visit": number}, 200)


def _read(sent: bytes) -> Entry:
    try:
        return Entry.model_validate_json(sent)
    except ValidationError as error:
        fields = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors() if one["loc"]))
        raise PlanError("web.area.unreadable", fields=fields or "JSON") from None


def _write(who: Principal, entry: Entry) -> int:
    with writing_as(records.engine(), require(who, "visit.write")) as connection:
        said = _Said(
            visited_on=entry.day,
            met=entry.met,
            interested=entry.interested,
            registered=entry.registered,
            dusun=entry.dusun or None,
            obstacle=entry.obstacle or None,
        )
        if entry.replaces is not None:
            return change_visit(connection, entry.replaces, **said)
        return write_visit(connection, entry.village, **said, entry_key=entry.key)


def _answer(told: dict[str, object], status: int) -> Response:
    return JSONResponse(told, status_code=status, headers=HEADERS)
