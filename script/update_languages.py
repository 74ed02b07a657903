"""Gathers every text that can be translated and brings the catalogue files of all languages up to date with them.

    .venv/bin/python script/update_languages.py

What is new stands in the files without a translation, what is gone is removed; `tests/test_languages.py` finds what is
missing. A new language begins as a copy of `lei/languages/lei.pot` under its code, such as `it.po`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from lei.catalog.loader import avoid_only_kpis, default_kpis, default_measures, roster_measures
from lei.catalog.measure import PILLARS
from lei.catalog.program_types import program_types
from lei.language import FOLDER
from scoring.bands import BANDS

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = FOLDER / "lei.pot"
# How the functions of lei.language and lei.numbers take a text: the place of each form, `c` of a context.
_KEYWORDS = {
    "_": None,
    "N_": None,
    "ngettext": (1, 2),
    "N_plural": (1, 2),
    "pgettext": ((1, "c"), 2),
    "counted": (2, 3),
}
_SOURCES = (
    ("lei", "*.py", "python"),
    ("lei", "*.html", "jinja2"),
    ("lei", "*.txt", "jinja2"),
    ("pdf_templates", "*.html", "jinja2"),
)


def gathered() -> Catalog:
    """All texts, in the order of the files they stand in, each with the files that have it."""
    catalogue = Catalog(project="LEI", charset="utf-8", fuzzy=False)
    for folder, pattern, method in _SOURCES:
        for file in sorted((ROOT / folder).rglob(pattern)):
            place = str(file.relative_to(ROOT))
            for line, message, comments, context in extract_from_file(
                method, file, keywords=_KEYWORDS, comment_tags=("For translators:",), strip_comment_tags=True
            ):
                catalogue.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    for place, text in _names():
        catalogue.add(text, locations=[(place, 1)])
    return catalogue


def _names() -> Iterator[tuple[str, str]]:
    """Names of bands and pillars; names, definitions and units of measures; types of programs, and what to avoid."""
    yield from (("scoring/bands.py", band.name) for band in BANDS)
    yield from (("lei/catalog/measure.py", name) for name in PILLARS.values())
    for file, measures in (
        ("measures.csv", default_measures()),
        ("kpis.csv", default_kpis()),
        ("roster_measures.csv", roster_measures()),
    ):
        for measure in measures:
            weight = "" if measure.weighs_cases else measure.rollup_weight
            texts = (measure.display_name, measure.definition, measure.unit_words, weight)
            yield from ((f"lei/catalog/{file}", text) for text in texts if text)
    yield from (("lei/catalog/kpis.csv", reason) for reason in avoid_only_kpis().values())
    for kind in program_types().values():
        place = "lei/catalog/program_types.toml"
        yield from ((place, text) for text in (kind.name, *(avoided.reason for avoided in kind.avoid)))


def main() -> None:
    """Write the template, and every catalogue anew."""
    template = gathered()
    with TEMPLATE.open("wb") as file:
        write_po(file, template, width=120, include_lineno=False, omit_header=True)
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        template.creation_date = catalogue.creation_date  # without a new text a file stays as it is
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, include_lineno=False)
        print(f"{path.stem}: {sum(not _is_done(m.string) for m in catalogue if m.id)} to translate")


def _is_done(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    main()
