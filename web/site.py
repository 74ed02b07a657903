"""What a page needs from the process that it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app

from lei.clock import Clock, day_on
from lei.config import Settings
from lei.storage.database import Database

_KEY = "lei.site"


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of the process that pages may use."""

    database: Database
    settings: Settings
    clock: Clock

    def today(self) -> date:
        """The present day in the time zone of the organization."""
        return day_on(self.clock, self.settings.timezone)


def keep_site(extensions: dict[str, object], site: Site) -> None:
    """Hand the site to an application."""
    extensions[_KEY] = site


def present_site() -> Site:
    """The site of the application that serves the present request."""
    site = current_app.extensions[_KEY]
    assert isinstance(site, Site)  # noqa: S101 - set in add_pages, nothing else has this key
    return site
