"""Who is signed in, by the signed session cookie; and proof that a form came from our own page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request, session

from lei.errors import ForbiddenError
from lei.services.access.manage_users import SESSION_PERSON, person_of_session
from lei.storage.users import User
from web.site import present_site

_TOKEN = "form_token"  # noqa: S105 - the name of a field

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def signed_in(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """A view for people who are signed in; others are led to the sign-in page."""

    @wraps(view)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        present_person()
        return view(*args, **kwargs)

    return checked


def present_person() -> User:
    """The person who is signed in; raises UnauthenticatedError when nobody is."""
    if "person" not in g:
        with present_site().database.reading() as database_session:
            g.person = person_of_session(database_session, session.get(SESSION_PERSON))
        g.caller_name = g.person.email
    person: User = g.person
    return person


def person_or_none() -> User | None:
    """The person whom this request has found signed in; asks the database for nobody else."""
    person: User | None = g.get("person")
    return person


def begin_session(person: User) -> None:
    """Sign the person in. A new session: nothing of the one before, which somebody else may know, is kept."""
    session.clear()
    session.permanent = True
    session[SESSION_PERSON] = person.id


def end_session() -> None:
    """Sign out."""
    session.clear()


def form_token() -> str:
    """The secret that forms of this session send along."""
    if _TOKEN not in session:
        session[_TOKEN] = secrets.token_urlsafe(32)
    token: str = session[_TOKEN]
    return token


def require_form_token() -> None:
    """Raise ForbiddenError when the form did not come from a page of this session."""
    sent, expected = request.form.get(_TOKEN, ""), session.get(_TOKEN)
    if expected is None or not secrets.compare_digest(sent.encode(), expected.encode()):
        raise ForbiddenError("This form is too old or came from elsewhere. Go back, reload the page and send it again.")
