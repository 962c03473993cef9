"""Secrets in the tracked files: forms of known keys, and values that nobody would write by hand."""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KNOWN = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "token of a forge": r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,})",
    "token of a chat": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "token of a registry": r"\b(?:pypi-AgEI[\w-]{50,}|npm_[0-9A-Za-z]{36})",
    "key of a service": r"\b(?:sk|rk)[-_](?:live|ant|proj)[-_][\w-]{16,}|\bAIza[\w-]{35}\b",
    "signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "hash of a password": r"\$argon2id?\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{11,}\$[\w+/]{20,}",
    "password in an address": r"://[^\s/:@'\"<>{}]+:(?P<value>[^\s/@'\"<>{}]+)@",
}
ASSIGNED = re.compile(
    r"""(?ix) (?:secret|passwd|password|token|api_?key|access_?key|private_?key|client_secret) \b
    ["']? \s* [:=]{1,2} \s* ["'] (?P<value> [^"'\s{}<>]{12,} ) ["']"""
)
"""A value that is given to something whose name says that it is secret."""
RANDOM_BITS = 3.5
"""Bits a sign from which a value looks drawn by chance (Shannon 1948); words and repeated signs have less."""
BINARY = frozenset({".parquet", ".png", ".jpg", ".ico", ".woff2", ".gz"})
FORBIDDEN = re.compile(r"(^|/)(\.env(\..*)?|secrets\.toml|id_(rsa|ed25519|ecdsa)|.*\.(pem|key|p12|pfx|sqlite|kdbx))$")
"""Names of files that are never tracked."""


class Finding(NamedTuple):
    """Where something stands that looks like a secret; the secret itself is never told."""

    file: str
    line: int
    what: str


def scan_text(text: str, file: str) -> Iterator[Finding]:
    """Yield what looks like a secret in a text."""
    for what, pattern in {**KNOWN, "value of a secret": ASSIGNED}.items():
        for found in re.finditer(pattern, text):
            value = found.groupdict().get("value")
            if value is None or _is_random(value):
                yield Finding(file, text.count("\n", 0, found.start()) + 1, what)


def scan_repository(root: Path) -> list[Finding]:
    """Return what looks like a secret in the tracked files of a folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        if FORBIDDEN.search(name):
            found.append(Finding(name, 0, "file that is never tracked"))
        if (root / name).is_file() and Path(name).suffix not in BINARY:
            found += scan_text((root / name).read_text(encoding="utf-8", errors="replace"), name)
    return found


def _is_random(value: str) -> bool:
    """Say whether a value looks drawn by chance: a word, a name or an address that stands for one does not."""
    counted = Counter(value)
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in counted.values())
    mixed = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", r"\d", r"[^\w\s]"))
    return len(value) >= 12 and bits >= RANDOM_BITS and mixed >= 2 and not re.search(r"[.:/]{1}[a-z]+\.|\s", value)
