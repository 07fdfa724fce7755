"""The workspaces that Rota speaks in: one, whose token is a setting, or all that have installed it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bots.client import Refused, Service, ServiceError
from bots.platform import Address, Away, SentMessage
from bots.reply import Reply
from bots.slack.adapter import SlackPlatform, web_client
from bots.slack.errors import SERVER_ERROR, Disconnected
from bots.slack.news import News
from bots.slack.people import People
from service.schemas.installations import Removal, Workspace

# How long a token is used before the service is asked again: so soon a new installation holds everywhere.
KNOWN_SECONDS = 60.0

log = structlog.get_logger()


class Tokens(Protocol):
    """Which token speaks in a workspace."""

    async def of(self, workspace: str) -> str:
        """The token. Raises Disconnected where Rota is not installed, PlatformError where that cannot be told."""
        ...

    async def removed(self, workspace: str, at: datetime) -> None:
        """The workspace has thrown Rota out."""
        ...


class OneToken:
    """The token of the settings, whatever the workspace."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def of(self, workspace: str) -> str:  # noqa: ARG002  # there is only one
        """The token."""
        return self._token

    async def removed(self, workspace: str, at: datetime) -> None:
        """Somebody has to mend the settings: only said."""
        log.error("slack.disconnected", workspace=workspace, at=at.isoformat())


class InstalledTokens:
    """The tokens that the service keeps, remembered for a minute; for longer while the service is away."""

    def __init__(self, service: Service, known_seconds: float = KNOWN_SECONDS) -> None:
        self._service = service
        self._known_seconds = known_seconds
        self._known: dict[str, tuple[float, str]] = {}

    async def of(self, workspace: str) -> str:
        """The token of a workspace. Raises Disconnected or PlatformError."""
        asked_at, token = self._known.get(workspace, (0.0, ""))
        if token and time.monotonic() - asked_at < self._known_seconds:
            return token
        try:
            token = (await self._service.installation(Workspace(platform="slack", workspace=workspace))).token
        except ServiceError as error:
            if isinstance(error, Refused) and error.problem.status < SERVER_ERROR:
                self._known.pop(workspace, None)
                raise Disconnected(error.problem.code) from error
            if not token:
                raise Away(f"the service does not tell the token: {error}") from error
            # Whoever asks for something meanwhile shall read that the service is away. A token that is revoked since
            # is refused by Slack itself.
            log.warning("slack.token_not_looked_up", workspace=workspace, error=str(error))
        self._known[workspace] = (time.monotonic(), token)
        return token

    async def removed(self, workspace: str, at: datetime) -> None:
        """Forget the token, here and in the service. Raises ServiceError."""
        self._known.pop(workspace, None)
        await self._service.remove_installation(Removal(platform="slack", workspace=workspace, at=at))
        log.warning("slack.uninstalled", workspace=workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """One workspace: how Rota speaks there, and who is there."""

    token: str
    platform: SlackPlatform
    people: People


class Workspaces:
    """Speaks in every workspace; as a `Platform`, in the one that the address names."""

    name = "slack"

    def __init__(
        self,
        tokens: Tokens,
        api_url: str,
        *,
        patience: float = 0,
        close: Callable[[], Awaitable[None]] | None = None,
        news: News | None = None,
    ) -> None:
        """`patience` as for SlackPlatform; `close` is done at the end; `news` hears who was told something."""
        self.tokens = tokens
        self._api_url = api_url
        self._patience = patience
        self._close = close
        self._news = news
        self._known: dict[str, Premises] = {}

    async def at(self, workspace: str) -> Premises:
        """One workspace. Raises Disconnected where Rota is not installed there, else PlatformError."""
        token = await self.tokens.of(workspace)
        known = self._known.get(workspace)
        if known is None or known.token != token:
            client = web_client(token, self._api_url)
            known = Premises(
                token=token, platform=SlackPlatform(client, patience=self._patience), people=People(client)
            )
            self._known[workspace] = known
        return known

    async def send(self, address: Address, reply: Reply, *, notification_id: int | None = None) -> SentMessage:
        """As SlackPlatform."""
        there = await self.at(address.workspace)
        sent = await there.platform.send(address, reply, notification_id=notification_id)
        if self._news is not None and address.direct:
            await self._news.tell(address)
        return sent

    async def edit(self, message: SentMessage, reply: Reply) -> None:
        """As SlackPlatform."""
        there = await self.at(message.address.workspace)
        await there.platform.edit(message, reply)

    async def find_sent(self, address: Address, notification_id: int) -> SentMessage | None:
        """As SlackPlatform."""
        there = await self.at(address.workspace)
        return await there.platform.find_sent(address, notification_id)

    async def close(self) -> None:
        """Let go of connections."""
        if self._close is not None:
            await self._close()
        if self._news is not None:
            await self._news.close()
