"""Sends messages by SMTP.

`LEI_SMTP_URL` is `smtp://user:password@host:587?tls=starttls`, `smtps://user:password@host:465` (TLS from the start) or
`smtp://host:25?tls=none`. User and password are percent-encoded. Without `tls`, `smtp://` uses STARTTLS when there is a
password to protect, and none otherwise. Certificates are checked.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from lei.delivery.prompt_smtp import PromptSmtp, PromptSmtpSsl
from lei.errors import ConfigurationError, DeliveryError

Tls = Literal["starttls", "implicit", "none"]
TIMEOUT_SECONDS = 30.0
_PORTS: dict[Tls, int] = {"starttls": 587, "implicit": 465, "none": 25}
_FIRST_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """A mail server and how to talk to it. `timeout` is for each answer as a whole, in seconds."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: Tls
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: EmailMessage) -> None:
        """Send one message to the recipient in its `To`; returns when the server has taken it.

        Raises DeliveryError. A refusal of the recipient or the message with a code of 500 and more is permanent; that
        the server cannot be reached or does not let us in is not: this is about us, and someone will mend it.
        """
        sender = message["From"].addresses[0].addr_spec
        recipient = message["To"].addresses[0].addr_spec
        with _as_delivery_errors(f"{self.host}:{self.port}", recipient):
            server = self._connected()
            try:
                server.sendmail(sender, [recipient], message.as_bytes())
            finally:
                # The server has taken the message or refused it; how it says goodbye must not change that.
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls == "implicit":
            server: smtplib.SMTP = PromptSmtpSsl(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = PromptSmtp(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                server.starttls(context=context)
            if self.user is not None:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server


def smtp_transport(url: str) -> SmtpTransport:
    """The mail server that LEI_SMTP_URL names.

    Raises ConfigurationError that says what is wrong; the password is never repeated.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ConfigurationError("The port in LEI_SMTP_URL is not a number from 0 to 65535.") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise ConfigurationError("LEI_SMTP_URL must look like smtp://user:password@host:587?tls=starttls.")
    tls = _tls(parts.scheme, parts.query, has_password=bool(parts.username))
    return SmtpTransport(
        host=parts.hostname,
        port=port or _PORTS[tls],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


def _tls(scheme: str, query: str, *, has_password: bool) -> Tls:
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(given) - {"tls"})
    if unknown:
        raise ConfigurationError(f"LEI_SMTP_URL has an unknown parameter '{unknown[0]}'; known is: tls.")
    wanted = given.get("tls")
    if scheme == "smtps":
        if wanted is not None:
            raise ConfigurationError("LEI_SMTP_URL: smtps:// is encrypted from the start; leave `tls` out.")
        return "implicit"
    if wanted is None:
        return "starttls" if has_password else "none"
    if wanted not in ("starttls", "none"):
        raise ConfigurationError(f"LEI_SMTP_URL has tls={wanted}; it must be starttls or none.")
    return "starttls" if wanted == "starttls" else "none"


@contextlib.contextmanager
def _as_delivery_errors(server: str, recipient: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        sentence = f"The mail server {server} refused the recipient {recipient}: {_said(code, reason)}"
        raise DeliveryError(sentence, permanent=code >= _FIRST_PERMANENT) from error
    except smtplib.SMTPAuthenticationError as error:
        sentence = f"The mail server {server} did not accept our user and password: "
        raise DeliveryError(sentence + _said(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPConnectError as error:
        sentence = f"The mail server {server} takes no connections now: {_said(error.smtp_code, error.smtp_error)}"
        raise DeliveryError(sentence) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        refused = "the sender" if isinstance(error, smtplib.SMTPSenderRefused) else "the message"
        sentence = f"The mail server {server} refused {refused}: {_said(error.smtp_code, error.smtp_error)}"
        raise DeliveryError(sentence, permanent=error.smtp_code >= _FIRST_PERMANENT) from error
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"The certificate of {server} cannot be trusted: {error.verify_message}.") from error
    except smtplib.SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise DeliveryError(f"The mail server {server} did not answer in time.") from error
        raise DeliveryError(f"The mail server {server} broke off the connection: {error}.") from error
    except smtplib.SMTPResponseException as error:
        sentence = f"The mail server {server} does not go along: {_said(error.smtp_code, error.smtp_error)}"
        raise DeliveryError(sentence) from error
    except smtplib.SMTPException as error:
        raise DeliveryError(f"The mail server {server} cannot be used as LEI_SMTP_URL says: {error}") from error
    except TimeoutError as error:
        raise DeliveryError(f"The mail server {server} did not answer in time.") from error
    except OSError as error:
        raise DeliveryError(f"The mail server {server} cannot be reached: {error.strerror or error}.") from error


def _said(code: int, reason: bytes | str) -> str:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"{code} {' '.join(text.split())}".rstrip(".") + "."
