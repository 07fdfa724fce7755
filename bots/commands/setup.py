"""/setup: make a channel the one of a team, so that its weeks are posted there, or the shifts that people drop."""

from bots import languages, words
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_
from bots.reply import Audience, Reply, Tone
from service.schemas.chat import ChannelPurpose
from service.schemas.people import TeamRead

TRADES = "trades"


async def run(talk: Talk, argument: str) -> Reply:
    """Give this channel to the team that the argument names, or to the manager's only one; `trades` is for trades."""
    talk.require_manager()
    if talk.place is None:
        raise Refusal(words.SETUP_WHERE)
    tokens = argument.split()
    purpose = ChannelPurpose.TRADES if TRADES in map(str.casefold, tokens) else ChannelPurpose.WEEKS
    team = _team(talk.person.user.teams, " ".join(token for token in tokens if token.casefold() != TRADES))
    channel = await talk.person.link_channel(talk.place, team.id, purpose)
    languages.speak(channel.language)
    text = words.channel_linked(channel.team, channel.purpose)
    return Reply(text=text, tone=Tone.SUCCESS, audience=Audience.CHANNEL)


def _team(teams: list[TeamRead], name: str) -> TeamRead:
    if not teams:
        raise Refusal(words.NO_TEAM)
    if not name and len(teams) == 1:
        return teams[0]
    for team in teams:
        if team.name.casefold() == name.casefold():
            return team
    raise Refusal(words.setup_which(teams))


COMMAND = Command(
    name="setup", usage=N_("[team] [trades]"), summary=N_("make this channel your team's"), run=run, manager=True
)
