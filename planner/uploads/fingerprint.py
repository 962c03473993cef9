"""The fingerprint of a file, by which the same file is known again."""

from hashlib import sha256


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes (FIPS 180-4), in hexadecimal."""
    return sha256(content).hexdigest()
