"""The one-time link of the first account: a key of this process, printed to its terminal, kept nowhere."""

import hmac
import logging
import os
import secrets
import sys
from typing import Final

import streamlit as st

from geodata.errors import DataError
from geodata.texts import LANGUAGES
from planner.texts import t
from planner.web import records
from planner.web.addresses import KEY, PUBLIC_URL, SET_UP


class SetUpKey:
    """A key that is valid until it is used, or the process ends."""

    def __init__(self) -> None:
        self._key: str | None = secrets.token_urlsafe(32)

    def fits(self, text: str) -> bool:
        """Say whether a text is the key."""
        return self._key is not None and hmac.compare_digest(self._key.encode(), text.encode(errors="replace"))

    def use_up(self) -> None:
        """Make the key worthless."""
        self._key = None

    def link(self, base: str) -> str:
        """Return the address with the key; empty once it was used."""
        return f"{base}{SET_UP}?{KEY}={self._key}" if self._key else ""


OURS: Final = SetUpKey()
"""The key of this process."""


def announce() -> None:
    """Print the link to the terminal if there is no account yet; it goes to no log."""
    if _wanted():
        link = OURS.link(base_address())
        lines = [t("sign_in.terminal", language, link=link) for language in LANGUAGES]
        sys.stdout.write("\n".join(["", *lines, "", ""]))
        sys.stdout.flush()


def remind() -> None:
    """Say in the log that there is no account yet; what the terminal shows is kept there, so without the link."""
    if _wanted():
        logging.getLogger(__name__).warning(t("sign_in.no_account_log", "en"))


def base_address() -> str:
    """Return the address of this server as a browser on this machine, or the operator's setting, has it."""
    given = os.environ.get(PUBLIC_URL, "").rstrip("/")
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host = st.get_option("server.address") or "127.0.0.1"
    own = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (compared, not listened on)
    return given or f"{scheme}://{own}:{st.get_option('server.port')}"


def _wanted() -> bool:
    try:
        return records.without_accounts()
    except DataError as error:
        logging.getLogger(__name__).warning(error.text("en"))
        return False
