"""Scorecards posted to another system: signed as Standard Webhooks asks, and to nowhere that they must not go."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trustme
from due_day import DUE, MakeSchedule, all_deliveries
from flask.testing import FlaskClient
from postbox import free_port
from receiver import Receiver, receiving
from standardwebhooks.webhooks import Webhook as StandardWebhook
from standardwebhooks.webhooks import WebhookVerificationError

from lei.clock import FixedClock
from lei.delivery import webhook
from lei.delivery.webhook import WebhookCall, WebhookGoneError, post_webhook, signed_headers, url_fault
from lei.errors import DeliveryError, InvalidError
from lei.services.access.manage_webhooks import create_webhook, delete_webhook, renew_secret
from lei.services.deliveries.deliver import work_off
from lei.services.workers.worker import Worker
from lei.storage.database import Database
from lei.storage.scorecards import scorecards
from lei.storage.webhooks import read_webhook

MakeWorker = Callable[..., Worker]
HERE = {"webhook_private_hosts": frozenset({"localhost"}), "base_url": "https://lei.example.com"}
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Somebody whom no machine trusts until it is told to."""
    return trustme.CA()


@pytest.fixture
def receiver(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Another system whose certificate is trusted here."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with receiving(authority) as found:
        yield found


@pytest.fixture
def hook(database: Database, clock: FixedClock, receiver: Receiver, make_schedule: MakeSchedule) -> str:
    """A webhook to the receiver and a schedule that uses it; the secret."""
    with database.writing() as session:
        secret = create_webhook(session, "intranet", receiver.url, "pdf", "anna", clock.now()).secret
    make_schedule(recipients=("webhook:intranet", "ben@example.com"))
    clock.instant = DUE
    return secret


def call_to(url: str, **changes: Any) -> WebhookCall:
    """A call with a small body, to a host of the own network that is allowed."""
    return replace(WebhookCall(url, SECRET, "msg_1", b'{"type":"x"}', ("localhost",), 0.4), **changes)


def real_now() -> datetime:
    """The clock on the wall: the official library looks at it."""
    return datetime.now(UTC)


def test_the_official_library_takes_what_is_posted_and_nothing_that_was_changed(receiver: Receiver) -> None:
    call = call_to(receiver.url)
    post_webhook(call, real_now())
    ((path, headers, body),) = receiver.requests
    assert (path, body, headers["content-type"]) == ("/lei?from=tests", b'{"type":"x"}', "application/json")
    assert StandardWebhook(SECRET).verify(body, dict(headers)) == {"type": "x"}
    for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(real_now().timestamp()) + 1)}):
        with pytest.raises(WebhookVerificationError):
            StandardWebhook(SECRET).verify(body, {**headers, **changed})
    with pytest.raises(WebhookVerificationError):
        StandardWebhook(SECRET).verify(body + b" ", dict(headers))
    with pytest.raises(WebhookVerificationError):
        StandardWebhook("whsec_" + base64.b64encode(b"t" * 32).decode()).verify(body, dict(headers))


def test_the_signature_is_that_of_the_official_library() -> None:
    headers = signed_headers(call_to("https://x.example"), NOW)
    assert headers["webhook-signature"] == StandardWebhook(SECRET).sign("msg_1", NOW, '{"type":"x"}')
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", "1795255200")


def test_the_scorecard_comes_with_what_it_is_about(
    database: Database, make_worker: MakeWorker, receiver: Receiver, hook: str
) -> None:
    work_off(make_worker(settings=HERE))
    delivery = next(one for one in all_deliveries(database) if one.recipient == "webhook:intranet")
    assert (delivery.status, delivery.last_error) == ("sent", None)
    ((_, headers, body),) = receiver.requests
    with database.reading() as session:
        stored = session.execute(sa.select(scorecards)).one()
    event = json.loads(body)
    assert event["type"] == "scorecard.published"
    assert event["timestamp"] == "2026-12-01T06:00:00Z"
    data = event["data"]
    assert base64.b64decode(data["pdf_base64"]) == bytes(stored.pdf)
    assert (data["pdf_sha256"], data["scorecard_id"], data["schedule"]) == (stored.pdf_sha256, stored.id, "Board")
    assert (data["period"], data["grain"], data["segment"]) == ("2026-11", "month", {})
    assert headers["webhook-id"] == delivery.message_id.strip("<>").partition("@")[0]
    assert headers["webhook-timestamp"] == str(int(DUE.timestamp()))
    key = StandardWebhook(hook)
    assert key.sign(headers["webhook-id"], DUE, body.decode()) == headers["webhook-signature"]


