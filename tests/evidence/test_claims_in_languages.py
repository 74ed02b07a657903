"""A claim is as honest in every other language as in English: nothing stronger, nothing missing, nothing in English."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from foreign_language import plain_words
from studies import chain, claim, result_of, subject

from lei.evidence.chain_words import link_lines, rules_told
from lei.evidence.claim_notes import notes
from lei.evidence.claims import Claim, Units
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.finding_templates import COUNTED
from lei.evidence.finding_words import TEMPLATES, finding_sentence, too_little_sentence
from lei.evidence.forbidden_vocabularies import VOCABULARIES
from lei.evidence.forbidden_words import find_forbidden, find_words
from lei.evidence.grade import Grade
from lei.evidence.grade_words import badge, legend
from lei.evidence.links import LinkStatus
from lei.evidence.words import effect_with_interval, sentence, short_effect, window_label
from lei.language import languages, speaking
from lei.periods import parse_period

FLAT, ADVERSE, MISSING = LinkStatus.FLAT, LinkStatus.ADVERSE, LinkStatus.MISSING
SIGNS = [(-1.33, -2.1, -0.6), (1.33, 0.6, 2.1), (-1.33, -2.9, 0.3), (1.33, -0.3, 2.9)]
LEVELS = [{}, {"level_before": 8.4, "level_after": 7.07}, {"treated_before": 8.4, "treated_after": 9.0}]
CHAINS = [
    chain(),
    chain(behavior_change=FLAT),
    chain(behavior_change=MISSING, capability_growth=FLAT, workforce_readiness=MISSING),
    chain(behavior_change=FLAT, capability_growth=MISSING, workforce_readiness=FLAT),
    chain(capability_growth=ADVERSE),
]
FACTS: list[dict[str, Any]] = [{}, {"fixed_before_launch": True}, {"definition_or_sampling_changed": True}]
# Words of the plan, in letters of no language that LEI speaks.
ABOUT = {"kpi_name": "κπι", "population": "ομάδα", "unit": "μονάδα"}


def claims() -> Iterator[Claim]:
    """Every grade × chain × direction, clear or not × what else is known × kind of group."""
    for grade, reading, effect, facts in itertools.product(Grade, CHAINS, SIGNS, FACTS):
        for details, units in zip(LEVELS, Units, strict=True):
            result = result_of(grade, *effect, details=details, relative=-0.16)
            yield claim(grade, result, reading, facts, subject(**ABOUT, units=units))


def texts_of(told: Claim) -> list[str]:
    """All that is said of a claim."""
    return [sentence(told), sentence(told, with_interval=True), effect_with_interval(told), short_effect(told)]


@pytest.mark.parametrize("code", languages())
def test_a_claim_says_no_more_than_its_grade_in_any_language(code: str) -> None:
    with speaking(code):
        for told in claims():
            beside = (*notes(told), badge(told.grade)) if told.grade > Grade.E0 else ()
            text = " ".join([*texts_of(told), *beside])
            permitted = told.caused_is_permitted
            assert find_forbidden(text, told.grade, caused_is_permitted=permitted, language=code) == (), text
            assert not re.search(r"[{}]", text)
            if code in VOCABULARIES and told.effect is not None and not told.is_clear:
                assert find_words(sentence(told), VOCABULARIES[code].no_clear_difference), sentence(told)


def test_no_word_of_a_claim_stays_plain_words(foreign: str) -> None:
    with speaking(foreign):
        for told in claims():
            for text in (*texts_of(told), *notes(told), badge(told.grade)):
                assert plain_words(text) == "", text
        assert plain_words(legend()) == ""
        assert plain_words(window_label(None)) == ""


def test_no_word_of_a_finding_stays_plain_words(foreign: str) -> None:
    with speaking(foreign):
        for code, templates in TEMPLATES.items():
            for template in templates:
                assert plain_words(finding_sentence(filled(code, template))) == "", template
        for name in COUNTED:
            for found in (1.0, 3.0):
                assert (
                    plain_words(
                        too_little_sentence(TooLittle("x", {name: 1.0, "months": 2.0}, {name: found, "months": 1.0}))
                    )
                    == ""
                )


def test_no_word_of_a_chain_stays_plain_words(foreign: str) -> None:
    with speaking(foreign):
        for reading in (*CHAINS, chain(business_kpi=MISSING)):
            for text in (*rules_told(reading), *(line for link in reading.links for line in link_lines(link))):
                assert plain_words(text) == "", text


def filled(code: str, template: str) -> Finding:
    """A finding with all that this template needs, and nothing more."""
    places = {name for _before, name, _form, _conversion in Formatter().parse(template) if name}
    counted = {place.removesuffix("_counted") for place in places if place.endswith("_counted")}
    numbers = {place: 2.0 for place in places - {"names"} if not place.endswith("_counted")} | dict.fromkeys(
        counted, 2.0
    )
    return Finding(code, numbers, ("pairs",) if counted else ("όνομα",) if "names" in places else ())


@pytest.mark.parametrize(("first", "last"), [("2026-10", "2026-10"), ("2026-08", "2026-10"), ("2025-11", "2026-01")])
@pytest.mark.parametrize("code", languages())
def test_the_months_of_a_claim_are_told_in_every_language(code: str, first: str, last: str) -> None:
    with speaking(code):
        told = window_label((parse_period(first), parse_period(last)))
    assert "2026" in told
    assert not re.search(r"[{}]", told)


# What no grade, or only a high one, may say: caused, proven, due to, no effect, contributed.
SAYINGS = {
    "en": (
        "It caused it.",
        "It was proven.",
        "It fell due to training.",
        "There was no effect.",
        "It contributed.",
    ),
    "de": (
        "Es hat den Rückgang verursacht.",
        "Es ist bewiesen.",
        "Er sank aufgrund der Schulung.",
        "Es gab keine Wirkung.",
        "Das Programm hat beigetragen.",
    ),
    "fr": (
        "Il a causé la baisse.",
        "C'est prouvé.",
        "Il a baissé en raison de la formation.",
        "Il n'y a aucun effet.",
        "Le programme a contribué.",
    ),
    "es": (
        "Causó la caída.",
        "Está demostrado.",
        "Bajó debido a la formación.",
        "No hay ningún efecto.",
        "El programa contribuyó.",
    ),
}


class TestVocabularies:
    """What each language forbids, as English does."""

    @pytest.mark.parametrize("code", sorted(VOCABULARIES))
    def test_the_same_words_in_each_language(self, code: str) -> None:
        caused, proven, due_to, no_effect, contributed = SAYINGS[code]
        assert all(find_forbidden(caused, grade, language=code) for grade in Grade)
        assert not find_forbidden(caused, Grade.E5, caused_is_permitted=True, language=code)
        assert all(find_forbidden(text, grade, language=code) for text in (proven, no_effect) for grade in Grade)
        assert [bool(find_forbidden(due_to, grade, language=code)) for grade in Grade] == [True] * 5 + [False]
        assert [bool(find_forbidden(contributed, grade, language=code)) for grade in Grade] == [True] * 4 + [False] * 2

    @pytest.mark.parametrize("code", sorted(VOCABULARIES))
    def test_what_a_grade_forbids_every_lower_one_forbids_too(self, code: str) -> None:
        for lower, higher in itertools.pairwise(sorted(Grade)):
            for text in SAYINGS[code]:
                assert bool(find_forbidden(text, lower, language=code)) >= bool(
                    find_forbidden(text, higher, language=code)
                )
