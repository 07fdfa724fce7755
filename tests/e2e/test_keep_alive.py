"""An idle connection to the service is there for the next request."""

import http.client
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bots.demo.embedded import Servers
from tests.processes import crew

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]
# httpx, with which the bots call, uses a connection again that was idle for up to five seconds.
IDLE_SECONDS = 5.5


def test_a_request_after_as_long_as_the_bots_keep_a_connection_is_answered(
    fresh_database: str, embedded: Servers, tmp_path: Path
) -> None:
    with crew(fresh_database, embedded.redis_url, tmp_path / "logs") as running:
        connection = http.client.HTTPConnection(urlsplit(running.start_api()).netloc)
        connection.request("GET", "/health")
        assert connection.getresponse().read()
        # Opened anew, it would be another connection, which always works.
        assert connection.sock is not None
        time.sleep(IDLE_SECONDS)
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200
