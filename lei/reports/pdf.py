"""Figures in, PDF bytes out: drawn by WeasyPrint without network or clock; the same figures give the same bytes."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from lei.errors import RenderError
from lei.language import speaking
from lei.paper import A4, known_page_size
from lei.reports.archive_pdf import write_archive
from lei.reports.attachments import Attached, attached_to_owner, attached_to_program, attached_to_scorecard
from lei.reports.branding import LOGO_ADDRESS, Branding, Logo
from lei.reports.figures import ScorecardFigures
from lei.reports.fonts import FAMILY, font_files
from lei.reports.html import SETTINGS, logo_html, scorecard_html, stylesheet
from lei.reports.owner_figures import OwnerFigures
from lei.reports.owner_html import OWNER_SETTINGS, owner_html
from lei.reports.program_figures import ProgramFigures
from lei.reports.program_html import program_html

_VARIANT = "pdf/a-3a"
NO_GLYPH = "\N{WHITE SQUARE}"
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # of a document that nobody keeps
FIRST_PAGE_END = '<div id="end-of-page-1">'  # what stands last on page 1
SYSTEM_PACKAGES = "libpangoft2-1.0-0 libharfbuzz-subset0"
_APT = f"apt-get install -y --no-install-recommends {SYSTEM_PACKAGES}"
# WeasyPrint's library calls keep global state: documents are drawn one by one (use processes to draw in parallel).
_DRAWING = threading.Lock()
_engines: dict[str, _Engine] = {}


@dataclass(frozen=True, slots=True)
class _Engine:
    """What is worth keeping between documents: fonts and parsed style, one per page size."""

    weasyprint: Any
    fonts: Any
    style: Any


@dataclass(frozen=True, slots=True)
class DrawnPdf:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class _Document:
    """What is drawn, and what travels in it; made_at: the instant of its figures.

    html: the document in a setting of page 1. settings: those to try, the roomiest first. boxes: characters that
    nothing here can draw, and the box that stands for each.
    """

    html: Callable[[str], str]
    settings: tuple[str, ...]
    attached: tuple[Attached, ...]
    made_at: datetime
    page_size: str
    logo: Logo | None
    boxes: Mapping[int, str] = field(default_factory=dict)


def render_pdf(figures: ScorecardFigures) -> bytes:
    """The bytes of `draw_pdf`."""
    return draw_pdf(figures).content


def draw_pdf(figures: ScorecardFigures) -> DrawnPdf:
    """The scorecard as a tagged PDF (PDF/A-3a and PDF/UA-1) that carries its figures as JSON and its measures as CSV.

    Raises RenderError when a system library is missing or any part could not be drawn.
    """
    html = partial(scorecard_html, figures)
    # Without programs page 1 has room enough, and nothing to try.
    settings = SETTINGS[:1] if figures.programs is None else SETTINGS
    with speaking(figures.language):
        return _drawn(_document(figures, html, settings, attached_to_scorecard(figures)))


def draw_program_pdf(figures: ProgramFigures) -> DrawnPdf:
    """The report on a program as the same kind of PDF, with its figures as JSON; raises RenderError as `draw_pdf`."""
    html = partial(program_html, figures)
    with speaking(figures.language):
        return _drawn(_document(figures, html, SETTINGS, attached_to_program(figures)))


def draw_owner_pdf(figures: OwnerFigures) -> DrawnPdf:
    """The scorecard of an owner as the same kind of PDF, with its figures as JSON; raises RenderError as `draw_pdf`."""
    html, attached = partial(owner_html, figures), attached_to_owner(figures)
    with speaking(figures.language):
        return _drawn(_document(figures, html, OWNER_SETTINGS, attached))


def check_logo_draws(logo: Logo) -> None:
    """Raise RenderError when documents with this logo could not be drawn."""
    html = logo_html(Branding(logo=logo))
    _drawn(_Document(lambda _setting: html, SETTINGS[:1], (), _ANY_DAY, A4, logo))


def _document(
    figures: ScorecardFigures | ProgramFigures | OwnerFigures,
    html: Callable[[str], str],
    settings: tuple[str, ...],
    attached: tuple[Attached, ...],
) -> _Document:
    return _Document(html, settings, attached, figures.made_at, figures.page_size, figures.branding.logo)


def _drawn(document: _Document) -> DrawnPdf:
    size = known_page_size(document.page_size)
    with _DRAWING, _no_garbage_collection():
        engine = _engine(size)
        drawn, faults = _draw(engine, document)
        if faults.no_glyph:
            # Whatever no font of this machine can draw becomes a box; the attached figures have the text as it is.
            boxes = dict.fromkeys(faults.no_glyph, NO_GLYPH)
            drawn, faults = _draw(engine, replace(document, boxes=boxes))
    if faults.messages:
        raise RenderError(f"The PDF could not be drawn completely: {faults.messages[0]}")
    return drawn


def _draw(engine: _Engine, document: _Document) -> tuple[DrawnPdf, _Faults]:
    with _faults_noted() as faults, _fetching_refused(engine):
        laid_out = _laid_out(engine, document)
        attachments = partial(_attachments, engine.weasyprint, document)
        content = write_archive(laid_out, attachments, pdf_variant=_VARIANT)
    return DrawnPdf(content, len(laid_out.pages)), faults


def _laid_out(engine: _Engine, document: _Document) -> Any:
    """The document in the roomiest setting whose first page holds all that belongs on it, else in the last one."""
    html, logo = "", document.logo
    fetcher = _closed_fetcher({} if logo is None else {LOGO_ADDRESS: _Resource(logo.media_type, logo.content)})
    for setting in document.settings:
        html = document.html(setting).translate(document.boxes)
        if setting == document.settings[-1] or len(_layout(engine, fetcher, _first_page(html)).pages) == 1:
            break
    return _layout(engine, fetcher, html)


def _first_page(html: str) -> str:
    """The document up to the end of what belongs on page 1: to lay that out takes a fraction of the whole."""
    front, _, _ = html.partition(FIRST_PAGE_END)
    return f"{front}</body></html>"


def _layout(engine: _Engine, fetcher: Any, html: str) -> Any:
    return engine.weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        stylesheets=[engine.style], font_config=engine.fonts, pdf_variant=_VARIANT
    )


def check_drawing() -> None:
    """Raise RenderError, with the line that installs it, when a system library for drawing is missing."""
    _weasyprint()


def _engine(page_size: str) -> _Engine:
    if page_size not in _engines:
        weasyprint = _weasyprint()
        fonts = weasyprint.text.fonts.FontConfiguration()
        files = font_files()
        fetcher = _closed_fetcher({path.as_uri(): _Resource("font/ttf", path.read_bytes()) for path in files.values()})
        faces = "".join(
            f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url("{path.as_uri()}"); }}\n'
            for weight, path in files.items()
        )
        style = weasyprint.CSS(string=faces + stylesheet(page_size), font_config=fonts, url_fetcher=fetcher)
        _engines[page_size] = _Engine(weasyprint, fonts, style)
    return _engines[page_size]


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - half a second, and only drawing needs it
        import weasyprint.text.fonts  # noqa: PLC0415
        import weasyprint.urls  # noqa: PLC0415
        from weasyprint.text import ffi  # noqa: PLC0415
    except OSError as error:
        raise RenderError(f"A library for drawing PDFs is missing on this machine ({error}). Run: {_APT}") from error
    if ffi.harfbuzz_subset is None:
        # It would work without, four times slower and with larger files: better to hear of it at once.
        raise RenderError(f"The library libharfbuzz-subset is missing on this machine. Run: {_APT}")
    return weasyprint


@dataclass(frozen=True, slots=True)
class _Resource:
    """What an address stands for."""

    media_type: str
    content: bytes


def _closed_fetcher(allowed: Mapping[str, _Resource]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Gives out what we hand it, and nothing else."""

        def fetch(self, url: str, headers: object = None) -> Any:
            """The resource of that address; any other ends the drawing."""
            if url not in allowed:
                raise FatalURLFetchingError(f"A PDF may not load '{url}'.")
            return URLFetcherResponse(url, allowed[url].content, {"Content-Type": allowed[url].media_type})

    return ClosedFetcher()


def _attachments(weasyprint: Any, document: _Document) -> list[Any]:
    """The data itself, with the instant of the figures: a date of now would make every file another one."""
    return [
        weasyprint.Attachment(
            string=file.text,
            name=file.name,
            description=file.description,
            relationship="Data",
            created=document.made_at,
            modified=document.made_at,
        )
        for file in document.attached
    ]


class _Faults(logging.Handler):
    """Keeps what WeasyPrint only logs: a chart that fails would silently be missing.

    no_glyph: characters that none of the fonts has; their warnings are among the messages, too.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.no_glyph: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.no_glyph.add(int(str(record.args[1])))


@contextmanager
def _faults_noted() -> Iterator[_Faults]:
    logger, handler = logging.getLogger("weasyprint"), _Faults()
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


@contextmanager
def _fetching_refused(engine: _Engine) -> Iterator[None]:
    try:
        yield
    except engine.weasyprint.urls.FatalURLFetchingError as error:
        raise RenderError(str(error)) from error


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Drawing makes many objects that live until its end; looking through them again and again costs a twentieth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
