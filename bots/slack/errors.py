"""What Slack says when it does not do what was asked, as the errors of `bots.platform`: one table."""

import contextlib
from collections.abc import Iterator

import aiohttp
from slack_sdk.errors import SlackApiError

from bots.platform import Away, Gone, PlatformError, RateLimited, Uncertain

# The place or person cannot be reached any more: asking again changes nothing.
GONE = frozenset(
    {
        "cannot_dm_bot",
        "cant_update_message",
        "channel_is_archived",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "is_inactive",
        "message_not_found",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_is_restricted",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
# The installation is broken, not the message: wait for somebody to mend it (`rota doctor` says how), lose nothing.
DISCONNECTED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
# Slack's own trouble: it may have happened all the same.
UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

RECONNECT_AFTER = 300.0
TOO_MANY = 429
SERVER_ERROR = 500


class SlackRefused(PlatformError):
    """Slack refused the message itself; `code` is its name for the reason."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{code} {detail}".strip())


class Disconnected(RateLimited):
    """The app may not speak at all: token revoked, app removed, scope missing. All waits until it may."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(RECONNECT_AFTER)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Errors of slack_sdk inside leave as errors of `bots.platform`."""
    try:
        yield
    except SlackApiError as error:
        raise _of_answer(error) from error
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise Away(f"Slack cannot be reached: {error}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Uncertain(f"no answer from Slack: {type(error).__name__}") from error


def _of_answer(error: SlackApiError) -> PlatformError:
    answer = error.response
    status = getattr(answer, "status_code", 200)
    code = str(answer.get("error", "")) if status < SERVER_ERROR and hasattr(answer, "get") else f"http_{status}"
    if status == TOO_MANY or code == "ratelimited":
        headers = {name.lower(): value for name, value in dict(getattr(answer, "headers", {})).items()}
        return RateLimited(float(headers.get("retry-after", 1)))
    if status >= SERVER_ERROR or code in UNCERTAIN:
        return Uncertain(code)
    if code in GONE:
        return Gone(code)
    if code in DISCONNECTED:
        return Disconnected(code)
    return SlackRefused(code, str(answer.get("response_metadata", ""))[:300])
