"""One command is one trace through every process, it names nobody, and nothing is loaded where nobody collects."""

import subprocess
import sys
from pathlib import Path

import pytest
import redis
from sqlalchemy import update

from bots.demo import sample
from bots.demo.embedded import Servers
from service.scheduling.models import OptimizationConfig
from service.schemas import traces
from tests.bots.slack.business import business
from tests.bots.slack.running import until
from tests.standins.collector import Collector, Span, collector
from tests.standins.slack import slack_server
from tests.standins.slack_side import SIGNING_SECRET
from tests.standins.slack_world import TOKEN
from tests.unsaid import told_by

PATIENCE = 60.0
REASON = "hernia"
# From the command to its result in the channel.
WAY = (
    ("rota-slack", "slack command"),
    ("rota-api", "POST /api/scheduling/optimize/{weekly_schedule_id}"),
    ("rota-scheduler", "hand out solve_run"),
    ("rota-solver", "work solve_run"),
    ("rota-solver", "solve"),
    ("rota-scheduler", "hand out deliver_slack"),
    ("rota-delivery", "work deliver_slack"),
    ("rota-api", "POST /api/notifications/deliveries/{delivery_id}/claim"),
    ("rota-delivery", "post to slack"),
    ("rota-api", "POST /api/notifications/deliveries/{delivery_id}/done"),
)


@pytest.mark.processes
@pytest.mark.xdist_group("processes")
def test_a_command_is_one_trace_from_chat_to_delivery_and_names_nobody(
    embedded: Servers, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    with collector() as taken, slack_server() as slack:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", taken.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        with business(slack, embedded, fresh_database, tmp_path) as restaurant:
            side, world = restaurant.side, slack.world
            with sample.transaction(fresh_database) as session:
                session.execute(update(OptimizationConfig).values(time_limit_seconds=3))
            channel = world.open_channel("restaurant")
            maria, sam = world.join("Maria"), world.join("Sam")
            side.command(maria, channel, "/setup")
            side.command(sam, channel, f"/timeoff next friday {REASON}")
            side.command(sam, channel, "/calendar")
            side.command(maria, channel, "/assign Sam Okafor friday")
            side.command(maria, channel, "/optimize next week")
            until(lambda: not _missing(_trace(taken)), PATIENCE)
            logs = restaurant.logs()
    whole = _trace(taken)
    known = {span.id for span in whole}
    assert {span.name for span in whole if span.parent not in known} == {"slack command"}, "every other has its cause"
    [correlation] = {span.told["rota.correlation_id"] for span in whole if "rota.correlation_id" in span.told}
    said = [line for line in logs.splitlines() if correlation in line]
    assert all(any(event in line for line in said) for event in ("request.done", "run.started", "delivery.sent"))
    assert any(span.told.get("db.statement", "").startswith("INSERT INTO scheduling_run") for span in whole)
    told = "\n".join(taken.raw)
    assert told_by(told, fresh_database, [REASON, SIGNING_SECRET, TOKEN, fresh_database]) == []


def _trace(taken: Collector) -> list[Span]:
    """All that was recorded of the optimisation so far."""
    commands = [span.trace for span in taken.spans if span.told.get("rota.command") == "optimize"]
    return taken.of(commands[0]) if commands else []


def _missing(whole: list[Span]) -> set[tuple[str, str]]:
    return set(WAY) - {(span.process, span.name) for span in whole}


def test_what_could_name_somebody_is_no_part_of_a_span(tmp_path: Path) -> None:
    program = """
import asyncio, httpx, sys
from service.schemas import traces
traces.configure("test")
def refuse(request): raise httpx.ConnectError("nobody for ana@example.com")
async def main():
    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as client:
        traces.watch_client(client)
        with traces.span("outer", told={"run_id": 7}):
            await client.get("https://example.com/api/calendar/a-secret?text=ana@example.com")
try:
    asyncio.run(main())
except httpx.ConnectError:
    traces.flush()
"""
    with collector() as taken:
        subprocess.run([sys.executable, "-c", program], env=_environment(taken.url), check=True)
    assert {span.name for span in taken.spans} == {"outer", "GET"}
    told = "\n".join(taken.raw)
    assert "a-secret" not in told
    assert "ana@" not in told
    assert "ConnectError" in told
    assert {span.told.get("rota.run_id") for span in taken.spans} == {"7", None}


def test_nothing_records_where_nobody_collects() -> None:
    # Of the rest, redis and FastAPI load the interfaces wherever they are installed.
    program = """
import sys
import bots.inbox, bots.posting, bots.broker, service.worker, service.scheduler
from service.app import create_app
from service.schemas import traces
traces.configure("test")
create_app()
with traces.span("outer", told={"run_id": 7}):
    traces.note(attempt=1)
    assert traces.carried() is None
traces.flush()
ours = ("opentelemetry.exporter", "opentelemetry.instrumentation", "opentelemetry.sdk.trace", "service.schemas.rec")
print([name for name in sys.modules if name.startswith(ours)])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=_environment(None), check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_on_where_the_sdks_own_variables_say_so(environment: dict[str, str], on: bool) -> None:
    assert traces.wanted(environment) is on


def _environment(url: str | None) -> dict[str, str]:
    needed = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "JWT_SECRET_KEY": "a-key-for-signing-tokens-in-these-tests-only",
        "ROTA_BOT_SECRET": "the-bots-own-secret-for-these-tests-only",
    }
    return needed | ({} if url is None else {"OTEL_EXPORTER_OTLP_ENDPOINT": url})
