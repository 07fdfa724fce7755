"""What Telegram says when it does not do what was asked, as the errors of `bots.platform`: one table."""

import contextlib
from collections.abc import Iterator

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bots.platform import Away, Gone, PlatformError, RateLimited, Uncertain

# The place, person or message cannot be reached any more: asking again changes nothing. Beginnings, in small letters.
GONE = (
    "chat not found",
    "chat_write_forbidden",
    "have no rights to send",
    "message can't be edited",
    "message thread not found",
    "message to edit not found",
    "need administrator rights",
    "not enough rights",
    "peer_id_invalid",
    "the group has been deleted",
    "topic_closed",
    "user is deactivated",
)
NOTHING_CHANGED = "message is not modified"
# What an edit of a message is told that is not there, or is not one of the bot's, or of another kind.
ANOTHER = ("message to edit not found", "message can't be edited", "there is no text", "there is no caption")
# What a photo is told that is too large to be one, or that Telegram cannot read.
NO_PICTURE = ("photo_invalid_dimensions", "image_process_failed")
# These happen before anything is sent.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol)

RECONNECT_AFTER = 300.0


class TelegramRefused(PlatformError):
    """Telegram refused the message itself; the text is its reason."""


class Disconnected(RateLimited):
    """The bot may not speak at all: its token is wrong or was revoked. All waits until somebody mends it."""

    def __init__(self) -> None:
        super().__init__(RECONNECT_AFTER)


class Moved(PlatformError):
    """The group became a supergroup with this id: https://core.telegram.org/bots/api#responseparameters."""

    def __init__(self, new_target: str) -> None:
        self.new_target = new_target
        super().__init__(f"moved to {new_target}")


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Errors of python-telegram-bot inside leave as errors of `bots.platform`."""
    try:
        yield
    except TelegramError as error:
        raise platform_error(error) from error


def nothing_changed(error: BaseException | None) -> bool:
    """Whether an edit was refused because the message already says that."""
    return isinstance(error, BadRequest) and NOTHING_CHANGED in error.message.lower()


def is_another(error: BadRequest) -> bool:
    """Whether an edit was refused because the message is not the one that was meant."""
    return any(reason in error.message.lower() for reason in ANOTHER)


def picture_refused(error: BadRequest) -> bool:
    """Whether it was the picture of a message that was refused: its text alone may be taken."""
    return any(reason in error.message.lower() for reason in NO_PICTURE)


def platform_error(error: TelegramError) -> PlatformError:
    """What this error means."""
    message = error.message
    said: PlatformError
    match error:
        case RetryAfter():
            said = RateLimited(_seconds(error))
        case ChatMigrated():
            said = Moved(str(error.new_chat_id))
        case Forbidden():
            said = Gone(message)
        case InvalidToken():
            said = Disconnected()
        case BadRequest() if any(reason in message.lower() for reason in GONE):
            said = Gone(message)
        case BadRequest():
            said = TelegramRefused(message)
        case NetworkError() if isinstance(error.__cause__, NOT_SENT):
            said = Away(f"Telegram cannot be reached: {message}")
        case NetworkError():
            said = Uncertain(f"no answer from Telegram: {message}")
        case _:
            said = PlatformError(message)
    return said


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()
