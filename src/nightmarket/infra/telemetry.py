"""What the process tells about itself: structured logs, metrics, and traces when switched on."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Histogram

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

REQUEST_SECONDS = Histogram(
    "nightmarket_http_request_seconds",
    "Time to answer, by route and status class.",
    ["method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
BUSINESS_EVENTS = Counter(
    "nightmarket_business_events_total", "Things that happened to people.", ["event"]
)
LISTENER_BURIED = Counter(
    "nightmarket_listener_buried_total", "Facts set aside after failing too often.", ["listener"]
)

_log = structlog.get_logger("nightmarket")
_tracer = trace.get_tracer("nightmarket")


def log(event: str, **facts: object) -> None:
    """Write one line: a snake_case event and its facts; ids go here, never into metric labels."""
    _log.info(event, **facts)


def happened(event: str, **facts: object) -> None:
    """Count and log one business event, e.g. `happened("video_published", video_id=…)`."""
    BUSINESS_EVENTS.labels(event).inc()
    _log.info(event, **facts)


@contextmanager
def span(name: str) -> Iterator[None]:
    """Trace what happens inside; free when OpenTelemetry is off."""
    with _tracer.start_as_current_span(name):
        yield


def configure(*, process: str, level: str, otlp_endpoint: str) -> None:
    """Set up logging (JSON lines on stderr) and, when an endpoint is given, traces."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    if otlp_endpoint:
        import_module("nightmarket.infra.tracing").start(otlp_endpoint, process)


def _add_request_id(
    _: object, __: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if request_id := REQUEST_ID.get():
        entry["request_id"] = request_id
    return entry
