"""`lei branding`: what documents bear, changed piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lei.errors import InvalidError, UnsupportedMediaError
from tests.services.branding.logos import ACCENT, DRAWN, picture

Lei = Callable[..., Result]


def test_what_is_not_named_stays(lei: Lei, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_bytes(DRAWN)
    assert lei("branding", "show").output == "Name    none\nAccent  #1f4e79, that of LEI\nLogo    none\n"
    lei("branding", "set", "--name", "Halden Logistics", "--logo", logo)
    lines = lei("branding", "set", "--accent", ACCENT).output.splitlines()
    assert lines[:2] == ["Name    Halden Logistics", f"Accent  {ACCENT}"]
    assert lines[2].startswith("Logo    image/svg+xml, ")
    bare = lei("branding", "set", "--name", "", "--accent", "", "--no-logo").output
    assert bare == lei("branding", "show").output == "Name    none\nAccent  #1f4e79, that of LEI\nLogo    none\n"


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("logo.png", DRAWN, InvalidError),
        ("logo.gif", picture("GIF", (9, 9)), UnsupportedMediaError),
    ],
)
def test_a_file_that_is_no_logo_changes_nothing(
    lei: Lei, tmp_path: Path, file: str, content: bytes, fault: type[InvalidError]
) -> None:
    (tmp_path / file).write_bytes(content)
    lei("branding", "set", "--name", "Halden", "--logo", tmp_path / file, fails=fault)
    assert lei("branding", "show").output.startswith("Name    none")


def test_a_colour_that_cannot_be_read_is_refused(lei: Lei) -> None:
    refused = lei("branding", "set", "--accent", "#777777", fails=InvalidError)
    assert "4.48:1" in str(refused.exception)
    assert "#767676" in str(refused.exception)
