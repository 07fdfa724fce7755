"""Whether Slack would let the bot do its work, in sentences for `rota doctor`."""

from dataclasses import dataclass

from bots.platform import PlatformError
from bots.slack.adapter import web_client
from bots.slack.errors import Disconnected, translated
from bots.slack.options import INSTALL_PATH, InstallOptions, SlackOptions

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
    """One thing that was looked at: what Slack does, and `advice` what to do about it where that is not well."""

    well: bool
    what: str
    advice: str = ""


async def check_slack(options: SlackOptions) -> list[Finding]:
    """Look at the tokens and the scopes. Never raises."""
    findings = [_installable(options.install)] if options.install else [await _bot(options)]
    if options.app_token is not None:
        findings.append(await _socket(options, options.app_token))
    return findings


def _installable(install: InstallOptions) -> Finding:
    return Finding(
        well=True, what=f"is installed by each workspace at {install.public_url.rstrip('/')}{INSTALL_PATH}"
    )


async def _bot(options: SlackOptions) -> Finding:
    client = web_client(options.bot_token, options.api_url)
    try:
        with translated():
            told = await client.auth_test()
    except Disconnected as error:
        return Finding(
            well=False,
            what=f"does not take SLACK_BOT_TOKEN ({error.code})",
            advice="Install the app again and copy its Bot User OAuth Token: docs/slack.md, step 2.",
        )
    except PlatformError as error:
        return Finding(
            well=False, what=f"does not answer ({error})", advice="Check SLACK_API_URL and the way out to slack.com."
        )
    granted = {name.lower(): value for name, value in dict(told.headers).items()}.get("x-oauth-scopes")
    missing = [scope for scope in SCOPES if granted is not None and scope not in granted.replace(" ", "").split(",")]
    if missing:
        return Finding(
            well=False,
            what=f"has not granted {', '.join(missing)}",
            advice="Update the app's manifest from deploy/slack-manifest.yaml and install it again.",
        )
    return Finding(well=True, what=f"knows us as {told['user']} in {told['team']}")


async def _socket(options: SlackOptions, app_token: str) -> Finding:
    try:
        with translated():
            await web_client(None, options.api_url).apps_connections_open(app_token=app_token)
    except PlatformError as error:
        return Finding(
            well=False,
            what=f"opens no socket with SLACK_APP_TOKEN ({error})",
            advice="Enable Socket Mode and generate an App-Level Token with connections:write: docs/slack.md.",
        )
    return Finding(well=True, what="opens a socket for us")
