"""Whether Slack would let the bot do its work, in sentences for `rota doctor`."""

from dataclasses import dataclass

from bots.platform import PlatformError
from bots.slack.adapter import web_client
from bots.slack.errors import Disconnected, translated
from bots.slack.options import SlackOptions

# What each call needs; explained in docs/slack.md.
SCOPES = (
    "commands",
    "chat:write",
    "files:write",
    "files:read",
    "im:write",
    "im:history",
    "channels:history",
    "groups:history",
    "users:read",
    "users:read.email",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not well."""

    well: bool
    what: str
    advice: str = ""


async def check_slack(options: SlackOptions) -> list[Finding]:
    """Look at the tokens and the scopes. Never raises."""
    findings = [] if options.install else [await _bot(options)]
    if options.app_token is not None:
        findings.append(await _socket(options, options.app_token))
    return findings


async def _bot(options: SlackOptions) -> Finding:
    client = web_client(options.bot_token, options.api_url)
    try:
        with translated():
            told = await client.auth_test()
    except Disconnected as error:
        return Finding(
            well=False,
            what=f"Slack does not take SLACK_BOT_TOKEN ({error.code})",
            advice="Install the app again and copy its Bot User OAuth Token: docs/slack.md, step 2.",
        )
    except PlatformError as error:
        return Finding(well=False, what=str(error), advice="Check SLACK_API_URL and the way out to slack.com.")
    granted = {name.lower(): value for name, value in dict(told.headers).items()}.get("x-oauth-scopes")
    missing = [scope for scope in SCOPES if granted is not None and scope not in granted.replace(" ", "").split(",")]
    if missing:
        return Finding(
            well=False,
            what=f"The Slack app lacks {', '.join(missing)}",
            advice="Update its manifest from deploy/slack-manifest.yaml and install it again.",
        )
    return Finding(well=True, what=f"Slack knows the bot as {told['user']} in {told['team']}")


async def _socket(options: SlackOptions, app_token: str) -> Finding:
    try:
        with translated():
            await web_client(None, options.api_url).apps_connections_open(app_token=app_token)
    except PlatformError as error:
        return Finding(
            well=False,
            what=f"Slack opens no socket with SLACK_APP_TOKEN ({error})",
            advice="Enable Socket Mode and generate an App-Level Token with connections:write: docs/slack.md.",
        )
    return Finding(well=True, what="Slack opens a socket for the app")
