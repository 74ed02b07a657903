"""The chain in words: a line for each signal, and the state with what to do about it."""

from __future__ import annotations

from typing import Any

import pytest
from studies import chain
from test_chain import signal

from lei.evidence.chain import ChainReading, LinkReading, read_link
from lei.evidence.chain_words import completeness_line, link_lines, rules_told, state_sentence
from lei.evidence.leading_to_lagging import read_progress
from lei.evidence.links import Link, LinkStatus
from lei.periods import parse_period

EVIDENCED, FLAT, ADVERSE, THIN, MISSING = LinkStatus
MAY = parse_period("2026-05")
ALL = dict.fromkeys((link.value for link in Link if link is not Link.BUSINESS_KPI), FLAT)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "Behavior seen moved as planned, from 47% to 67% (score +25; n = 120)."),
        ({"change": 1.0, "after": 47.8}, "Behavior seen did not change materially: 47.0%, then 47.8% (n = 120)."),
        (
            {"change": -8.0, "after": 41.0, "interval": None},
            "Behavior seen moved the wrong way, from 47% to 41% (score −8; n = 120).",
        ),
        ({"n": 12.0}, "Too little data on behavior seen: 12 of 30 cases."),
    ],
)
def test_a_signal_is_told_by_its_status(facts: dict[str, Any], line: str) -> None:
    assert link_lines(read_link(Link.BEHAVIOR_CHANGE, [signal(**facts)])) == (line,)


def test_a_link_without_signals_says_what_is_known() -> None:
    assert link_lines(LinkReading(Link.WORKFORCE_READINESS, MISSING)) == ("Workforce readiness: not measured.",)
    assert link_lines(LinkReading(Link.BUSINESS_KPI, FLAT)) == ("Business KPI: no material change.",)


def test_completeness() -> None:
    assert completeness_line(chain(behavior_change=MISSING, business_kpi=FLAT)) == "3 of 5 links are evidenced."


def test_the_june_report_of_the_worked_example() -> None:
    """Reach and skill rose; errors expected to follow from August."""
    readings = [
        read_link(Link.LEARNING_ACTIVITY, [signal(name="reach", before=78.0, after=86.0)]),
        read_link(Link.BEHAVIOR_CHANGE, [signal(n=9.0)]),
        read_link(Link.CAPABILITY_GROWTH, [signal(name="skill uplift", before=36.0, after=43.0)]),
        read_link(Link.WORKFORCE_READINESS, []),
        LinkReading(Link.BUSINESS_KPI, FLAT),
    ]
    reading = ChainReading(tuple(readings))
    assert state_sentence(read_progress(reading, MAY, 3, parse_period("2026-06")), reading, "early errors") == (
        "Reach and skill uplift moved as planned; this is expected to show in early errors from August 2026."
    )


@pytest.mark.parametrize(
    ("statuses", "month", "told"),
    [
        ({}, "2026-07", "Early errors moved already, but the program is expected to show only from August 2026"),
        ({}, "2026-10", "moved as planned, and so did early errors."),
        (
            {"behavior_change": FLAT, "business_kpi": FLAT},
            "2026-10",
            "the first link that did not move is behavior change. Ask managers what keeps people from",
        ),
        (
            {"behavior_change": ADVERSE},
            "2026-06",
            "Behavior change moved the wrong way; early errors may follow in 3 months.",
        ),
        (ALL, "2026-10", "another cause is likely, and nothing is claimed."),
        ({**ALL, "business_kpi": FLAT}, "2026-10", "No leading signal moved, and early errors did not move either"),
        ({**ALL, "business_kpi": ADVERSE}, "2026-10", "No leading signal moved, and early errors moved the wrong way"),
        (
            {"business_kpi": ADVERSE},
            "2026-10",
            "but early errors moved the wrong way; look for another cause",
        ),
        ({"business_kpi": MISSING}, "2026-10", "Too little is measured to say where the program stands"),
    ],
)
def test_each_state_says_what_to_write(statuses: dict[str, LinkStatus], month: str, told: str) -> None:
    reading = chain(**statuses)
    assert told in state_sentence(read_progress(reading, MAY, 3, parse_period(month)), reading, "early errors")


@pytest.mark.parametrize(("lag", "told"), [(0, "at once"), (1, "in 1 month."), (6, "in 6 months.")])
def test_a_warning_says_when(lag: int, told: str) -> None:
    reading = chain(behavior_change=ADVERSE)
    assert told in state_sentence(read_progress(reading, MAY, lag, MAY), reading, "early errors")


class TestTheRules:
    """What must be said of a chain whatever else is: rules (a) to (d)."""

    def test_a_whole_chain_asks_for_nothing(self) -> None:
        assert rules_told(chain()) == ()

    def test_a_kpi_that_moved_without_a_path(self) -> None:
        reading = chain(learning_activity=LinkStatus.THIN)
        assert rules_told(reading) == ("The KPI moved; a path from learning is not shown.",)

    def test_missing_and_adverse_links_are_named(self) -> None:
        reading = chain(behavior_change=LinkStatus.MISSING, workforce_readiness=LinkStatus.ADVERSE)
        assert rules_told(reading) == ("Missing link: behavior change.", "Moved the wrong way: workforce readiness.")

    def test_learning_is_unlikely_where_people_work_as_before(self) -> None:
        assert rules_told(chain(behavior_change=LinkStatus.FLAT)) == (
            "The KPI moved while people do not work differently: learning is an unlikely explanation.",
        )

    def test_without_a_path_and_without_a_move(self) -> None:
        reading = chain(learning_activity=LinkStatus.FLAT, business_kpi=LinkStatus.FLAT)
        assert rules_told(reading) == ("A path from learning to the KPI is not shown.",)
