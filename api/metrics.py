"""What monitoring reads at `/metrics`: requests by route, and counts over what is stored."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lei.clock import Clock
from lei.errors import UnavailableError
from lei.services.workers.watch_workers import DeliveryHealth, delivery_health
from lei.storage.database import Database
from lei.storage.operating_figures import OperatingFigures, read_operating_figures

_DISTRIBUTION = "learning-effectiveness-index"


def add_metrics(app: Flask, database: Database, clock: Clock) -> None:
    """Measure every request of this application and answer at `/metrics`; each application counts for itself."""
    registry = CollectorRegistry()
    labels = ("route", "method", "status")
    requests = Counter("lei_http_requests", "Requests answered.", labels, registry=registry)
    seconds = Histogram("lei_http_request_seconds", "Time to answer a request.", labels[:2], registry=registry)
    Info("lei_build", "The version that runs.", registry=registry).info({"version": version(_DISTRIBUTION)})
    registry.register(_Stored(database, clock))

    def begin() -> None:
        g.measured_from = time.perf_counter()

    def end(response: Response) -> Response:
        # The rule and not the path: else every id would be a series of its own.
        route = request.url_rule.rule if request.url_rule else "unmatched"
        requests.labels(route, request.method, str(response.status_code)).inc()
        seconds.labels(route, request.method).observe(time.perf_counter() - g.measured_from)
        return response

    def show() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request(begin)
    app.after_request(end)
    app.add_url_rule("/metrics", "operations.metrics", show, methods=["GET"], provide_automatic_options=False)


class _Stored(Collector):
    """Counts from the database, so that they include what other processes did; without one, only that it is down."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        families: list[Metric] = []
        now = self._clock.now()
        try:
            with self._database.reading() as session:
                families += _families(read_operating_figures(session))
                families += _signs_of_life(delivery_health(session, now), now)
        except UnavailableError:
            families.clear()
        yield GaugeMetricFamily("lei_database_up", "1 when the database answers.", value=float(bool(families)))
        yield from families


def _families(figures: OperatingFigures) -> Iterator[Metric]:
    taken = CounterMetricFamily("lei_observations", "Observations sent, by what came of them.", labels=["outcome"])
    for outcome, number in figures.observations.items():
        taken.add_metric([outcome], number)
    yield taken
    deliveries = GaugeMetricFamily("lei_deliveries", "Deliveries by status.", labels=["status"])
    for status, number in figures.deliveries.items():
        deliveries.add_metric([status], number)
    yield deliveries


def _signs_of_life(health: DeliveryHealth, now: datetime) -> Iterator[Metric]:
    last = health.last_tick_at
    silence = math.inf if last is None else (now - last).total_seconds()
    text = "Seconds since any worker was last heard of; +Inf where none ever was."
    yield GaugeMetricFamily("lei_worker_last_tick_seconds", text, value=silence)
    text = "Runs that should have been started more than five minutes ago."
    yield GaugeMetricFamily("lei_runs_overdue", text, value=len(health.overdue))
    text = "Deliveries that should have been tried more than five minutes ago."
    yield GaugeMetricFamily("lei_deliveries_overdue", text, value=health.overdue_deliveries)
