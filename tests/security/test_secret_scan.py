"""No secret is tracked, and the scan that says so finds those that are put there."""

import subprocess
from pathlib import Path

import pytest

from tests.security.secret_scan import KNOWN, scan_repository, scan_text

ROOT = Path(__file__).parent.parent.parent

# put together here, so that no scan of this file finds them
_PIECES = {
    "private key": ("-----BEGIN ", "OPENSSH PRIVATE KEY-----"),
    "cloud key": ("key = AKIA", "IOSFODNN7EXAMPL3"),
    "token of a forge": ("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
    "token of a chat": ("xoxb-", "123456789012-abcdefGHIJ"),
    "token of a registry": ("npm_", "a1B2" * 9),
    "key of a service": ("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
    "signed token": ("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0", ".dozjgNryP4J3jVmNHl0w5N"),
    "hash of a password": ("$argon2id$v=19$m=65536,t=3,p=4$", "c29tZXNhbHRzYWx0", "$R3dJbGx1c3RyYXRpb25Pbmx5MTIz"),
    "password in an address": ("postgresql://planner:", "h7Kq2xVb9Lm4Zs@db.example/desa"),
    "value of a secret": ('client_secret = "', 'qT7w-Zx93_pLm2VbN8kR"'),
}
SEEDED = {what: "".join(pieces) for what, pieces in _PIECES.items()}
HARMLESS = [
    'password = "sandi-yang-panjang"',
    "password: str = Field(...)",
    'token = "{{ token }}"',
    'url = "postgresql://planner:planner@localhost/desa"',
    'TOKEN_KEY = "sign_in.password.too_short"',
    'secret = os.environ["PLANNER_SECRET"]',
    "https://example.org/a:b@c",
    'sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
]


def test_no_secret_is_tracked():
    assert scan_repository(ROOT) == []


@pytest.mark.parametrize("what", SEEDED)
def test_a_seeded_secret_is_found_and_not_told(what, tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "settings.toml").write_text(f"# settings\n{SEEDED[what]}\n", encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    found = scan_repository(tmp_path)
    assert ("settings.toml", 2, what) in found
    assert SEEDED[what][-10:] not in str(found)


def test_every_known_form_is_seeded():
    assert set(KNOWN) <= set(SEEDED)


@pytest.mark.parametrize("name", [".env", "a/secrets.toml", "tls.key", "cert.pem", "id_ed25519", "records.sqlite"])
def test_files_of_secrets_are_never_tracked(name, tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x", encoding="utf-8")
    assert scan_repository(tmp_path) == []  # not tracked yet
    subprocess.run(["git", "add", "-f", "."], cwd=tmp_path, check=True)
    assert scan_repository(tmp_path) == [(name, 0, "file that is never tracked")]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_stands_for_a_secret_is_none(text):
    assert list(scan_text(text, "a")) == []
