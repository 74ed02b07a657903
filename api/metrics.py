"""What monitoring reads at `/metrics`: requests by route, and counts over what is stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.metadata import version

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lei.errors import UnavailableError
from lei.storage.database import Database
from lei.storage.operating_figures import OperatingFigures, read_operating_figures

_DISTRIBUTION = "learning-effectiveness-index"


def add_metrics(app: Flask, database: Database) -> None:
    """Measure every request of this application and answer at `/metrics`; each application counts for itself."""
    registry = CollectorRegistry()
    labels = ("route", "method", "status")
    requests = Counter("lei_http_requests", "Requests answered.", labels, registry=registry)
    seconds = Histogram("lei_http_request_seconds", "Time to answer a request.", labels[:2], registry=registry)
    Info("lei_build", "The version that runs.", registry=registry).info({"version": version(_DISTRIBUTION)})
    registry.register(_Stored(database))

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

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        try:
            with self._database.reading() as session:
                figures = read_operating_figures(session)
        except UnavailableError:
            figures = None
        yield GaugeMetricFamily("lei_database_up", "1 when the database answers.", value=float(figures is not None))
        if figures is not None:
            yield from _families(figures)


def _families(figures: OperatingFigures) -> Iterator[Metric]:
    taken = CounterMetricFamily("lei_observations", "Observations sent, by what came of them.", labels=["outcome"])
    for outcome, number in figures.observations.items():
        taken.add_metric([outcome], number)
    yield taken
    deliveries = GaugeMetricFamily("lei_deliveries", "Deliveries by status.", labels=["status"])
    for status, number in figures.deliveries.items():
        deliveries.add_metric([status], number)
    yield deliveries
