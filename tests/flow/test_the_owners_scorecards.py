"""The example story on the scorecards of its owners: application on the job is the same number in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lei.clock import FixedClock
from tests.flow.onboarding_story import DECISION, KEY, told_until_october

Ask = Callable[..., Any]

MARIA = {"name": "Maria Lopez", "email": "maria@example.com"}
TOM = {"name": "Tom Reed", "email": "tom@example.com"}
INES = {"name": "Ines Costa", "email": "ines@example.com"}
OWNERS = {
    "learning_activity": {"business": MARIA, "learning": TOM},
    "behavior_change": {"business": MARIA, "learning": TOM},
    "capability_growth": {"business": MARIA, "learning": TOM},
    # Answers for readiness alone, on the side of the business.
    "workforce_readiness": {"business": INES, "learning": TOM},
    "business_kpi": {"business": MARIA, "learning": TOM},
}


@pytest.fixture
def told(ask: Ask, clock: FixedClock) -> Ask:
    """The story until October, with three owners; one of them has signed for a link, and one is asked to decide."""
    told_until_october(ask, clock)
    ask("PATCH", f"/programs/{KEY}", json={"owners": OWNERS}, headers={"If-Match": "*"})
    signed_off = {"link": "behavior_change", "side": "business", "period": "2026-Q3", "signed_by": "Maria Lopez"}
    ask("POST", f"/programs/{KEY}/sign-offs", json=signed_off)
    ask("POST", f"/programs/{KEY}/decisions", json=DECISION)
    return ask


def scorecard(ask: Ask, who: str, period: str = "2026-10") -> dict[str, Any]:
    """The figures of an owner's scorecard."""
    found: dict[str, Any] = ask("GET", f"/owners/{who}@example.com/scorecard?period={period}")
    return found


def test_both_owners_and_whoever_owns_another_link_see_the_same_application(told: Ask) -> None:
    maria, tom, ines = (scorecard(told, who) for who in ("maria", "TOM", "ines"))
    assert maria["applications"] == tom["applications"] == ines["applications"]
    assert maria["headline"] == tom["headline"] == ines["headline"]
    assert [card["name"] for card in (maria, tom, ines)] == ["Maria Lopez", "Tom Reed", "Ines Costa"]
    assert maria["headline"] == ("On the job, behavior change moved as planned in Support onboarding, from 46% to 65%.")


def test_application_is_what_the_months_say(told: Ask) -> None:
    (application,) = scorecard(told, "ines")["applications"]
    assert application["promised"] == "Agents check the last three tickets before answering, in 9 of 10 calls"
    behavior, capability = application["behavior"], application["capability"]
    (seen,) = behavior["signals"]
    # 46 three times; then 63, 66 and 67 of 90 each. From 20 to 80 percent are 100 points.
    assert (seen["measure"], seen["before"]) == ("behavior_change_rate", pytest.approx(46))
    assert (seen["now"], seen["change"]) == (pytest.approx(196 / 3), pytest.approx(58 / 3))
    assert seen["change_in_points"] == pytest.approx(58 / 3 / 0.6)
    assert 0 < seen["low_in_points"] < seen["change_in_points"] < seen["high_in_points"]
    assert (seen["n"], seen["status"]) == (270, "evidenced")
    assert (seen["before_text"], seen["now_text"], seen["change_text"]) == ("46%", "65%", "+19 percentage points")
    assert seen["points_text"].startswith("score +32 [+")
    assert behavior["months_text"] == "Feb to Apr 2026, then Aug to Oct 2026"
    assert behavior["owners_text"] == "Owners: Maria Lopez (business) and Tom Reed (learning)."
    assert behavior["sign_off_text"] == (
        "Signed for Q3 2026 by Maria Lopez (business) alone; Tom Reed (learning) has not signed yet."
    )
    # 34 three times; then 49, 50 and 51. From 0 to 70 percent are 100 points.
    (skill,) = capability["signals"]
    assert (skill["now"], skill["change_in_points"]) == (pytest.approx(50), pytest.approx(16 / 0.7))
    assert capability["sign_off_text"] == "Nobody has signed for Q3 2026 yet."


def test_then_come_the_other_links_of_each(told: Ask) -> None:
    others = {who: scorecard(told, who)["other_links"] for who in ("maria", "tom", "ines")}
    assert {who: [link["part"]["link"] for link in links] for who, links in others.items()} == {
        "maria": ["learning_activity", "business_kpi"],
        "tom": ["learning_activity", "workforce_readiness", "business_kpi"],
        "ines": ["workforce_readiness"],
    }
    (ready,) = others["ines"]
    assert (ready["sides"], ready["other_owner"], ready["signed_text"]) == (
        ["business"],
        "Tom Reed",
        "nobody has signed yet",
    )
    kpi = others["tom"][-1]
    assert kpi["other_owner"] == "Maria Lopez"
    (carrier,) = kpi["part"]["signals"]
    assert (carrier["before_text"], carrier["now_text"], carrier["target_text"]) == ("8.4", "6.8", "7.0")
    assert kpi["part"]["lines"] == [
        "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at comparable sites; the "
        "program probably contributed."
    ]


def test_and_what_is_due(told: Ask) -> None:
    maria, ines = scorecard(told, "maria"), scorecard(told, "ines")
    assert [(due["what"], due["due_text"], due["is_own"]) for due in maria["due"]] == [
        (
            "Sign what is said of learning activity, capability growth and business KPI for Q3 2026",
            "14 October 2026, overdue",
            True,
        ),
        ("Decide: extend it to the other three sites by January", "30 November 2026", True),
    ]
    assert maria["asked"] == (
        "We ask you for 2 things, the first by 14 October 2026, overdue. Sign what is said of learning activity, "
        "capability growth and business KPI for Q3 2026."
    )
    assert [(due["owner"], due["is_own"]) for due in ines["due"]] == [("Ines Costa", True), ("Maria Lopez", False)]


def test_in_may_it_is_too_early_and_nobody_has_anything_to_sign(told: Ask) -> None:
    may = scorecard(told, "ines", "2026-05")
    assert may["headline"] == (
        "Whether people in Support onboarding work differently on the job cannot show yet. "
        "It can be read from June 2026 on."
    )
    behavior = may["applications"][0]["behavior"]
    assert (behavior["is_early"], behavior["status_text"], behavior["signals"]) == (True, "too early", [])
    assert behavior["sign_off_text"] == "Nothing to sign for yet."
    assert may["asked"] == "Nothing is asked of you."


def test_before_its_launch_a_program_has_nothing_to_show(told: Ask) -> None:
    april = scorecard(told, "tom", "2026-04")
    assert (april["applications"], april["other_links"], april["due"]) == ([], [], [])
    assert april["headline"] == "None of your programs ran in April 2026."
    assert april["not_running"] == ["Support onboarding is launched in May 2026."]
