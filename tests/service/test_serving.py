"""Several processes of the service share a port: they log alike, and tell their figures together."""

import json
import re
from pathlib import Path

import httpx
import pytest

from bots.demo.embedded import Servers
from tests.processes import crew, free_port, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]
ASKED = 30
EMAIL = "ana.lima@example.com"


def test_processes_that_share_a_port_log_alike_and_tell_their_figures_together(
    embedded: Servers, fresh_database: str, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with crew(fresh_database, embedded.redis_url, tmp_path / "logs") as processes:
        processes.start("api", "--port", str(port), "--workers", "2")
        wait_until(lambda: ready(url), seconds=90)
        for _ in range(ASKED):
            # A connection each, so that both processes get some.
            httpx.get(f"{url}/api/{EMAIL}", timeout=20)
        told = {counted(httpx.get(f"{url}/metrics", timeout=20).text) for _ in range(6)}
        logs = processes.logs()
    assert told == {ASKED}, "whoever answers tells the sum"
    lines = [line for line in logs.splitlines() if "request.done" in line]
    assert len(lines) >= ASKED
    assert all(json.loads(line)["path"] == "/api/***" for line in lines if "/api/" in line), lines[:3]
    assert EMAIL not in logs


def ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=20).is_success
    except httpx.TransportError:
        return False


def counted(page: str) -> int:
    return sum(
        int(float(number))
        for number in re.findall(r'^rota_request_seconds_count\{.*?status="404".*?\} (\S+)$', page, re.MULTILINE)
    )
