"""What a command knows of who asks: the person, and the team that they speak of."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bots import languages, words
from bots.client import Person, Refused
from bots.dates import UnknownDate, weeks_of
from bots.inviting import TelegramName, no_telegram
from service.schemas.chat import ChatPlace
from service.schemas.people import TeamRead
from service.schemas.shifts import WeekRead


class Refusal(Exception):
    """A command cannot be done, for a reason told in its text."""


class WhichTeam(Refusal):
    """Somebody of several teams did not say which one they mean."""

    def __init__(self, teams: Sequence[TeamRead]) -> None:
        self.teams = teams
        super().__init__(words.which_team(teams))


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One person asking one thing.

    `alone` says that nobody else sees the message whose button was pressed, though it is in a channel. `team_id` is
    the team that they chose for it, where they were asked; `telegram_name` says what the Telegram bot is called, for
    links to it.
    """

    person: Person
    place: ChatPlace | None
    alone: bool = False
    team_id: int | None = None
    telegram_name: TelegramName = no_telegram

    async def team(self) -> TeamRead:
        """The team of the channel, or the person's only one. Raises WhichTeam, or Refusal where they have none."""
        here, teams = await self._here(), self.person.user.teams
        if here is None and len(teams) > 1:
            raise WhichTeam(teams)
        return here or self._first()

    async def first_team(self) -> TeamRead:
        """The team of the channel, else the person's first: its weeks will do for what is about all of their teams.

        Raises Refusal where they have none.
        """
        return await self._here() or self._first()

    async def _here(self) -> TeamRead | None:
        if self.team_id is not None:
            return await self.person.team(self.team_id)
        if self.place is not None:
            try:
                return (await self.person.channel(self.place)).team
            except Refused as refused:
                if refused.problem.status != 404:
                    raise
        return None

    def _first(self) -> TeamRead:
        if not self.person.user.teams:
            raise Refusal(words.NO_TEAM)
        return self.person.user.teams[0]

    @property
    def in_public(self) -> bool:
        """Whether a whole channel reads what becomes of a pressed message."""
        return self.place is not None and not self.alone

    async def speak_to_channel(self) -> None:
        """Speak the language of the channel from here on: what follows is read by the whole team."""
        if self.place is not None:
            with contextlib.suppress(Refused):
                languages.speak((await self.person.channel(self.place)).language)

    def zone(self) -> str:
        """The zone that the person's own days are meant in: that of their first team."""
        user = self.person.user
        return user.teams[0].time_zone if user.teams else user.time_zone or "UTC"

    def today(self) -> date:
        """The date where the person works."""
        return datetime.now(ZoneInfo(self.zone())).date()

    def require_manager(self) -> None:
        """Refuse early and kindly; the service decides all the same. Raises Refusal."""
        if not self.person.user.is_manager:
            raise Refusal(words.MANAGERS_ONLY)

    async def week(self, argument: str) -> WeekRead:
        """The week that `argument` names, where it exists and the person may see it. Raises Refusal."""
        team = await self.team()
        start, _ = week_in(argument, team)
        found = await self.person.week_starting(team.id, start)
        if found is None:
            raise Refusal(words.no_such_week([team], start, manager=self.person.user.is_manager))
        return found


def week_around(day: date, team: TeamRead) -> date:
    """The first day of a team's week that a day lies in."""
    return team.this_week + timedelta(weeks=(day - team.this_week).days // 7)


def week_in(argument: str, team: TeamRead) -> tuple[date, int]:
    """The first week that `argument` names for a team, and how many. Raises Refusal."""
    try:
        return weeks_of(argument, team.this_week, today_in(team))
    except UnknownDate as error:
        raise Refusal(words.unknown_week(error.words)) from error


def today_in(team: TeamRead) -> date:
    """The local date of a team."""
    return datetime.now(ZoneInfo(team.time_zone)).date()
