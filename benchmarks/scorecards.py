"""How much a scorecard costs to draw: processor time beside plain WeasyPrint and Chromium, memory over many, size, two
processes.

Run: `.venv/bin/python benchmarks/scorecards.py [--renders 500] [--pack 40]`. The figures are the sample company's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import weasyprint
from chromium import Chromium, chromium_if_there

from lei.reports.fonts import FAMILY, font_files
from lei.reports.html import scorecard_html, stylesheet
from lei.reports.pdf import draw_pdf
from lei.reports.sample import sample_figures

_ROUNDS = 9
_CHECKPOINTS = (1, 20, 100, 200, 500)


def main() -> None:
    """Print every row of the table in the README."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--renders", type=int, default=500)
    options.add_argument("--pack", type=int, default=40)
    asked = options.parse_args()
    print(f"Python {platform.python_version()}, WeasyPrint {weasyprint.__version__}, {platform.machine()}")
    compare()
    processes(asked.pack)
    # In a process of its own: the other way of drawing leaves its memory behind.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(memory, (asked.renders,))


def compare() -> None:
    """Ours and the straightforward way, in turns, in one process."""
    ways: dict[str, Callable[[], bytes]] = {"LEI": _ours, "bare WeasyPrint": _bare}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for draw in ways.values():
        draw()
    for _ in range(_ROUNDS):
        for name, draw in ways.items():
            begin = time.process_time()
            draw()
            taken[name].append(time.process_time() - begin)
    with chromium_if_there() as browser:
        if browser is not None:
            taken[f"Chromium {browser.version.partition('.')[0]}"] = _printed(browser)
            print(f"memory of Chromium {browser.resident_megabytes():.0f} MB in all its processes")
    for name, seconds in taken.items():
        spread = f"[{min(seconds):.2f} - {max(seconds):.2f}]"
        print(f"{name:<16} {statistics.median(seconds):.2f} {spread} s processor time of {_ROUNDS} rounds")
    ratios = [ours / bare for ours, bare in zip(taken["LEI"], taken["bare WeasyPrint"], strict=True)]
    print(f"ratio            {statistics.median(ratios):.2f} [{min(ratios):.2f} - {max(ratios):.2f}]")
    drawn = draw_pdf(sample_figures())
    print(f"file             {len(drawn.content) / 1000:.0f} kB, {drawn.pages} pages, fonts and attachments in it")


def _printed(browser: Chromium) -> list[float]:
    """Processor seconds of each round in which Chromium, warm, prints the same page."""
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "scorecard.html")
        page.write_text(_page(), encoding="utf-8")
        browser.print_pdf(page)
        for _ in range(_ROUNDS):
            begin = browser.processor_seconds()
            content = browser.print_pdf(page)
            taken.append(browser.processor_seconds() - begin)
    print(f"file of Chromium {len(content) / 1000:.0f} kB")
    return taken


def memory(renders: int) -> None:
    """Resident memory of this process after so many scorecards."""
    for number in range(1, renders + 1):
        _ours()
        if number in _CHECKPOINTS or number == renders:
            print(f"memory           {_resident():.0f} MB after {number} renders")


def processes(pack: int) -> None:
    """A pack by one process and by two."""
    taken = {}
    for workers in (1, 2):
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            pool.map(_one, range(workers * 2), chunksize=1)
            begin = time.perf_counter()
            pool.map(_one, range(pack), chunksize=1)
            taken[workers] = time.perf_counter() - begin
    print(f"pack of {pack:<8} {taken[1]:.1f} s by one process, {taken[2]:.1f} s by two: {taken[1] / taken[2]:.2f} x")


def _one(_number: int) -> int:
    return len(_ours())


def _ours() -> bytes:
    return draw_pdf(sample_figures()).content


def _bare() -> bytes:
    """As the manual shows it: style in the page, everything new for each document, the variable font of the package."""
    content = weasyprint.HTML(string=_page()).write_pdf(pdf_variant="pdf/ua-1")
    assert isinstance(content, bytes)
    return content


def _page() -> str:
    source = Path(_variable_font()).as_uri()
    style = f'@font-face {{ font-family: "{FAMILY}"; font-weight: 100 900; src: url("{source}"); }}{stylesheet("A4")}'
    return scorecard_html(sample_figures()).replace("</head>", f"<style>{style}</style></head>")


def _variable_font() -> str:
    import fontpkg_inter

    return str(Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf")


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    raise OSError("This system does not tell the memory of a process.")


if __name__ == "__main__":
    font_files()
    main()
