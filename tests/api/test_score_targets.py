"""`/targets`: what the index and its pillars shall reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Keys = Callable[..., dict[str, str]]


def put(client: FlaskClient, keys: Keys, *targets: dict[str, Any]) -> Any:
    return client.put("/api/v1/targets", json={"targets": list(targets)}, headers=keys("weights"))


def test_the_newest_word_on_a_target_counts_and_null_takes_it_back(client: FlaskClient, keys: Keys) -> None:
    assert put(client, keys, {"score": "composite", "period": "2026", "value": 63}).status_code == 200
    answer = put(
        client,
        keys,
        {"score": "composite", "period": "2026", "value": 65},
        {"score": "business_impact", "period": "2026-Q4", "where": {"unit": "Sales"}, "value": 40.5},
    )
    shown = [(t["score"], t["period"], t["segment"], t["value"]) for t in answer.json["targets"]]
    assert shown == [
        ("business_impact", "2026-Q4", {"unit": "Sales"}, 40.5),
        ("composite", "2026", {}, 65.0),
    ]
    put(client, keys, {"score": "composite", "period": "2026", "value": None})
    listed = client.get("/api/v1/targets?where=unit:Sales", headers=keys("read")).json["targets"]
    assert [target["value"] for target in listed] == [40.5]
    assert len(client.get("/api/v1/targets", headers=keys("read")).json["targets"]) == 1


@pytest.mark.parametrize(
    ("target", "code", "hint"),
    [
        (
            {"score": "busines_impact", "period": "2026", "value": 40},
            "unknown_score",
            "Did you mean 'business_impact'?",
        ),
        ({"score": "composite", "period": "2026", "value": 101}, "invalid", None),
        (
            {"score": "composite", "period": "2026", "value": 40, "where": {"unti": "Sales"}},
            "unknown_dimension",
            "Did you mean 'unit'?",
        ),
    ],
)
def test_a_target_that_means_nothing_is_refused_and_nothing_is_stored(
    sqlite_client: FlaskClient, sqlite_keys: Keys, target: dict[str, Any], code: str, hint: str | None
) -> None:
    right = {"score": "composite", "period": "2025", "value": 50}
    answer = put(sqlite_client, sqlite_keys, right, target)
    assert answer.status_code == 422
    (problem,) = answer.json["errors"]
    assert (problem["code"], problem["row"], problem.get("hint")) == (code, 2, hint)
    assert sqlite_client.get("/api/v1/targets", headers=sqlite_keys("read")).json["targets"] == []
