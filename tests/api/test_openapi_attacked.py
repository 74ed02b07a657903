"""Schemathesis sends what the OpenAPI document allows, and what it does not: no 5xx, no answer but those described.

A few examples of each route here; docs/intake.md tells how to send many. That what the schemas allow may still be
refused for its meaning (422) is how the API works, so the check that says otherwise is left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http import HTTPStatus

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from api.context import Context
from lei.clock import FixedClock
from lei.config import load_settings
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

Keys = Callable[..., dict[str, str]]

FEW = 1
EXAMPLES = int(os.environ.get("LEI_TEST_EXAMPLES", FEW))
STEPS = 10
ROW = {"measure": "completion_rate", "period": "2026-09", "value": 75.0, "sample_size": 40}
# The same few examples every time; of many, others each time.
HASTY = {"derandomize": EXAMPLES == FEW, "database": None, "phases": [Phase.generate]}
HASTY |= {"deadline": None, "suppress_health_check": list(HealthCheck)}
MEANING = [positive_data_acceptance]


@pytest.fixture
def attacked(database: Database, clock: FixedClock, tmp_path: object) -> tuple[Flask, dict[str, str]]:
    """The API without a rate limit, and the headers of a key that may do everything."""
    with database.writing() as session:
        secret = create_key(session, "attacker", ["admin"], clock.now())
    quick = load_settings({"LEI_DATA_DIR": str(tmp_path), "LEI_RATE_LIMIT": "0"})
    return create_app(Context(database, quick, clock)), {"Authorization": f"Bearer {secret}"}


def test_every_route_answers_as_described_whatever_is_sent(attacked: tuple[Flask, dict[str, str]]) -> None:
    app, headers = attacked
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    walked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        walked += 1

        @settings(max_examples=EXAMPLES, **HASTY)
        @given(case=operation.as_strategy())
        def attack(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, excluded_checks=MEANING)

        attack()
    assert walked > 80


def test_what_one_answer_names_can_be_asked_for_next(attacked: tuple[Flask, dict[str, str]]) -> None:
    app, headers = attacked
    sent = app.test_client().post("/api/v1/observations", headers=headers, json={"observations": [ROW]})
    assert sent.status_code == HTTPStatus.OK, sent.text
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    answered: list[int] = []

    class Workflow(schema.as_state_machine()):  # type: ignore[misc]  # made while it runs
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, object]:
            return {"headers": headers}

        def validate_response(self, response: Response, case: schemathesis.Case, **kwargs: object) -> None:
            answered.append(response.status_code)
            case.validate_response(response, headers=headers, excluded_checks=MEANING)

    Workflow.run(settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, **HASTY))
    # What is asked for is allowed, and a part of it is there.
    assert len(answered) >= STEPS / 2
    assert not {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} & set(answered)
    assert HTTPStatus.OK in answered
