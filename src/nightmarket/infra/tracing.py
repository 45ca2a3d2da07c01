"""Traces by OpenTelemetry: requests, queries, stages; loaded only when a collector is configured.

No span holds a parameter of a query, an address or a message of an error: those hold what people
wrote. An error is told by the name of its class.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from time import time_ns
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from psycopg import AsyncCursor
from typing_extensions import override

from nightmarket.infra.telemetry import Lap, SpanFact

PREFIX = "nightmarket."
TRACES_PATH = "/v1/traces"
PARENTS = {b"traceparent", b"tracestate"}
SERVER_ERROR = 500
END_S_MAX = 3.0
"""Less than the supervisor waits for a process to end."""
PAGE = "page"
"""The route of what is no route: the client's pages and files."""

_tracer = trace.get_tracer("nightmarket")
_parents = TraceContextTextMapPropagator()


class OpenTelemetry:
    """Spans of this process; `telemetry.Traces` for everybody else."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider

    def span(self, name: str, facts: Mapping[str, SpanFact]) -> Any:
        """Open a span below the current one."""
        return _opened(name, SpanKind.INTERNAL, _named(facts))

    def note(self, facts: Mapping[str, SpanFact]) -> None:
        """Add facts to the current span."""
        trace.get_current_span().set_attributes(_named(facts))

    def laps(self) -> Lap:
        """Begin a stage; each call ends it under its name and begins the next."""
        since_ns = time_ns()

        def lap(name: str) -> None:
            nonlocal since_ns
            _tracer.start_span(name, start_time=since_ns).end()
            since_ns = time_ns()

        return lap

    def trace_id(self) -> str:
        """Return the current trace as collectors write it; empty: none."""
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else ""

    def end(self) -> None:
        """Send what waits; a collector that does not take it in time goes without."""
        sending = Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(END_S_MAX)


def start(endpoint: str, process: str) -> OpenTelemetry:
    """Send spans in batches to an OTLP/HTTP collector; its address, with or without the path."""
    if urlsplit(endpoint).path in {"", "/"}:
        endpoint = endpoint.rstrip("/") + TRACES_PATH
    resource = Resource.create({"service.name": f"nightmarket-{process}"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)  # It would wait too long.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return OpenTelemetry(provider)


class TracedSite:
    """ASGI wrapper: one span a request, below the caller's own when it sends `traceparent`."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = SERVER_ERROR

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with _opened(scope["method"], SpanKind.SERVER, {}, _parent(scope)) as span:
            try:
                await self._app(scope, receive, noting)
            finally:
                _close(span, scope, status)


def _close(span: Span, scope: Any, status: int) -> None:
    """Write what is known of a request once it is answered; its route is found on the way."""
    route = scope.get("path_template") or PAGE
    span.update_name(f"{scope['method']} {route}")
    span.set_attributes(
        {
            "http.request.method": scope["method"],
            "http.route": route,
            "http.response.status_code": status,
        }
    )
    if status >= SERVER_ERROR:
        span.set_status(Status(StatusCode.ERROR))


def _parent(scope: Any) -> Context:
    carrier = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in PARENTS
    }
    return _parents.extract(carrier)


class TracedCursor(AsyncCursor[Any]):
    """Makes a span of every query, by its name; never of its parameters.

    Only below another span: what processes ask by themselves all the time is nobody's trace.
    """

    @override
    async def execute(self, query: Any, *rest: Any, **options: Any) -> "TracedCursor":
        """Execute as the library does."""
        with _query(query) as span:
            await super().execute(query, *rest, **options)
            if self.rowcount >= 0:
                span.set_attribute(PREFIX + "rows", self.rowcount)
        return self

    @override
    async def executemany(self, query: Any, *rest: Any, **options: Any) -> None:
        """Execute as the library does: one span for all of it."""
        with _query(query):
            await super().executemany(query, *rest, **options)


@contextmanager
def _query(query: Any) -> Iterator[Span]:
    if not trace.get_current_span().is_recording():
        yield trace.INVALID_SPAN
        return
    name = _name(query)
    facts: dict[str, SpanFact] = {"db.system.name": "postgresql", "db.query.summary": name}
    with _opened(f"SQL {name}", SpanKind.CLIENT, facts) as span:
        yield span


def _name(query: Any) -> str:
    """Return the name that `infra.sql` wrote before a query, else its verb."""
    if not isinstance(query, str):
        return "unnamed"
    if query.startswith("/* "):
        return query[3 : query.index(" */")]
    return query.split(maxsplit=1)[0].upper()


def _named(facts: Mapping[str, SpanFact]) -> dict[str, SpanFact]:
    return {PREFIX + name: fact for name, fact in facts.items()}


@contextmanager
def _opened(
    name: str, kind: SpanKind, facts: Mapping[str, SpanFact], parent: Context | None = None
) -> Iterator[Span]:
    with _tracer.start_as_current_span(
        name,
        context=parent,
        kind=kind,
        attributes=facts,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
