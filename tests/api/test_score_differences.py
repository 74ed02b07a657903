"""As published, as known at an instant, and now: each can be had, and the difference of any two is explained."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pillar_levels import LEVELS
from prepared_databases import PreparedFile

from api.app import create_app
from api.context import Context
from lei.catalog.loader import default_measures
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

Ask = Callable[..., Any]
Keys = Callable[..., dict[str, str]]

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PERIOD = "2026-10"
# By hand, with the weights 20/30/25/15/10: 16 + 18 + 12.5 + 6 + 2.
FIRST = 54.5


@dataclass(frozen=True)
class Organization:
    """A database to copy, in which a scorecard is published; the headers that open it, and when that was."""

    file: Path
    headers: dict[str, str]
    card: int
    now: datetime


@pytest.fixture(scope="module")
def organization(tmp_path_factory: pytest.TempPathFactory, prepared_file: PreparedFile) -> Organization:
    """An organization at LEVELS in October, and a scorecard that says so: drawn once for all tests."""
    file, clock = tmp_path_factory.mktemp("published") / "lei.sqlite3", FixedClock(NOW)
    prepared_file.copy_to(file)
    with closing(Database(f"sqlite:///{file}")) as database:
        with database.writing() as session:
            headers = {"Authorization": f"Bearer {create_key(session, 'admin', ['admin'], NOW)}"}
        card = publish(asker(client_of(database, file.parent, clock), headers, clock))
    return Organization(file, headers, card, clock.now())


@pytest.fixture
def send(organization: Organization, clock: FixedClock, tmp_path: Path) -> Iterator[Ask]:
    """A request to a copy of the organization, with a key that may do everything; an hour passes after each."""
    file, clock.instant = tmp_path / "lei.sqlite3", organization.now
    shutil.copyfile(organization.file, file)
    with closing(Database(f"sqlite:///{file}")) as database:
        yield asker(client_of(database, tmp_path, clock), organization.headers, clock)


@pytest.fixture
def published(organization: Organization) -> int:
    """The id of the scorecard that says how the organization was."""
    return organization.card


def client_of(database: Database, folder: Path, clock: FixedClock) -> FlaskClient:
    return create_app(Context(database, load_settings({"LEI_DATA_DIR": str(folder)}), clock)).test_client()


def asker(client: FlaskClient, headers: dict[str, str], clock: FixedClock) -> Ask:
    def ask(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        clock.instant += timedelta(hours=1)
        return answer.get_json()

    return ask


def publish(send: Ask) -> int:
    rows = []
    for measure in default_measures():
        if measure.scorable:
            low, high = measure.goalpost_0 or 0.0, measure.goalpost_100 or 0.0
            rows.append(row(measure.key, low + LEVELS[measure.pillar] / 100 * (high - low)))
    send("POST", "/observations", {"observations": rows})
    return int(send("POST", "/scorecards", {"period": PERIOD}, 201)["id"])


def row(measure: str, value: float | None) -> dict[str, Any]:
    return {"measure": measure, "period": PERIOD, "value": value, "sample_size": 500}


def correct(send: Ask, measure: str, value: float | None) -> None:
    send("POST", "/observations", {"observations": [row(measure, value)]})


def difference(send: Ask, query: str) -> Any:
    found = send("GET", f"/scores/differences?{query}")
    if found["change"] is not None:
        assert math.fsum(found["parts"].values()) == pytest.approx(found["change"], abs=1e-9)
        listed = [c["points"] for c in found["contributions"]] + [c["points"] for c in found["caps"]]
        assert math.fsum([*listed, found["parts"]["aggregation"]]) == pytest.approx(found["change"], abs=1e-9)
    return found


def test_a_correction_after_publishing_is_the_difference(send: Ask, published: int) -> None:
    # Audience reach is a fifth of access, and access of the index: from 80 to 90 of 100 makes 0.2 x 0.2 x 10.
    correct(send, "audience_reach", 40 + 0.9 * 55)
    found = difference(send, f"before=scorecard:{published}")
    assert found["before"]["published"] == pytest.approx(FIRST, abs=1e-9)
    assert found["before"]["composite"] == pytest.approx(FIRST, abs=1e-9)
    assert found["after"]["composite"] == pytest.approx(FIRST + 0.4, abs=1e-9)
    assert found["parts"] == pytest.approx(only(data=0.4), abs=1e-9)
    assert (found["after"]["view"], found["after"]["published"], found["as_published"]) == ("now", None, True)
    assert found["sentence"] == "54.5 became 54.9 (+0.4 points): +0.4 from corrected or later data."


def test_the_published_score_can_be_had_as_it_was(send: Ask, published: int) -> None:
    correct(send, "audience_reach", 40 + 0.9 * 55)
    (was,) = send("GET", f"/scores?scorecard={published}")["scores"]
    (now,) = send("GET", f"/scores?from={PERIOD}&to={PERIOD}")["scores"]
    assert (was["period"], was["segment"]) == (PERIOD, {})
    assert was["composite"] == pytest.approx(FIRST, abs=1e-9)
    assert now["composite"] == pytest.approx(FIRST + 0.4, abs=1e-9)
    assert "measures" not in send("GET", f"/scores?scorecard={published}&detail=pillars")["scores"][0]["pillars"]


def test_what_is_no_longer_there_is_coverage(send: Ask, published: int) -> None:
    for measure in default_measures():
        if measure.scorable and measure.pillar == "business_impact":
            correct(send, measure.key, None)
    found = difference(send, f"before=scorecard:{published}")
    # Without the pillar at 20 of 100: (16 + 18 + 12.5 + 6) / 0.9.
    assert found["after"]["composite"] == pytest.approx(52.5 / 0.9, abs=1e-9)
    assert found["parts"] == pytest.approx(only(coverage=52.5 / 0.9 - FIRST), abs=1e-9)


def test_other_goalposts_are_told_apart_from_other_data(send: Ask, published: int) -> None:
    # The value 84 scored 80 between 40 and 95; with 84 worth 100 it scores 100: 0.2 x 0.2 x 20.
    send("PATCH", "/measures/audience_reach", {"goalpost_100": 84})
    found = difference(send, f"before=scorecard:{published}&after=now")
    assert found["parts"] == pytest.approx(only(goalposts=0.8), abs=1e-9)


def test_two_versions_of_weights_over_the_same_data(send: Ask, published: int) -> None:
    send("POST", "/weight-profiles/default_v1/versions", {"pillars": dict.fromkeys(LEVELS, 1)}, 201)
    found = difference(send, f"before=scorecard:{published}&after=now&after_version=2")
    # The plain mean of 80, 60, 50, 40 and 20 is 50.
    assert found["after"]["composite"] == pytest.approx(50, abs=1e-9)
    assert found["parts"] == pytest.approx(only(weighting=50 - FIRST), abs=1e-9)
    assert (found["before"]["version"], found["after"]["version"]) == (1, 2)


def test_other_means_are_a_part_of_their_own(send: Ask, published: int) -> None:
    body = {"pillars": {"access_engagement": 1, "business_impact": 1}, "missing": {"min_pillars": 2}}
    send("POST", "/weight-profiles/default_v1/versions", body, 201)
    send("POST", "/weight-profiles/default_v1/versions", body | {"aggregation": {"pillars": "geometric"}}, 201)
    found = difference(send, f"before=now&before_version=2&after=now&after_version=3&period={PERIOD}")
    # 80 and 20: the arithmetic mean is 50, the geometric mean 40.
    assert found["parts"] == pytest.approx(only(aggregation=-10), abs=1e-9)


def test_two_instants_on_both_databases(client: FlaskClient, keys: Keys, clock: FixedClock) -> None:
    send = asker(client, keys("admin"), clock)
    card = publish(send)
    then = f"{clock.instant:%Y-%m-%dT%H:%M:%SZ}"
    clock.instant += timedelta(hours=1)
    correct(send, "audience_reach", 40 + 0.9 * 55)
    found = difference(send, f"before=as_of:{then}&after=now&period={PERIOD}")
    assert found["before"]["view"] == f"as_of:{then}"
    assert found["parts"] == pytest.approx(only(data=0.4), abs=1e-9)
    same = difference(send, f"before=as_of:{then}&after=scorecard:{card}")
    assert same["change"] == 0
    assert same["sentence"] == "Both views give 54.5."


def test_a_measure_that_was_unknown_then_had_no_say(send: Ask, published: int) -> None:
    new = {"key": "own_rate", "pillar": "business_impact", "display_name": "Own rate", "unit": "percent"}
    send("POST", "/measures", new | {"direction": "higher_is_better", "goalpost_0": 0, "goalpost_100": 100}, 201)
    correct(send, "own_rate", 70)
    impact = {"business_impact": {"own_rate": 1}}
    pillars = {"access_engagement": 20, "performance_outcomes": 30, "capability_readiness": 25}
    body = {"pillars": pillars | {"operational_efficiency": 15, "business_impact": 10}, "measures": impact}
    send("POST", "/weight-profiles/default_v1/versions", body, 201)
    found = difference(send, f"before=scorecard:{published}&after_version=2")
    # Business impact at 70 instead of 20, a tenth of the index.
    assert found["change"] == pytest.approx(5, abs=1e-9)
    assert found["parts"]["data"] == pytest.approx(0, abs=1e-9)


def test_without_a_score_there_is_nothing_to_compare(send: Ask, published: int) -> None:
    found = difference(send, f"before=as_of:2020-01-01T00:00:00Z&period={PERIOD}")
    assert (found["change"], found["parts"], found["contributions"]) == (None, None, [])
    assert found["sentence"] == "The first view has no score, so there is nothing to compare."


def test_questions_that_do_not_fit_are_refused(send: Ask, published: int) -> None:
    table = [
        ("before=now", 422, "period"),
        ("before=yesterday&period=2026-10", 422, "as_of:"),
        ("before=as_of:yesterday&period=2026-10", 422, "no instant"),
        ("before=scorecard:99", 404, "no scorecard 99"),
        ("before=scorecard:1&period=2026-09", 422, "leave `period` out"),
        ("before=scorecard:1&where=unit:Sales", 422, "leave `where` out"),
        ("before=scorecard:1&profile=equal", 422, "leave `profile` out"),
        ("before=scorecard:1&after_version=7", 404, "no version 7"),
        ("after=now&period=2026-10", 422, "before"),
    ]
    for query, status, word in table:
        assert word in str(send("GET", f"/scores/differences?{query}", status=status)), query


def test_a_scorecard_says_by_itself_which_score(send: Ask, published: int) -> None:
    answer = send("GET", f"/scores?scorecard={published}&where=unit:Sales", status=422)
    assert "leave out `where`" in answer["detail"]


def only(**points: float) -> dict[str, float]:
    """Parts of which all but these are 0."""
    return dict.fromkeys(("data", "coverage", "weighting", "goalposts", "aggregation", "caps"), 0.0) | points
