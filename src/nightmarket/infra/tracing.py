"""OpenTelemetry export; loaded only when a collector is configured, because it is large."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def start(endpoint: str, process: str) -> None:
    """Send spans in batches to an OTLP/HTTP collector."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"nightmarket-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
