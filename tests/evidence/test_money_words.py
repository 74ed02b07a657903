"""Money in words: never one figure alone, and no stronger than its grade."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from foreign_language import plain_words

from lei.evidence.benefit import UnitsImproved, UnitValue
from lei.evidence.costs import FullCost
from lei.evidence.finding_words import finding_sentences
from lei.evidence.forbidden_words import find_forbidden
from lei.evidence.grade import Grade
from lei.evidence.money import Valuation, ValueCase, value_of_program
from lei.evidence.money_words import (
    WITHHELD,
    WithheldCode,
    cost_line,
    intangibles_line,
    money,
    spend_line,
    value_lines,
    value_sentence,
    withheld_sentence,
)
from lei.language import speaking

COST = FullCost("EUR", design=20_000, delivery=6_000, participants=150, hours_each=4, hourly_rate=25)
UNIT = UnitValue(22, "EUR", "Jon Berg", date(2026, 4, 2))


def valued(grade: Grade = Grade.E4, units: UnitsImproved | None = None) -> Valuation:
    """The story at a grade."""
    improved = units or UnitsImproved(240, 108, 378)
    found = value_of_program(ValueCase(grade, improved, COST, UNIT, (0.6,), (0.8,)))
    assert isinstance(found, Valuation)
    return found


def test_every_figure_has_its_range_and_the_cost_beside_it() -> None:
    assert value_sentence(valued()) == (
        "Value of the difference to comparable groups: EUR 50,688 in the first year (22,810 to 79,834), beside a fully "
        "loaded cost of EUR 41,000: benefit-cost ratio 1.24 (0.56 to 1.95), ROI +24% (−44% to +95%), paid back after "
        "9.7 months (6.2 to 21.6)."
    )


def test_what_never_pays_says_so() -> None:
    lost = valued(units=UnitsImproved(-10, -20, 5))
    assert value_sentence(lost).endswith("not paid back.")
    unsure = valued(units=UnitsImproved(20, -5, 300))
    assert "(7.8 to never)" in value_sentence(unsure)


@pytest.mark.parametrize("grade", [Grade.E2, Grade.E3, Grade.E4])
@pytest.mark.parametrize("units", [UnitsImproved(240, 108, 378), UnitsImproved(-10, -20, 5), UnitsImproved(3)])
def test_no_word_is_stronger_than_its_grade(grade: Grade, units: UnitsImproved) -> None:
    found = valued(grade, units)
    told = [value_sentence(found), *value_lines(found, ["Maria Lopez"]), *finding_sentences(found.findings)]
    assert find_forbidden(" ".join(told), grade) == ()
    assert value_sentence(found).startswith("Estimated value" if grade < Grade.E4 else "Value of the difference")


@pytest.mark.parametrize("reason", WITHHELD)
def test_every_reason_to_withhold_is_a_sentence_that_claims_nothing(reason: WithheldCode) -> None:
    text = withheld_sentence(reason)
    assert text.endswith(".")
    assert find_forbidden(text, Grade.E0) == ()


def test_no_reason_lacks_its_words() -> None:
    assert set(WITHHELD) == set(get_args(WithheldCode))


def test_what_a_value_rests_on() -> None:
    assert value_lines(valued(Grade.E2), ["Maria Lopez", "Ines Costa"]) == (
        "240 units a month better, at EUR 22 each: EUR 63,360 in the first year before the share and the confidence "
        "are taken into account.",
        "What a unit is worth was stated by Jon Berg on 2 April 2026.",
        "Credited share 25%.",
        "Confidence 80%, by the median of 2 estimators: Maria Lopez and Ines Costa.",
        "The range goes over the interval of the change in the KPI.",
        "The first year pays the cost where 65% of the change counts.",
        "Fully loaded cost EUR 41,000: design 20,000, delivery 6,000 and participants' time 15,000.",
    )


def test_money_costs_and_budgets() -> None:
    assert (money(41_000, "EUR"), money(1.4, "USD"), money(-30, "EUR")) == ("EUR 41,000", "USD 1.40", "EUR −30")
    assert spend_line(COST, 50_000) == "Spent: EUR 41,000 of a budget of EUR 50,000 (82%)."
    assert spend_line(COST, None) == "Spent: EUR 41,000; no budget is stated."
    assert cost_line(FullCost("EUR", platform=5)) == "Fully loaded cost EUR 5.00: platform 5."
    assert intangibles_line(["calm", "pride"]) == "Listed, not put into money: calm and pride."


@pytest.mark.parametrize("grade", [Grade.E2, Grade.E4])
@pytest.mark.parametrize(
    "units", [UnitsImproved(240, 108, 378), UnitsImproved(-10, -20, 5), UnitsImproved(20, -5, 300)]
)
def test_no_word_of_a_value_stays_english(foreign: str, grade: Grade, units: UnitsImproved) -> None:
    found = valued(grade, units)
    with speaking(foreign):
        told = [
            value_sentence(found),
            *value_lines(found, ["Ελένη"]),
            *value_lines(found, ["Ελένη", "Νίκος"]),
            spend_line(COST, 50_000),
            spend_line(COST, None),
            intangibles_line(["ηρεμία"]),
            *(withheld_sentence(reason) for reason in WITHHELD),
        ]
    assert [plain_words(text).replace("Jon Berg", "") for text in told] == [""] * len(told)
