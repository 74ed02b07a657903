"""People are added once, by address, and sign in with their own password only."""

from __future__ import annotations

import pytest

from lei.clock import FixedClock
from lei.errors import ConflictError, InvalidError, UnauthenticatedError
from lei.services.access.manage_users import check_password, create_user, generate_password
from lei.storage.database import Database
from lei.storage.users import all_users, find_by_email

PASSWORD = "correct horse battery"


def test_a_person_signs_in_whatever_the_capitals_of_the_address(database: Database, clock: FixedClock) -> None:
    with database.writing() as session:
        user_id = create_user(session, "Ada@Example.org", "analyst", PASSWORD, clock.now())
    with database.reading() as session:
        user = check_password(session, "ADA@example.org", PASSWORD)
    assert (user.id, user.email, user.role) == (user_id, "ada@example.org", "analyst")


def test_the_password_is_not_stored(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.writing() as session:
        create_user(session, "ada@example.org", "viewer", PASSWORD, clock.now())
        stored = find_by_email(session, "ada@example.org")
    assert stored is not None
    assert PASSWORD not in stored.password_hash
    assert stored.password_hash.startswith("scrypt:")


@pytest.mark.parametrize(("email", "password"), [("ada@example.org", "wrong horse battery"), ("eve@x.org", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_sound_the_same(
    sqlite_database: Database, clock: FixedClock, email: str, password: str
) -> None:
    with sqlite_database.writing() as session:
        create_user(session, "ada@example.org", "viewer", PASSWORD, clock.now())
        with pytest.raises(UnauthenticatedError, match="The e-mail address or the password is wrong"):
            check_password(session, email, password)


def test_an_address_is_taken_once(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.writing() as session:
        create_user(session, "ada@example.org", "viewer", PASSWORD, clock.now())
        with pytest.raises(ConflictError, match=r"ada@example\.org"):
            create_user(session, "ADA@example.org", "admin", PASSWORD, clock.now())
        assert len(all_users(session)) == 1


@pytest.mark.parametrize(
    ("email", "role", "password", "field"),
    [
        ("nobody", "viewer", PASSWORD, "email"),
        ("a b@c.org", "viewer", PASSWORD, "email"),
        ("a@b.org", "owner", PASSWORD, "role"),
        ("a@b.org", "viewer", "short", "password"),
    ],
)
def test_what_cannot_be_used_is_named(
    sqlite_database: Database, clock: FixedClock, email: str, role: str, password: str, field: str
) -> None:
    with sqlite_database.writing() as session, pytest.raises(InvalidError) as raised:
        create_user(session, email, role, password, clock.now())
    assert [problem.field for problem in raised.value.problems] == [field]


def test_a_generated_password_can_be_used() -> None:
    assert len(generate_password()) >= 20
    assert generate_password() != generate_password()
