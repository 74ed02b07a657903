"""Posts scorecards to other systems, signed as Standard Webhooks asks (https://www.standardwebhooks.com).

The host's addresses are looked up once, checked, and the connection goes to the very address that was checked: a name
that answers differently the second time leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from lei.errors import DeliveryError, LeiError

TIMEOUT_SECONDS = 15.0
SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret of the standard begins
_HTTPS = 443
_ANSWERS_TAKEN = range(200, 300)
_ANSWERS_ELSEWHERE = range(300, 400)


class WebhookGoneError(LeiError):
    """The other side says that it wants no more requests (410)."""


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """One request. message_id: the same for every attempt; secret: `whsec_` and base64.

    private_hosts: names that may lie inside the own network; the addresses of all others must be public.
    """

    url: str
    secret: str
    message_id: str
    body: bytes
    private_hosts: Collection[str] = ()
    timeout: float = TIMEOUT_SECONDS


def post_webhook(call: WebhookCall, now: datetime) -> None:
    """Post the body; returns when the other side has taken it (an answer of 200 to 299).

    The whole exchange takes at most `timeout` seconds. Raises WebhookGoneError for 410, and
    DeliveryError for everything else.
    """
    host = urlsplit(call.url).netloc.rpartition("@")[2]
    try:
        status = _status(call, now)
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"The certificate of {host} cannot be trusted: {error.verify_message}.") from error
    except TimeoutError as error:
        raise DeliveryError(f"The webhook at {host} did not answer in time.") from error
    except http.client.HTTPException as error:
        raise DeliveryError(f"The webhook at {host} broke off, or answers what is no HTTP.") from error
    except OSError as error:
        raise DeliveryError(f"The webhook at {host} cannot be reached: {error.strerror or error}.") from error
    if status == HTTPStatus.GONE:
        raise WebhookGoneError(f"The webhook at {host} answers 410: it wants no more requests.")
    if status in _ANSWERS_ELSEWHERE:
        raise DeliveryError(
            f"The webhook at {host} sends us elsewhere ({status}), which is not followed: mend its URL."
        )
    if status not in _ANSWERS_TAKEN:
        raise DeliveryError(f"The webhook at {host} answers {status} instead of 200.")


def signed_headers(call: WebhookCall, now: datetime) -> dict[str, str]:
    """The headers by which the other side knows who sent the body, and when."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(call.secret.removeprefix(SECRET_PREFIX))
    signed = b".".join((call.message_id.encode(), stamp.encode(), call.body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": call.message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}


def url_fault(url: str) -> str | None:
    """Why a text is no address that webhooks can be posted to; None when it is one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is no address"
    if not url.isascii() or not url.isprintable() or " " in url:
        return "has characters that an address cannot have"
    if parts.scheme != "https" or not parts.hostname or port == 0:
        return "does not begin with https:// and a host"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "has a user, a password or a fragment; the signature is what tells who posts"
    return None


def _status(call: WebhookCall, now: datetime) -> int:
    parts = urlsplit(call.url)
    address = _checked_address(parts, call.private_hosts)
    connection = _Pinned(parts, address, call.timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", "User-Agent": "LEI", **signed_headers(call, now)}
    # A limit for each step alone would let a server hold us up for hours, a byte at a time.
    deadline = threading.Timer(call.timeout, connection.break_off)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", path, call.body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        if connection.broken_off:
            raise TimeoutError from error
        raise
    finally:
        deadline.cancel()
        connection.close()
    if connection.broken_off:  # what was read up to then may look like an answer
        raise TimeoutError
    return status


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, whatever the name of the host leads to by now; the certificate is the host's."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        super().__init__(parts.hostname or "", parts.port or _HTTPS, timeout=timeout)
        self._address = address
        self._tls = ssl.create_default_context()
        self.broken_off = False

    def connect(self) -> None:
        """Connect to the address that was checked."""
        self.sock: socket.socket | None = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)

    def break_off(self) -> None:
        """End whatever is going on."""
        self.broken_off = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _checked_address(parts: SplitResult, private_hosts: Collection[str]) -> str:
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, parts.port or _HTTPS, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    inside = [address for address in addresses if not _is_public(address)]
    if inside and host not in private_hosts:
        raise DeliveryError(
            f"The webhook's host {host} leads to {inside[0]}, inside a private network. If that is meant, name the "
            "host in LEI_WEBHOOK_PRIVATE_HOSTS."
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        # What is written as IPv6 and means IPv4 is judged by what it means.
        embedded = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if embedded is not None:
            found = embedded
        elif found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
