"""What the process tells about itself: structured logs, metrics, and traces when switched on."""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Protocol, TypeAlias

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from nightmarket.infra.settings import counts_together

SpanFact: TypeAlias = str | int | float | bool
Lap: TypeAlias = Callable[[str], None]

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


def metrics() -> bytes:
    """Return what this process counted, or all that count together with it, for Prometheus."""
    if not counts_together():
        return generate_latest()
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


class Traces(Protocol):
    """What `infra.tracing` does when a collector is set."""

    def span(self, name: str, facts: Mapping[str, SpanFact]) -> AbstractContextManager[object]:
        """Open a span below the current one."""
        ...

    def note(self, facts: Mapping[str, SpanFact]) -> None:
        """Add facts to the current span."""
        ...

    def laps(self) -> Lap:
        """Begin to measure stages that are known by name only when they end."""
        ...

    def trace_id(self) -> str:
        """Return the current trace as collectors write it; empty: none."""
        ...

    def end(self) -> None:
        """Send what waits; takes a few seconds at most."""
        ...


class _Switch:
    """Whether this process traces; None: it does not, and has loaded nothing for it."""

    traces: Traces | None = None


_NOTHING = nullcontext()


def log(event: str, **facts: object) -> None:
    """Write one line: a snake_case event and its facts; ids go here, never into metric labels."""
    _log.info(event, **facts)


def happened(event: str, **facts: object) -> None:
    """Count and log one business event, e.g. `happened("video_published", video_id=…)`."""
    BUSINESS_EVENTS.labels(event).inc()
    _log.info(event, **facts)


def span(name: str, **facts: SpanFact) -> AbstractContextManager[object]:
    """Trace what happens inside; free when traces are off. Facts are counts and codes, no ids."""
    traces = _Switch.traces
    return _NOTHING if traces is None else traces.span(name, facts)


def note(**facts: SpanFact) -> None:
    """Add facts to the span that is open here, if there is one."""
    if _Switch.traces is not None:
        _Switch.traces.note(facts)


def laps() -> Lap:
    """Return what to call at the end of every stage: a span from the last call, or from now."""
    return _no_lap if _Switch.traces is None else _Switch.traces.laps()


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
        # Large, and hardly anybody's: only where it is asked for.
        _Switch.traces = import_module("nightmarket.infra.tracing").start(otlp_endpoint, process)


def end() -> None:
    """Send the spans that wait; the last thing a process does."""
    if _Switch.traces is not None:
        _Switch.traces.end()


def _add_request_id(
    _: object, __: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if request_id := REQUEST_ID.get():
        entry["request_id"] = request_id
    if _Switch.traces is not None and (trace_id := _Switch.traces.trace_id()):
        entry["trace_id"] = trace_id
    return entry


def _no_lap(name: str) -> None:
    """Nobody measures."""
