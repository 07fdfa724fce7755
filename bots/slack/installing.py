"""Installing Rota into a workspace: Slack's OAuth, by Bolt's own flow, with what it keeps in Valkey and the service.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import html
import logging
import secrets
from typing import Any

import structlog
from redis.asyncio import Redis
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.client import Refused, Service, ServiceError
from bots.platform import PlatformError
from bots.slack.adapter import web_client
from bots.slack.check import SCOPES
from bots.slack.errors import translated
from bots.slack.options import INSTALL_PATH, InstallOptions
from service.schemas.installations import InstallationWrite

REDIRECT_PATH = "/slack/oauth_redirect"
STATE_SECONDS = 600

log = structlog.get_logger()


class StatesInValkey(AsyncOAuthStateStore):
    """One-time states, so that nobody can be made to finish an installation that they did not begin."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new state, good for ten minutes."""
        state = secrets.token_urlsafe(24)
        await self._redis.set(f"rota:slack:install:{state}", "1", ex=STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued and not used; it is used now."""
        return bool(await self._redis.delete(f"rota:slack:install:{state}"))


class StoreInService(AsyncInstallationStore):
    """Hands installations to the service, which keeps the token sealed."""

    def __init__(self, service: Service, options: InstallOptions, api_url: str) -> None:
        self._service = service
        self._options = options
        self._api_url = api_url

    async def async_save(self, installation: Installation) -> None:
        """Keep it. Raises BoltError where the workspace is not welcome, or it cannot be kept."""
        team, token = installation.team_id or "", installation.bot_token or ""
        if not self._options.welcomes(team):
            log.warning("slack.install_refused", workspace=team, by=installation.user_id)
            await self._give_back(token)
            raise BoltError("This workspace is not on the list of whoever runs Rota here (SLACK_WORKSPACES).")
        wanted = InstallationWrite(
            platform="slack",
            workspace=team,
            name=(installation.team_name or "")[:200],
            bot_user=installation.bot_user_id or "",
            scopes=",".join(installation.bot_scopes or ()),
            installed_by=installation.user_id or "",
            token=token,  # type: ignore[arg-type]  # Pydantic makes a secret of it
        )
        try:
            await self._service.save_installation(wanted)
        except ServiceError as error:
            log.exception("slack.install_not_kept", workspace=team)
            await self._give_back(token)
            way = error.problem.way_forward if isinstance(error, Refused) else "Please try again in a minute."
            raise BoltError(f"Rota cannot keep the installation. {way or ''}".strip()) from error

    async def _give_back(self, token: str) -> None:
        """A token that is not kept must not live on."""
        try:
            with translated():
                await web_client(token, self._api_url).auth_revoke()
        except PlatformError as error:
            log.warning("slack.token_not_revoked", error=str(error))


def install_routes(options: InstallOptions, api_url: str, redis: Redis, service: Service) -> list[Route]:
    """The pages that begin and end an installation."""
    flow = AsyncOAuthFlow(
        client=web_client(None, api_url),
        logger=logging.getLogger("bots.slack.bolt"),
        settings=AsyncOAuthSettings(
            client_id=options.client_id,
            client_secret=options.client_secret,
            scopes=list(SCOPES),
            redirect_uri=f"{options.public_url.rstrip('/')}{REDIRECT_PATH}",
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            install_page_rendering_enabled=False,
            installation_store=StoreInService(service, options, api_url),
            state_store=StatesInValkey(redis),
            state_expiration_seconds=STATE_SECONDS,
            callback_options=AsyncCallbackOptions(success=_installed, failure=_not_installed),
        ),
    )

    async def begin(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def end(request: Request) -> Response:
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    return [Route(INSTALL_PATH, begin), Route(REDIRECT_PATH, end)]


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    team = args.installation.team_name or "your workspace"
    return _page(200, f"Rota is installed in {team}", "Type /invite @Rota and /setup in your team's channel.")


async def _not_installed(args: AsyncFailureArgs) -> BoltResponse:
    reasons = {
        "access_denied": "You said no. Nothing was installed.",
        "invalid_state": "This page was open for too long, or was used before.",
        "invalid_browser": "This installation was begun in another browser.",
        "invalid_code": "Slack does not know this installation any more.",
    }
    log.warning("slack.install_failed", reason=args.reason)
    sentence = str(args.error) if args.error else reasons.get(args.reason, f"Slack says: {args.reason}.")
    return _page(args.suggested_status_code, "Rota was not installed", f"{sentence} Begin again at {INSTALL_PATH}.")


def _page(status: int, title: str, sentence: str) -> BoltResponse:
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<h1>{html.escape(title)}</h1><p>{html.escape(sentence)}</p></html>"
    )
    return BoltResponse(status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=body)
