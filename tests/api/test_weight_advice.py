"""`/weights/advice`: what the data say about weights, as a client sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.openapi import openapi_document

Keys = Callable[..., dict[str, str]]
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 11))


@pytest.fixture
def advise(sqlite_client: FlaskClient, sqlite_keys: Keys) -> Callable[[Any], Any]:
    """Ask for advice on an organization of which ten months of two measures are known."""
    records = [
        {"measure": measure, "period": month, "value": base + step * (number % 5), "sample_size": 500}
        for number, month in enumerate(MONTHS)
        for measure, base, step in (("audience_reach", 40, 2), ("participation_rate", 20, 1))
    ]
    sent = sqlite_client.post("/api/v1/observations", json={"observations": records}, headers=sqlite_keys("ingest"))
    assert sent.status_code == 200, sent.text
    return lambda body: sqlite_client.post("/api/v1/weights/advice", json=body, headers=sqlite_keys("weights"))


def test_months_of_the_whole_organization_are_cases(advise: Callable[[Any], Any]) -> None:
    asked = {"pillar": "access_engagement", "methods": ["deviation", "critic"], "from": MONTHS[0], "to": MONTHS[-1]}
    answer = advise(asked)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert set(found) == set(openapi_document()["components"]["schemas"]["AdviceAnswer"]["properties"])
    assert (found["pillar"], found["cases"], found["gaps"]) == ("access_engagement", 10, 0)
    assert set(found["today"]) == {"audience_reach", "participation_rate"}
    assert "completion_rate" in found["left_out"]
    deviation, critic = found["advice"]
    assert sum(deviation["weights"].values()) == pytest.approx(1)
    # Both measures move in step: there is nothing that conflicts.
    assert (critic["weights"], critic["warnings"]) == (None, [])
    assert "move as one" in critic["refused"]
    assert "They do not know what matters" in found["warnings"][0]


def test_without_methods_all_are_asked_and_without_periods_the_newest_twelve(advise: Callable[[Any], Any]) -> None:
    found = advise({"pillar": "access_engagement"}).get_json()
    assert len(found["advice"]) == 8
    assert found["cases"] == 10


def test_a_pillar_without_data_has_too_few_cases(advise: Callable[[Any], Any]) -> None:
    answer = advise({"pillar": "business_impact"})
    assert answer.status_code == 422
    assert "data-driven weights need 10" in answer.get_json()["detail"]
