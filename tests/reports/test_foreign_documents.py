"""No text of a document is forgotten: drawn in a made-up language, nothing English is left but names from the data.

The language writes every text in full-width letters. Whatever is still written in plain ones was never translated.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from hostile import hostile_owner, hostile_program, hostile_scorecard

from lei.delivery.message import write_message
from lei.language import speaking
from lei.periods import parse_period
from lei.reports.figures import Remark, Restated, ScorecardFigures, to_json
from lei.reports.html import scorecard_html
from lei.reports.owner_figures import OwnerFigures
from lei.reports.owner_html import owner_html
from lei.reports.program_figures import ProgramFigures
from lei.reports.program_html import program_html
from lei.reports.sample import sample_figures
from lei.reports.sample_owner import sample_owner
from lei.reports.sample_program import sample_program
from lei.reports.sample_programs import sample_with_programs
from lei.services.chain.draw_program_report import ProgramRequest, read_program_figures
from lei.services.deliveries.compose_letter import compose_letter
from lei.services.deliveries.signed_links import PdfLink
from lei.services.owner_mail.compose_owner_letter import compose_owner_letter
from lei.services.owners.draw_owner_scorecard import DrawnOwner, read_owner_figures
from lei.services.owners.read_owner import OwnerRequest
from lei.services.programs.missing_sign_offs import owners_of
from lei.services.scorecards.scorecard_figures import build_figures
from lei.services.scorecards.scorecard_request import ScorecardRequest
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.deliveries import Delivery
from lei.storage.programs import list_programs
from lei.storage.runs import RunKind
from lei.storage.scorecards import ScorecardSummary, StoredScorecard
from lei.storage.sources import sources

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
_WORD = re.compile(r"[A-Za-z]{2,}")
# Keys of measures and profiles; names of ours, of time zones, of currencies; what Babel writes: months and `and`.
_NO_TEXTS = re.compile(
    r"\b([a-z0-9]+(_[a-z0-9]+)+|LEI|UTC|EUR|Europe/Berlin|and"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
)
_CODE = re.compile(r"[a-z0-9_-]+")  # of a setting or a key: as a name it would hide English words
# Fields of figures that hold keys, not texts.
_KEYS = {"key", "band", "grade", "status", "kind", "pillar", "dimension", "grain", "period", "language", "page_size"}
_KEYS |= {"mark", "accent", "media_type", "link"}
_NO_TABLES = {"observations", "measures", "weight_profile_versions", "alembic_version"}


class _Visible(HTMLParser):
    """Collects what a reader of a document can see or hear."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._opened = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Alternative texts, and what the head says of the document."""
        self._opened, found = tag, dict(attrs)
        if found.get("name") in ("description", "keywords"):
            self.texts.append(found.get("content") or "")
        self.texts += [found.get("alt") or "", found.get("title") or ""]

    def handle_data(self, data: str) -> None:
        """A text; rules of style are none."""
        if self._opened != "style":
            self.texts.append(data)


def english_in(html: str, names: tuple[str, ...] = ()) -> list[str]:
    """Texts with plain letters, apart from names, in the order of the document."""
    found = []
    for text in _Visible(html).texts:
        left = text
        for name in names if _has_word(text) else ():
            left = left.replace(name, "·")
        if _has_word(left):
            found.append(" ".join(text.split()))
    return found


def _has_word(text: str) -> bool:
    return _WORD.search(_NO_TEXTS.sub("·", text)) is not None


