"""The secret of an API key: random, and with check digits, so that a slip of the pen is told from an unknown key."""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib

PREFIX = "lei_"
# So much of a secret is stored in plain text, to tell keys apart by.
SHOWN = 12
_RANDOM_BYTES = 32
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}[0-9a-f]{{8}}", re.ASCII)


def new_secret() -> str:
    """A secret of 256 random bits, followed by the CRC-32 of all before it as eight digits."""
    body = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    return body + _check_digits(body)


def is_well_formed(secret: str) -> bool:
    """Whether this can be one of our secrets at all; a letter that is wrong, missing or swapped says no."""
    return _FORM.fullmatch(secret) is not None and secret[-8:] == _check_digits(secret[:-8])


def hash_secret(secret: str) -> str:
    """How a key is kept: SHA-256 suffices, since the secret is 256 random bits and not a word that one can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check_digits(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
