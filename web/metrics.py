"""Figures for operations: how many requests, how long, what was refused, what the worker did. No personal data.

Each process answers for itself; with several web workers scrape each, or sum over them.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from web import log

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one application, in a registry of its own so that tests may make many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "tsunagu_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "tsunagu_request_seconds", "Time to answer", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self.refusals = Counter("tsunagu_refusals", "Requests refused, by code", ["code"], registry=self.registry)
        self.due_work = Counter("tsunagu_due_work", "Due work done, by kind", ["kind"], registry=self.registry)
        self.worker_failures = Counter("tsunagu_worker_failures", "Rounds the worker gave up", registry=self.registry)
        self.last_round = Gauge(
            "tsunagu_worker_last_round_timestamp_seconds",
            "When the worker last finished a round",
            registry=self.registry,
        )

    def count_due_work(self, counts: Any) -> None:
        """Add what one round of due work did; counts: a dataclass of whole numbers."""
        for kind, number in asdict(counts).items():
            if isinstance(number, int) and number:
                self.due_work.labels(kind).inc(number)
        self.last_round.set_to_current_time()

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self.registry)


def register(app: Flask, metrics: Metrics) -> None:
    """Count every answer."""
    app.extensions["tsunagu.metrics"] = metrics

    @app.after_request
    def count(response: Response) -> Response:
        route = log.route()
        method = request.method if request.method in log.METHODS else "other"
        metrics.requests.labels(method, route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        if (code := g.get("refused")) is not None:
            metrics.refusals.labels(code).inc()
        return response
