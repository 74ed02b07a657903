"""`GET /scores` and `GET /scores/drivers` as a client sees them."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import pytest
from flask.testing import FlaskClient

ROWS = [
    {
        "measure": "participation_rate",
        "period": "2026-09",
        "value": 30,
        "sample_size": 100,
        "dimensions": {"unit": "Sales"},
    },
    {
        "measure": "participation_rate",
        "period": "2026-10",
        "value": 40,
        "sample_size": 100,
        "dimensions": {"unit": "Sales"},
    },
    {
        "measure": "participation_rate",
        "period": "2026-10",
        "value": 20,
        "sample_size": 300,
        "dimensions": {"unit": "Support"},
    },
]


@pytest.fixture
def reader(client: FlaskClient, keys: Any) -> Any:
    sent = client.post("/api/v1/observations", json={"observations": ROWS}, headers=keys("ingest"))
    assert sent.status_code == 200, sent.json
    headers = keys("read")

    def get(path: str, **more: str) -> Any:
        return client.get(f"/api/v1{path}", headers={**headers, **more})

    return get


def test_the_answer_says_what_it_was_computed_from(reader: Any) -> None:
    answer = reader("/scores?grain=month&from=2026-10&to=2026-10").json
    assert (answer["profile"], answer["version"], answer["weights_source"]) == ("default_v1", 1, "default_v1")
    assert answer["data_as_of"].endswith("Z")
    (score,) = answer["scores"]
    assert (score["period"], score["segment"], score["composite"]) == ("2026-10", {}, None)
    assert score["reason"] == "low_coverage"
    pillar = score["pillars"]["access_engagement"]
    assert (pillar["weight"], pillar["coverage"]) == (pytest.approx(0.2), pytest.approx(20))
    found = pillar["measures"]["participation_rate"]
    # (40 x 100 + 20 x 300) / 400 = 25; (25 - 10) / (60 - 10) = 30 %
    assert (found["value"], found["sample_size"], found["basis"]) == (25, 400, "rolled_up")
    assert found["score"] == pytest.approx(30)


def test_without_periods_the_newest_with_data_are_shown(reader: Any) -> None:
    assert [s["period"] for s in reader("/scores").json["scores"]] == ["2026-09", "2026-10"]


def test_by_and_where(reader: Any) -> None:
    by = reader("/scores?from=2026-10&by=unit&detail=measures").json["scores"]
    assert [s["segment"]["unit"] for s in by] == ["Sales", "Support"]
    (one,) = reader("/scores?from=2026-10&where=unit:Sales").json["scores"]
    assert one["pillars"]["access_engagement"]["measures"]["participation_rate"]["value"] == 40


def test_measures_can_be_left_out(reader: Any) -> None:
    (score,) = reader("/scores?from=2026-10&detail=pillars").json["scores"]
    assert "measures" not in score["pillars"]["access_engagement"]


def test_csv_on_request(reader: Any) -> None:
    answer = reader("/scores?by=unit", Accept="text/csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["period"], row["unit"], row["reason"]) for row in rows] == [
        ("2026-09", "Sales", "low_coverage"),
        ("2026-10", "Sales", "low_coverage"),
        ("2026-09", "Support", "no_data"),
        ("2026-10", "Support", "low_coverage"),
    ]
    plain = reader("/scores?by=unit").json
    assert {(row["profile"], row["version"], row["data_as_of"]) for row in rows} == {
        (plain["profile"], str(plain["version"]), plain["data_as_of"])
    }


def test_csv_of_measures_on_request(reader: Any) -> None:
    """One line for each measure, with the figures that JSON has."""
    address = "/scores?from=2026-10&by=unit&detail=measures"
    lines = list(csv.DictReader(io.StringIO(reader(address, Accept="text/csv").text)))
    scores = reader(address).json["scores"]
    wanted = [
        (score["period"], score["segment"]["unit"], pillar, measure, found)
        for score in scores
        for pillar, measures in [
            *((key, one["measures"]) for key, one in score["pillars"].items()),
            ("", score["context"]),
        ]
        for measure, found in measures.items()
    ]
    assert len(wanted) == 2 * 52
    assert [(one["period"], one["unit"], one["pillar"], one["measure"]) for one in lines] == [w[:4] for w in wanted]
    assert set(lines[0]) >= set(wanted[0][4])
    for line, (*_, found) in zip(lines, wanted, strict=True):
        for name, value in found.items():
            text = ";".join(value) if isinstance(value, list) else "" if value is None else str(value)
            assert line[name] == text, (line["measure"], name)
    rates = [float(one["value"]) for one in lines if one["measure"] == "participation_rate"]
    assert rates[0] == 40


def test_drivers_without_a_score_on_one_side(reader: Any) -> None:
    answer = reader("/scores/drivers?period=2026-10").json
    assert (answer["period"], answer["against"]) == ("2026-10", "2026-09")
    assert answer["drivers"][0]["change"] is None
    for by in ("", "&by=unit"):
        scores = {
            (score["period"], score["segment"].get("unit")): (score["composite"], score["reason"])
            for score in reader(f"/scores?from=2026-09&to=2026-10{by}").json["scores"]
        }
        for one in reader(f"/scores/drivers?period=2026-10{by}").json["drivers"]:
            unit = one["segment"].get("unit")
            assert (one["before"], one["before_reason"]) == scores["2026-09", unit]
            assert (one["after"], one["after_reason"]) == scores["2026-10", unit]


def test_drivers_add_up(client: FlaskClient, keys: Any) -> None:
    measures = client.get("/api/v1/measures?limit=200", headers=keys("read")).json["items"]
    rows = [
        {
            "measure": m["key"],
            "period": period,
            "value": m["goalpost_0"] + share * (m["goalpost_100"] - m["goalpost_0"]),
            "sample_size": 50,
        }
        for number, m in enumerate(measures)
        if m["goalpost_0"] is not None
        for period, share in (("2026-09", 0.4), ("2026-10", 0.4 + number / 200))
    ]
    client.post("/api/v1/observations", json={"observations": rows}, headers=keys("ingest"))
    (report,) = client.get("/api/v1/scores/drivers?period=2026-10", headers=keys("read")).json["drivers"]
    assert math.fsum(c["points"] for c in report["contributions"]) == pytest.approx(report["change"], abs=1e-9)
    assert report["material"] is True


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("grain=week", 422, "grain"),
        ("from=2026-13", 422, "01 to 12"),
        ("from=2026-10-01", 422, "is a day"),
        ("from=2026-Q4", 422, "grain"),
        ("from=2026-10&to=2026-09", 422, "before the first"),
        ("from=1900-01&to=2199-12", 422, "periods at most"),
        ("by=colour", 422, "no dimension"),
        ("by=unit&by=role&where=region:EMEA", 422, "two dimensions"),
        ("where=unit", 422, "dimension:value"),
        ("where=unit:Sales&where=unit:Support", 422, "one unit"),
        ("where=unit:Nowhere", 422, "no unit 'Nowhere'"),
        ("profile=mine", 404, "no weight profile"),
        ("version=7", 404, "no version 7"),
        ("version=0", 422, "version"),
        ("as_of=yesterday", 422, "as_of"),
        ("as_of=2026-10-01T00:00:00", 422, "as_of"),
        ("detail=all", 422, "detail"),
        ("colour=red", 422, "no query parameter 'colour'"),
        ("grain=month&grain=year", 422, "only once"),
    ],
)
def test_questions_that_mean_nothing(reader: Any, query: str, status: int, word: str) -> None:
    answer = reader(f"/scores?{query}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert word in answer.text
