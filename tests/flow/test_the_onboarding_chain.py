"""The example story, its chain and its money through the API alone: what was printed of it comes out, to the figure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lei.clock import FixedClock
from lei.numbers import signed, tenths, whole, with_decimals
from lei.periods import parse_period
from lei.services.chain.read_program import read_program
from lei.services.programs.manage_programs import find_program
from lei.storage.database import Database
from tests.flow.onboarding_story import DECISION, KEY, LEARNING, MONTHS, told_until_october, valued

Ask = Callable[..., Any]


def links(chain: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The links of a chain by their names."""
    return {link["link"]: link for link in chain["links"]}


def of_month(measure: str, month: str) -> float | None:
    """The figure of the story."""
    return LEARNING[measure][MONTHS.index(month)]


def test_in_june_reach_and_skill_rose_and_errors_are_expected_to_follow_from_august(
    ask: Ask, clock: FixedClock
) -> None:
    told_until_october(ask, clock)
    chain = ask("GET", f"/programs/{KEY}/chain?to=2026-06")

    assert chain["state"] == "too_early"
    assert chain["first_honest_month"] == "2026-08"
    assert chain["state_sentence"] == (
        "Audience reach and skill uplift moved as planned; this is expected to show in early errors from August 2026."
    )
    found = links(chain)
    reach = found["learning_activity"]["signals"][0]
    assert (reach["before"], reach["after"], reach["n"]) == (71, of_month("audience_reach", "2026-06"), 90)
    # 40 is worth 0 and 95 is worth 100: 15 of 55
    assert reach["change_in_points"] == pytest.approx(100 * 15 / 55)
    # Nobody is at day 90 yet, so readiness is told by the days to competency: 62 -> 58, of which 62 -> 60 counts
    ready = found["workforce_readiness"]["signals"][0]
    assert (ready["measure"], ready["change_in_points"]) == ("time_to_competency", pytest.approx(100 * 2 / 120))
    assert (chain["kpi"]["effect"], chain["kpi"]["source"]) == (None, "")
    # 86 percent of an audience of 90
    assert found["business_kpi"]["lines"] == [
        "77 people took part; what happened to early errors is not measured well enough to say."
    ]


