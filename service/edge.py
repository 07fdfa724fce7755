"""The outermost layer of the service: bodies have a size, and answers tell browsers to be careful with them."""

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import problems
from service.errors import TooLarge

LARGEST_BODY = 1_000_000
"""Bytes. The largest valid body, a trade of many options with a note, has some 20,000."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
FOR_DATA = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Edge:
    """Refuses what is too large before anything reads it, and adds the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(scope["path"], MutableHeaders(scope=message))
            await send(message)

        sizes = [int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
        if any(size > LARGEST_BODY for size in sizes):
            await problems.answer(_too_large())(scope, receive, sending)
            return
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # The body ends here for who reads it, and as no JSON, so that nothing is done with it.
            return message if read <= LARGEST_BODY else {"type": "http.request", "body": b"\xff", "more_body": False}

        async def sending_if_read(message: Message) -> None:
            if read <= LARGEST_BODY:
                await sending(message)

        await self._app(scope, receiving, sending_if_read)
        if read > LARGEST_BODY:
            await problems.answer(_too_large())(scope, receive, sending)


def _too_large() -> TooLarge:
    return TooLarge(f"A body has at most {LARGEST_BODY:,} bytes.", way_forward="Send less at once.")


def _add_headers(path: str, headers: MutableHeaders) -> None:
    for name, value in (HEADERS | FOR_DATA if path.startswith("/api/") else HEADERS).items():
        headers.setdefault(name, value)


def install(app: FastAPI) -> None:
    """Put the layer around `app`; to be called last, as what is added last is outermost."""
    app.add_middleware(Edge)
