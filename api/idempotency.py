"""`Idempotency-Key`: a request that is repeated gets the answer that it got the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from lei.errors import ConflictError, InvalidError, Problem
from lei.storage.database import Database
from lei.storage.idempotency import Answer, claimed, find_answer, keep_answer

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


class Repeatable:
    """The present request, if it carries a key: its fingerprint grows while the body is read."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._key = _key_of_request()
        self._digest = hashlib.sha256()
        for part in (request.method, request.path, request.query_string.decode("latin-1"), ""):
            self._digest.update(part.encode() + b"\0")

    def read(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        """The pieces of the body, each taken into the fingerprint on its way."""
        return pieces if self._key is None else self._digested(pieces)

    def _digested(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._digest.update(piece)
            yield piece

    @contextmanager
    def claimed(self, database: Database) -> Iterator[None]:
        """Hold the key while the request is worked on; raises ConflictError while another one does."""
        if self._key is None:
            yield
            return
        with claimed(database, self._owner, self._key) as free:
            if not free:
                raise ConflictError("A request with this Idempotency-Key is still running; repeat it in a moment.")
            yield

    def first_answer(self, session: Session, now: datetime) -> Response | None:
        """The answer that the same request got before.

        Raises InvalidError when the key was used for another request.
        """
        answer = None if self._key is None else find_answer(session, self._owner, self._key, now)
        if answer is None:
            return None
        if answer.fingerprint != self._digest.hexdigest():
            detail = "This Idempotency-Key was used for another request; give every request a key of its own."
            raise InvalidError(detail, [Problem(HEADER, "key_reused", detail)])
        response = Response(answer.body, answer.status, content_type=_content_type(answer.status))
        response.headers["Idempotency-Replayed"] = "true"
        return response

    def keep(self, session: Session, response: Response, now: datetime) -> None:
        """Keep the answer, in the transaction that did the work."""
        if self._key is not None:
            answer = Answer(self._digest.hexdigest(), response.status_code, response.get_data(as_text=True))
            keep_answer(session, self._owner, self._key, answer, now)


def _key_of_request() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        detail = f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters; a UUID will do."
        raise InvalidError(detail, [Problem(HEADER, "invalid", detail)])
    return key


def _content_type(status: int) -> str:
    return "application/problem+json" if status >= 400 else "application/json"  # noqa: PLR2004 - where errors begin
