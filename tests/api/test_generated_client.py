"""A Python client that is generated from the OpenAPI document works against a real server."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from under_fire import running_server

from api.app import load_endpoints
from api.openapi import openapi_document
from lei.clock import SystemClock
from lei.services.access.manage_keys import create_key
from lei.storage.database import Database

PACKAGE = "generated_lei_client"


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The client, generated into a folder of the test's own."""
    load_endpoints()
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(openapi_document()))
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")
    generator = Path(sys.executable).parent / "openapi-python-client"
    where = ["--path", document, "--output-path", tmp_path / PACKAGE, "--config", config]
    made = subprocess.run(
        [generator, "generate", "--meta", "none", *where], capture_output=True, text=True, check=False, timeout=120
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def part(name: str) -> ModuleType:
    """A module of the client."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_it_sends_and_reads(generated: ModuleType, sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.writing() as session:
        secret = create_key(session, "client", ["ingest", "read"], SystemClock().now())
    models = part("models")
    with (
        running_server(str(sqlite_database.engine.url), tmp_path / "data") as (_, port),
        generated.AuthenticatedClient(base_url=f"http://127.0.0.1:{port}", token=secret) as client,
    ):
        row = models.NewObservation.from_dict(
            {"measure": "pass_rate", "period": "2026-10", "value": 80.5, "sample_size": 40, "dimensions": {"unit": "A"}}
        )
        sent = part("api.observations.observations_send").sync(
            client=client, body=models.NewObservations(observations=[row])
        )
        assert (sent.created, sent.rejected) == (1, 0)
        found = part("api.observations.observations_list_all").sync(client=client, measure="pass_rate")
        assert [(one.value, one.dimensions.to_dict()) for one in found.items] == [(80.5, {"unit": "A"})]
        scores = part("api.scores.scores_get_scores").sync(client=client, from_="2026-10", to="2026-10")
        assert scores.scores[0].period == "2026-10"
        limits = part("api.limits.limits_show").sync(client=client)
        assert limits.bodies.observations_json == 32 * 1024**2
        refused = part("api.measures.measures_show").sync(client=client, key="nothing")
        assert (type(refused).__name__, refused.status) == ("Problem", 404)
