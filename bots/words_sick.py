"""The sentences about sick calls, to who is sick and to their managers."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bots import words, words_reach
from bots.languages import N_, _, ngettext
from service.schemas.notifications import SickCalled
from service.schemas.requests import TimeOffRead
from service.schemas.swaps import SickCallRead

HOW = N_("Say how long: /sick for today, /sick 3 days, /sick until fri, /sick 3 to 5 Dec.")


def heading(away: TimeOffRead) -> str:
    """To managers, in one line."""
    return _("{owner} has called in sick").format(owner=away.person.name)


def days(away: TimeOffRead) -> str:
    """Whole days, though the first may have begun: Mon 30 Nov – Fri 4 Dec."""
    zone = ZoneInfo(away.time_zone)
    first = away.starts_at.astimezone(zone).date()
    last = (away.ends_at.astimezone(zone) - timedelta(minutes=1)).date()
    return words.day(first) if first == last else f"{words.day(first)} – {words.day(last)}"


def called_in(called: SickCallRead) -> str:
    """After a sick call, to who made it."""
    said = [_("You are off sick: {days}.").format(days=days(called.time_off))]
    if called.requests:
        off = ngettext(
            "You are off this shift, and I ask who can take it.",
            "You are off these shifts, and I ask who can take them.",
            len(called.requests),
        )
        said.append(off)
    begun = _("{shift} has begun, so I ask nobody to take it.")
    said += [begun.format(shift=words.shift_line(shift)) for shift in called.begun]
    if not called.requests and not called.begun:
        said.append(_("You have no published shift then."))
    return " ".join([*said, *_managers(called)])


def _managers(called: SickCallRead) -> list[str]:
    if called.told:
        return [_("Your manager is told.")]
    return [words_reach.cannot_reach(called.unreached)] if called.unreached else []


def news(content: SickCalled) -> str:
    """What a manager should know: the days, and what becomes of each shift in them."""
    lines = [_("Off sick: {days}.").format(days=days(content.request))]
    if content.reopened:
        lines += map(words.shift_line, content.reopened)
        asking = ngettext(
            "I ask who could take this shift, a few at a time, and tell you who does.",
            "I ask who could take these shifts, a few at a time, and tell you who does.",
            len(content.reopened),
        )
        lines.append(asking)
    if content.begun:
        lines += map(words.shift_line, content.begun)
        lines.append(_("This has begun, so I ask nobody. Whom you find yourself, /assign puts on it."))
    if content.planned:
        lines.append(_("Not published yet, and open again:"))
        lines += map(words.shift_line, content.planned)
    if not content.reopened and not content.begun and not content.planned:
        lines.append(_("They are on no shift then."))
    return "\n".join(lines)
