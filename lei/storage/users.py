"""People who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lei.storage.tables import Instant, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),  # in lower case
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),  # viewer | analyst | admin
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant, nullable=True),
)


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in; the password itself is not stored. `email` is in lower case."""

    id: int
    email: str
    password_hash: str
    role: str
    created_at: datetime
    disabled_at: datetime | None


def find_by_email(session: Session, email: str) -> User | None:
    """The person with this address, however it is capitalised."""
    return _one(session, users.c.email == email.lower())


def find_by_id(session: Session, user_id: int) -> User | None:
    """The person with this id."""
    return _one(session, users.c.id == user_id)


def all_users(session: Session) -> list[User]:
    """Everybody, disabled people too, oldest first."""
    return [User(**row._mapping) for row in session.execute(sa.select(users).order_by(users.c.id))]


def add_user(session: Session, email: str, password_hash: str, role: str, now: datetime) -> int:
    """Store a person; the new id."""
    values = {"email": email.lower(), "password_hash": password_hash, "role": role, "created_at": now}
    return int(session.execute(sa.insert(users).values(**values).returning(users.c.id)).scalar_one())


def _one(session: Session, condition: sa.ColumnElement[bool]) -> User | None:
    row = session.execute(sa.select(users).where(condition)).one_or_none()
    return None if row is None else User(**row._mapping)
