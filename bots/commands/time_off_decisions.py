"""What is pressed about time off: yes, no, take back. Values are `id[:anyway][:list]`."""

from datetime import UTC, datetime, timedelta

from bots import time_off, words_requests
from bots.client import Refused
from bots.client_requests import (
    approve_time_off,
    effect_of,
    own_time_off,
    reject_time_off,
    waiting_time_off,
    withdraw_time_off,
)
from bots.client_requests import time_off as request_of
from bots.commands.talk import Refusal, Talk
from bots.languages import _
from bots.reply import Reply, Section
from service.schemas.requests import TimeOffStatus, Withdrawal

MOST = 10
RECENT = timedelta(days=14)
ANYWAY = "anyway"


async def sections(talk: Talk) -> list[Section]:
    """What waits for the asker, the longest first, then their own requests from two weeks ago on."""
    found: list[Section] = []
    if talk.person.user.is_manager:
        page = await waiting_time_off(talk.person, 50)
        open_ones = [request for request in page.items if request.can_decide]
        for request in open_ones[:MOST]:
            effect = await effect_of(talk.person, request.id)
            found.append(time_off.to_decide(request, effect.shifts))
        if len(open_ones) > MOST:
            found.append(Section(text=words_requests.more(len(open_ones) - MOST)))
    own = await own_time_off(talk.person, datetime.now(UTC) - RECENT, MOST)
    return found + [time_off.own(request) for request in own if not request.can_decide]


async def approve(talk: Talk, value: str) -> Reply:
    """Say yes; where that opens shifts, say which and ask once more."""
    number, flags = _parts(value)
    try:
        decision = await approve_time_off(talk.person, number, accept_effect=ANYWAY in flags)
    except Refused as refused:
        if refused.problem.code != "breaks_shifts":
            raise
        request = await request_of(talk.person, number)
        effect = await effect_of(talk.person, number)
        return time_off.breaks(request, effect.shifts, value)
    return time_off.said_yes(decision)


async def decline(talk: Talk, value: str, note: str) -> Reply:
    """Say no."""
    number, __ = _parts(value)
    return time_off.said_no(await reject_time_off(talk.person, number, note))


async def withdraw(talk: Talk, value: str) -> Reply:
    """Take back what was in the state that the button was made in."""
    number, flags = _parts(value)
    seen = TimeOffStatus.APPROVED if TimeOffStatus.APPROVED in flags else TimeOffStatus.PENDING
    request = await withdraw_time_off(talk.person, number, Withdrawal.model_validate({"seen": seen}))
    return time_off.taken_back(request, talk.person.user.id)


def _parts(value: str) -> tuple[int, list[str]]:
    number, *flags = value.split(":")
    if not number.isdecimal():
        raise Refusal(_(words_requests.OLD_BUTTON))
    return int(number), flags
