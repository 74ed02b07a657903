"""`POST /evidence/analyses`: published experiments, and data that permit no claim, through HTTP alone."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]
Row = dict[str, Any]
LINKS = {"learning_activity": "evidenced", "behavior_change": "evidenced"}


Analyse = Callable[..., Any]


def test_ten_units_say_nothing(analyse: Analyse) -> None:
    rng = np.random.default_rng(0)
    rows = [{"unit": f"U{i}", "measure": float(x), "kpi": float(x)} for i, x in enumerate(rng.normal(size=10))]
    answer = analyse("unit_correlation", rows, {"name": "customer satisfaction", "unit": "percent"})
    assert answer["result"]["effect"] is None
    assert answer["sentence"] == (
        "Customer satisfaction: too little data: needs 30 units; there are 10. With 10 units, pure chance alone "
        "reaches a correlation of 0.63 or more (up or down) in one of twenty comparisons, so none is shown; 30 units "
        "are needed, and 250 for one that is stable."
    )
    assert (answer["grade"], answer["claim"]) == (None, None)


class TestSimpson:
    def test_kidney_stones(self, analyse: Analyse) -> None:
        """Charig and others 1986: open surgery is better for small and for large stones, and worse in total."""
        counts = {
            ("small", "treated"): (81, 87),
            ("small", "comparison"): (234, 270),
            ("large", "treated"): (192, 263),
            ("large", "comparison"): (55, 80),
        }
        answer = analyse("segments", counted(counts), {"name": "success", "unit": "percent"})
        same, total = answer["results"]
        assert total["effect"] == pytest.approx(100 * (273 / 350 - 289 / 350))
        # Mantel and Haenszel by hand: (81·270 - 234·87) / 357 and (192·80 - 55·263) / 343 over n1 n0 / N.
        weights = 87 * 270 / 357, 263 * 80 / 343
        by_hand = 100 * ((81 * 270 - 234 * 87) / 357 + (192 * 80 - 55 * 263) / 343) / sum(weights)
        assert same["effect"] == pytest.approx(by_hand)
        assert [result["name"] for result in answer["within"]] == ["small", "large"]
        assert answer["findings"][0]["code"] == "simpson_reversal"
        assert answer["sentence"].startswith("Like compared with like, within segments")
        assert "points the other way" in answer["sentence"]

    def test_berkeley(self, analyse: Analyse) -> None:
        """Bickel and others 1975: women were admitted less in total; at the same mix of departments, rather more."""
        men = {"A": (512, 825), "B": (353, 560), "C": (120, 325), "D": (138, 417), "E": (53, 191), "F": (22, 373)}
        women = {"A": (89, 108), "B": (17, 25), "C": (202, 593), "D": (131, 375), "E": (94, 393), "F": (24, 341)}
        counts = {(name, "treated"): women[name] for name in women} | {(name, "comparison"): men[name] for name in men}
        answer = analyse("segments", counted(counts), {"name": "admission of women", "unit": "percent"})
        same, total = answer["results"]
        assert total["effect"] == pytest.approx(100 * (557 / 1835 - 1198 / 2691))
        assert same["effect"] > 0
        assert answer["findings"][0]["code"] == "simpson_reversal"


def counted(counts: dict[tuple[str, str], tuple[int, int]]) -> list[Row]:
    return [{"segment": s, "group": g, "count": count, "n": n} for (s, g), (count, n) in counts.items()]


@pytest.fixture(scope="module")
def plants(shared: Path) -> list[dict[str, str]]:
    """157 plants in 1987 to 1989 (Holzer and others 1993)."""
    with (shared / "data" / "jtrain" / "jtrain.csv").open(newline="") as file:
        return list(csv.DictReader(file))


class TestTrainingGrants:
    """Wooldridge, Introductory Econometrics, examples 14.1 and 7.3 and section 13.4, over 157 plants."""

    def test_fixed_effects_of_log_scrap(self, analyse: Analyse, plants: list[dict[str, str]]) -> None:
        answer = analyse("panel_regression", scrap(plants), SCRAP, options={**CLASSICAL, "lags": [0, 1]})
        now, later = answer["results"]
        assert (round(now["effect"], 3), round(now["standard_error"], 3)) == (-0.252, 0.151)
        assert (round(later["effect"], 3), round(later["standard_error"], 3)) == (-0.422, 0.210)
        assert round(later["details"]["percent"], 1) == -34.4
        assert answer["tables"]["fit"][0]["rows"] == 162
        assert "no clear difference" in answer["sentence"] or answer["grade"] == "E1_activity_only"

    def test_first_differences(self, analyse: Analyse, plants: list[dict[str, str]]) -> None:
        rows = [row for row in scrap(plants) if row["period"] <= 1988]
        answer = analyse("panel_regression", rows, SCRAP, options={**CLASSICAL, "estimator": "first_differences"})
        (only,) = answer["results"]
        assert (round(only["effect"], 3), round(only["standard_error"], 3)) == (-0.317, 0.164)
        assert any("would point the other way" in note for note in answer["notes"])

    def test_hours_of_training(self, analyse: Analyse, plants: list[dict[str, str]]) -> None:
        rows = [
            {
                "unit": plant["fcode"],
                "period": int(plant["year"]),
                "value": number(plant["hrsemp"]),
                "treatment": number(plant["grant"]),
                "controls": {name: number(plant[name]) for name in ("sales", "employ")},
            }
            for plant in plants
        ]
        options = {"log_controls": ["sales", "employ"], "errors": "classical", "period": 1988}
        answer = analyse("cross_section", rows, {"name": "hours of training", "unit": "hours"}, options=options)
        assert (round(answer["result"]["effect"], 2), round(answer["result"]["standard_error"], 2)) == (26.25, 5.59)
        assert answer["tables"]["fit"][0]["rows"] == 105
        assert answer["grade"] is None


SCRAP = {"name": "scrap rate", "unit": "log points", "lower_is_better": True}
CLASSICAL: dict[str, Any] = {"log_value": True, "errors": "classical"}


def scrap(plants: list[dict[str, str]]) -> list[Row]:
    return [
        {
            "unit": plant["fcode"],
            "period": int(plant["year"]),
            "value": number(plant["scrap"]),
            "treatment": number(plant["grant"]),
        }
        for plant in plants
    ]


def number(text: str) -> float | None:
    return float(text) if text else None


MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def panel(effect: float, *, noise: float = 0.1, sites: int = 4) -> list[Row]:
    """Sites in 2026, the treated ones with the program from July on."""
    rng = np.random.default_rng(5)
    return [
        {
            "unit": f"{group} {site}",
            "period": month,
            "value": 8 + 0.1 * site + rng.normal(0, noise) + (effect if group == "treated" and place >= 6 else 0),
            "group": group,
            "n": 50,
        }
        for group in ("treated", "comparison")
        for site in range(sites)
        for place, month in enumerate(MONTHS)
    ]


class TestPanels:
    def test_difference_in_differences(self, analyse: Analyse) -> None:
        rows = panel(-2.0)
        answer = analyse(
            "difference_in_differences", rows, ERRORS, options={"start": "2026-07"}, design={"links": LINKS}
        )
        means = {
            (group, late): np.mean(
                [row["value"] for row in rows if row["group"] == group and (row["period"] >= "2026-07") == late]
            )
            for group in ("treated", "comparison")
            for late in (False, True)
        }
        by_hand = (means["treated", True] - means["treated", False]) - (
            means["comparison", True] - means["comparison", False]
        )
        assert answer["result"]["effect"] == pytest.approx(by_hand)
        assert answer["grade"] == "E4_comparison_group"
        assert answer["claim"]["window"] == {"from": "2026-07", "to": "2026-12"}
        assert answer["checks"]["balance"]["comparable"]
        assert "fell 2" in answer["sentence"]
        assert "at comparable sites; the program probably contributed" in answer["sentence"]

    def test_two_sites_lower_the_grade(self, analyse: Analyse) -> None:
        answer = analyse("difference_in_differences", panel(-2.0, sites=2), ERRORS, options={"start": "2026-07"})
        assert [reason["code"] for reason in answer["downgrade_reasons"]] == ["few_sites"]
        assert answer["grade"] == "E3_pre_post_trend"

    def test_staggered(self, analyse: Analyse) -> None:
        starts = {0: "2026-05", 1: "2026-06", 2: "2026-08", 3: None, 4: None}
        rng = np.random.default_rng(6)
        rows = [
            {
                "unit": f"Site {site}",
                "period": month,
                "value": 5 + rng.normal(0, 0.1) + (1 if starts[site] and month >= str(starts[site]) else 0),
                "start": starts[site],
                "n": 40,
            }
            for site in starts
            for month in MONTHS
        ]
        answer = analyse("staggered_rollout", rows, {"name": "output", "unit": "pieces"})
        assert answer["result"]["effect"] == pytest.approx(1.0, abs=0.15)
        assert {effect["start"] for effect in answer["tables"]["effects"]} == {"2026-05", "2026-06", "2026-08"}

    def test_before_and_after(self, analyse: Analyse) -> None:
        rows = [
            {name: row[name] for name in ("unit", "period", "value", "n")}
            for row in panel(-2.0)
            if row["group"] == "treated"
        ]
        answer = analyse("before_after", rows, ERRORS, options={"start": "2026-07"})
        assert answer["result"]["effect"] == pytest.approx(-2.0, abs=0.2)
        # Nobody said how the sites came to the program.
        assert (answer["grade"], answer["downgrade_reasons"][0]["code"]) == ("E1_activity_only", "volunteers")
        told = analyse("before_after", rows, ERRORS, options={"start": "2026-07"}, design={"assignment": "other"})
        assert told["grade"] == "E2_pre_post"
        assert "in the same period as the program" in told["sentence"]

    def test_an_interrupted_series(self, analyse: Analyse) -> None:
        rng = np.random.default_rng(7)
        rows: list[Row] = [
            {"period": 100 + place, "value": 10 + rng.normal(0, 0.2) - (3 if place >= 18 else 0), "n": 80}
            for place in range(30)
        ]
        answer = analyse(
            "interrupted_time_series", rows, ERRORS, options={"start": 118}, design={"assignment": "other"}
        )
        assert answer["result"]["effect"] == pytest.approx(-3, abs=0.6)
        assert answer["grade"] == "E3_pre_post_trend"
        assert len(answer["series"]["projected"]) == 30
        assert answer["series"]["low"][0] is None

    def test_nothing_varies_is_said_and_not_claimed(self, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
        rows = panel(-2.0, noise=0.0)
        body = {"method": "difference_in_differences", "kpi": ERRORS, "rows": rows, "options": {"start": "2026-07"}}
        answer = sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=sqlite_keys("read"))
        assert answer.status_code == 422
        assert "do not differ from each other" in answer.get_json()["detail"]


ERRORS = {"name": "early errors", "unit": "per 100 tickets", "lower_is_better": True}


class TestWithoutAClaim:
    def test_pairs(self, analyse: Analyse) -> None:
        rng = np.random.default_rng(8)
        rows = [{"before": float(x), "after": float(x + rng.normal(5, 4))} for x in rng.normal(60, 8, 40)]
        answer = analyse("paired", rows, {"name": "test score", "unit": "score"})
        differences = np.array([row["after"] - row["before"] for row in rows])
        assert answer["result"]["effect"] == pytest.approx(differences.mean())
        assert answer["result"]["standard_error"] == pytest.approx(differences.std(ddof=1) / math.sqrt(40))
        assert answer["grade"] is None
        assert "in 40 pairs" in answer["sentence"]

    def test_a_lag(self, analyse: Analyse) -> None:
        rng = np.random.default_rng(9)
        x = np.convolve(rng.normal(size=42), np.ones(3), "valid").cumsum()
        y = np.concatenate([np.full(2, x[0]), x[:-2]]) + rng.normal(0, 0.1, 40)
        rows = [
            {"period": 2000 + place, "measure": float(a), "kpi": float(b)}
            for place, (a, b) in enumerate(zip(x, y, strict=True))
        ]
        answer = analyse("lagged_correlation", rows, ERRORS, options={"expected": "same_direction"})
        assert answer["result"]["details"]["lag"] == 2
        assert "tends to move with early errors 2 months later" in answer["sentence"]
        assert "not proof" in answer["sentence"]
        other = analyse("lagged_correlation", rows, ERRORS, options={"expected": "opposite_direction"})
        assert (other["result"], other["not_reported"]) == (None, "not_the_planned_sign")

    def test_a_trend(self, analyse: Analyse) -> None:
        rows = [{"period": month, "value": 10 + 0.5 * place} for place, month in enumerate(MONTHS)]
        rows[4]["value"] += 3
        answer = analyse("trend", rows, ERRORS, options={"ahead": 2})
        assert answer["result"]["effect"] == pytest.approx(0.5)
        assert [one["period"] for one in answer["tables"]["forecast"]] == ["2027-01", "2027-02"]
