"""Who somebody on Slack is: verified address, language, zone, and whether Rota talks to them at all."""

import time
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.errors import translated

KNOWN_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackPerson:
    """A member of the workspace. `outsider` is a guest, a bot or somebody deactivated."""

    account: str
    email: str | None
    locale: str
    time_zone: str
    outsider: bool


class People:
    """Looks people up, and remembers them for ten minutes."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[float, SlackPerson]] = {}

    async def find(self, account: str) -> SlackPerson:
        """This person. Raises PlatformError where Slack does not say."""
        looked_up, person = self._known.get(account, (0.0, None))
        if person is not None and time.monotonic() - looked_up < KNOWN_SECONDS:
            return person
        with translated():
            answer = await self._client.users_info(user=account, include_locale=True)
        found = _person(account, answer["user"])
        self._known[account] = (time.monotonic(), found)
        return found

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
