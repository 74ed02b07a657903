"""`POST /evidence/analyses`: what it refuses, and with which words; and what becomes of rows about people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]
Row = dict[str, Any]
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]
ERRORS = {"name": "early errors", "unit": "per 100 tickets", "lower_is_better": True}

UNLIKE = [
    {"group": "treated", "value": 1, "covariates": {"age": 1}},
    {"group": "treated", "value": 1, "covariates": {}},
]
ONE_IN_BOTH = [{"unit": "A", "period": p, "value": 1, "group": g} for p, g in ((1, "treated"), (2, "comparison"))]
EARLY_START = [{"unit": "A", "period": p, "value": 1, "start": -4} for p in (1, 2)]
SAME_SEGMENT = [{"segment": "A", "group": "treated", "count": 40, "n": 50}] * 2


class TestRefusals:
    def refused(self, client: FlaskClient, keys: Keys, **changes: Any) -> Any:
        rows = [{"period": month, "value": 1.0 * place} for place, month in enumerate(MONTHS)]
        body = {"method": "trend", "kpi": ERRORS, "rows": rows, **changes}
        answer = client.post("/api/v1/evidence/analyses", json=body, headers=keys("read"))
        assert answer.status_code == 422, answer.text
        return answer.get_json()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"method": "guess"}, "method"),
            ({"options": {"start": "2026-07"}}, "start"),
            ({"design": {"assignment": "fate"}}, "design.assignment"),
            ({"rows": []}, "rows"),
            ({"rows": [{"period": "2026-01", "value": "high"}]}, "value"),
            ({"rows": [{"period": "January", "value": 1}]}, "period"),
            ({"rows": [{"period": "2026-01", "value": 1, "name": "Maria"}]}, "name"),
            ({"rows": [{"period": "2026-01"}]}, "value"),
            ({"rows": [{"period": "2026-01", "value": 1}, {"period": 3, "value": 1}]}, "period"),
            ({"rows": ["2026-01"]}, "rows"),
            ({"rows": [{"period": 1, "value": 1}, {"period": 999, "value": 1}]}, "period"),
            ({"rows": [{"period": 1, "value": 1}, {"period": 1, "value": 2}]}, "period"),
            ({"method": "matched_comparison", "rows": UNLIKE}, "covariates"),
            ({"method": "difference_in_differences", "rows": ONE_IN_BOTH, "options": {"start": 2}}, "group"),
            ({"method": "difference_in_differences", "rows": ONE_IN_BOTH, "options": {"start": 0}}, "group"),
            ({"method": "staggered_rollout", "rows": EARLY_START}, "start"),
            ({"method": "lagged_correlation"}, "expected"),
            ({"method": "segments", "rows": SAME_SEGMENT}, "segment"),
            ({"method": "randomized_comparison", "rows": SAME_SEGMENT[:1]}, "segment"),
            ({"kpi": {"unit": "percent"}}, "kpi.name"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, sqlite_client: FlaskClient, sqlite_keys: Keys, changes: dict[str, Any], field: str
    ) -> None:
        assert field in [error["field"] for error in self.refused(sqlite_client, sqlite_keys, **changes)["errors"]]

    def test_the_row_is_named(self, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
        rows = [{"period": 1, "value": 1}, {"period": 2, "value": True}]
        (error,) = self.refused(sqlite_client, sqlite_keys, rows=rows)["errors"]
        assert (error["row"], error["field"]) == (2, "value")

    def test_too_many_rows(self, sqlite_client: FlaskClient, sqlite_keys: Keys) -> None:
        rows = [{"period": 1, "value": 1}] * 50_001
        assert "at most 50,000" in self.refused(sqlite_client, sqlite_keys, rows=rows)["detail"]


def test_rows_about_people_are_neither_stored_nor_logged(
    sqlite_client: FlaskClient,
    sqlite_keys: Keys,
    sqlite_database: Database,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    headers = sqlite_keys("read")
    rows = [
        {"unit": "Person Zebulon", "period": period, "value": 4711.25 + period, "group": "treated"} for period in (1, 1)
    ]
    body = {"method": "difference_in_differences", "kpi": ERRORS, "rows": rows, "options": {"start": 2}}
    with caplog.at_level("DEBUG"):
        refused = sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=headers)
        body["rows"] = [{**row, "period": place} for place, row in enumerate(rows, start=1)]
        sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=headers)
    assert refused.status_code == 422
    assert "Zebulon" not in caplog.text
    assert "4711" not in caplog.text
    sqlite_database.close()
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"kpi_early_error_rate" in stored, "this is the database"
    assert b"Zebulon" not in stored


START = {"start": 6}


@pytest.mark.parametrize(
    ("method", "rows", "options"),
    [
        ("randomized_comparison", [{"group": g, "value": 5} for g in ("treated", "comparison") * 60], {}),
        (
            "matched_comparison",
            [
                {"group": g, "value": 5, "covariates": {"x": i % 7}}
                for i, g in enumerate(("treated", "comparison") * 60)
            ],
            {},
        ),
        ("before_after", [{"unit": u, "period": p, "value": 5, "n": 50} for u in "ABCD" for p in range(12)], START),
        ("interrupted_time_series", [{"period": p, "value": 5, "n": 50} for p in range(12)], START),
        (
            "staggered_rollout",
            [
                {"unit": u, "period": p, "value": 5, "n": 50, "start": start}
                for u, start in (("A", 5), ("B", 7), ("C", None), ("D", None))
                for p in range(12)
            ],
            {},
        ),
        ("trend", [{"period": p, "value": 5} for p in range(12)], {}),
        ("paired", [{"before": 5, "after": 5}] * 40, {}),
    ],
)
def test_what_never_varies_is_never_certain(
    sqlite_client: FlaskClient, sqlite_keys: Keys, method: str, rows: list[Row], options: Row
) -> None:
    body = {"method": method, "kpi": ERRORS, "rows": rows, "options": options}
    answer = sqlite_client.post("/api/v1/evidence/analyses", json=body, headers=sqlite_keys("read"))
    assert answer.status_code == 422
    assert answer.get_json()["detail"].endswith(".")
