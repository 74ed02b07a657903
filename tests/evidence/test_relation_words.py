"""Relations over months in words: a tendency with its numbers, or why none is told."""

from __future__ import annotations

import numpy as np
import pytest
from foreign_language import plain_words

from lei.evidence.correlation import Correlation
from lei.evidence.estimate import Estimate, Finding, TooLittle
from lei.evidence.forbidden_words import find_words
from lei.evidence.lag_correlation import LagSearch, NotReported, search_lags
from lei.evidence.relation_words import not_compared, relation_sentence
from lei.language import speaking

LAGS = tuple(Correlation(0.1, -0.3, 0.5, 0.99, 0.4, 20, 20.0, 0.1) for _ in range(4))


def found(lag: int, *findings: Finding) -> LagSearch:
    """A search that reports a lag."""
    best = Estimate(
        "correlation_lagged", -0.62, -0.86, -0.12, 0.2, 0.01, 24, findings=findings, details={"lag": float(lag)}
    )
    return LagSearch(LAGS, best, None, 24, 0.99)


def test_a_tendency_has_its_delay_its_interval_and_its_months() -> None:
    assert relation_sentence(found(2), "skill uplift", "early errors") == (
        "Skill uplift tends to move with early errors 2 months later (r = −0.62 [−0.86 to −0.12], n = 24 months, "
        "delays of 0 to 3 months tried); not proof."
    )
    assert "early errors 1 month later (" in relation_sentence(found(1), "skill uplift", "early errors")
    assert "early errors in the same month (" in relation_sentence(found(0), "skill uplift", "early errors")


def test_what_qualifies_it_stands_behind_it() -> None:
    finding = Finding("outlier_driven", {"r": -0.62, "spearman": -0.3})
    told = relation_sentence(found(2, finding), "skill uplift", "early errors")
    assert told.endswith("by ranks the correlation is −0.30 instead of −0.62.")


@pytest.mark.parametrize("reason", ["no_lag_significant", "not_the_planned_sign", "neighbours_disagree"])
def test_why_none_is_told(reason: NotReported) -> None:
    told = relation_sentence(LagSearch(LAGS, None, reason, 24, 0.99), "skill uplift", "early errors")
    assert told.startswith("Skill uplift and early errors: ")
    assert told.endswith("(n = 24 months).")


def test_too_few_months() -> None:
    lacking = TooLittle("correlation_lagged", {"months": 18}, {"months": 9})
    assert relation_sentence(lacking, "skill uplift", "early errors") == (
        "Skill uplift and early errors: too little data: needs 18 months; there are 9."
    )
    flat = search_lags(np.ones(24), np.ones(24), 1)
    assert relation_sentence(flat, "skill uplift", "early errors").startswith("Skill uplift and early errors: too")


@pytest.mark.parametrize("reason", ["no_series", "no_flow", "no_signal"])
def test_why_two_are_not_compared(reason: str) -> None:
    told = not_compared(reason, "early errors", measure="audience reach", link="behavior change")
    assert told[0].isupper()
    assert "not compared" in told
    assert find_words(told, ("caused", "because", "led to", "improv*", "impact*")) == ()


def test_no_word_of_a_relation_stays_english(foreign: str) -> None:
    reasons: list[NotReported] = ["no_lag_significant", "not_the_planned_sign", "neighbours_disagree"]
    with speaking(foreign):
        told = [
            *(relation_sentence(found(lag, Finding("sites_unknown")), "μέτρο", "κπι") for lag in (0, 1, 2)),
            *(relation_sentence(LagSearch(LAGS, None, reason, 24, 0.99), "μέτρο", "κπι") for reason in reasons),
            relation_sentence(TooLittle("correlation_lagged", {"months": 18}, {"months": 9}), "μέτρο", "κπι"),
            *(
                not_compared(why, "κπι", measure="μέτρο", link="κρίκος")
                for why in ("no_series", "no_flow", "no_signal")
            ),
        ]
    assert [plain_words(text) for text in told] == [""] * len(told)
