"""What a request needs from the process that it runs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import current_app

from api.rate_limit import RateLimit
from lei.clock import Clock, day_on
from lei.config import Settings
from lei.storage.database import Database

_KEY = "lei"


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the process that routes may use."""

    database: Database
    settings: Settings
    clock: Clock
    rate_limit: RateLimit = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate_limit", RateLimit(self.settings.rate_limit))

    def today(self) -> date:
        """The present day in the time zone of the organization."""
        return day_on(self.clock, self.settings.timezone)


def keep_context(extensions: dict[str, object], context: Context) -> None:
    """Hand the context to an application."""
    extensions[_KEY] = context


def present_context() -> Context:
    """The context of the application that serves the present request."""
    context = current_app.extensions[_KEY]
    assert isinstance(context, Context)  # noqa: S101 - set in create_app, nothing else has this key
    return context
