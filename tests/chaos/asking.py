"""Calls to the service as a patient client makes them: again, with the same key, until there is an answer."""

import threading
import time
import uuid
from typing import Any

import httpx

from tests.chaos.business import Worker
from tests.processes import SECRETS

PAUSE_SECONDS = 0.25
TOKEN_SECONDS = 600.0
TIMEOUT_SECONDS = 15.0


class Stopped(Exception):
    """The load ends: nobody asks any more."""


class Client:
    """One person's calls, over a connection of their own."""

    def __init__(self, url: str, worker: Worker, stop: threading.Event) -> None:
        self._http = httpx.Client(base_url=f"{url}/api", timeout=TIMEOUT_SECONDS)
        self._worker = worker
        self._stop = stop
        self._token = ""
        self._until = 0.0

    def ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        """The definite answer: anything but silence, 429 and 5xx. Raises Stopped."""
        key = uuid.uuid4().hex
        while True:
            answer = self._once(method, path, key, **what)
            if answer is not None and answer.status_code == httpx.codes.UNAUTHORIZED:
                self._until = 0.0
            elif answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer
            if self._stop.wait(PAUSE_SECONDS):
                raise Stopped

    def _once(self, method: str, path: str, key: str, **what: Any) -> httpx.Response | None:
        try:
            if time.monotonic() > self._until and not self._sign_in():
                return None
            headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
            return self._http.request(method, path, headers=headers, **what)
        except httpx.TransportError:
            return None

    def _sign_in(self) -> bool:
        headers = {"Authorization": f"Bot {SECRETS['ROTA_BOT_SECRET']}"}
        answer = self._http.post("/chat/session", json=self._worker.account, headers=headers)
        if not answer.is_success:
            return False
        self._token = answer.json()["access_token"]
        self._until = time.monotonic() + TOKEN_SECONDS
        return True