def test_in_october_all_five_links_are_evidenced(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    chain = ask("GET", f"/programs/{KEY}/chain?to=2026-10")

    assert (chain["state"], chain["completeness"], chain["rules"]) == ("on_path", 1.0, [])
    assert chain["completeness_sentence"] == "5 of 5 links are evidenced."
    told = {link["link"]: link["lines"][0] for link in chain["links"]}
    assert told == {
        "learning_activity": "Audience reach moved as planned, from 71% to 93% (score +40; n = 90).",
        # 63, 66 and 67; 49, 50 and 51; 66, 71 and 73: the newest three months, like the baseline
        "behavior_change": "Behavior change moved as planned, from 46% to 65% (score +32; n = 270).",
        "capability_growth": "Skill uplift moved as planned, from 34% to 50% (score +23; n = 270).",
        "workforce_readiness": "90-day readiness moved as planned, from 58% to 70% (score +20; n = 270).",
        "business_kpi": "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at "
        "comparable sites; the program probably contributed.",
    }
    kpi = chain["kpi"]
    assert (kpi["before"], kpi["after"]) == (pytest.approx(8.4), pytest.approx(6.766667, abs=1e-5))
    assert kpi["window"] == {"from": "2026-08", "to": "2026-10"}
    assert links(chain)["behavior_change"]["owners"]["business"]["name"] == "Maria Lopez"
    assert "evening" not in json.dumps(chain)


def test_the_money_of_the_story_comes_out_to_the_last_printed_figure(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    valued(ask)
    money = ask("GET", f"/programs/{KEY}/money?to=2026-10")
    (kpi,) = money["kpis"]
    value = kpi["value"]

    # 54,000 tickets a quarter x 1.33 percent = 720 errors x 22
    assert whole(3 * value["units_per_month"]["value"]) == "720"
    assert whole(value["gross_benefit_per_quarter"]) == "15,840"
    assert whole(value["adjusted_benefit_per_quarter"]["value"]) == "12,672"
    assert whole(value["adjusted_benefit"]["value"]) == "50,688"
    assert (value["cost"], money["spend"]["budget"]) == (41_000, 42_000)
    assert with_decimals(value["bcr"]["value"], 2) == "1.24"
    assert whole(value["roi_percent"]["value"]) == "24"
    assert tenths(value["payback_months"]["months"]) == "9.7"
    assert [signed(value["roi_percent"][end]) for end in ("low", "high")] == ["−44", "+95"]
    assert (value["isolation"]["value"], value["isolation_basis"]) == (1.0, "measured")
    assert value["confidence"]["value"] == 0.8
    assert kpi["sentence"] == (
        "Value of the difference to comparable groups: EUR 50,688 in the first year (22,810 to 79,834), beside a fully "
        "loaded cost of EUR 41,000: benefit-cost ratio 1.24 (0.56 to 1.95), ROI +24% (−44% to +95%), paid back after "
        "9.7 months (6.2 to 21.6)."
    )
    assert money["spend"]["sentence"] == "Spent: EUR 41,000 of a budget of EUR 42,000 (98%)."
    assert "Confidence 80%, by the median of 3 estimators: Maria Lopez, Ines Costa and Ahmed Khan." in kpi["lines"]
    assert value["tornado"][0]["input"] == "effect"


def test_in_june_no_money_is_stated_and_the_spending_is(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    valued(ask)
    money = ask("GET", f"/programs/{KEY}/money?to=2026-06")
    (kpi,) = money["kpis"]
    assert (kpi["withheld"], kpi["value"]) == ("grade_too_low", None)
    assert kpi["sentence"] == ("No money is stated: that needs the KPI before and after (grade E2 or higher).")
    assert money["spend"]["total"] == 41_000


def test_who_answers_for_a_link_finds_it_with_what_is_said_of_it(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    signed_off = {"link": "behavior_change", "side": "business", "period": "2026-Q3", "signed_by": "Maria Lopez"}
    ask("POST", f"/programs/{KEY}/sign-offs", json=signed_off)
    (program,) = ask("GET", "/owners/MARIA@example.com/links?to=2026-10")["items"]
    assert (program["program"], program["status"]) == (KEY, "launched")
    behavior = [link for link in program["links"] if link["link"] == "behavior_change"]
    assert [(link["side"], link["status"], link["signed_for"]) for link in behavior] == [
        ("business", "evidenced", ["2026-Q3"]),
        ("learning", "evidenced", []),
    ]
    assert ask("GET", "/owners/nobody@example.com/links?to=2026-10")["items"] == []


def test_six_months_are_too_few_for_a_relation(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    told = ask("GET", f"/programs/{KEY}/relations?to=2026-10")["relations"]
    said = {relation["link"]: relation["sentence"] for relation in told}
    assert said["capability_growth"] == "Skill uplift and early errors: too little data: needs 18 months; there are 9."
    assert "is a state" in said["learning_activity"]
    assert all(relation["lag_months"] is None for relation in told)


def test_a_what_if_on_nine_months_tells_the_score_and_refuses_the_kpi(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    step = {"measure": "skill_uplift", "change": 10, "to": "2026-10"}
    found = ask("POST", f"/programs/{KEY}/what-if", json=step)
    relative, points = found["index"]["steps"]
    # 70 is worth 100: 51 is 72.9, 56.1 is 80.1, and 61 is 87.1
    assert (relative["after"], points["after"]) == (pytest.approx(56.1), 61)
    assert [f"{step['score_after']:.1f}" for step in (relative, points)] == ["80.1", "87.1"]
    assert relative["change"] is None, "five measures are too few for a composite"
    assert (found["kpi"]["refused"], found["kpi"]["kpi_percent"]) == ("too_little_data", None)


def test_the_report_has_all_of_it_in_one_place(ask: Ask, clock: FixedClock, database: Database) -> None:
    told_until_october(ask, clock)
    valued(ask)
    ask("POST", f"/programs/{KEY}/decisions", json=DECISION)
    ask("POST", f"/programs/{KEY}/reviews", json={"on": "2026-11-10"})
    signed_off = {"link": "behavior_change", "side": "business", "period": "2026-Q3", "signed_by": "Maria Lopez"}
    ask("POST", f"/programs/{KEY}/sign-offs", json=signed_off)
    with database.reading() as session:
        program = find_program(session, KEY)
        reading = read_program(session, program, parse_period("2026-10"), 5, clock.now().date())

    assert reading.headline == (
        "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at comparable sites; the "
        "program probably contributed. We ask to extend it to the other three sites by January."
    )
    (kpi,) = reading.kpis
    assert (kpi.baseline, kpi.target) == (8.4, 7.0)
    assert kpi.now == pytest.approx(6.766667, abs=1e-5)
    assert kpi.badge == "E4 against a comparable group"
    assert kpi.effect == "−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6"
    assert kpi.notes[0] == "In the same window both groups also had: new reply tool."
    assert kpi.money is reading.money.kpis[0]
    assert [decision.owner for decision in reading.decisions_asked] == ["Maria Lopez"]
    assert (reading.decisions_taken, str(reading.next_review)) == ((), "2026-11-10")
    # Two owners of each of five links for the quarter that is over; one of them has signed.
    assert len(reading.missing_sign_offs) == 9
    assert {str(lacking.period) for lacking in reading.missing_sign_offs} == {"2026-Q3"}
