"""What-ifs in words: the index exactly, the KPI with its interval and its condition, or the reason why not."""

from __future__ import annotations

from typing import get_args

import pytest
from foreign_language import plain_words

from lei.evidence.estimate import TooLittle
from lei.evidence.forbidden_words import find_forbidden
from lei.evidence.grade import Grade
from lei.evidence.money import Ranged
from lei.evidence.what_if import Readings, RefusedReason, WhatIfAnswer, WhatIfRefused
from lei.evidence.what_if_words import (
    NOT_MODELLED,
    NotModelledReason,
    answer_sentence,
    impossible_sentence,
    index_sentence,
    not_modelled_sentence,
    refused_sentence,
)
from lei.language import speaking

# The example of the rules: slope 0.4 [0.1-0.7], 1.5 percent, output of 20 million.
EXAMPLE = WhatIfAnswer(
    "relative",
    Readings(79.17, 79.5),
    1.5,
    Ranged(0.6, 0.15, 1.05),
    Ranged(120_000, 30_000, 210_000),
    "EUR",
    2,
)


def test_the_example_of_the_rules() -> None:
    assert answer_sentence(EXAMPLE, "productivity") == (
        "If the past relation holds, the change in productivity is +0.60% [+0.15% to +1.05%] 2 months later. That is "
        "EUR 120,000 [30,000 to 210,000] a year."
    )


def test_without_a_value_or_a_delay() -> None:
    alone = WhatIfAnswer("relative", Readings(1, 1), 1.5, Ranged(-0.6, -1.1, -0.1), None, None, 0)
    assert answer_sentence(alone, "early errors") == (
        "If the past relation holds, the change in early errors is −0.6% [−1.1% to −0.1%] in the same month."
    )


@pytest.mark.parametrize(
    ("reason", "numbers", "told"),
    [
        ("grade_too_low", {"grade": 1.0}, "its evidence is grade E1, and E2 is needed."),
        ("slope_unclear", {"ci_low": -0.1, "ci_high": 0.7}, "between −0.1% and 0.7%, which includes 0)."),
        ("beyond_what_was_seen", {"target": 90.0, "lowest": 70.5, "highest": 82.0}, ": 70.5 to 82)."),
    ],
)
def test_every_refusal_names_its_numbers(reason: RefusedReason, numbers: dict[str, float], told: str) -> None:
    text = refused_sentence(WhatIfRefused(reason, Readings(1, 1), numbers), "assessment score", "productivity")
    assert text.startswith("Nothing is said of productivity: ")
    assert text.endswith(told)
    assert find_forbidden(text, Grade.E1) == ()


@pytest.mark.parametrize("reason", get_args(NotModelledReason))
def test_every_reason_for_no_slope_has_words(reason: NotModelledReason) -> None:
    assert set(NOT_MODELLED) == set(get_args(NotModelledReason))
    assert not_modelled_sentence(reason, "reach", "productivity").startswith("Nothing is said of productivity: ")


def test_too_few_months_for_a_slope() -> None:
    lacking = TooLittle("kpi_slope", {"months": 12}, {"months": 1})
    assert not_modelled_sentence(lacking, "reach", "productivity") == (
        "Nothing is said of productivity. Too little data: needs 12 months; there is 1."
    )


def test_the_index() -> None:
    told = index_sentence("assessment score", ("78 %", "79.17 %"), (62.22, 64.82), (60.08, 60.17), "Leeds")
    assert told == (
        "Assessment score from 78 % to 79.17 %: its score goes from 62.2 to 64.8, and the composite of Leeds from "
        "60.08 to 60.17 (+0.09), all else unchanged."
    )
    alone = index_sentence("assessment score", ("78 %", "79 %"), (62.2, 64.4), None, "the whole organization")
    assert alone.endswith("The whole organization has no composite to change.")


def test_no_word_of_an_answer_stays_english(foreign: str) -> None:
    unit, measure, kpi = "μονάδα", "μέτρο", "κπι"
    refused: list[tuple[RefusedReason, dict[str, float]]] = [
        ("grade_too_low", {"grade": 1.0}),
        ("slope_unclear", {"ci_low": -0.1, "ci_high": 0.7}),
        ("beyond_what_was_seen", {"target": 90.0, "lowest": 70.5, "highest": 82.0}),
    ]
    with speaking(foreign):
        told = [
            answer_sentence(EXAMPLE, kpi),
            *(refused_sentence(WhatIfRefused(why, Readings(1, 1), numbers), measure, kpi) for why, numbers in refused),
            *(not_modelled_sentence(reason, measure, kpi) for reason in NOT_MODELLED),
            index_sentence(measure, ("1", "2"), (50.0, 60.0), (51.0, 52.5), unit),
            index_sentence(measure, ("1", "2"), (50.0, 60.0), None, unit),
            impossible_sentence(measure, "101"),
        ]
    assert [plain_words(text) for text in told] == [""] * len(told)
