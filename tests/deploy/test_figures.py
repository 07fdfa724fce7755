"""Figures ask for no password, so they are for this machine unless somebody says otherwise."""

import socket
from collections.abc import Callable

import pytest

from bots import figures
from bots.settings import BotSettings
from service import metrics
from service.settings import Settings
from tests.processes import free_port

Serve = Callable[[str, int | None], None]


@pytest.mark.parametrize("serve", [metrics.serve, figures.serve], ids=["service", "bots"])
@pytest.mark.parametrize(("host", "reached"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104
def test_only_the_address_that_is_set_answers(serve: Serve, host: str, reached: bool) -> None:
    port = free_port()
    serve(host, port)
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    # Another address of this machine, as seen from outside.
    with socket.socket() as visitor:
        visitor.settimeout(5)
        assert (visitor.connect_ex(("127.0.0.2", port)) == 0) is reached


@pytest.mark.parametrize("settings", [Settings, BotSettings])
def test_nobody_outside_reads_figures_unless_told(settings: type[Settings] | type[BotSettings]) -> None:
    assert settings.model_fields["metrics_host"].default == "127.0.0.1"
