"""Who somebody on Slack is: verified address, language, zone, and whether Rota talks to them at all."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.platform import Away, RateLimited
from bots.slack.errors import Disconnected, translated

KNOWN_SECONDS = 600.0
# An answer to a command may be given for half an hour: https://docs.slack.dev/interactivity/handling-user-interaction
PATIENCE_SECONDS = 1200.0
RETRY_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPerson:
    """A member of the workspace. `outsider` is a guest, a bot or somebody deactivated."""

    account: str
    email: str | None
    locale: str
    time_zone: str
    outsider: bool


class People:
    """Looks people up, and remembers them for ten minutes; for longer while Slack is in trouble."""

    def __init__(
        self,
        client: AsyncWebClient,
        known_seconds: float = KNOWN_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._client = client
        self._known_seconds = known_seconds
        self._patience_seconds = patience_seconds
        self._known: dict[str, tuple[float, SlackPerson]] = {}

    async def find(self, account: str) -> SlackPerson:
        """This person. Raises PlatformError where Slack does not say."""
        looked_up, person = self._known.get(account, (0.0, None))
        if person is not None and time.monotonic() - looked_up < self._known_seconds:
            return person
        answer = await self._profile(account, is_known=person is not None)
        if answer is None:
            assert person is not None  # noqa: S101 - whoever is not known is waited for
            return person
        found = _person(account, answer["user"])
        self._known[account] = (time.monotonic(), found)
        return found

    async def _profile(self, account: str, *, is_known: bool) -> AsyncSlackResponse | None:
        """What Slack says; None of somebody known, where Slack is in trouble.

        Others are waited for: their command was taken, and nobody else can say who asks for it.
        """
        deadline = time.monotonic() + self._patience_seconds
        while True:
            try:
                with translated():
                    return await self._client.users_info(user=account, include_locale=True)
            except (Away, RateLimited) as error:
                if isinstance(error, Disconnected) or (not is_known and time.monotonic() >= deadline):
                    raise
                # What they ask is worth more than the newest of their profile; changes Slack tells besides.
                log.warning("slack.person_not_looked_up", account=account, error=str(error))
                if is_known:
                    return None
            await asyncio.sleep(RETRY_SECONDS)

    def forget(self, account: str) -> None:
        """Look this person up again next time."""
        self._known.pop(account, None)


def _person(account: str, user: dict[str, Any]) -> SlackPerson:
    outside = ("is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_workflow_bot")
    return SlackPerson(
        account=account,
        # An unconfirmed address could be anybody's.
        email=user.get("profile", {}).get("email") if user.get("is_email_confirmed") else None,
        locale=str(user.get("locale") or "en").replace("_", "-"),
        time_zone=str(user.get("tz") or "UTC"),
        outsider=any(user.get(sign) for sign in outside),
    )
