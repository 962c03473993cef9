"""Sign-in by the office's own accounts, against an issuer of the tests: what is taken, and all that is not."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st

from planner.rights import CONSOLE
from planner.store import subjects
from planner.web import records, sign_in_office
from tests.web.asgi import Answer, Browser

jwk = pytest.importorskip("joserfc.jwk", reason="joserfc is not installed: pip install 'desa-sadar-planner[oidc]'")


class Issuer:
    """Vouches for whoever it is told to."""

    def __init__(self) -> None:
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "k"})
        self.signs_with = self.key
        self.claims: dict[str, object] = {}
        self.asked: list[dict[str, list[str]]] = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def answer(self, content: object) -> None:
                body = json.dumps(content).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                kinds = {"/metadata": issuer.metadata, "/keys": issuer.keys}
                self.answer(kinds[self.path]())

            def do_POST(self) -> None:
                issuer.asked.append(parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()))
                self.answer({"id_token": issuer.token()})

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def metadata(self) -> dict[str, str]:
        ends = {name: f"{self.url}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends}

    def keys(self) -> dict:
        return {"keys": [self.key.as_dict(private=False)]}

    def token(self) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": "RS256", "kid": "k"}, self.claims, self.signs_with)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office_sign_in(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    known = sign_in_office.Settings("us", "secret", f"{issuer.url}/metadata", "http://127.0.0.1:8501/oauth2callback")
    monkeypatch.setattr(sign_in_office, "settings", lambda: known)
    issuer.signs_with = issuer.key
    issuer.asked.clear()
    return issuer


def begun(browser: Browser, issuer: Issuer, path: str = "/masuk-kantor") -> dict[str, str]:
    """Go to the issuer, which makes a good proof; return what it was asked."""
    answer = browser.get(path)
    assert answer.goes_to.startswith(f"{issuer.url}/authorization_endpoint?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.goes_to).query).items()}
    now = int(time.time())
    issuer.claims = {"iss": issuer.url, "aud": "us", "sub": "u-1", "exp": now + 60, "iat": now, "nonce": asked["nonce"]}
    return asked


def back(browser: Browser, asked: dict[str, str]) -> Answer:
    return browser.get(f"/oauth2callback?code=c&state={asked['state']}")


def linked(office, issuer: Issuer, login: str = "planner") -> None:
    subjects.link_subject(office.engine, CONSOLE, login, subjects.subject_of(issuer.url, "u-1"))


def test_a_linked_account_gets_a_session_of_ours_that_can_be_ended(office, server, office_sign_in) -> None:
    linked(office, office_sign_in)
    browser = Browser(server)
    assert "Masuk dengan akun kantor" in browser.get("/masuk?next=%2Fpeta").body
    asked = begun(browser, office_sign_in, "/masuk-kantor?next=%2Fpeta%3Fprovinsi%3D18")
    assert (asked["scope"], asked["code_challenge_method"], asked["client_id"]) == ("openid", "S256", "us")
    answer = back(browser, asked)
    assert (answer.status, answer.goes_to) == (303, "/peta?provinsi=18")
    assert office_sign_in.asked[0]["code"] == ["c"]
    assert len(office_sign_in.asked[0]["code_verifier"][0]) == 43
    assert browser.get("/peta").status == 200
    copied = Browser(server)
    copied.cookies = dict(browser.cookies)
    browser.submit("/keluar")
    assert copied.get("/peta").status == 303


def test_an_account_nobody_linked_is_refused_with_what_the_admin_must_do(office, server, office_sign_in) -> None:
    browser = Browser(server)
    answer = back(browser, begun(browser, office_sign_in))
    assert answer.status == 403
    assert f"planner user subject NAMA_MASUK &quot;{office_sign_in.url} u-1&quot;" in answer.body
    assert records.SESSION not in browser.cookies
    linked(office, office_sign_in)
    office.disable("planner")
    assert back(browser, begun(browser, office_sign_in)).status == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "others"},
        {"exp": 1},
        {"nonce": "other"},
        {"nonce": None},
        {"sub": None},
        {"exp": None},
    ],
)
def test_a_proof_for_others_or_another_time_is_refused(office, server, office_sign_in, claims: dict) -> None:
    linked(office, office_sign_in)
    browser = Browser(server)
    asked = begun(browser, office_sign_in)
    office_sign_in.claims |= claims
    office_sign_in.claims = {name: value for name, value in office_sign_in.claims.items() if value is not None}
    answer = back(browser, asked)
    assert (answer.status, "bukti yang sah" in answer.body) == (403, True)


def test_a_proof_signed_by_somebody_else_is_refused(office, server, office_sign_in) -> None:
    linked(office, office_sign_in)
    browser = Browser(server)
    asked = begun(browser, office_sign_in)
    office_sign_in.signs_with = jwk.RSAKey.generate_key(2048, {"kid": "k"})
    assert back(browser, asked).status == 403
    office_sign_in.signs_with = office_sign_in.key


def test_a_proof_without_a_signature_is_refused(office, server, office_sign_in, monkeypatch) -> None:
    import base64

    linked(office, office_sign_in)
    browser = Browser(server)
    asked = begun(browser, office_sign_in)
    parts = [{"alg": "none"}, office_sign_in.claims]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    monkeypatch.setattr(office_sign_in, "token", lambda: f"{text}.")
    assert back(browser, asked).status == 403


def test_a_state_that_is_missing_foreign_or_old_is_refused(office, server, office_sign_in, monkeypatch) -> None:
    linked(office, office_sign_in)
    browser, other = Browser(server), Browser(server)
    asked = begun(browser, office_sign_in)
    assert "terlalu lama" in back(other, asked).body
    assert browser.get("/oauth2callback?code=c").status == 403
    asked = begun(browser, office_sign_in)
    browser.cookies["planner_office"] = "x" + browser.cookies["planner_office"]
    assert back(browser, asked).status == 403
    asked = begun(browser, office_sign_in)
    later = time.time() + 700
    monkeypatch.setattr(sign_in_office.time, "time", lambda: later)
    assert back(browser, asked).status == 403
    assert office_sign_in.asked == []


def test_no_from_the_issuer_is_no(office, server, office_sign_in) -> None:
    linked(office, office_sign_in)
    browser = Browser(server)
    asked = begun(browser, office_sign_in)
    answer = browser.get(f"/oauth2callback?error=<script>&state={asked['state']}")
    assert (answer.status, "<script>" in answer.body) == (403, False)


@pytest.mark.parametrize("url", ["http://evil.example/metadata", "http://127.0.0.1:9/metadata", "file:///etc/passwd"])
def test_an_issuer_that_is_not_reached_is_told(office, server, monkeypatch, url: str) -> None:
    monkeypatch.setattr(sign_in_office, "settings", lambda: sign_in_office.Settings("us", "s", url, "r"))
    answer = Browser(server).get("/masuk-kantor")
    assert (answer.status, "tidak dapat dihubungi" in answer.body) == (403, True)


def test_without_settings_there_is_no_door(office, server) -> None:
    assert sign_in_office.settings() is None
    assert "akun kantor" not in Browser(server).get("/masuk").body
    for path in ("/masuk-kantor", "/oauth2callback?code=c&state=s"):
        assert "belum diatur" in Browser(server).get(path).body


def test_the_settings_are_those_of_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"client_id": "us", "client_secret": "s", "server_metadata_url": "u", "redirect_uri": "r"}
    monkeypatch.setattr(type(st.secrets), "load_if_toml_exists", lambda _: True)
    for section, known in (({"auth": given}, True), ({"auth": {**given, "client_id": ""}}, False), ({}, False)):
        monkeypatch.setattr(
            type(st.secrets), "get", lambda _, name, default, section=section: section.get(name, default)
        )
        assert (sign_in_office.settings() is not None) is known
