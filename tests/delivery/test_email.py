"""SMTP: how LEI_SMTP_URL is read, and what becomes of each way that a server can refuse."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from postbox import Postbox, free_port

from lei.config import load_settings
from lei.delivery.email import SmtpTransport, Tls, smtp_transport
from lei.delivery.outbox import OutboxTransport
from lei.delivery.registry import transport_for
from lei.errors import ConfigurationError, DeliveryError


@pytest.fixture
def message() -> EmailMessage:
    """A short message to Anna."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "LEI <lei@example.com>", "anna@example.com", "Hello"
    message["Message-ID"] = "<1@example.com>"
    message.set_content("Hello, Anna.")
    return message


def refusal(transport: SmtpTransport, message: EmailMessage) -> DeliveryError:
    """The error of an attempt to send."""
    with pytest.raises(DeliveryError) as caught:
        transport.send(message)
    return caught.value


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", SmtpTransport("mail.example.com", 25, None, None, "none")),
        ("smtp://mail.example.com:2525?tls=none", SmtpTransport("mail.example.com", 2525, None, None, "none")),
        ("smtp://mail.example.com?tls=starttls", SmtpTransport("mail.example.com", 587, None, None, "starttls")),
        ("smtp://me:secret@mail.example.com", SmtpTransport("mail.example.com", 587, "me", "secret", "starttls")),
        ("smtps://me:secret@mail.example.com", SmtpTransport("mail.example.com", 465, "me", "secret", "implicit")),
        (
            "smtps://me%40example.com:p%3Aa%2Fss%40@mail.example.com",
            SmtpTransport("mail.example.com", 465, "me@example.com", "p:a/ss@", "implicit"),
        ),
        ("smtp://[::1]:2525", SmtpTransport("::1", 2525, None, None, "none")),
    ],
)
def test_the_url_says_where_and_how(url: str, expected: SmtpTransport) -> None:
    assert smtp_transport(url) == expected


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("smtp://mail.example.com?tls=yes", "tls=yes; it must be starttls or none"),
        ("smtp://mail.example.com?ssl=1", "unknown parameter 'ssl'"),
        ("smtps://mail.example.com?tls=starttls", "leave `tls` out"),
        ("smtp://me:topsecret@mail.example.com:99999", "port in LEI_SMTP_URL is not a number"),
        ("smtp://mail.example.com/inbox", "must look like"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_the_password(url: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        smtp_transport(url)
    assert sentence in caught.value.detail
    assert "topsecret" not in caught.value.detail


def test_the_settings_choose_the_transport(tmp_path: Path) -> None:
    data_dir = {"LEI_DATA_DIR": str(tmp_path)}
    assert transport_for(load_settings(data_dir)) == OutboxTransport(tmp_path / "outbox")
    by_mail = transport_for(load_settings({**data_dir, "LEI_SMTP_URL": "smtps://mail.example.com"}))
    assert by_mail == SmtpTransport("mail.example.com", 465, None, None, "implicit")


def test_a_message_reaches_its_recipient(postbox: Postbox, message: EmailMessage) -> None:
    smtp_transport(postbox.url).send(message)
    ((recipients, received),) = postbox.mails
    assert recipients == ["anna@example.com"]
    assert received.get_content().strip() == "Hello, Anna."


@pytest.mark.parametrize(("answer", "permanent"), [("550 No such user", True), ("450 Mailbox busy", False)])
def test_a_refused_recipient(postbox: Postbox, message: EmailMessage, answer: str, permanent: bool) -> None:
    postbox.refused["anna@example.com"] = answer
    error = refusal(smtp_transport(postbox.url), message)
    assert error.detail.endswith(f"refused the recipient anna@example.com: {answer}.")
    assert error.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 Looks like spam", True), ("452 Disk full", False)])
def test_a_refused_message(postbox: Postbox, message: EmailMessage, answer: str, permanent: bool) -> None:
    postbox.data_answer = answer
    error = refusal(smtp_transport(postbox.url), message)
    assert error.detail.endswith(f"refused the message: {answer}.")
    assert error.permanent is permanent


def test_nobody_listens(message: EmailMessage) -> None:
    error = refusal(smtp_transport(f"smtp://127.0.0.1:{free_port()}"), message)
    assert error.detail.endswith("cannot be reached: Connection refused.")
    assert not error.permanent


def test_an_unknown_host(message: EmailMessage) -> None:
    error = refusal(smtp_transport("smtp://no-such-host.invalid"), message)
    assert error.detail.startswith("The mail server no-such-host.invalid:25 cannot be reached: ")
    assert not error.permanent


def test_a_server_without_starttls_gets_no_password(postbox: Postbox, message: EmailMessage) -> None:
    error = refusal(smtp_transport(postbox.url.replace("//", "//me:secret@")), message)
    assert "cannot be used as LEI_SMTP_URL says" in error.detail
    assert not error.permanent
    assert postbox.mails == []


@pytest.fixture
def guarded() -> Iterator[tuple[Postbox, str]]:
    """A mail server that wants a user and a password, and its host and port."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"me", b"p:ss")
        return AuthResult(success=right, handled=False)

    box, port = Postbox(), free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    yield box, f"127.0.0.1:{port}"
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_user_and_password(guarded: tuple[Postbox, str], message: EmailMessage) -> None:
    box, server = guarded
    smtp_transport(f"smtp://me:p%3Ass@{server}?tls=none").send(message)
    assert box.recipients == ["anna@example.com"]
    error = refusal(smtp_transport(f"smtp://me:wrong@{server}?tls=none"), message)
    assert "did not accept our user and password: 535" in error.detail
    assert not error.permanent, "a wrong password is about us: whoever mends it loses no mail"
    assert "wrong" not in error.detail


def test_a_server_that_breaks_off_in_the_middle(message: EmailMessage, scripted: Callable[..., str]) -> None:
    error = refusal(smtp_transport(scripted(b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n")), message)
    assert "broke off the connection" in error.detail
    assert not error.permanent


def test_a_server_that_takes_no_connections_now(message: EmailMessage, scripted: Callable[..., str]) -> None:
    error = refusal(smtp_transport(scripted(b"421 too busy\r\n")), message)
    assert error.detail.endswith("takes no connections now: 421 too busy.")
    assert not error.permanent


def test_a_server_that_never_answers(message: EmailMessage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = SmtpTransport("127.0.0.1", listener.getsockname()[1], None, None, "none", timeout=0.05)
        error = refusal(transport, message)
    assert error.detail.endswith("did not answer in time.")
    assert not error.permanent


@pytest.mark.parametrize("tls", ["none", "implicit"])
def test_a_server_that_sends_its_answer_byte_by_byte_for_ever(
    message: EmailMessage, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    with authority.cert_pem.tempfile() as trusted, socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(certificate)
        dripping = threading.Thread(target=_drip, args=(listener, certificate if tls == "implicit" else None))
        dripping.start()
        transport = SmtpTransport("127.0.0.1", listener.getsockname()[1], None, None, tls, timeout=0.5)
        begin = time.monotonic()
        error = refusal(transport, message)
        took = time.monotonic() - begin
        dripping.join(timeout=30)
    assert error.detail.endswith("did not answer in time.")
    assert not error.permanent
    assert took < 10


def _drip(listener: socket.socket, certificate: ssl.SSLContext | None) -> None:
    """One byte every tenth of a second, until the other side goes; a minute at most."""
    connection, _ = listener.accept()
    with contextlib.suppress(OSError), connection:
        talking = certificate.wrap_socket(connection, server_side=True) if certificate else connection
        with talking:
            for _ in range(600):
                talking.sendall(b"2")
                time.sleep(0.1)


def test_the_outbox_keeps_the_whole_message_under_a_name_that_sorts(tmp_path: Path, message: EmailMessage) -> None:
    message["Date"] = "Mon, 02 Nov 2026 06:00:00 +0000"
    outbox = OutboxTransport(tmp_path / "outbox")
    outbox.send(message)
    outbox.send(message)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name.startswith("2026-11-02T0600_anna@example.com_")
    assert file.suffix == ".eml"
    assert file.read_bytes() == message.as_bytes()


def test_an_outbox_that_cannot_be_written_to(tmp_path: Path, message: EmailMessage) -> None:
    message["Date"] = "Mon, 02 Nov 2026 06:00:00 +0000"
    (tmp_path / "outbox").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(DeliveryError, match="could not be written to the outbox folder"):
        OutboxTransport(tmp_path / "outbox").send(message)