def wordless(value: Any, name: str = "") -> Any:
    """Figures without a letter in any text: what a document made of them says comes from its templates."""
    if isinstance(value, str):
        return value if name in _KEYS else re.sub("[A-Za-z]", "7", value)
    if isinstance(value, tuple):
        return tuple(wordless(each, name) for each in value)
    if isinstance(value, Mapping):
        return {wordless(key): wordless(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: wordless(getattr(value, each.name), each.name) for each in dataclasses.fields(value)}
        return replace(value, **changes)
    return value


def _marked() -> ScorecardFigures:
    """A scorecard with all that can stand on it beside its figures."""
    remark = Remark("Nothing new.", "Maria Lopez", NOW)
    restated = Restated("2026-09", "September 2026", 58.0, 59.0, "It was 58.", ("By weights.",))
    return replace(sample_with_programs(), mark="DRAFT", incomplete="No data.", comment=remark, restated=(restated,))


def _without_programs() -> ScorecardFigures:
    rows = tuple(replace(row, value_text="", score=None) for row in sample_figures().measures)
    return replace(sample_figures(), pillars=(), measures=rows, segments=(), readiness_risks=(), leading_signals=())


# --- what the templates say


@pytest.mark.parametrize(
    "make",
    [sample_figures, sample_with_programs, hostile_scorecard, _marked, _without_programs],
    ids=lambda f: f.__name__,
)
def test_no_word_of_a_scorecard_is_forgotten(foreign: str, make: Callable[[], ScorecardFigures]) -> None:
    with speaking(foreign):
        html = scorecard_html(wordless(make()))
    assert '<html lang="en_US">' in html or '<html lang="en-US">' in html
    assert english_in(html) == []


@pytest.mark.parametrize("make", [sample_program, hostile_program], ids=lambda f: f.__name__)
def test_no_word_of_the_report_on_a_program_is_forgotten(foreign: str, make: Callable[[], ProgramFigures]) -> None:
    with speaking(foreign):
        html = program_html(wordless(make()))
    assert english_in(html) == []


@pytest.mark.parametrize("make", [sample_owner, hostile_owner], ids=lambda f: f.__name__)
def test_no_word_of_the_scorecard_of_an_owner_is_forgotten(foreign: str, make: Callable[[], OwnerFigures]) -> None:
    figures = replace(wordless(make()), language=foreign)
    with speaking(foreign):
        html = owner_html(figures)
    assert english_in(html) == []
    drawn = DrawnOwner(figures, b"%PDF-1.7 ...", 1, "7.pdf")
    zone = ZoneInfo("Europe/Berlin")
    letter = compose_owner_letter(drawn, "7@example.com", "LEI <lei@example.com>", "<7@example.com>", NOW, zone)
    assert english_in(letter.subject) == []
    assert [english_in(text) for text in _bodies(write_message(letter))] == [[], []]


@pytest.mark.parametrize(
    "make", [sample_figures, sample_with_programs, hostile_scorecard, _marked], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("kind", ["scheduled", "test"])
def test_no_word_of_a_mail_is_forgotten(foreign: str, make: Callable[[], ScorecardFigures], kind: RunKind) -> None:
    figures = replace(wordless(make()), language=foreign)
    link = PdfLink("https://127.0.0.1/7", NOW)
    for message in (_mail(figures, kind), _mail(figures, kind, pdf=link, unsubscribe="https://127.0.0.1/8")):
        assert english_in(str(message["Subject"])) == []
        assert [english_in(text) for text in _bodies(message)] == [[], []]


def _mail(figures: ScorecardFigures, kind: RunKind, **options: Any) -> EmailMessage:
    summary = ScorecardSummary(5, "", "month", "2026-10", {}, "default_v1", 1, None, NOW, "schedule 7", "")
    stored = StoredScorecard(summary, to_json(figures), b"%PDF-1.7 ...")
    delivery = Delivery(
        id=7,
        run_id=3,
        schedule_id=1,
        schedule="777",
        period="2026-10",
        segment="{}",
        recipient="7@example.com",
        scorecard_id=5,
        message_id="<lei-0123@example.com>",
        status="pending",
        attempts=1,
        last_error=None,
        next_attempt_at=NOW,
        lease_until=None,
        created_at=NOW,
        sent_at=None,
        timezone="Europe/Berlin",
        kind=kind,
    )
    return write_message(compose_letter(delivery, stored, "LEI <lei@example.com>", **options))


def _bodies(message: EmailMessage) -> Iterator[str]:
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        text = str(body.get_content())
        yield re.sub(r"https://\S+", "·", text) if kind == "plain" else text


# --- what the figures say


@pytest.fixture(scope="module")
def names(demo: Database, gathered: Catalog) -> tuple[str, ...]:
    """Every text that stands in the database of the demo, the longest first, without those that are texts of ours."""
    ours = {text for message in gathered for text in ([message.id] if isinstance(message.id, str) else message.id)}
    found: set[str] = set()
    tables = sa.MetaData()
    tables.reflect(demo.engine)
    with demo.reading() as session:
        own_keys = set(session.scalars(sa.select(sources.c.name)))
        for table in tables.tables.values():
            if table.name not in _NO_TABLES:
                for row in session.execute(sa.select(table)):
                    found |= {text for value in row for text in _texts(value)}
    found |= {f"{text[:1].upper()}{text[1:]}" for text in found}
    names = {text for text in found - ours if len(text) > 2 and not _CODE.fullmatch(text)}
    return tuple(sorted(names | own_keys, key=len, reverse=True))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value[:1] in ("{", "["):
            yield from _texts(json.loads(value))
        else:
            yield value
            yield value.rstrip(".")
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


@pytest.mark.parametrize(
    ("period", "where"),
    [("2026-10", {}), ("2026-Q3", {"unit": "Field Service"}), ("2025", {"program": "First 90 Days"})],
)
def test_no_word_of_the_figures_is_forgotten(
    foreign: str, demo: Database, names: tuple[str, ...], period: str, where: dict[str, str]
) -> None:
    with demo.reading() as session:
        figures = build_figures(session, ScorecardRequest(parse_period(period), where, language=foreign), 5, NOW)
    with speaking(foreign):
        html = scorecard_html(figures)
    assert english_in(html, names) == []


def test_no_word_of_the_figures_of_programs_is_forgotten(foreign: str, demo: Database, names: tuple[str, ...]) -> None:
    with demo.reading() as session:
        for program in list_programs(session):
            request = ProgramRequest(program.key, parse_period("2026-10"), 5, language=foreign)
            figures = read_program_figures(session, request, NOW)
            with speaking(foreign):
                assert english_in(program_html(figures), names) == [], program.key


def test_no_word_of_the_figures_of_owners_is_forgotten(foreign: str, demo: Database, names: tuple[str, ...]) -> None:
    with demo.reading() as session:
        owners = {owner.email for program in list_programs(session) for _, _, owner in owners_of(program.plan)}
        for email in sorted(owners):
            request = OwnerRequest(email, parse_period("2026-10"), 5, language=foreign)
            figures = read_owner_figures(session, request, NOW, NOW.date())
            with speaking(foreign):
                assert english_in(owner_html(figures), names) == [], email


def test_no_word_is_forgotten_where_there_is_no_data(foreign: str, database: Database) -> None:
    set_up_database(database, NOW)
    with database.reading() as session:
        figures = build_figures(session, ScorecardRequest(parse_period("2026-10"), {}, language=foreign), 5, NOW)
    with speaking(foreign):
        html = scorecard_html(figures)
    assert english_in(html) == []
