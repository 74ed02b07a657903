"""What goes wrong between us and a real mail server, and that everybody gets one mail all the same, or a reason."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from due_day import DUE, MakeSchedule, MakeWorker, all_deliveries, statuses
from postbox import Postbox, free_port, mail_server

from lei.clock import FixedClock
from lei.delivery.email import SmtpTransport
from lei.services.deliveries.deliver import work_off
from lei.storage.database import Database

ANNA = ("anna@example.com",)


@dataclass
class Unreliable(Postbox):
    """Fails in the middle of a message, as often as told for each recipient: breaks off, or lets us wait."""

    broken_off: dict[str, int] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        """Take the message, or fail as told."""
        (recipient,) = envelope.rcpt_tos
        if self.broken_off.get(recipient, 0):
            self.broken_off[recipient] -= 1
            server.transport.abort()
            return "451 nobody hears this"
        if self.silent.get(recipient, 0):
            self.silent[recipient] -= 1
            await asyncio.sleep(1.2)
            return "451 nobody waits for this"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def unreliable() -> Iterator[Unreliable]:
    """A mail server that can be told to fail."""
    box = Unreliable()
    with mail_server(box):
        yield box


def hasty(url: str) -> SmtpTransport:
    """A transport that waits half a second for each answer."""
    return SmtpTransport("127.0.0.1", int(url.rpartition(":")[2]), None, None, "none", timeout=0.5)


def test_of_ten_recipients_four_fail_in_four_ways_and_everybody_gets_one_mail_or_a_reason(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, unreliable: Unreliable
) -> None:
    people = tuple(f"person{number}@example.com" for number in range(10))
    make_schedule(recipients=people)
    unreliable.refused = {people[1]: "550 5.1.1 No such user", people[3]: "451 4.7.1 Greylisted"}
    unreliable.broken_off = {people[5]: 2}
    unreliable.silent = {people[7]: 1}
    worker = make_worker(transport=hasty(unreliable.url))
    clock.instant = DUE
    work_off(worker)
    assert unreliable.recipients == sorted(set(people) - {people[1], people[3], people[5], people[7]})
    by_recipient = {delivery.recipient: delivery for delivery in all_deliveries(database)}
    for number, said in ((1, "550 5.1.1 No such user."), (3, "451 4.7.1 Greylisted."), (7, "did not answer in time.")):
        assert (by_recipient[people[number]].last_error or "").endswith(said)
    assert "broke off the connection" in (by_recipient[people[5]].last_error or "")

    for minutes in (1, 5, 15, 60, 600):
        clock.instant += timedelta(minutes=minutes)
        work_off(worker)
    assert unreliable.recipients == sorted(set(people) - {people[1], people[3]}), "one each, also after two tries"
    states = statuses(database)
    assert [states[people[number]] for number in (1, 3, 5, 7)] == ["failed", "failed", "sent", "sent"]
    attempts = {delivery.recipient: delivery.attempts for delivery in all_deliveries(database)}
    assert [attempts[people[number]] for number in (0, 1, 3, 5, 7)] == [1, 1, 5, 3, 2]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Somebody whom no machine trusts until it is told to."""
    return trustme.CA()


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """TLS for a server under these names, with a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


class _Implicit(Controller):
    """A server that speaks TLS from the first byte; so does the first connection, which only asks whether it is up."""

    def _trigger_server(self) -> None:
        """Shake hands without looking at the certificate."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.hostname, self.port), 5) as plain, context.wrap_socket(plain) as secure:
            secure.read(4)


@contextmanager
def secured(authority: trustme.CA, kind: str, *names: str) -> Iterator[Postbox]:
    """A mail server with TLS, by STARTTLS or from the first byte; its URL is the one for LEI_SMTP_URL."""
    context = server_context(authority, *names)
    if kind == "starttls":
        with mail_server(tls_context=context, require_starttls=True) as box:
            box.url += "?tls=starttls"
            yield box
        return
    box, port = Postbox(), free_port()
    controller = _Implicit(box, hostname="127.0.0.1", port=port, ssl_context=context)
    controller.start()
    box.url = f"smtps://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()


@pytest.mark.parametrize("kind", ["starttls", "implicit"])
def test_a_certificate_that_is_not_trusted_gets_no_mail_until_it_is(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    make_schedule(recipients=ANNA)
    clock.instant = DUE
    with secured(authority, kind, "127.0.0.1") as box:
        work_off(make_worker(smtp_url=box.url))
        (delivery,) = all_deliveries(database)
        assert (delivery.status, box.mails) == ("pending", [])
        assert "cannot be trusted: " in (delivery.last_error or "")
        assert "self-signed" in (delivery.last_error or "") or "unable to get local issuer" in (
            delivery.last_error or ""
        )

        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        clock.instant += timedelta(minutes=1)
        work_off(make_worker(smtp_url=box.url))
        assert (statuses(database), box.recipients) == ({"anna@example.com": "sent"}, ["anna@example.com"])


def test_a_certificate_of_another_name_gets_no_mail(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    make_schedule(recipients=ANNA)
    clock.instant = DUE
    with secured(authority, "starttls", "mail.elsewhere.example") as box:
        work_off(make_worker(smtp_url=box.url))
        assert (statuses(database), box.mails) == ({"anna@example.com": "pending"}, [])
    assert "mismatch" in (all_deliveries(database)[0].last_error or "")


def test_a_server_that_has_no_tls_gets_no_mail_where_tls_is_asked_for(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, postbox: Postbox
) -> None:
    make_schedule(recipients=ANNA)
    clock.instant = DUE
    work_off(make_worker(smtp_url=f"{postbox.url}?tls=starttls"))
    assert (statuses(database), postbox.mails) == ({"anna@example.com": "pending"}, [])
    assert "STARTTLS extension not supported" in (all_deliveries(database)[0].last_error or "")


def test_a_server_that_refuses_starttls_gets_no_mail(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    scripted: Callable[..., str],
) -> None:
    make_schedule(recipients=ANNA)
    clock.instant = DUE
    url = scripted(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"454 4.7.0 TLS not available now\r\n")
    work_off(make_worker(smtp_url=f"{url}?tls=starttls"))
    (delivery,) = all_deliveries(database)
    assert delivery.status == "pending"
    assert (delivery.last_error or "").endswith("does not go along: 454 4.7.0 TLS not available now.")


def test_a_server_that_breaks_off_while_it_shakes_hands_is_tried_again(
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    scripted: Callable[..., str],
) -> None:
    make_schedule(recipients=ANNA)
    clock.instant = DUE
    url = scripted(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go ahead\r\n")
    work_off(make_worker(smtp_url=f"{url}?tls=starttls"))
    (delivery,) = all_deliveries(database)
    assert (delivery.status, delivery.next_attempt_at) == ("pending", DUE + timedelta(minutes=1))
    assert delivery.last_error is not None


def test_a_server_that_is_slow_is_tried_again_and_named(
    database: Database, clock: FixedClock, make_schedule: MakeSchedule, make_worker: MakeWorker, unreliable: Unreliable
) -> None:
    make_schedule(recipients=ANNA)
    unreliable.silent = {ANNA[0]: 5}
    worker = replace(make_worker(), transport=hasty(unreliable.url))
    clock.instant = DUE
    for minutes in (0, 1, 5, 15, 60):
        clock.instant += timedelta(minutes=minutes)
        work_off(worker)
    (delivery,) = all_deliveries(database)
    assert (delivery.status, delivery.attempts, unreliable.mails) == ("failed", 5, [])
    assert (delivery.last_error or "").endswith("did not answer in time.")
