"""How every process of Rota logs: events with fields, never sentences; JSON for machines, or a console for people.

It lies here because service and bots share this folder alone. Whoever logs names nobody; what slips in from outside,
in a path, a library's message or a trace, is masked here: addresses of mail, tokens, passwords in addresses.
"""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# JSON Web Tokens, tokens of Slack and of Telegram, passwords in URLs, and addresses of mail.
MASKED = re.compile(
    r"eyJ[\w-]{10,}(?:\.[\w-]+)*"
    r"|x(?:ox[a-z]|app)-[\w-]{6,}"
    r"|\d{6,}:[\w-]{30,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
MASK = "***"


def configure(level: str, log_format: str) -> None:
    """Set up the logs of this process, libraries' included; `log_format` is `json` or `console`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [
        structlog.processors.format_exc_info,
        masked,
        structlog.dev.ConsoleRenderer() if log_format == "console" else structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # It says every call at INFO, with the whole address.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def masked(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without what nobody should read in a log."""
    return {name: mask(value) if isinstance(value, str) else value for name, value in event.items()}


def mask(text: str) -> str:
    """The text without them."""
    return MASKED.sub(MASK, text)
