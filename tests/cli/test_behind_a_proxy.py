"""A reverse proxy before `lei serve`: whose failed sign-ins count against whom."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_serve import running

MOST_FAILURES = 5


def guessing(address: str) -> Callable[[str], int]:
    """What tries a wrong password for somebody, as it comes by a proxy for an address; answers with the status."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(f"{address}/sign-in", timeout=30).read().decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    form = urllib.parse.urlencode({"form_token": token[1], "email": "ceo@example.com", "password": "wrong"}).encode()

    def guess(on_behalf_of: str) -> int:
        request = urllib.request.Request(f"{address}/sign-in", form, {"X-Forwarded-For": on_behalf_of})  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as caught:
            browser.open(request, timeout=30)
        with caught.value as refused:
            return refused.code

    return guess


def test_who_is_asked_for_by_the_trusted_proxy_waits_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEI_TRUSTED_PROXY", "127.0.0.1")
    with running(tmp_path, "--no-scheduler") as (_, address):
        guess = guessing(address)
        assert [guess("203.0.113.7") for _ in range(MOST_FAILURES + 1)] == [422] * MOST_FAILURES + [429]
        assert guess("203.0.113.8") == 422


def test_nobody_else_is_believed_for_whom_he_asks(tmp_path: Path) -> None:
    with running(tmp_path, "--no-scheduler") as (_, address):
        guess = guessing(address)
        answers = [guess(f"203.0.113.{number}") for number in range(MOST_FAILURES + 1)]
        assert answers == [422] * MOST_FAILURES + [429]
