"""`POST /evidence/analyses`: trials of a program, by chance and not, through HTTP alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Row = dict[str, Any]
Analyse = Callable[..., Any]
LINKS = {"learning_activity": "evidenced", "behavior_change": "evidenced"}


def job_training(rng: np.random.Generator, *, shift: float = 0.0) -> list[Row]:
    """A trial of the shape of the National Supported Work demonstration: 185 and 260 people, their mean earnings fixed.

    shift: by how many standard deviations those who took part earned less before.
    """
    rows = []
    for group, n, mean, spread in (("treated", 185, 6349.14, 7867.40), ("comparison", 260, 4554.80, 5483.84)):
        raw = rng.gamma(0.7, 1.0, n)
        values = mean + spread * (raw - raw.mean()) / raw.std(ddof=1)
        before = rng.normal(0, 1, n)
        before = (before - before.mean()) / before.std(ddof=1) - (shift if group == "treated" else 0.0)
        ages = rng.normal(25, 7, n)
        rows += [
            {"group": group, "value": float(v), "covariates": {"earnings before": float(b), "age": float(a)}}
            for v, b, a in zip(values, before, ages - ages.mean() + 25, strict=True)
        ]
    return rows


class TestRandomizedTrial:
    def test_a_job_training_trial(self, analyse: Analyse) -> None:
        """Welch by hand: se = sqrt(7867.40² / 185 + 5483.84² / 260) = 671.0, t(307.13) = 1.9677."""
        rows = job_training(np.random.default_rng(1))
        design = {"assignment": "random", "drop_out": {"treated": 0.0, "comparison": 0.0}, "links": LINKS}
        answer = analyse("randomized_comparison", rows, design={**design, "window": {"from": "1978", "to": "1978"}})
        result = answer["result"]
        assert (result["name"], result["n_treated"], result["n_comparison"]) == ("plain", 185, 260)
        assert result["effect"] == pytest.approx(1794.34, abs=0.01)
        error = math.sqrt(7867.40**2 / 185 + 5483.84**2 / 260)
        assert result["standard_error"] == pytest.approx(error)
        assert (result["ci_low"], result["ci_high"]) == pytest.approx(
            (1794.34 - 1.96768 * error, 1794.34 + 1.96768 * error), abs=0.5
        )
        assert answer["grade"] == "E5_randomized"
        assert answer["downgrade_reasons"] == []
        assert answer["sentence"].startswith("The program raised earnings in 1978 by 1,794")
        # Nobody said that outcome and window were fixed before.
        assert "caused" not in answer["sentence"]
        fixed = analyse("randomized_comparison", rows, design={**design, "fixed_before_launch": True})
        assert "caused" in fixed["sentence"]

    def test_the_same_from_means(self, analyse: Analyse) -> None:
        rows = [
            {"group": "treated", "mean": 6349.14, "sd": 7867.40, "n": 185},
            {"group": "comparison", "mean": 4554.80, "sd": 5483.84, "n": 260},
        ]
        answer = analyse("randomized_comparison", rows)
        assert answer["result"]["effect"] == pytest.approx(1794.34)
        assert answer["result"]["standard_error"] == pytest.approx(671.0, abs=0.1)
        # Nothing was said of how people came to the program: the most cautious words.
        assert answer["grade"] == "E1_activity_only"

    def test_shares_are_told_in_percent_points(self, analyse: Analyse) -> None:
        rows = [{"group": "treated", "count": 60, "n": 100}, {"group": "comparison", "count": 45, "n": 100}]
        answer = analyse("randomized_comparison", rows, {"name": "pass rate", "unit": "percent"})
        assert answer["result"]["effect"] == pytest.approx(15)
        # Newcombe 1998, method 10, from the two Wilson intervals 50.20-69.06 and 35.56-54.76.
        assert (answer["result"]["ci_low"], answer["result"]["ci_high"]) == pytest.approx((1.15, 28.08), abs=0.05)

    def test_what_differs_by_chance_is_adjusted_for(self, analyse: Analyse) -> None:
        rows = job_training(np.random.default_rng(2), shift=0.4)
        design = {"assignment": "random", "drop_out": {"treated": 0, "comparison": 0}}
        answer = analyse("randomized_comparison", rows, design=design)
        assert [result["name"] for result in answer["results"]] == ["adjusted", "plain"]
        assert "baselines_differ" in [finding["code"] for finding in answer["findings"]]
        assert answer["balances"][0]["comparable"] is False

    def test_drop_out_takes_the_highest_grade_away(self, analyse: Analyse) -> None:
        rows = job_training(np.random.default_rng(1))
        design = {"assignment": "random", "drop_out": {"treated": 0.3, "comparison": 0.1}, "links": LINKS}
        answer = analyse("randomized_comparison", rows, design=design)
        assert answer["grade"] == "E4_comparison_group"
        (reason,) = answer["downgrade_reasons"]
        assert reason["sentence"] == "30% of a group dropped out (limit 20%)."
        assert answer["sentence"].endswith("the program probably contributed.")

    def test_rows_without_a_result_are_those_who_dropped_out(self, analyse: Analyse) -> None:
        rows = job_training(np.random.default_rng(1))
        for row in rows[:37]:  # 37 of 185 are 20 %
            row["value"] = None
        answer = analyse("randomized_comparison", rows, design={"assignment": "random", "links": LINKS})
        assert (answer["result"]["n_treated"], answer["result"]["n_comparison"]) == (148, 260)
        assert [reason["code"] for reason in answer["downgrade_reasons"]] == ["high_drop_out"]
        assert answer["grade"] == "E4_comparison_group"

    def test_where_no_row_lacks_a_result_nobody_dropped_out_and_the_answer_says_so(self, analyse: Analyse) -> None:
        rows = job_training(np.random.default_rng(1))
        answer = analyse("randomized_comparison", rows, design={"assignment": "random", "links": LINKS})
        assert answer["grade"] == "E5_randomized"
        assert "Drop-out is taken from the rows: those without a result dropped out." in answer["notes"]

    def test_means_do_not_tell_who_dropped_out_nor_whether_groups_were_alike(self, analyse: Analyse) -> None:
        rows = [
            {"group": "treated", "mean": 6349.14, "sd": 7867.40, "n": 185},
            {"group": "comparison", "mean": 4554.80, "sd": 5483.84, "n": 260},
        ]
        answer = analyse("randomized_comparison", rows, design={"assignment": "random", "baselines_comparable": True})
        assert answer["grade"] == "E4_comparison_group"
        assert [reason["code"] for reason in answer["downgrade_reasons"]] == ["dropout_unknown"]


class TestObservationalTrial:
    def test_a_naive_comparison_with_the_wrong_sign_is_warned_of(self, analyse: Analyse) -> None:
        """Those who took part earned far less before; the program adds 500 to what is expected of them."""
        rng = np.random.default_rng(3)
        rows = []
        for group, n, center in (("treated", 150, -1.0), ("comparison", 1500, 0.0)):
            for before in rng.normal(center, 1.0, n).tolist():
                value = 8000 + 2000 * before + (500 if group == "treated" else 0) + float(rng.normal(0, 300))
                rows.append({"group": group, "value": value, "covariates": {"earnings before": before}})
        answer = analyse("matched_comparison", rows)
        matched, naive = answer["results"]
        assert (matched["name"], naive["name"]) == ("matched", "naive")
        assert naive["effect"] < -1000
        assert matched["effect"] == pytest.approx(500, abs=80)
        assert any("Without adjusting, the difference would point the other way" in note for note in answer["notes"])
        before, after = answer["balances"]
        assert (before["comparable"], after["comparable"]) == (False, True)
        assert answer["grade"] not in ("E4_comparison_group", "E5_randomized")

    def test_baselines_that_differ_reach_no_comparable_group(self, analyse: Analyse) -> None:
        rows = job_training(np.random.default_rng(4), shift=1.0)
        plain = [{"group": row["group"], "value": row["value"]} for row in rows]
        design = {"baselines": [{"what": "earnings before", "treated": 2000, "comparison": 5500, "sd": 6000}]}
        answer = analyse("randomized_comparison", plain, design=design)
        assert answer["grade"] == "E1_activity_only"
        assert answer["sentence"].startswith("185 people took part")
