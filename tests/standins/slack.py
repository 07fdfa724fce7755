"""A stand-in Slack on loopback, for tests and demonstrations: the real slack_sdk and slack-bolt talk to it.

It runs in a thread of its own, so that tests may be synchronous and the app may be another process. It records
every call, refuses what Slack would refuse (`world.complaints` says why), goes wrong when asked (`world.fail`), and
sends commands, presses, forms and events signed like Slack, over HTTP or Socket Mode (`tests.standins.slack_side`).
"""

import asyncio
import contextlib
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.slack_methods import METHODS, Refused, decode, respond
from tests.standins.slack_rules import faults_of_blocks, faults_of_call
from tests.standins.slack_world import Call, Fault, Json, Trouble, World

APP_TOKEN = "xapp-stand-in"
SILENCE = 60.0


class SlackServer:
    """The server. `url` is what SLACK_API_URL should be."""

    def __init__(self) -> None:
        self.world = World()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._sockets: list[web.WebSocketResponse] = []
        self._answers: dict[str, asyncio.Future[Json]] = {}

    @property
    def base(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address of the Web API."""
        return f"{self.base}/api/"

    @property
    def has_socket(self) -> bool:
        """Whether an app is connected over Socket Mode."""
        return bool(self._sockets)

    def new_response_url(self, *, user: str, channel: str, ts: str | None = None) -> str:
        """A `response_url`, good for five answers."""
        token = uuid.uuid4().hex
        self.world.response_urls[token] = {"user": user, "channel": channel, "ts": ts, "uses": 0}
        return f"{self.base}/response/{token}"

    def run(self, work: Coroutine[Any, Any, Json]) -> Json:
        """Do something in the server's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def over_socket(self, kind: str, payload: Json) -> Json:
        """Send an envelope over Socket Mode; the payload of its acknowledgement."""
        envelope = uuid.uuid4().hex
        answer: asyncio.Future[Json] = self._loop.create_future()
        self._answers[envelope] = answer
        await self._sockets[-1].send_json(
            {
                "envelope_id": envelope,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        return await asyncio.wait_for(answer, 10)

    @contextlib.asynccontextmanager
    async def _serve(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        yield
        for socket in self._sockets:
            await socket.close()
        await runner.cleanup()

    def run_until(self, ready: threading.Event, stop: threading.Event) -> None:
        """Serve in this thread until told to stop."""
        asyncio.set_event_loop(self._loop)

        async def until_stopped() -> None:
            async with self._serve():
                ready.set()
                while not stop.is_set():  # noqa: ASYNC110  # an event of threads, not of this loop
                    await asyncio.sleep(0.02)

        self._loop.run_until_complete(until_stopped())
        self._loop.close()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        fault = self.world.next_fault(method)
        if fault is not None and fault.trouble not in {Trouble.NONE, Trouble.DROPPED}:
            return await self._go_wrong(method, arguments, fault)
        answer = self._answer(method, arguments, request)
        workspace = self.world.tokens.get(_token(arguments, request), "")
        self.world.calls.append(Call(method=method, arguments=arguments, answer=answer, workspace=workspace))
        if fault is not None and fault.trouble is Trouble.DROPPED:
            _cut(request)
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(self.world.scopes)})

    def _answer(self, method: str, arguments: Json, request: web.Request) -> Json:
        given = _token(arguments, request)
        known = given == APP_TOKEN if method == "apps.connections.open" else given in self.world.tokens
        if not known and method != "oauth.v2.access":
            return {"ok": False, "error": "invalid_auth"}
        if method not in METHODS:
            self.world.complaints.append(f"{method}: no such method here")
            return {"ok": False, "error": "unknown_method"}
        faults = faults_of_call(method, {name: value for name, value in arguments.items() if name != "token"})
        if faults:
            self.world.complaints += faults
            error = "invalid_blocks" if "blocks" in arguments or "view" in arguments else "invalid_arguments"
            return {"ok": False, "error": error, "response_metadata": {"messages": faults}}
        try:
            return {"ok": True, **METHODS[method](self.world, {**arguments, "token": given}, self.base)}
        except Refused as refused:
            return {"ok": False, "error": str(refused)}

    async def _go_wrong(self, method: str, arguments: Json, fault: Fault) -> web.StreamResponse:
        self.world.calls.append(Call(method=method, arguments=arguments, answer=fault.trouble.value))
        if fault.trouble is Trouble.RATE_LIMITED:
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(fault.retry_after)})
        if fault.trouble is Trouble.SERVER_ERROR:
            return web.Response(status=500, text="upstream error")
        if fault.trouble is Trouble.SILENT:
            await asyncio.sleep(SILENCE)
        return web.json_response({"ok": False, "error": fault.error})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        upload = self.world.files[request.match_info["file"]]
        upload.content = content
        self.world.calls.append(Call(method="upload", arguments={"bytes": len(content)}, answer="OK"))
        return web.Response(text=f"OK - {len(content)}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        faults = faults_of_blocks(body.get("blocks", []), "message")
        self.world.complaints += faults
        self.world.calls.append(Call(method="response_url", arguments=body, answer="ok"))
        if faults:
            return web.Response(status=400, text="invalid_blocks")
        try:
            respond(self.world, request.match_info["token"], body)
        except Refused as refused:
            return web.Response(status=404, text=str(refused))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0ROTAAPP"}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = message.json()
            answer = self._answers.pop(said.get("envelope_id", ""), None)
            if answer is not None:
                answer.set_result(said.get("payload") or {})
        self._sockets.remove(socket)
        return socket


@contextlib.contextmanager
def slack_server() -> Iterator[SlackServer]:
    """A stand-in Slack, listening until the end of the block."""
    server = SlackServer()
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.run_until, args=(ready, stop), name="stand-in-slack", daemon=True)
    thread.start()
    if not ready.wait(10):
        raise TimeoutError("the stand-in Slack did not start")
    try:
        yield server
    finally:
        stop.set()
        thread.join(10)


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    return decode({**request.query, **{name: str(value) for name, value in (await request.post()).items()}})


def _token(arguments: Json, request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
