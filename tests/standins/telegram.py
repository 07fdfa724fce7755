"""A stand-in Telegram on loopback, for tests and demonstrations: the real python-telegram-bot talks to it.

It runs in a thread of its own, so that tests may be synchronous and the bot may be another process. It records every
call, refuses what the Bot API would refuse (`world.complaints` says why), keeps its limits when told to
(`world.limits`), goes wrong when asked (`world.fail`), and hands out updates by long polling or over a webhook. What
people do is in `tests.standins.telegram_side`.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
from aiohttp import web

from tests.standins.telegram_methods import LIMITED, METHODS, Refused, Uploads
from tests.standins.telegram_rules import decoded, faults_of_call
from tests.standins.telegram_world import TOKEN, Call, Fault, Json, Trouble, World

SILENCE = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
REPEAT_SECONDS = 0.3


class TelegramServer:
    """The server. `url` is what TELEGRAM_API_URL should be."""

    def __init__(self) -> None:
        self.world = World()
        self.port = 0
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """The address of the Bot API."""
        return f"http://127.0.0.1:{self.port}"

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

    @contextlib.asynccontextmanager
    async def _serve(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        pushing = asyncio.create_task(self._push())
        yield
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        await runner.cleanup()
        # Questions for updates may still be waiting.
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw, uploads = await _arguments(request)
        arguments = decoded(raw)
        if request.match_info["token"] != TOKEN:
            return _refusal(401, "Unauthorized")
        fault = self.world.next_fault(method)
        if fault is not None and fault.trouble is not Trouble.DROPPED:
            return await self._go_wrong(method, arguments, fault)
        if method == "getUpdates":
            return web.json_response(await self._updates(arguments))
        status, answer = self._answer(method, arguments, uploads)
        self.world.calls.append(Call(method=method, arguments=arguments, answer=answer))
        if fault is not None and request.transport is not None:
            request.transport.close()
        return web.json_response(answer, status=status)

    def _answer(self, method: str, arguments: Json, uploads: Uploads) -> tuple[int, Json]:
        faults = faults_of_call(method, arguments)
        if method not in METHODS:
            faults.append(f"{method}: the stand-in has no such method")
        if faults:
            self.world.complaints += faults
            return 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {faults[0]}"}
        if (
            method in LIMITED
            and _says_something(self.world, method, arguments)
            and (wait := self.world.wait_for_limits(int(arguments["chat_id"])))
        ):
            self.world.refused_for_limits += 1
            return 429, _too_many(wait)
        try:
            return 200, {"ok": True, "result": METHODS[method](self.world, arguments, uploads)}
        except Refused as refused:
            body: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
            return refused.status, body | ({"parameters": refused.parameters} if refused.parameters else {})

    async def _go_wrong(self, method: str, arguments: Json, fault: Fault) -> web.StreamResponse:
        self.world.calls.append(Call(method=method, arguments=arguments, answer={"trouble": fault.trouble.value}))
        match fault.trouble:
            case Trouble.RATE_LIMITED:
                return web.json_response(_too_many(fault.retry_after), status=429)
            case Trouble.SERVER_ERROR:
                return _refusal(500, "Internal Server Error")
            case Trouble.SILENT:
                await asyncio.sleep(SILENCE)
        return _refusal(fault.status, fault.description)

    async def _updates(self, arguments: Json) -> Json:
        """Long polling: asking from an offset confirms all before it."""
        if self.world.webhook:
            return {"ok": False, "error_code": 409, "description": "Conflict: can't use getUpdates with a webhook"}
        offset = arguments.get("offset", 0)
        self.world.updates[:] = [update for update in self.world.updates if update["update_id"] >= offset]
        until = time.monotonic() + min(arguments.get("timeout", 0), 2)
        while not self.world.updates and time.monotonic() < until:  # noqa: ASYNC110  # tests add from other threads
            await asyncio.sleep(0.01)
        return {"ok": True, "result": self.world.updates[: arguments.get("limit", 100)]}

    async def _push(self) -> None:
        """Deliver updates to the webhook in order, repeating what was not taken with 2xx."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while True:
                if not (self.world.webhook and self.world.updates):
                    await asyncio.sleep(0.01)
                    continue
                update = self.world.updates[0]
                status = await self._push_one(session, update)
                self.world.webhook_answers.append(status)
                if 200 <= status < 300:
                    self.world.updates.remove(update)
                else:
                    await asyncio.sleep(REPEAT_SECONDS)

    async def _push_one(self, session: aiohttp.ClientSession, update: Json) -> int:
        secret = self.world.webhook.get("secret_token")
        headers = {SECRET_HEADER: secret} if secret else {}
        try:
            async with session.post(self.world.webhook["url"], json=update, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


@contextlib.contextmanager
def telegram_server() -> Iterator[TelegramServer]:
    """A stand-in Telegram, listening until the end of the block."""
    server = TelegramServer()
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.run_until, args=(ready, stop), name="stand-in-telegram", daemon=True)
    thread.start()
    if not ready.wait(10):
        raise TimeoutError("the stand-in Telegram did not start")
    try:
        yield server
    finally:
        stop.set()
        thread.join(10)


async def _arguments(request: web.Request) -> tuple[dict[str, str], Uploads]:
    """The parameters of a call. An uploaded file stands in them as `attach://name`, as the Bot API has it."""
    raw: dict[str, str] = dict(request.query)
    uploads: Uploads = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = (value.filename, value.file.read())
        else:
            raw[name] = str(value)
    attached = " ".join(raw.values())
    return raw | {name: f"attach://{name}" for name in uploads if f"attach://{name}" not in attached}, uploads


def _says_something(world: World, method: str, arguments: Json) -> bool:
    """Whether people in the chat would see it: an edit of what is not there shows nowhere."""
    return not method.startswith("edit") or world.find(int(arguments["chat_id"]), arguments["message_id"]) is not None


def _refusal(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


def _too_many(wait: int) -> Json:
    description = f"Too Many Requests: retry after {wait}"
    return {"ok": False, "error_code": 429, "description": description, "parameters": {"retry_after": wait}}
