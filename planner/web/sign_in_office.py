"""Sign-in by an account of the office itself (OpenID Connect), as an option of the operator.

The settings are those of Streamlit's ``st.login``: section ``[auth]`` of ``.streamlit/secrets.toml``. What comes back
only proves who it is: it must belong to an active account here, and then a session of ours begins, which ends like
any other. Authorization code with PKCE, state and nonce (OpenID Connect Core 1.0; RFC 9700).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import requests
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from planner.errors import PlanError, PlanMachineError
from planner.store import subjects
from planner.store.engine import reading
from planner.store.people import Person
from planner.web import form_safety as safety
from planner.web import records
from planner.web.addresses import SIGN_IN
from planner.web.sign_in_ask import HEADERS, Ask
from planner.web.sign_in_html import notice

_COOKIE: Final = "planner_office"
_VALID_S: Final = 600
_PATIENCE_S: Final = 10
_KEY: Final = secrets.token_bytes(32)
_SIGNED_BY: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Settings:
    """What the operator has agreed with the office's own sign-in."""

    client_id: str
    client_secret: str
    metadata_url: str
    redirect_uri: str


def settings() -> Settings | None:
    """Return the settings of the operator; nothing where there are none or some are missing."""
    if not st.secrets.load_if_toml_exists():
        return None
    section = st.secrets.get("auth", {})
    names = ("client_id", "client_secret", "server_metadata_url", "redirect_uri")
    given = [str(section.get(name, "")) for name in names]
    return Settings(*given) if all(given) else None


async def begin(ask: Ask) -> Response:
    """Lead to the office's own sign-in."""
    known = settings()
    if known is None:
        return _refused(ask, PlanError("sign_in.office.off"))
    try:
        place = (await run_in_threadpool(_metadata, known.metadata_url))["authorization_endpoint"]
    except PlanError as error:
        return _refused(ask, error)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": known.client_id,
        "redirect_uri": known.redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    response = RedirectResponse(f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", 303, HEADERS)
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": ask.next, "until": time.time() + _VALID_S}
    safety.set_cookie(response, ask.request, _COOKIE, _sealed(kept))
    return response


async def come_back(ask: Ask) -> Response:
    """Take what the office's own sign-in says, once, and begin a session of ours."""
    kept = _unsealed(ask.request.cookies.get(_COOKIE, ""))
    try:
        person = await _who(ask, kept)
    except PlanError as error:
        response = _refused(ask, error)
    else:
        response = await ask.begun(person.user_id, kept["next"])
    safety.set_cookie(response, ask.request, _COOKIE, "")
    return response


async def _who(ask: Ask, kept: Mapping[str, str]) -> Person:
    known, given = settings(), ask.request.query_params
    if known is None:
        raise PlanError("sign_in.office.off")
    if not kept or not hmac.compare_digest(kept["state"].encode(), given.get("state", "").encode()):
        raise PlanError("sign_in.office.stale")
    if "code" not in given:
        raise PlanError("sign_in.office.no")
    return await run_in_threadpool(_person, await run_in_threadpool(_proved, known, kept, given["code"]))


def _refused(ask: Ask, error: PlanError) -> Response:
    again = f'<p><a href="{SIGN_IN}?lang={ask.language}">{ask.say("sign_in.title")}</a></p>'
    return ask.page("sign_in.office.title", notice(error.text(ask.language), wrong=True), status=403, after=again)


def _person(subject: str) -> Person:
    with reading(records.engine()) as connection:
        found = subjects.user_of_subject(connection, subject)
    if found is None:
        raise PlanError("sign_in.office.unknown", subject=subject)
    return found


def _proved(known: Settings, kept: Mapping[str, str], code: str) -> str:
    """Return who the office's own sign-in vouches for.

    Raises
    ------
    PlanError
        If it cannot be reached, or what it says is not signed by it, for us, now, and for this visit.
    """
    from joserfc import jwt  # noqa: PLC0415 (installed with the option only)
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415

    about = _metadata(known.metadata_url)
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": known.redirect_uri}
    asked |= {"code_verifier": kept["verifier"], "client_id": known.client_id, "client_secret": known.client_secret}
    answer = _fetched(about["token_endpoint"], asked)
    keys: Any = _fetched(about["jwks_uri"])
    try:
        token = jwt.decode(str(answer.get("id_token", "")), KeySet.import_key_set(keys), algorithms=_SIGNED_BY)
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": about["issuer"]},
            aud={"essential": True, "value": known.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": kept["nonce"]},
        )
        rules.validate(token.claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise PlanError("sign_in.office.no") from None
    return subjects.subject_of(str(token.claims["iss"]), str(token.claims["sub"]))


@lru_cache(maxsize=2)
def _metadata(url: str) -> dict[str, str]:
    """Return what the office's own sign-in says of itself."""
    about = _fetched(url)
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(about.get(name), str) for name in names):
        raise PlanMachineError("sign_in.office.unreached")
    return {name: about[name] for name in names}


def _fetched(url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what an address answers, over https; nothing is followed elsewhere."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise PlanMachineError("sign_in.office.unreached")
    try:
        method = "GET" if form is None else "POST"
        answer = requests.request(method, url, data=form, timeout=_PATIENCE_S, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError):
        raise PlanMachineError("sign_in.office.unreached") from None
    if not isinstance(found, dict):
        raise PlanMachineError("sign_in.office.unreached")
    return found


def _sealed(values: Mapping[str, object]) -> str:
    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    return f"{text}.{hmac.new(_KEY, text.encode(), 'sha256').hexdigest()}"


def _unsealed(sealed: str) -> dict[str, str]:
    text, _, seal = sealed.rpartition(".")
    if not hmac.compare_digest(hmac.new(_KEY, text.encode(), "sha256").hexdigest().encode(), seal.encode()):
        return {}
    values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
    return values if values["until"] > time.time() else {}
