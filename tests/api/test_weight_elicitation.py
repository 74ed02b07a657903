"""`/weights/elicit`: weights out of what people judge, as a client sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from api.openapi import openapi_document
from lei.storage.database import Database
from lei.storage.weight_profiles import weight_profile_versions

Ask = Callable[[Any], Any]


@pytest.fixture
def elicit(sqlite_client: FlaskClient, sqlite_keys: Callable[..., dict[str, str]]) -> Ask:
    """Ask for weights out of judgements."""
    return lambda body: sqlite_client.post("/api/v1/weights/elicit", json=body, headers=sqlite_keys("weights"))


def pairs(*judged: tuple[str, str, float]) -> list[dict[str, Any]]:
    """Judgements as a client writes them."""
    return [dict(zip(("one", "other", "times"), each, strict=True)) for each in judged]


def test_pairwise_judgements_of_one_person(elicit: Ask) -> None:
    body = {"method": "pairwise", "people": [{"judgements": pairs(("a", "b", 2), ("b", "c", 3))}]}
    answer = elicit(body)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert found["weights"] == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
    assert list(found["weights"]) == ["a", "b", "c"]
    consistency = found["consistency"]
    assert consistency["ratio"] == pytest.approx(0, abs=1e-12)
    assert (consistency["random_index"], consistency["acceptable_ratio"]) == ("saaty_1980", 0.1)
    assert consistency["source"].startswith("Saaty 1980")
    assert found["filled"] == [{"one": "a", "other": "c", "times": pytest.approx(6)}]
    assert (found["spread"], found["concentration"]) == (None, None)
    assert found["people"][0]["name"] == "person 1"


def test_a_contradiction_is_told_so_that_a_person_can_act(elicit: Ask) -> None:
    """A ring: 3 times 3 is 9, and a third was said, 27 times apart; the ratio by hand is index / 0.58."""
    ring = pairs(("a", "b", 3), ("b", "c", 3), ("c", "a", 3))
    found = elicit({"method": "pairwise", "people": [{"name": "Ann", "judgements": ring}]}).get_json()
    # The row sums are all 1 + 3 + 1/3, so that is the eigenvalue, and the weights are equal.
    assert found["weights"] == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    assert found["consistency"]["eigenvalue"] == pytest.approx(13 / 3)
    assert found["consistency"]["ratio"] == pytest.approx((13 / 3 - 3) / 2 / 0.58)
    assert found["consistency"]["consistent"] is False
    (worst,) = found["contradictions"]
    assert worst["factor"] == pytest.approx(27)
    assert worst["sentence"] in found["warnings"][0]


def test_points_of_two_people(elicit: Ask) -> None:
    people = [{"name": "Ann", "points": {"a": 60, "b": 40}}, {"name": "Bo", "points": {"a": 2, "b": 3}}]
    found = elicit({"method": "points", "keys": ["b", "a"], "people": people}).get_json()
    assert found["weights"] == pytest.approx({"a": 0.5, "b": 0.5})
    assert list(found["weights"]) == ["b", "a"]
    assert found["spread"] == pytest.approx({"a": 0.02**0.5, "b": 0.02**0.5})
    assert found["concentration"] == pytest.approx(12)
    assert (found["consistency"], found["contradictions"], found["filled"]) == (None, [], [])
    assert found["people"][0] == {
        "name": "Ann",
        "weights": pytest.approx({"a": 0.6, "b": 0.4}),
        "consistency": None,
        "contradictions": [],
        "note": None,
    }


def test_ranks_by_either_rule(elicit: Ask) -> None:
    body = {"method": "ranks", "people": [{"ranks": {"a": 1, "b": 2, "c": 3}}]}
    assert elicit(body).get_json()["weights"] == pytest.approx({"a": 11 / 18, "b": 5 / 18, "c": 2 / 18})
    assert elicit(body | {"rule": "comparison"}).get_json()["weights"]["a"] == pytest.approx(5 / 9)


def test_the_answer_fits_its_description_and_can_be_made_a_profile(elicit: Ask) -> None:
    schemas = openapi_document()["components"]["schemas"]
    judged = [{"judgements": pairs(("access_engagement", "business_impact", 2))}]
    found = elicit({"method": "pairwise", "people": judged}).get_json()
    assert set(found) == set(schemas["ElicitAnswer"]["properties"])
    assert set(found["people"][0]) == set(schemas["PersonAnswer"]["properties"])
    assert set(found["consistency"]) == set(schemas["ConsistencyAnswer"]["properties"])


def test_nothing_is_stored(elicit: Ask, sqlite_database: Database) -> None:
    def versions() -> int:
        with sqlite_database.reading() as session:
            return session.execute(sa.select(sa.func.count()).select_from(weight_profile_versions)).scalar_one()

    before = versions()
    assert elicit({"method": "points", "people": [{"points": {"a": 1, "b": 1}}]}).status_code == 200
    assert versions() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"method": "pairwise", "people": [{"judgements": pairs(("a", "b", 0))}]}, "people.0.judgements.0.times"),
        ({"method": "pairwise", "people": [{"judgements": [{"one": "a"}]}]}, "people.0.judgements.0.other"),
        (
            {"method": "pairwise", "people": [{"judgements": pairs(("a", "b", 2), ("c", "d", 2))}]},
            "people.0.judgements",
        ),
        ({"method": "points", "people": [{"points": {"a": -1, "b": 1}}]}, "people.0.points.a"),
        ({"method": "points", "people": [{"points": {"a": 1, "b": 1}, "mood": 1}]}, "people.0.mood"),
        ({"method": "ranks", "people": [{"ranks": {"a": 1.5, "b": 1}}]}, "people.0.ranks.a"),
        ({"method": "ranks", "people": [{"ranks": {"a": 1, "b": 1}}], "completion": "harker"}, "completion"),
    ],
)
def test_errors_name_the_field(elicit: Ask, body: Any, field: str) -> None:
    answer = elicit(body)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.get_json()["errors"]]
