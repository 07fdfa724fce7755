"""Figures for Prometheus of the bots and delivery workers. None names a person."""

import structlog
from prometheus_client import Histogram, start_http_server

log = structlog.get_logger()

ACKS = Histogram(
    "rota_ack_seconds",
    "Time to keep what a platform sent, which is all that its acknowledgement waits for.",
    ["platform"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.6, 1, 3),
)
ANSWERS = Histogram(
    "rota_answer_seconds",
    "Time to work on what a platform sent, answer included.",
    ["platform", "kind"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)
POSTS = Histogram(
    "rota_post_seconds",
    "Time to say one notification on its platform, failures included.",
    ["platform"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)


def serve(host: str, port: int | None) -> None:
    """Answer Prometheus at this address from a thread, if one is set. Raises OSError where somebody listens there."""
    if port is not None:
        start_http_server(port, host)
        log.info("metrics.listening", host=host, port=port)