def test_a_link_instead_of_the_pdf_opens_it(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    receiver: Receiver,
    pages: FlaskClient,
) -> None:
    with database.writing() as session:
        create_webhook(session, "intranet", receiver.url, "link", "anna", clock.now())
    make_schedule(recipients=("webhook:intranet",))
    clock.instant = DUE
    work_off(make_worker(settings=HERE))
    data = json.loads(receiver.requests[0][2])["data"]
    assert "pdf_base64" not in data
    assert data["pdf_url_expires_at"] == "2026-12-15T06:00:00Z"
    answer = pages.get(data["pdf_url"].removeprefix("https://lei.example.com"))
    with database.reading() as session:
        assert answer.data == bytes(session.execute(sa.select(scorecards.c.pdf)).scalar_one())


def test_what_is_not_taken_is_posted_again_under_the_same_id(
    database: Database, clock: FixedClock, make_worker: MakeWorker, receiver: Receiver, hook: str
) -> None:
    receiver.status = 503
    worker = make_worker(settings=HERE)
    work_off(worker)
    (delivery,) = [one for one in all_deliveries(database) if one.recipient == "webhook:intranet"]
    assert (delivery.status, delivery.next_attempt_at) == ("pending", DUE + timedelta(minutes=1))
    assert delivery.last_error == f"The webhook at localhost:{receiver.port} answers 503 instead of 200."
    receiver.status = 200
    clock.instant = DUE + timedelta(minutes=1)
    work_off(worker)
    assert [one.status for one in all_deliveries(database)] == ["sent", "sent"]
    (_, first, body), (_, second, again) = receiver.requests
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60


def test_410_ends_the_webhook_until_it_gets_a_new_secret(
    database: Database, clock: FixedClock, make_worker: MakeWorker, receiver: Receiver, hook: str
) -> None:
    receiver.status = 410
    worker = make_worker(settings=HERE)
    work_off(worker)
    gone = f"The webhook at localhost:{receiver.port} answers 410: it wants no more requests."
    states = {one.recipient: (one.status, one.last_error) for one in all_deliveries(database)}
    assert states == {"webhook:intranet": ("failed", f"{gone} It is disabled now."), "ben@example.com": ("sent", None)}
    clock.instant = DUE + timedelta(days=31)
    work_off(worker)
    assert len(receiver.requests) == 1, "nobody asks a second time"
    assert all_deliveries(database)[2].last_error == f"The webhook 'intranet' is disabled: {gone}"
    with database.writing() as session:
        assert renew_secret(session, "intranet") != hook
    receiver.status = 200
    clock.instant = DUE + timedelta(days=65)
    work_off(worker)
    assert all_deliveries(database)[4].status == "sent"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, f"https://localhost:{receiver.port}/elsewhere"
    with pytest.raises(DeliveryError, match=r"sends us elsewhere \(302\), which is not followed"):
        post_webhook(call_to(receiver.url), NOW)
    assert [path for path, _, _ in receiver.requests] == ["/lei?from=tests"]


@pytest.mark.parametrize("status", [199, 300, 400, 401, 404, 429, 500])
def test_everything_but_200_to_299_is_a_no(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError) as caught:
        post_webhook(call_to(receiver.url), NOW)
    assert not caught.value.permanent


def test_an_answer_that_never_ends_is_not_waited_for(receiver: Receiver) -> None:
    receiver.drip = True
    with pytest.raises(DeliveryError, match="did not answer in time"):
        post_webhook(call_to(receiver.url), NOW)


def test_a_server_that_never_shakes_hands_is_not_waited_for() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(DeliveryError, match="did not answer in time"),
    ):
        post_webhook(call_to(f"https://localhost:{listener.getsockname()[1]}/"), NOW)


