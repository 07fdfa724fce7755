"""What the Slack app needs to know, taken from the settings of the bots and checked for mix-ups."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.settings import BotSettings

INSTALL_PATH = "/slack/install"
"""Where, under SLACK_PUBLIC_URL, a workspace begins to install the app."""
# The new one and the one that it replaces.
MOST_SECRETS = 2


class Misconfigured(Exception):
    """A setting is missing or mixed up; the message says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions:
    """How workspaces install the app. `workspaces` are the ids of those that may; `*` is any."""

    client_id: str
    client_secret: str
    public_url: str
    workspaces: frozenset[str]

    @classmethod
    def from_settings(cls, settings: BotSettings) -> "InstallOptions | None":
        """The options that these settings say, or None where there is no client id. Raises Misconfigured."""
        if not settings.slack_client_id:
            return None
        secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
        workspaces = frozenset(one.strip() for one in settings.slack_workspaces.split(",") if one.strip())
        if settings.slack_bot_token:
            raise Misconfigured("Set SLACK_BOT_TOKEN for one workspace or SLACK_CLIENT_ID for several, not both")
        if not secret:
            raise Misconfigured("SLACK_CLIENT_ID needs SLACK_CLIENT_SECRET beside it")
        if not (settings.slack_public_url or "").startswith("https://"):
            raise Misconfigured("SLACK_PUBLIC_URL must be where Slack reaches this bot, beginning with https://")
        if not workspaces:
            raise Misconfigured(
                "SLACK_WORKSPACES must list who may install Rota: T… ids with commas, or * for anybody"
            )
        return cls(
            client_id=settings.slack_client_id,
            client_secret=secret,
            public_url=settings.slack_public_url or "",
            workspaces=workspaces,
        )

    def welcomes(self, workspace: str) -> bool:
        """Whether this workspace may install the app."""
        return bool(workspace) and bool(self.workspaces & {workspace, "*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """How the app reaches Slack, and Slack the app. `signing_secrets` may be two while one is being replaced.

    The token is `bot_token`, or with `install` each workspace's own.
    """

    bot_token: str
    signing_secrets: Sequence[str]
    api_url: str = "https://slack.com/api/"
    app_token: str | None = None
    install: InstallOptions | None = None
    host: str = "0.0.0.0"  # noqa: S104  # Slack reaches it from outside, through whatever terminates TLS
    port: int = 3000

    @classmethod
    def from_settings(cls, settings: BotSettings, *, host: str = "0.0.0.0", port: int = 3000) -> "SlackOptions":  # noqa: S104
        """The options that these settings say. Raises Misconfigured."""
        bot_token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
        given = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
        secrets = [secret.strip() for secret in given.split(",") if secret.strip()]
        install = InstallOptions.from_settings(settings)
        if install is None and not bot_token.startswith("xoxb-"):
            raise Misconfigured("SLACK_BOT_TOKEN must be the app's Bot User OAuth Token, which begins with xoxb-")
        if app_token and not app_token.startswith("xapp-"):
            raise Misconfigured("SLACK_APP_TOKEN must be an App-Level Token, which begins with xapp-, or be unset")
        if not 1 <= len(secrets) <= MOST_SECRETS and not (app_token and not secrets):
            raise Misconfigured("SLACK_SIGNING_SECRET must be the app's Signing Secret, or two as new,old")
        return cls(
            bot_token=bot_token,
            signing_secrets=secrets,
            api_url=settings.slack_api_url,
            app_token=app_token or None,
            install=install,
            host=host,
            port=port,
        )
