"""Who is asking: an API key becomes a caller with scopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lei.errors import ForbiddenError, UnauthenticatedError
from lei.services.access.key_secrets import hash_secret, is_well_formed
from lei.storage.api_keys import ApiKey, find_by_hash, note_use
from lei.storage.catalogue_stamp import CatalogueStamp
from lei.storage.driver_sql import Asked

SCOPES = ("ingest", "read", "weights", "scorecards", "admin")
_USE_IS_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. The scope `admin` includes all others. `source`: the only one it may send for."""

    name: str
    scopes: frozenset[str]
    source: str | None = None

    def require(self, scope: str) -> None:
        """Raise ForbiddenError when the caller may not do what needs this scope."""
        if scope not in self.scopes and "admin" not in self.scopes:
            raise ForbiddenError(
                f"The key '{self.name}' lacks the scope '{scope}'. Make one that has it: "
                f"lei key create NAME --scope {scope}"
            )


def authenticate(asked: Asked, secret: str, now: datetime) -> tuple[ApiKey, CatalogueStamp]:
    """The key with this secret, and the present stamp of the catalogue, which is found on the way.

    Raises UnauthenticatedError when there is none, or it was revoked, has expired or was replaced by another secret.
    """
    if not is_well_formed(secret):
        raise UnauthenticatedError(
            "This is no API key of LEI: a letter is wrong or missing, or the end was cut off. "
            "Send `Authorization: Bearer <key>` with the key as it was shown."
        )
    found = find_by_hash(asked, hash_secret(secret))
    if found is None:
        raise UnauthenticatedError("This API key is not known. Send `Authorization: Bearer <key>` with a current key.")
    key = found.key
    if key.revoked_at is not None:
        raise UnauthenticatedError(f"The API key '{key.name}' was revoked; ask an administrator for a new one.")
    if key.expires_at is not None and key.expires_at <= now:
        text = f"The API key '{key.name}' expired on {key.expires_at:%Y-%m-%d}; ask an administrator for a new one."
        raise UnauthenticatedError(text)
    if found.by_previous and (key.previous_until is None or key.previous_until <= now):
        text = f"The API key '{key.name}' was rotated, and this is its old secret; send the new one."
        raise UnauthenticatedError(text)
    return key, found.stamp


def use_is_worth_noting(key: ApiKey, now: datetime) -> bool:
    """Whether `last used` is so old that it should be written again; not at every request: reads must not write."""
    return key.last_used_at is None or now - key.last_used_at >= _USE_IS_NOTED_EVERY


def record_use(session: Session, key: ApiKey, now: datetime) -> None:
    """Note that the key was used."""
    note_use(session, key.id, now)
