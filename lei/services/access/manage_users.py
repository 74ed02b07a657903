"""Adds people who sign in, and checks their passwords."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from lei.errors import ConflictError, Problem, UnauthenticatedError, refuse_faults
from lei.storage.users import User, add_user, find_by_email, find_by_id

ROLES = ("viewer", "analyst", "admin")
# Under this name a session that has signed in holds the person's id, for the pages and for the API's documentation.
SESSION_PERSON = "person"
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1000
_LONGEST_EMAIL = 320
_HASH = "scrypt"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+", re.ASCII)


def create_user(session: Session, email: str, role: str, password: str, now: datetime) -> int:
    """Add a person and return the new id.

    Raises InvalidError for an address, role or password that cannot be used, ConflictError when the address is taken.
    """
    problems = [*_email_problems(email), *_role_problems(role), *_password_problems(password)]
    refuse_faults(problems)
    if find_by_email(session, email) is not None:
        raise ConflictError(f"There is already a person with the address {email.lower()}.")
    return add_user(session, email, generate_password_hash(password, _HASH), role, now)


def check_password(session: Session, email: str, password: str) -> User:
    """The person with this address and password; takes as long for an unknown address as for a wrong password.

    Raises UnauthenticatedError, with the same sentence whichever of the two is wrong.
    """
    user = find_by_email(session, email)
    right = check_password_hash(user.password_hash if user else _hash_of_nobody(), password[:_LONGEST_PASSWORD])
    if user is None or not right or user.disabled_at is not None:
        raise UnauthenticatedError("The e-mail address or the password is wrong.")
    return user


def person_of_session(session: Session, user_id: object) -> User:
    """The person whose id a signed session holds.

    Raises UnauthenticatedError when it holds none, or the person may not sign in any more.
    """
    user = find_by_id(session, user_id) if isinstance(user_id, int) else None
    if user is None or user.disabled_at is not None:
        raise UnauthenticatedError("Sign in first.")
    return user


def generate_password() -> str:
    """A password for somebody who did not choose one: 128 random bits."""
    return secrets.token_urlsafe(16)


@cache
def _hash_of_nobody() -> str:
    return generate_password_hash(secrets.token_urlsafe(32), _HASH)


def _email_problems(email: str) -> list[Problem]:
    if len(email) <= _LONGEST_EMAIL and _EMAIL.fullmatch(email):
        return []
    return [Problem("email", "invalid", f"'{email[:_LONGEST_EMAIL]}' is no e-mail address.")]


def _role_problems(role: str) -> list[Problem]:
    if role in ROLES:
        return []
    return [Problem("role", "unknown_role", f"There is no role '{role}'. Roles are: {', '.join(ROLES)}.")]


def _password_problems(password: str) -> list[Problem]:
    if SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        return []
    message = f"A password has {SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters."
    return [Problem("password", "invalid", message)]
