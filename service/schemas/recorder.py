"""Records traces with OpenTelemetry; loaded by `traces` alone, and only where they are collected."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx
from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.sqlalchemy.engine import EngineTracer
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import Engine

from service.schemas.logs import mask
from service.schemas.traces import Role, Told

OURS = "rota."
# What the instrumentations tell besides is addresses, with tokens and names in them, and who called from where.
HARMLESS = frozenset(
    {
        "http.method",
        "http.request.method",
        "http.route",
        "http.status_code",
        "http.response.status_code",
        "db.system",
        "db.system.name",
        "db.operation",
        "db.operation.name",
        # With placeholders: what stands for them is never a part of it.
        "db.statement",
        "db.query.text",
        "error.type",
        "exception.type",
    }
)
UNWATCHED = "^https?://[^/]+/(health|ready|metrics)$"
"""Asked for all day long by machines."""

# Prometheus has the figures.
FIGURES = NoOpMeterProvider()
W3C = TraceContextTextMapPropagator()


class Recorder:
    """One for a process. All its settings are the SDK's own variables."""

    def __init__(self) -> None:
        self._provider = TracerProvider()
        self._provider.add_span_processor(BatchSpanProcessor(Careful(OTLPSpanExporter())))
        self._tracer = self._provider.get_tracer("rota")

    @contextmanager
    def span(self, name: str, role: Role, parent: str | None, told: Mapping[str, Told]) -> Iterator[None]:
        """Record the block."""
        context = None if parent is None else W3C.extract({"traceparent": parent})
        with self._tracer.start_as_current_span(name, context, SpanKind[role], attributes=_ours(told)):
            yield

    def note(self, told: Mapping[str, Told]) -> None:
        """Add to the span that is under way."""
        get_current_span().set_attributes(_ours(told))

    def carried(self) -> str | None:
        """The span that is under way, for another process."""
        carrier: dict[str, str] = {}
        W3C.inject(carrier)
        return carrier.get("traceparent")

    def flush(self) -> None:
        """Hand over what is still here."""
        self._provider.force_flush()

    def watch_app(self, app: FastAPI) -> None:
        """Record its requests."""
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=self._provider,
            meter_provider=FIGURES,
            excluded_urls=UNWATCHED,
            exclude_spans=["receive", "send"],
        )

    def watch_client(self, client: httpx.AsyncClient) -> None:
        """Record its calls. Only our own clients: those of the chat platforms have tokens in their addresses."""
        HTTPXClientInstrumentor.instrument_client(client, self._provider, FIGURES)

    def watch_engine(self, engine: Engine) -> None:
        """Record its statements."""
        # Its instrumentor would wrap all of SQLAlchemy, asyncio included, for which we have no package.
        connections = FIGURES.get_meter("rota").create_up_down_counter("connections")
        EngineTracer(self._provider.get_tracer("rota.sql"), engine, connections)  # type: ignore[no-untyped-call]  # theirs


class Careful(SpanExporter):
    """Hands on what may be told, and nothing that says who somebody is or opens a door.

    Calls and statements that belong to nothing are left out too: they are those of loops that look for work.
    """

    def __init__(self, to: SpanExporter) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand these on."""
        kept = [_careful(span) for span in spans if span.parent is not None or span.kind is not SpanKind.CLIENT]
        return self._to.export(kept) if kept else SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """The end."""
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Hand on what was kept back."""
        return self._to.force_flush(timeout_millis)


def _careful(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=mask(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_harmless(span.attributes),
        # Of an error its type alone: its sentence may say what was asked, and for whom.
        events=[Event(event.name, _harmless(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _harmless(told: Mapping[str, object] | None) -> dict[str, Told]:
    return {
        name: mask(value) if isinstance(value, str) else value
        for name, value in (told or {}).items()
        if isinstance(value, Told) and (name in HARMLESS or name.startswith(OURS))
    }


def _ours(told: Mapping[str, Told]) -> dict[str, Told]:
    return {f"{OURS}{name}": value for name, value in told.items()}
