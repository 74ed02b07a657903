"""`lei serve`: web, API and scheduler in one process."""

from __future__ import annotations

import ipaddress
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from lei.cli.context import CommandContext, check_drawing_early, command_context

if TYPE_CHECKING:
    from flask import Flask

_LOG = logging.getLogger("lei.serve")
_SAFE_SECRET_CHARACTERS = 16


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--demo", is_flag=True, help="Fill an empty database with the demo organisation.")
@click.option("--no-scheduler", is_flag=True, help="Leave schedules to `lei worker`.")
def command(host: str, port: int, demo: bool, no_scheduler: bool) -> None:
    """Web, API and scheduler in one process. Sets the database up first; SIGTERM and Ctrl-C stop it."""
    from lei.cli.web_server import listen_on, serve_until_stopped
    from lei.services.set_up import set_up_database

    with command_context(migrated=False) as context, listen_on(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        _warn_when_open(host, context.settings.base_url)
        _warn_when_guessable(context.settings.secret_key)
        check_drawing_early()
        set_up_database(context.database, context.clock.now())
        if demo:
            _load_demo(context, address)
        with _scheduler(context, wanted=not no_scheduler):
            on_ready = partial(_say, f"LEI is ready at {address}")
            serve_until_stopped(_application(context), listener, on_ready, context.settings.trusted_proxy)
    _say("LEI has stopped.")


def _application(context: CommandContext) -> Flask:
    from api.app import create_app
    from api.context import Context
    from web.app import add_pages
    from web.site import Site

    app = create_app(Context(context.database, context.settings, context.clock))
    add_pages(app, Site(context.database, context.settings, context.clock))
    return app


@contextmanager
def _scheduler(context: CommandContext, *, wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    from lei.scheduler.runner import Scheduler

    scheduler = Scheduler(context.database, context.settings, context.clock)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.stop()


def _load_demo(context: CommandContext, address: str) -> None:
    """Load the demo organisation into an empty database and print how to get in: this once only."""
    from lei.services.demo.load_demo import load_demo

    access = load_demo(context.database, context.settings, context.clock.now())
    if access is None:
        return
    _say(f"The demo organisation is loaded. What follows is shown this once:\n  address    {address}")
    _say(f"  sign-in    {access.email}   password {access.password}")
    _say(f"  API key    {access.api_key}")
    _say(f"  scorecard  {access.scorecard_path}")


def _warn_when_open(host: str, base_url: str) -> None:
    if not _is_loopback(host) and not base_url.startswith("https:"):
        _LOG.warning(
            "LEI listens on %s without encryption: put a proxy that speaks https in front of it, and name its "
            "address in LEI_BASE_URL.",
            host,
        )


def _warn_when_guessable(secret_key: str | None) -> None:
    if secret_key is not None and len(secret_key) < _SAFE_SECRET_CHARACTERS:
        _LOG.warning(
            "LEI_SECRET_KEY has only %s characters, so that cookies of a sign-in could be forged: set %s random ones, "
            "or none; LEI then makes a key and keeps it.",
            len(secret_key),
            _SAFE_SECRET_CHARACTERS,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say(text: str) -> None:
    """To stdout at once, also where that is a file or a pipe."""
    click.echo(text)
    sys.stdout.flush()
