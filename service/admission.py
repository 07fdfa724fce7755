"""How many requests are worked on at once: as many as have a connection to the database, the others wait in line.

A request uses one thread after another, and keeps its connection between them. Were more let in than there are
connections, threads would wait for connections whose holders wait for a thread, and nobody would ever go on.
"""

import asyncio
from functools import cached_property

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from service import problems
from service.errors import Busy
from service.settings import get_settings

LONGEST_WAIT = 20.0
"""Seconds: chat platforms and people have given up by then."""
SPARE_THREADS = 10
"""For health, metrics and what a framework does beside."""


class Admission:
    """Lets requests in one by one as places become free; refuses who would wait too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    @cached_property
    def _places(self) -> asyncio.Semaphore:
        """Made with the first request, and a thread for every place: an application is described without settings."""
        places = get_settings().database_pool_size
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = max(limiter.total_tokens, places + SPARE_THREADS)
        return asyncio.Semaphore(places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection. Health has no need of a place: it is asked most urgently when there is none."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        try:
            await asyncio.wait_for(self._places.acquire(), LONGEST_WAIT)
        except TimeoutError:
            busy = Busy("Too many requests are being worked on.", way_forward="Try again in a moment.")
            await problems.answer(busy)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.release()


def install(app: FastAPI) -> None:
    """Put the line before `app`."""
    app.add_middleware(Admission)
