"""Creates and revokes API keys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, NotFoundError, Problem
from lei.services.authenticate import SCOPES, hash_secret
from lei.services.observation_rows import refuse_text
from lei.storage.api_keys import add_key, find_by_name, revoke_key

_PREFIX_LENGTH = 12
_LONGEST_NAME = 100


def create_key(session: Session, name: str, scopes: Sequence[str], now: datetime) -> str:
    """Make a key and return its secret, which is stored nowhere and cannot be shown again.

    Raises InvalidError for unknown scopes or none, or a name that could not be the source of observations,
    ConflictError when the name is taken.
    """
    _check_name(name)
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        wrong = f"There is no scope '{unknown[0]}'." if unknown else "A key needs at least one scope."
        detail = f"{wrong} Scopes are: {', '.join(SCOPES)}."
        raise InvalidError(detail, [Problem("scopes", "unknown_scope", detail)])
    if find_by_name(session, name) is not None:
        raise ConflictError(
            f"There is already a key named '{name}'. Choose another name: names are kept for the record."
        )
    secret = f"lei_{secrets.token_urlsafe(32)}"
    add_key(session, name, secret[:_PREFIX_LENGTH], hash_secret(secret), scopes, now)
    return secret


def _check_name(name: str) -> None:
    wrong = refuse_text(name)
    if wrong is None and len(name) > _LONGEST_NAME:
        wrong = "too_long", f"This has {len(name)} characters; at most {_LONGEST_NAME} are taken."
    if wrong is not None:
        code, message = wrong
        raise InvalidError(f"The name of the key cannot be used: {message}", [Problem("name", code, message)])


def revoke(session: Session, name: str, now: datetime) -> None:
    """Revoke a key for good.

    Raises NotFoundError when there is no such key, ConflictError when it is revoked already.
    """
    key = find_by_name(session, name)
    if key is None:
        raise NotFoundError(f"There is no key named '{name}'. `lei key list` shows all.")
    if key.revoked_at is not None:
        raise ConflictError(f"The key '{name}' was revoked already.")
    revoke_key(session, key.id, now)
