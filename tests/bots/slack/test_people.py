"""Who somebody is stays known while Slack is in trouble."""

import pytest

from bots.platform import Away
from bots.slack.adapter import web_client
from bots.slack.people import People
from tests.standins.slack import SlackServer
from tests.standins.slack_world import TOKEN, Fault, Trouble

pytestmark = pytest.mark.anyio


async def test_somebody_known_is_still_known_when_slack_does_not_say(slack: SlackServer) -> None:
    ana = slack.world.join("Ana")
    people = People(web_client(TOKEN, slack.url), known_seconds=0)
    before = await people.find(ana.id)
    for trouble in (Trouble.SERVER_ERROR, Trouble.RATE_LIMITED):
        slack.world.fail("users.info", Fault(trouble=trouble))
        assert await people.find(ana.id) == before


async def test_who_was_never_seen_is_not_made_up(slack: SlackServer) -> None:
    ana = slack.world.join("Ana")
    slack.world.fail("users.info", Fault(trouble=Trouble.SERVER_ERROR))
    with pytest.raises(Away):
        await People(web_client(TOKEN, slack.url), patience_seconds=0).find(ana.id)


async def test_who_was_never_seen_is_waited_for(slack: SlackServer) -> None:
    ana = slack.world.join("Ana")
    slack.world.fail("users.info", Fault(trouble=Trouble.SERVER_ERROR))
    assert (await People(web_client(TOKEN, slack.url)).find(ana.id)).account == ana.id


async def test_a_change_that_slack_tells_counts_again_when_it_is_well(slack: SlackServer) -> None:
    ana = slack.world.join("Ana")
    people = People(web_client(TOKEN, slack.url), known_seconds=0)
    await people.find(ana.id)
    ana.deactivated = True
    assert (await people.find(ana.id)).outsider
