"""Creates, rotates and revokes API keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, NotFoundError, Problem
from lei.services.access.authenticate import SCOPES
from lei.services.access.key_secrets import SHOWN, hash_secret, new_secret
from lei.services.words.names import LONGEST_NAME, refuse_text
from lei.storage.api_keys import ApiKey, NewKey, add_key, find_by_name, replace_secret, revoke_key

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """What a key is held to beyond its scopes. `source`: the only one it may send for; `expires_at`: None for never."""

    source: str | None = None
    expires_at: datetime | None = None


NO_LIMITS = KeyLimits()


def create_key(session: Session, name: str, scopes: Sequence[str], now: datetime, limits: KeyLimits = NO_LIMITS) -> str:
    """Make a key and return its secret, which is stored nowhere and cannot be shown again.

    Raises InvalidError for unknown scopes or none, a name or source that could not be the source of observations, or
    an end that has passed; ConflictError when the name is taken.
    """
    _check_name("name", name, _LONGEST_NAME)
    _check_scopes(scopes)
    if limits.source is not None:
        _check_name("source", limits.source, LONGEST_NAME)
    if limits.expires_at is not None:
        _check_end("expires_at", limits.expires_at, now)
    if find_by_name(session, name) is not None:
        raise ConflictError(
            f"There is already a key named '{name}'. Choose another name: names are kept for the record."
        )
    secret = new_secret()
    found = NewKey(name, secret[:SHOWN], hash_secret(secret), tuple(scopes), limits.source, now, limits.expires_at)
    add_key(session, found)
    return secret


def rotate_key(session: Session, name: str, old_until: datetime, now: datetime) -> str:
    """Give a key a new secret and return it; the present one stays valid until an instant, so that both are live.

    A secret that was still live from the rotation before ends at once: there are never more than two.
    Raises NotFoundError when there is no such key, ConflictError when it was revoked or has expired.
    """
    key = _live_key(session, name, now)
    secret = new_secret()
    replace_secret(session, key.id, secret[:SHOWN], hash_secret(secret), old_until)
    return secret


def _live_key(session: Session, name: str, now: datetime) -> ApiKey:
    key = _key_named(session, name)
    if key.revoked_at is not None:
        raise ConflictError(f"The key '{name}' was revoked already.")
    if key.expires_at is not None and key.expires_at <= now:
        raise ConflictError(f"The key '{name}' has expired; make one under another name.")
    return key


def _key_named(session: Session, name: str) -> ApiKey:
    key = find_by_name(session, name)
    if key is None:
        raise NotFoundError(f"There is no key named '{name}'. `lei key list` shows all.")
    return key


def _check_scopes(scopes: Sequence[str]) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        wrong = f"There is no scope '{unknown[0]}'." if unknown else "A key needs at least one scope."
        detail = f"{wrong} Scopes are: {', '.join(SCOPES)}."
        raise InvalidError(detail, [Problem("scopes", "unknown_scope", detail)])


def _check_end(field: str, end: datetime, now: datetime) -> None:
    if end <= now:
        detail = f"The key would end on {end:%Y-%m-%d}, which has passed."
        raise InvalidError(detail, [Problem(field, "in_the_past", detail)])


def _check_name(field: str, name: str, longest: int) -> None:
    wrong = refuse_text(name)
    if wrong is None and len(name) > longest:
        wrong = "too_long", f"This has {len(name)} characters; at most {longest} are taken."
    if wrong is not None:
        code, message = wrong
        raise InvalidError(f"The {field} of the key cannot be used: {message}", [Problem(field, code, message)])


def revoke(session: Session, name: str, now: datetime) -> None:
    """Revoke a key for good, with both of its secrets.

    Raises NotFoundError when there is no such key, ConflictError when it is revoked already.
    """
    key = _key_named(session, name)
    if key.revoked_at is not None:
        raise ConflictError(f"The key '{name}' was revoked already.")
    revoke_key(session, key.id, now)
