"""Prints pages with headless Chromium, warm, to stand beside our own drawing.

Needs the system's `chromium`, and `playwright` from the `bench` dependencies.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # as root it starts no other way
)
_TICKS = os.sysconf("SC_CLK_TCK")


class Chromium:
    """A browser that stays open: what it prints costs no start."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        if executable is None:
            raise FileNotFoundError("There is no Chromium on this machine; on Debian: apt-get install chromium.")
        self._browser = self._playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        self._page: Any = self._browser.new_page()
        self.version: str = self._browser.version

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def print_pdf(self, page: Path, page_size: str = "A4") -> bytes:
        """The page as PDF, tagged and with an outline, as Chromium can; from a file, so that it loads local fonts."""
        self._page.goto(page.as_uri(), wait_until="load")
        content: bytes = self._page.pdf(
            format=page_size, prefer_css_page_size=True, print_background=True, tagged=True, outline=True
        )
        return content

    def processor_seconds(self) -> float:
        """What all processes of the browser have computed so far; those that have ended are not in it."""
        return sum(_computed(pid) for pid in _descendants(os.getpid()))

    def resident_megabytes(self) -> float:
        """Memory of all its processes together; pages that they share count once for each."""
        return sum(_resident(pid) for pid in _descendants(os.getpid()))


def _descendants(parent: int) -> Iterator[int]:
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _descendants(int(child))


def _computed(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))


@contextmanager
def chromium_if_there() -> Iterator[Chromium | None]:
    """A browser, or None with a word about what is missing."""
    try:
        browser = Chromium()
    except (ImportError, FileNotFoundError) as error:
        print(f"without Chromium: {error}")
        yield None
        return
    with browser:
        yield browser
