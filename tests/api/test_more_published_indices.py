"""More indices of other people through the API alone: thresholds in steps, gaps, goalposts by profile, steps in time.

Each has its source and its published figures, or the published rule worked out in plain Python.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]
Posts = Mapping[str, Any]

ONE, TWO, THREE = "access_engagement", "performance_outcomes", "business_impact"
WHOLE = {"min_coverage": 100, "min_pillars": 1, "min_pillar_weight": 100}


class Index:
    """An index under construction: measures, one published profile, values, scores."""

    def __init__(self, client: FlaskClient, keys: Keys) -> None:
        self._client, self._keys = client, keys

    def _send(self, path: str, body: object) -> None:
        answer = self._client.post(f"/api/v1{path}", json=body, headers=self._keys("weights", "ingest"))
        assert answer.status_code in (200, 201), answer.text

    def measure(self, key: str, pillar: str, **posts: Any) -> None:
        """Add one, of which nothing is personal."""
        plain = {"display_name": key, "unit": "count", "min_group_size": 0, "direction": "higher_is_better"}
        self._send("/measures", plain | {"key": key, "pillar": pillar} | posts)

    def profile(self, name: str, weights: Mapping[str, Mapping[str, float]], **sections: Any) -> None:
        """Weigh pillars alike, their measures as told, and publish that."""
        body = {"name": name, "pillars": dict.fromkeys(weights, 1), "measures": weights, "missing": WHOLE}
        self._send("/weight-profiles", body | sections)
        self._send(f"/weight-profiles/{name}/versions/1/publish", {"effective_from": "1990", "note": "As published."})

    def values(self, period: str, by_region: Mapping[str, Mapping[str, float]]) -> None:
        """Send what is known of each region."""
        rows = [
            {"measure": measure, "period": period, "value": value, "dimensions": {"region": region}}
            for region, row in by_region.items()
            for measure, value in row.items()
        ]
        self._send("/observations", {"observations": rows})

    def get(self, path: str) -> Any:
        """The answer to a question."""
        answer = self._client.get(f"/api/v1{path}", headers=self._keys("read"))
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def scores(self, name: str, period: str) -> dict[str, Any]:
        """The score of each region."""
        found = self.get(f"/scores?profile={name}&from={period}&to={period}&by=region")["scores"]
        return {score["segment"]["region"]: score for score in found}


@pytest.fixture
def index(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Index:
    return Index(sqlite_client, sqlite_keys)


def test_the_global_hunger_index_of_india_and_why_it_fell(index: Index) -> None:
    """Welthungerhilfe and Concern Worldwide, 2023 and 2024: 28.7 and 27.3.

    Undernourishment / 80 and child mortality / 35 with a third each, wasting / 30 and stunting / 70 with a sixth each.
    """
    for key, pillar, most in (("pun", ONE, 80), ("cwa", TWO, 30), ("cst", TWO, 70), ("cm", THREE, 35)):
        index.measure(f"hunger_{key}", pillar, goalpost_0=0, goalpost_100=most)
    weights = {ONE: {"hunger_pun": 1}, TWO: {"hunger_cwa": 1, "hunger_cst": 1}, THREE: {"hunger_cm": 1}}
    index.profile("global_hunger", weights)
    years: dict[str, Sequence[float]] = {"2023": (16.6, 18.7, 35.5, 3.1), "2024": (13.7, 18.7, 35.5, 2.9)}
    for year, row in years.items():
        keys = ("hunger_pun", "hunger_cwa", "hunger_cst", "hunger_cm")
        index.values(f"{year}-10", {"India": dict(zip(keys, row, strict=True))})
    published = {"2023": 28.7, "2024": 27.3}
    assert {y: round(index.scores("global_hunger", f"{y}-10")["India"]["composite"], 1) for y in years} == published

    asked = "/scores/drivers?profile=global_hunger&period=2024-10&against=2023-10&where=region:India&chained="
    for chained in ("true", "false"):
        answer = index.get(asked + chained)
        (found,) = answer["drivers"]
        moved = {c["measure"]: c["points"] for c in found["contributions"] if c["points"]}
        # The eleven months between have no data, so both ways there is one step.
        assert answer["chained"] is (chained == "true")
        assert moved == {
            "hunger_pun": pytest.approx(-2.9 / 80 * 100 / 3),
            "hunger_cm": pytest.approx(-0.2 / 35 * 100 / 3),
        }


def test_the_air_quality_index_between_its_breakpoints(index: Index) -> None:
    """US EPA, Technical Assistance Document for the Reporting of Daily Air Quality, EPA-454/B-18-007, its example:

    ozone of 0.078 ppm is 126, PM2.5 of 35.9 is 102, CO of 8.4 is 90. An index of 500 is our 100; each limit is a step.
    """
    tables = {
        "ozone": ((0, 0), (0.054, 50), (0.055, 51), (0.07, 100), (0.071, 101), (0.085, 150), (0.086, 151), (0.2, 300)),
        "pm": ((0, 0), (12, 50), (12.1, 51), (35.4, 100), (35.5, 101), (55.4, 150), (55.5, 151), (150.4, 200)),
        "co": ((0, 0), (4.4, 50), (4.5, 51), (9.4, 100), (9.5, 101), (12.4, 150), (12.5, 151), (15.4, 200)),
    }
    for (key, table), pillar in zip(tables.items(), (ONE, TWO, THREE), strict=True):
        knots = [[value, points / 5] for value, points in table]
        index.measure(f"air_{key}", pillar, goalpost_0=None, goalpost_100=None, curve="piecewise", knots=knots)
    index.profile("air", {ONE: {"air_ozone": 1}, TWO: {"air_pm": 1}, THREE: {"air_co": 1}})
    index.values("2018-07", {"site": {"air_ozone": 0.078, "air_pm": 35.9, "air_co": 8.4}})
    pillars = index.scores("air", "2018-07")["site"]["pillars"]
    assert [math.floor(5 * pillars[p]["score"] + 0.5) for p in (ONE, TWO, THREE)] == [126, 102, 90]


RISKS = {
    10.0: ("Dangerous-Workflow",),
    7.5: (
        *("Binary-Artifacts", "Branch-Protection", "Code-Review", "Dependency-Update-Tool", "Maintained"),
        *("Signed-Releases", "Token-Permissions", "Vulnerabilities"),
    ),
    5.0: ("Fuzzing", "Packaging", "Pinned-Dependencies", "SAST", "Security-Policy"),
    2.5: ("CI-Tests", "CII-Best-Practices", "Contributors", "License"),
}


def test_the_openssf_scorecard_leaves_out_what_is_inconclusive(index: Index, shared: Path) -> None:
    """Rule: `GetAggregateScore` of OpenSSF Scorecard, the mean over the conclusive checks weighted by their risks."""
    results = json.loads((shared / "reference/inputs/openssf_scorecard.json").read_text("utf-8"))["inputs"]["results"]
    weight = {check: risk for risk, checks in RISKS.items() for check in checks}
    key = {check: "check_" + check.lower().replace("-", "_") for check in weight}
    for check in weight:
        index.measure(key[check], ONE, goalpost_0=0, goalpost_100=10)
    weights = {ONE: {key[check]: risk for check, risk in weight.items()}}
    index.profile("openssf", weights, missing={"min_coverage": 0, "min_pillars": 1, "min_pillar_weight": 0})
    known = {r["repo"]: {c: s for c, s in r["checks"].items() if s is not None} for r in results}
    index.values("2023-06", {repo: {key[c]: s for c, s in checks.items()} for repo, checks in known.items()})
    found = index.scores("openssf", "2023-06")
    expected = {
        repo: sum(weight[c] * s for c, s in checks.items()) / sum(weight[c] for c in checks)
        for repo, checks in known.items()
    }
    assert any(len(checks) < len(weight) for checks in known.values())
    assert {repo: found[repo]["composite"] / 10 for repo in known} == pytest.approx(expected, abs=1e-12)


def test_the_gender_development_index_has_goalposts_by_sex(index: Index) -> None:
    """UNDP, technical note 3: the index of women by that of men, life expectancy from 22.5 to 87.5 and 17.5 to 82.5.

    The rule is published; the values are made up, and worked out beside it.
    """
    index.measure("life", ONE, goalpost_0=20, goalpost_100=85)
    index.measure("expected_years", TWO, goalpost_0=0, goalpost_100=18)
    index.measure("mean_years", TWO, goalpost_0=0, goalpost_100=15)
    index.measure("income", THREE, goalpost_0=100, goalpost_100=75000, curve="logarithmic")
    weights = {ONE: {"life": 1}, TWO: {"expected_years": 1, "mean_years": 1}, THREE: {"income": 1}}
    means = {"pillars": "geometric", "measures": "arithmetic", "floor": 0}
    posts = {"women": (22.5, 87.5), "men": (17.5, 82.5)}
    for sex, (low, high) in posts.items():
        goalposts = {"life": {"goalpost_0": low, "goalpost_100": high}}
        index.profile(f"development_{sex}", weights, aggregation=means, goalposts=goalposts)
    rows = {"women": (71.8, 12.6, 5.7, 2277.0), "men": (69.2, 11.9, 7.7, 10633.0)}
    keys = ("life", "expected_years", "mean_years", "income")
    index.values("2017-12", {sex: dict(zip(keys, row, strict=True)) for sex, row in rows.items()})
    found = {sex: index.scores(f"development_{sex}", "2017-12")[sex]["composite"] for sex in rows}

    def worked_out(sex: str) -> float:
        (low, high), (life, expected, mean, income) = posts[sex], rows[sex]
        schooling = (expected / 18 + mean / 15) / 2
        return math.cbrt((life - low) / (high - low) * schooling * math.log(income / 100) / math.log(750))

    assert found == pytest.approx({sex: 100 * worked_out(sex) for sex in rows}, abs=1e-9)