def test_a_certificate_that_is_not_trusted_gets_nothing(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    with pytest.raises(DeliveryError, match="cannot be trusted"):
        post_webhook(call_to(receiver.url), NOW)
    assert receiver.requests == []


def test_a_certificate_of_another_name_gets_nothing(receiver: Receiver) -> None:
    url = f"https://127.0.0.1:{receiver.port}/"
    with pytest.raises(DeliveryError, match="cannot be trusted"):
        post_webhook(call_to(url, private_hosts=("127.0.0.1",)), NOW)
    assert receiver.requests == []


def test_nobody_listens() -> None:
    with pytest.raises(DeliveryError, match="cannot be reached: Connection refused"):
        post_webhook(call_to(f"https://localhost:{free_port()}/"), NOW)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
    ],
)
def test_what_lies_inside_is_not_reached_unless_its_name_is_allowed(host: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        post_webhook(call_to(f"https://{host}:9/", private_hosts=("elsewhere.example",)), NOW)
    assert "inside a private network" in caught.value.detail
    assert "LEI_WEBHOOK_PRIVATE_HOSTS" in caught.value.detail


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*_: Any, **__: Any) -> Sequence[Any]:
        return [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.5")]

    monkeypatch.setattr(webhook.socket, "getaddrinfo", answers)
    with pytest.raises(DeliveryError, match=r"leads to 10\.0\.0\.5"):
        post_webhook(call_to("https://rebind.example/"), NOW)


def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def answers_once(host: str, port: int, *_: Any, **__: Any) -> Sequence[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if host == "localhost" and len(asked) == 1 else host, port))]

    monkeypatch.setattr(webhook.socket, "getaddrinfo", answers_once)
    post_webhook(call_to(receiver.url), NOW)
    assert asked[0] == "localhost"
    assert "localhost" not in asked[1:], "nobody asks for the name a second time"


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://hooks.example.com/lei", None),
        ("https://hooks.example.com:8443/?a=b", None),
        ("http://hooks.example.com/", "does not begin with https://"),
        ("ftp://hooks.example.com/", "does not begin with https://"),
        ("https:///lei", "does not begin with https://"),
        ("https://hooks.example.com:0/", "does not begin with https://"),
        ("https://hooks.example.com:99999/", "is no address"),
        ("https://me:secret@hooks.example.com/", "has a user"),
        ("https://hooks.example.com/\r\nX-Evil: 1", "has characters"),
        ("https://hooks.example.com/a b", "has characters"),
        ("https://bücher.example/", "has characters"),
    ],
)
def test_which_addresses_can_be_posted_to(url: str, fault: str | None) -> None:
    found = url_fault(url)
    assert found is None if fault is None else found is not None and fault in found


def test_a_schedule_names_only_webhooks_that_there_are_and_a_deleted_one_fails(
    *,
    database: Database,
    clock: FixedClock,
    make_schedule: MakeSchedule,
    make_worker: MakeWorker,
    receiver: Receiver,
    hook: str,
) -> None:
    with pytest.raises(InvalidError, match="There is no webhook 'nobody'"):
        make_schedule(name="Other", recipients=("webhook:nobody",))
    with database.writing() as session:
        delete_webhook(session, "intranet")
    work_off(make_worker(settings=HERE))
    assert all_deliveries(database)[0].last_error == "There is no webhook 'intranet' any more."
    assert all_deliveries(database)[0].status == "failed"
    assert receiver.requests == []


def test_the_secret_is_shown_once(api: Callable[..., Any], database: Database) -> None:
    body = {"name": "intranet", "url": "https://hooks.example.com/lei"}
    made = api("POST", "/webhooks", json=body)
    assert made.status_code == 201
    secret = made.get_json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    shown = api("GET", "/webhooks/intranet").get_json()
    assert shown == {
        **body,
        "content": "pdf",
        "created_at": "2026-11-21T10:00:00Z",
        "created_by": "anna",
        "disabled_at": None,
        "disabled_because": None,
    }
    assert secret not in api("GET", "/webhooks").text
    assert api("POST", "/webhooks", json=body).status_code == 409
    renewed = api("POST", "/webhooks/intranet/renew-secret").get_json()["secret"]
    with database.reading() as session:
        stored = read_webhook(session, "intranet")
    assert stored is not None
    assert stored.secret == renewed != secret
    assert api("DELETE", "/webhooks/intranet").status_code == 204
    assert api("GET", "/webhooks/intranet").status_code == 404
    wrong = api("POST", "/webhooks", json={"name": "In tranet", "url": "http://hooks.example.com"})
    assert [one["field"] for one in wrong.get_json()["errors"]] == ["name", "url"]


def test_gone_is_told_apart(receiver: Receiver) -> None:
    receiver.status = 410
    with pytest.raises(WebhookGoneError):
        post_webhook(call_to(receiver.url), NOW)
