"""Languages: catalogues are complete, no text of a document is forgotten, numbers and dates are as each writes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from lei import language, numbers
from lei.errors import InvalidError
from lei.language import ENGLISH, FOLDER, _, known_language, languages, ngettext, speaking, spoken
from lei.periods import day_label, parse_period, period_label, short_period_label

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted(FOLDER.glob("*.po"))
_MARKERS = ("_", "N_", "ngettext", "N_plural", "pgettext")


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=None if file.suffix == ".pot" else file.stem)


def _keys(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalogue if message.id}


def _places(text: str) -> list[str]:
    """The places of a text that are filled, with how their numbers are written, sorted."""
    return sorted(
        {f"{name}:{form}" for _before, name, form, _conversion in Formatter().parse(text) if name is not None}
    )


# --- the catalogues


def test_the_template_has_every_text_of_the_code_and_no_other(gathered: Catalog) -> None:
    assert _keys(_read(FOLDER / "lei.pot")) == _keys(gathered)


def test_no_marked_text_escapes_the_search(gathered: Catalog) -> None:
    """Within an f-string, for example, the tool for catalogues finds none."""
    known = {text for message in gathered for text in ([message.id] if isinstance(message.id, str) else message.id)}
    marked = {text for file in (ROOT / "lei").rglob("*.py") for text in _marked_in(file)}
    assert marked - known == set()


def _marked_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKERS:
            texts = node.args[1:] if node.func.id == "pgettext" else node.args
            yield from (text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_every_text_translated_with_the_places_that_it_fills(file: Path, gathered: Catalog) -> None:
    catalogue = _read(file)
    assert _keys(catalogue) == _keys(gathered)
    assert [message.id for message in catalogue if message.id and _fault(message, catalogue.num_plurals)] == []


def _fault(message: Message, plurals: int) -> bool:
    """Whether a text is not translated, only guessed, or fills other places than the English one."""
    translated = message.string if isinstance(message.string, tuple) else (message.string,)
    english = str(message.id[-1] if isinstance(message.id, tuple) else message.id)
    forms = plurals if isinstance(message.id, tuple) else 1
    if message.fuzzy or len(translated) != forms or not all(translated):
        return True
    return any(_places(str(form)) != _places(english) for form in translated)


# --- how a language is spoken


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for catalogues of one's own."""
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    for code in ("de", "es", "fr"):
        (tmp_path / f"{code}.po").write_text("", encoding="utf-8")
    return tmp_path


def test_a_language_is_one_file(folder: Path) -> None:
    (folder / "it.po").write_text(
        'msgid "{count} group"\nmsgid_plural "{count} groups"\nmsgstr[0] "{count} gruppo"\nmsgstr[1] "{count} gruppi"\n'
        '\nmsgid "steady"\nmsgstr "stabile"\n',
        encoding="utf-8",
    )
    assert languages() == (ENGLISH, "de", "es", "fr", "it")
    with speaking("it"):
        said = _("steady"), _("Halden Group"), _(""), ngettext("{count} group", "{count} groups", 2)
    assert said == ("stabile", "Halden Group", "", "{count} gruppi")
    assert (spoken(), _("steady")) == (ENGLISH, "steady")


def test_a_language_without_a_file_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(InvalidError, match="There is no language 'xx'; choose one of: en, de, es, fr"):
        known_language("xx")


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ("1,234.5", "−8", "+0.3", "A, B and C", "1,200")),
        ("de", ("1.234,5", "−8", "+0,3", "A, B und C", "1.200")),
        ("es", ("1.234,5", "−8", "+0,3", "A, B y C", "1.200")),
        ("fr", ("1\u202f234,5", "−8", "+0,3", "A, B et C", "1\u202f200")),
    ],
)
def test_numbers_and_lists_are_as_the_language_writes_them(folder: Path, code: str, texts: tuple[str, ...]) -> None:
    with speaking(code):
        written = (
            numbers.tenths(1234.5),
            numbers.whole(-8),
            numbers.signed_tenths(0.3),
            numbers.joined("ABC"),
            numbers.general(1200.0),
        )
    assert written == texts


@pytest.mark.parametrize(
    ("code", "month", "quarter", "day", "short"),
    [
        ("en", "October 2026", "Q4 2026", "3 October 2026", "Oct 26"),
        ("de", "Oktober 2026", "Q4 2026", "3. Oktober 2026", "Okt 26"),
        ("es", "octubre de 2026", "T4 2026", "3 de octubre de 2026", "oct 26"),
        ("fr", "octobre 2026", "T4 2026", "3 octobre 2026", "oct 26"),
    ],
)
def test_periods_and_days_are_as_the_language_writes_them(
    folder: Path, code: str, month: str, quarter: str, day: str, short: str
) -> None:
    with speaking(code):
        written = (
            period_label(parse_period("2026-10")),
            period_label(parse_period("2026-Q4")),
            day_label(date(2026, 10, 3)),
            short_period_label(parse_period("2026-10")),
        )
    assert written == (month, quarter, day, short)


def test_places_of_a_text_are_found_whatever_stands_around_them() -> None:
    assert _places("{b} of {a:.1f}, {b}%") == ["a:.1f", "b:"]
