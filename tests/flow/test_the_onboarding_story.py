"""The example story, through the API alone: planned and frozen before the launch, observed, read in October 2026."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lei.clock import FixedClock
from tests.flow.onboarding_story import KEY, told_until_october

Ask = Callable[..., Any]


def test_errors_fell_more_at_the_sites_with_the_new_onboarding(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    (kpi,) = ask("GET", f"/programs/{KEY}/evidence?to=2026-10")["kpis"]

    assert kpi["effect"] == pytest.approx(-4 / 3, abs=1e-6)
    assert (round(kpi["ci_low"], 1), round(kpi["ci_high"], 1)) == (-2.1, -0.6)
    assert kpi["grade"] == "E4_comparison_group"
    assert kpi["window"] == {"from": "2026-08", "to": "2026-10"}
    assert (kpi["n_treated"], kpi["n_comparison"]) == (270, 270)
    assert (kpi["downgrade_reasons"], kpi["missing_links"]) == ([], [])
    assert kpi["effect_in_words"] == "−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6"
    assert kpi["sentence"] == (
        "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at comparable sites; "
        "the program probably contributed."
    )
    assert kpi["caveat"] == "In the same window both groups also had: new reply tool."

    by_method = {result["method"]: result for result in kpi["results"]}
    assert list(by_method) == ["before_after", "interrupted_time_series", "difference_in_differences"]
    assert kpi["chosen"] == "difference_in_differences"
    levels = by_method["difference_in_differences"]["details"]
    assert levels["treated_before"] == pytest.approx(8.4)
    assert levels["treated_after"] == pytest.approx(6.766667, abs=1e-5)
    assert levels["comparison_before"] == pytest.approx(8.5)
    assert levels["comparison_after"] == pytest.approx(8.2)
    # The trained sites alone moved from 8.4 to 6.77.
    assert by_method["before_after"]["effect"] == pytest.approx(-1.633333, abs=1e-5)
    assert by_method["interrupted_time_series"]["too_little"] == (
        "Too little data: needs 6 months before; there are 3."
    )
    checks = kpi["checks"]
    assert (checks["pre_trend"], checks["balance"]["comparable"]) == ("parallel", True)
    assert [baseline["name"] for baseline in checks["balance"]["baselines"]] == ["the KPI", "tenure", "role mix"]
    assert "Why E4 and not E5: Who was trained, or when, was not decided at random." in kpi["notes"]

    series = kpi["series"]
    assert (series["start"], series["counted_from"]) == ("2026-05", "2026-08")
    assert series["treated"][-1] == pytest.approx(6.5)
    assert series["comparison"][-1] == pytest.approx(8.1)


def test_nothing_tells_of_the_team_with_four_hires(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    said = json.dumps(ask("GET", f"/programs/{KEY}/evidence?to=2026-10"))
    assert "evening" not in said


def test_in_june_it_is_too_early(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    (kpi,) = ask("GET", f"/programs/{KEY}/evidence?to=2026-06")["kpis"]
    assert (kpi["effect"], kpi["grade"]) == (None, "E1_activity_only")
    assert kpi["state"] == "too_early"
    assert all(result["too_little"] for result in kpi["results"])


def test_a_person_lowers_the_grade(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    ask(
        "POST",
        f"/programs/{KEY}/grade-limits",
        json={
            "kpi_key": "kpi_early_error_rate",
            "grade": "E2_pre_post",
            "by": "Maria Lopez",
            "reason": "New QA rules.",
        },
    )
    (kpi,) = ask("GET", f"/programs/{KEY}/evidence")["kpis"]
    assert kpi["grade"] == "E2_pre_post"
    assert kpi["grade_decision"]["lowered_by_person"] == {
        "from": "E4_comparison_group",
        "reason": "New QA rules. (Maria Lopez)",
    }
    assert "probably contributed" not in kpi["sentence"]
