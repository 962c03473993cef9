"""Logins and passwords: what they may be, and how they are compared."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.accounts import checked, hashed, login_named, name_given, verified
from planner.errors import PlanError

GOOD = "kuda biru di sawah"


@pytest.mark.parametrize("login", ["siti", "Siti.Aminah", "  budi_1 ", "a@b.co", "ａｎａ", "9x"])
def test_a_login_is_kept_in_one_form(login):
    kept = login_named(login)
    assert kept == login_named(kept)
    assert kept == kept.strip().casefold()


@pytest.mark.parametrize(
    "login", ["", "a", "siti aminah", "x" * 61, "<b>", "a\nb", "a\0b", ".a", "{{7*7}}", "../x", "a'b", "é1"]
)
def test_what_is_no_login_is_refused(login):
    with pytest.raises(PlanError, match="needs 2 to 60 letters") as caught:
        login_named(login)
    assert "tanpa spasi" in caught.value.text("id")


@pytest.mark.parametrize(
    ("password", "told", "indonesian"),
    [
        ("", "too short", "terlalu pendek"),
        ("123456789", "too short", "terlalu pendek"),
        ("x" * 201, "too long", "terlalu panjang"),
        ("siti.aminah", "must not contain the sign-in name", "tidak boleh memuat"),
        ("SITI.AMINAH2026", "must not contain the sign-in name", "tidak boleh memuat"),
        ("Password123", "too common", "terlalu umum"),
        ("bpjsketenagakerjaan", "too common", "terlalu umum"),
        ("aaaaaaaaaaaa", "too common", "terlalu umum"),
        ("1212121212", "too common", "terlalu umum"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(password, told, indonesian):
    with pytest.raises(PlanError, match=told) as caught:
        checked(password, "siti.aminah")
    assert indonesian in caught.value.text("id")


@pytest.mark.parametrize(
    "password", [GOOD, "ten-signs!", "semua huruf kecil saja", "пароль на десять", "🐎🐎🐄🐄🐖🐖🐓🐓🐐🐐"]
)
def test_any_signs_may_stand_in_a_password(password):
    assert checked(password, "siti") == password


def test_a_name_is_one_line():
    assert name_given("  Siti \t Aminah\n") == "Siti Aminah"
    for name in ("", "   ", "x" * 121, "a\u202eb", "a\x1bb"):
        with pytest.raises(PlanError, match="Fill in the person's name") as caught:
            name_given(name)
        assert "Isi nama" in caught.value.text("id")


def test_a_password_is_kept_as_argon2id_with_its_own_salt_and_found_again():
    first, second = hashed(GOOD), hashed(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert verified(GOOD, first) == (True, None)
    assert verified(GOOD + "x", first) == (False, None)


def test_letters_written_in_another_way_are_the_same_password():
    assert verified("cafe\u0301 di kebun", hashed("caf\u00e9 di kebun")).right


def test_an_older_hash_is_renewed():
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(GOOD)
    right, renewed = verified(GOOD, weak)
    assert right
    assert verified(GOOD, renewed) == (True, None)


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$broken", "$2b$12$x"])
def test_without_a_hash_no_password_is_right(kept):
    assert verified(GOOD, kept) == (False, None)
    assert verified("nobody has this password", None) == (False, None)


def test_an_unknown_login_takes_as_long_as_a_wrong_password():
    kept = hashed(GOOD)
    verified("x", None)  # the hash of nobody is made once

    def spent(known):
        start = time.process_time()  # not by the clock: others work on the machine, too
        for _ in range(3):
            verified("wrong password", known)
        return time.process_time() - start

    assert 0.2 < spent(None) / spent(kept) < 5


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_taken_or_refused_for_a_known_reason(text):
    for rule in (login_named, name_given, lambda typed: checked(typed, "siti")):
        with suppress(PlanError):
            assert isinstance(rule(text), str)
