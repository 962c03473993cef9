"""Logins and passwords: what they may be, and how a password is kept and compared. Nothing here knows a database."""

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from planner.errors import PlanError

SHORTEST: Final = 10
LONGEST: Final = 200
LONGEST_LOGIN: Final = 60
LONGEST_NAME: Final = 120

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
_FEWEST_SIGNS: Final = 4
_COMMON: Final = """
0123456789 1234567890 12345678910 123456789a 1234567891 0987654321 1122334455 1q2w3e4r5t 1qaz2wsx3edc
1234qwerasdf q1w2e3r4t5 qwerty1234 qwerty12345 qwerty123456 qwertyuiop qwertyuiop123 asdfghjkl123 asdfghjkl1
zxcvbnm123 abcdefghij abcd1234abcd abc1234567 password12 password123 password1234 password12345 passwordpassword
passw0rd123 p@ssw0rd123 p@ssword123 admin12345 admin123456 administrator administrator1 adminadmin admin@12345
welcome123 welcome1234 letmein123 iloveyou123 iloveyou12 sayangkamu sayangku123 sayang12345 cintaku123
bismillah123 bismillah1 bismillah12 alhamdulillah alhamdulillah1 allahuakbar subhanallah insyaallah
indonesia1 indonesia123 indonesia1945 merdeka1945 pancasila123 garuda12345 jakarta123 palembang123 lampung123
sumatera123 sumatraselatan sumaterautara bengkulu123 jambi12345 rahasia123 rahasia1234 katasandi123 katasandi1
gantisandi gantisandi123 sandi12345 sandirahasia bpjsketenagakerjaan bpjsketenagakerjaan1 bpjstk12345 bpjstk2026
ketenagakerjaan jamsostek123 jamsostek1234 desasadar123 desasadarjamsostek masuk12345 masukmasuk selamatdatang
selamatpagi komputer123 kantorcabang kantor12345 liverpool123 manchester1 doraemon123 superman123 dragonball1
"""


class Verdict(NamedTuple):
    """Whether a password is right, and its new hash where the kept one is of an older kind."""

    right: bool
    renewed: str | None = None


def login_named(text: str) -> str:
    """Return a login in the form it is kept in.

    Raises
    ------
    PlanError
        If it has other signs than letters, digits, dot, dash, underscore and @, or is too short or too long.
    """
    login = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise PlanError("accounts.login", most=LONGEST_LOGIN)
    return login


def name_given(text: str) -> str:
    """Return the name of a person in one line.

    Raises
    ------
    PlanError
        If it is empty or very long, or holds signs that cannot be shown.
    """
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise PlanError("accounts.name", most=LONGEST_NAME)
    return name


def checked(password: str, login: str) -> str:
    """Return a new password if it may be used; any signs may stand in it, and none must (NIST SP 800-63B, 3.1.1).

    Parameters
    ----------
    password
        As it was typed.
    login
        Whose it will be.

    Raises
    ------
    PlanError
        If it is short, very long, holds the login, or is one of the commonest.
    """
    text = _plain(password)
    if len(text) < SHORTEST:
        raise PlanError("accounts.password.short", least=SHORTEST)
    if len(text) > LONGEST:
        raise PlanError("accounts.password.long", most=LONGEST)
    folded = text.casefold()
    if len(login) > 2 and login in folded and len(folded) < len(login) + SHORTEST:
        raise PlanError("accounts.password.login")
    if folded in _COMMON.split() or len(set(folded)) < _FEWEST_SIGNS:
        raise PlanError("accounts.password.common")
    return password


def hashed(password: str) -> str:
    """Return what is kept of a password: argon2id with a salt of its own (RFC 9106)."""
    return _hasher().hash(_plain(password))


def verified(password: str, known: str | None) -> Verdict:
    """Say whether a password is that of a hash; without a hash the work is the same and the answer no.

    Parameters
    ----------
    password
        As it was typed.
    known
        What is kept; nothing for an account that is not there or has no password yet.
    """
    text = _plain(password[: LONGEST * 4])
    try:
        right, renewed = _hasher().verify_and_update(text, known or _nobody())
    except PwdlibError:  # what is kept is no hash
        return Verdict(right=False)
    return Verdict(right and known is not None, renewed if known is not None else None)


def _plain(password: str) -> str:
    """Return a password in one form, however a keyboard writes its letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
