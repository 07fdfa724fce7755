"""The sentences about publishing a week, and about a button that comes too late for it."""

from zoneinfo import ZoneInfo

from bots import words, words_reach
from bots.languages import N_, _
from service.schemas.scheduling import RunRead
from service.schemas.shifts import PublishResult, Roster

PROPOSAL = N_("A proposal beside the published week; nobody sees it until it is published.")


def to_come(run: RunRead, platform: str) -> str:
    """Where the result of a run will be found by whoever asked for it on this platform."""
    if platform in run.posted_on:
        return _("Looking for the best schedule. It is posted in the team's channel when it is ready.")
    return _("Looking for the best schedule. I send it to you when it is ready.")


NO_CHANNEL = N_(
    "You alone see this: the team has no channel here for its weeks. /setup in one has them posted there."
)


def published(result: PublishResult) -> str:
    """What publishing did."""
    done = _("The week {week} is published.").format(week=words.week(result.week.week_start))
    return f"{done} {words_reach.told(result.told, result.unreached)}"


def published_before(roster: Roster) -> str:
    """Who has published the week, and when, to somebody who wanted to."""
    nothing = _("Nothing new waits to be published.")
    week = roster.week
    if week.published_at is None:
        return " ".join((_("This week is published."), nothing))
    at = week.published_at.astimezone(ZoneInfo(roster.team.time_zone))
    name = next((person.name for person in roster.people if person.id == week.published_by), None)
    said = _("This week was published on {day} at {time}.")
    if name is not None:
        said = _("{person} published this week on {day} at {time}.")
    return " ".join((said.format(person=name, day=words.day(at.date()), time=f"{at:%H:%M}"), nothing))


def changed(roster: Roster) -> str:
    """The week as it is now, to somebody who wanted to publish how it was."""
    parts = [
        _("This week has changed since it was shown here. This is how it is now: look at it, then publish it."),
        f"{words.sentence(words.coverage(roster))}.",
    ]
    if roster.proposed:
        parts.append(_(PROPOSAL))
    return "\n".join((" ".join(parts), *(f"• {line}" for line in words.gap_lines(roster))))
