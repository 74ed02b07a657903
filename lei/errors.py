"""The errors that LEI raises on purpose, each with a sentence that its reader can act on.

One place turns them into HTTP problems (`api/errors.py`), one into exit codes (`lei/cli/errors.py`), one into pages
(`web/errors.py`); none of them knows about the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Of a great many problems this many are told; the counts beside them say how many there are.
LISTED_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field or row of an input.

    `row` counts from 1 and is None where the input has no rows; `hint` says what to do, where we can tell.
    """

    field: str
    code: str
    message: str
    row: int | None = None
    hint: str | None = None


class LeiError(Exception):
    """Base of all errors that are meant for a user. `detail` is a full sentence; `problems` name fields or rows."""

    def __init__(self, detail: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = tuple(problems)


class MalformedError(LeiError):
    """The input cannot be read at all: broken JSON, broken gzip, a wrong encoding."""


class InvalidError(LeiError):
    """The input can be read, but does not mean anything that LEI can do."""


def refuse_faults(problems: Iterable[Problem]) -> None:
    """Raise InvalidError that names all of these and says the first one; where there is none, nothing happens."""
    found = tuple(problems)
    if found:
        raise InvalidError(found[0].message, found)


class NotFoundError(LeiError):
    """What was asked for does not exist."""


class GoneError(LeiError):
    """What was asked for existed once, and was removed or has expired."""


class ConflictError(LeiError):
    """The request contradicts what is stored, or something that is still going on."""


class ChangedMeanwhileError(LeiError):
    """What the caller has seen is not what is stored now: somebody changed it in between."""


class UnseenError(LeiError):
    """The caller does not say which state it has seen, where a change needs that."""


class UnauthenticatedError(LeiError):
    """No key or session, or one that is unknown, revoked or expired."""


class ForbiddenError(LeiError):
    """The key or the person may not do this."""


class TooLargeError(LeiError):
    """The input is over a limit; the sentence names it."""


class UnsupportedMediaError(LeiError):
    """The content type or encoding is not one that this route takes."""


class NotAcceptableError(LeiError):
    """The client takes none of the content types that there are."""


class TooManyError(LeiError):
    """The caller has sent all requests that it may for now; it may go on after so many seconds."""

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds


class UnavailableError(LeiError):
    """Something that LEI leans on (database, mail server) cannot be reached now."""


class EndUnknownError(UnavailableError):
    """The database was lost in the middle of a commit: what was asked for may have been stored, or not."""


class ConfigurationError(LeiError):
    """A setting is unknown or has a value that cannot be used."""


class UsageError(LeiError):
    """A command was called with arguments that do not fit together."""


class DeliveryError(LeiError):
    """A message could not be handed over. `permanent` says that trying again will not help."""

    def __init__(self, detail: str, *, permanent: bool = False) -> None:
        super().__init__(detail)
        self.permanent = permanent


class RenderError(LeiError):
    """A document could not be drawn completely; a part that is silently missing counts as this."""


def said_by_database(error: LeiError) -> str:
    """What the database itself said, as one more sentence for commands and logs: who reads these can mend it."""
    driver = getattr(error.__cause__, "orig", None)
    if not isinstance(error, UnavailableError) or driver is None:
        return ""
    said = " ".join(str(driver).split())
    return f" The database says: {said.rstrip('.')}."
