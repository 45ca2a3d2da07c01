"""A collector of traces that keeps its word: takes OTLP over HTTP and can tell what lay in what."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from typing_extensions import override

WAIT_S_MAX = 30.0


@dataclass(frozen=True)
class Taken:
    """One span as it was sent."""

    service: str
    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    facts: dict[str, object]
    is_error: bool


@dataclass
class Collector:
    """What was sent so far, as spans and as bytes."""

    url: str = ""
    spans: list[Taken] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def named(self, name: str) -> list[Taken]:
        """Every span of this name."""
        return [one for one in list(self.spans) if one.name == name]

    def below(self, top: Taken) -> list[Taken]:
        """Every span below this one, near or far."""
        near = [
            one
            for one in list(self.spans)
            if (one.trace_id, one.parent_id) == (top.trace_id, top.span_id)
        ]
        return near + [deeper for one in near for deeper in self.below(one)]

    def wait_for(self, name: str, is_right: Callable[[Taken], bool] = lambda _: True) -> Taken:
        """Return the first such span; fails when it does not come."""
        until = time.monotonic() + WAIT_S_MAX
        while time.monotonic() < until:
            found = [one for one in self.named(name) if is_right(one)]
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"no {name!r} among {sorted({one.name for one in self.spans})}")

    def take(self, path: str, body: bytes) -> bool:
        """Keep one export; False: this is no address for it."""
        if path != "/v1/traces":
            self.strangers.append(path)
            return False
        self.bodies.append(body)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {one.key: one.value.string_value for one in group.resource.attributes}
            for scope in group.scope_spans:
                self.spans.extend(_taken(about["service.name"], span) for span in scope.spans)
        return True


def _taken(service: str, span: object) -> Taken:
    facts: dict[str, object] = {}
    for one in span.attributes:  # type: ignore[attr-defined]  # Made by protobuf at run time.
        kind = one.value.WhichOneof("value")
        facts[one.key] = getattr(one.value, kind) if kind else None
    return Taken(
        service,
        span.trace_id.hex(),  # type: ignore[attr-defined]  # The same.
        span.span_id.hex(),  # type: ignore[attr-defined]  # The same.
        span.parent_span_id.hex(),  # type: ignore[attr-defined]  # The same.
        span.name,  # type: ignore[attr-defined]  # The same.
        span.kind,  # type: ignore[attr-defined]  # The same.
        facts,
        span.status.code == 2,  # type: ignore[attr-defined]  # The same; 2 is an error.
    )


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listen on a port of this machine for as long as the block lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            is_taken = collector.take(self.path, body)
            answer = ExportTraceServiceResponse().SerializeToString() if is_taken else b""
            self.send_response(200 if is_taken else 404)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
