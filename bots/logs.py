"""Logs of the bots, in the form that the service's have: events with fields, never sentences."""

import logging

import structlog


def configure(level: str, log_format: str) -> None:
    """Set up structlog for this process; `log_format` is `json` or `console`."""
    renderer = structlog.dev.ConsoleRenderer() if log_format == "console" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=level.upper())
    # It says every call at INFO, with the whole address.
    logging.getLogger("httpx").setLevel(logging.WARNING)
