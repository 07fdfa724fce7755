"""What Slack sends reaches the desk once, is acknowledged first, and the answer goes where it belongs."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from bots.demo.embedded import Servers
from bots.inbox import stream_of
from bots.pace import MOST
from bots.reply import Button
from tests.bots.slack.running import WITHOUT_VALUE, Running, running, until
from tests.standins.slack import SlackServer
from tests.standins.slack_side import sign
from tests.standins.slack_world import WORKSPACE, Fault, Message, Person, Trouble


@pytest.fixture(params=["http", "socket"])
def app(slack: SlackServer, embedded: Servers, request: pytest.FixtureRequest) -> Iterator[Running]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    with running(slack, embedded.redis_url, socket_mode=request.param == "socket") as app:
        yield app


@pytest.fixture
def http_app(slack: SlackServer, embedded: Servers) -> Iterator[Running]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    with running(slack, embedded.redis_url) as app:
        yield app


def said_to(slack: SlackServer, person: Person) -> list[str]:
    return [message.text for message in slack.world.seen_by(person.id)]


def wait_for(slack: SlackServer, person: Person, text: str) -> Message:
    until(lambda: any(text in said for said in said_to(slack, person)))
    return next(message for message in slack.world.seen_by(person.id) if text in message.text)


def test_a_command_is_answered_to_the_asker_alone(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    ack = app.side.command(ana, channel, "/myshifts next week")
    assert (ack.status, ack.body) == (200, {})
    message = wait_for(slack, ana, "You said /myshifts next week")
    assert message.only_for == ana.id
    asker = app.desk.askers[0]
    assert (asker.account.email, asker.locale) == ("ana@example.com", "en-GB")
    assert asker.place is not None
    assert asker.place.external_id == channel.id


def test_a_week_goes_to_the_channel_and_its_run_is_followed(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/optimize")
    until(lambda: app.followed)
    [message] = slack.world.in_channel(channel.id)
    assert app.followed[0][0] == 7
    assert app.followed[0][1].message_id == f"{channel.id}:{message.ts}"


def test_a_channel_without_the_bot_gets_the_answer_directly_and_a_hint(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    channel.bot_is_member = False
    app.side.command(ana, channel, "/optimize")
    wait_for(slack, ana, "Planning.")
    assert any("/invite @Rota" in text for text in said_to(slack, ana))


def test_a_button_changes_the_message_it_stands_on(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/optimize")
    until(lambda: slack.world.in_channel(channel.id))
    [message] = slack.world.in_channel(channel.id)
    app.side.press(ana, message, "Cancel")
    until(lambda: message.text == "Did run.cancel 7")
    assert len(slack.world.in_channel(channel.id)) == 1


def test_a_button_on_a_private_answer_changes_that_answer(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/myshifts")
    message = wait_for(slack, ana, "You said")
    app.side.press(ana, message, "Drop")
    until(lambda: message.text == "Did shift.drop 5")
    assert len(slack.world.messages) == 1


@pytest.mark.parametrize("button", WITHOUT_VALUE, ids=lambda button: button.action)
def test_a_button_that_names_nothing_does_its_work(slack: SlackServer, http_app: Running, button: Button) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    http_app.side.command(ana, channel, "/calendar")
    message = wait_for(slack, ana, "Your calendar")
    assert all("value" not in element for block in message.blocks for element in block.get("elements", ()))
    http_app.side.press(ana, message, button.label)
    until(lambda: message.text == f"Did {button.action} ")


def test_a_double_click_is_one_press(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/optimize")
    until(lambda: slack.world.in_channel(channel.id))
    [message] = slack.world.in_channel(channel.id)
    app.side.press_twice(ana, message, "Cancel")
    until(lambda: message.edits)
    time.sleep(0.3)
    assert [what for _, kind, what in app.desk.seen if kind == "run.cancel"] == ["7"]


def test_a_form_opens_is_filled_in_and_closes(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/timeoff")
    until(lambda: slack.world.views)
    view = app.side.view_of("Ask for time off")
    ack = app.side.submit(ana, view, {"from": "2026-12-24", "reason": "Family"})
    assert ack.body == {}
    wait_for(slack, ana, "Asked for 2026-12-24")
    assert app.desk.seen[-1][2] == "17 [('from', '2026-12-24'), ('reason', 'Family')]"


def test_a_fault_stands_at_its_field_while_the_form_stays_open(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/timeoff")
    until(lambda: slack.world.views)
    # Sent again as it is, by somebody who has not seen the fault, it does not close as if all were well.
    for _ in range(2):
        ack = app.side.submit(ana, app.side.view_of("Ask for time off"), {"reason": "Family"})
        assert ack.body == {"response_action": "errors", "errors": {"from": "Say from when."}}


def test_a_slow_form_says_that_it_is_saving_and_then_what_is_wrong(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/timeoff")
    until(lambda: slack.world.views)
    app.desk.seconds = 0.6
    view = app.side.view_of("Ask for time off")
    ack = app.side.submit(ana, view, {"reason": "Family"})
    assert ack.body["response_action"] == "update"
    assert "Saving" in json.dumps(ack.body["view"], ensure_ascii=False)
    until(lambda: "Say from when." in json.dumps(slack.world.views[view["id"]]))
    kept = {block.get("block_id"): block for block in slack.world.views[view["id"]]["blocks"]}
    assert kept["reason"]["element"]["initial_value"] == "Family"


def test_an_acknowledgement_waits_for_no_work(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.desk.seconds = 2.0
    took = [app.side.command(ana, channel, f"/hours {number}").seconds for number in range(20)]
    assert sorted(took)[18] < 0.3
    until(lambda: len(app.desk.seen) == 20)


def test_the_home_tab_shows_what_the_person_may_see(slack: SlackServer, app: Running) -> None:
    ana = slack.world.join("Ana")
    app.side.event(ana, "app_home_opened", tab="home")
    until(lambda: ana.id in slack.world.homes)
    shown = json.dumps(slack.world.homes[ana.id])
    assert "You said /myshifts next week" in shown
    assert "Only managers see runs" not in shown


def test_what_is_refused_on_the_home_tab_leaves_the_rest(slack: SlackServer, http_app: Running) -> None:
    ana = slack.world.join("Ana")
    http_app.desk.refused = ("/myshifts", "/myshifts next week")
    http_app.side.event(ana, "app_home_opened", tab="home")
    until(lambda: ana.id in slack.world.homes)
    shown = json.dumps(slack.world.homes[ana.id])
    assert "Not /myshifts" not in shown
    assert "You said /approvals" in shown


def test_who_may_see_nothing_reads_why_once_on_the_home_tab(slack: SlackServer, http_app: Running) -> None:
    ana = slack.world.join("Ana")
    http_app.desk.refused = ("/myshifts", "/myshifts next week", "/approvals")
    http_app.side.event(ana, "app_home_opened", tab="home")
    until(lambda: ana.id in slack.world.homes)
    assert [block["text"]["text"] for block in slack.world.homes[ana.id]["blocks"]] == ["🚫 Not /myshifts"]


def test_a_button_on_the_home_tab_is_answered_directly_and_the_tab_made_anew(
    slack: SlackServer, app: Running
) -> None:
    ana = slack.world.join("Ana")
    app.side.event(ana, "app_home_opened", tab="home")
    until(lambda: ana.id in slack.world.homes)
    app.side.press_home(ana, "Drop")
    wait_for(slack, ana, "Did shift.drop 5")
    until(lambda: len(slack.world.calls_of("views.publish")) == 2)


def test_a_form_sent_elsewhere_makes_an_open_home_tab_anew(slack: SlackServer, http_app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    http_app.side.event(ana, "app_home_opened", tab="home")
    until(lambda: ana.id in slack.world.homes)
    http_app.side.command(ana, channel, "/timeoff")
    until(lambda: slack.world.views)
    http_app.side.submit(ana, http_app.side.view_of("Ask for time off"), {"from": "2026-12-24"})
    until(lambda: len(slack.world.calls_of("views.publish")) == 2)


def test_whoever_writes_to_the_bot_is_told_what_to_type_here(slack: SlackServer, app: Running) -> None:
    ana = slack.world.join("Ana", locale="de-DE")
    assert app.side.write(ana, "hi").status == 200
    wait_for(slack, ana, "zum Beispiel /myshifts. /rota help zeigt alle.")
    app.side.write(ana, "a photo of my roster", subtype="file_share")
    until(lambda: len(said_to(slack, ana)) == 2)


def test_what_is_written_to_the_bot_is_kept_nowhere(slack: SlackServer, http_app: Running, embedded: Servers) -> None:
    ana = slack.world.join("Ana")
    # While Slack does not say who they are, the work waits.
    slack.world.fail("users.info", Fault(trouble=Trouble.RATE_LIMITED))
    http_app.side.write(ana, "my secret")
    kept: Any = redis.Redis.from_url(embedded.redis_url).xrange(stream_of("slack"))
    [(_, job)] = kept
    assert ana.id.encode() in job[b"job"]
    assert b"my secret" not in job[b"job"]
    wait_for(slack, ana, "Send a command")


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B0ROTABOT"},
        {"bot_id": "B0ANOTHER", "subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"channel_type": "channel"},
    ],
)
def test_bots_changes_and_channels_get_no_answer(
    slack: SlackServer, http_app: Running, fields: dict[str, str]
) -> None:
    ana = slack.world.join("Ana")
    assert http_app.side.write(ana, "hi", **fields).status == 200
    time.sleep(0.5)
    assert said_to(slack, ana) == []


def test_a_guest_who_writes_is_refused(slack: SlackServer, http_app: Running) -> None:
    guest = slack.world.join("Eve", guest=True)
    http_app.side.write(guest, "hi")
    wait_for(slack, guest, "for members of this workspace")


def test_an_event_delivered_three_times_is_worked_on_once(slack: SlackServer, app: Running) -> None:
    ana = slack.world.join("Ana")
    app.side.event(ana, "app_home_opened", tab="home", event_id="Ev1", times=3)
    until(lambda: ana.id in slack.world.homes)
    time.sleep(0.3)
    assert len(slack.world.calls_of("views.publish")) == 1


@pytest.mark.parametrize("kind", ["guest", "is_bot", "deactivated"])
def test_guests_and_bots_are_refused_in_one_sentence(slack: SlackServer, http_app: Running, kind: str) -> None:
    outsider, channel = slack.world.join("Eve", **{kind: True}), slack.world.open_channel("bar")
    http_app.side.command(outsider, channel, "/myshifts")
    wait_for(slack, outsider, "for members of this workspace")
    assert http_app.desk.seen == []


def test_outsiders_are_refused_in_their_language(slack: SlackServer, http_app: Running) -> None:
    guest, channel = slack.world.join("Eve", guest=True, locale="de-DE"), slack.world.open_channel("bar")
    http_app.side.command(guest, channel, "/myshifts")
    wait_for(slack, guest, "für Mitglieder dieses Workspaces")


def test_who_asks_too_much_hears_so_once_and_nobody_else_waits(slack: SlackServer, http_app: Running) -> None:
    ana, bo, channel = slack.world.join("Ana"), slack.world.join("Bo"), slack.world.open_channel("bar")
    for number in range(MOST + 3):
        http_app.side.command(ana, channel, f"/hours {number}")
    wait_for(slack, ana, "a lot at once")
    http_app.side.command(bo, channel, "/myshifts")
    wait_for(slack, bo, "You said /myshifts")
    until(lambda: len(http_app.desk.seen) == MOST + 1)
    assert sum("a lot at once" in text for text in said_to(slack, ana)) == 1
    assert len(said_to(slack, ana)) == MOST + 1


def test_somebody_who_leaves_the_workspace_is_reported(slack: SlackServer, app: Running) -> None:
    ana = slack.world.join("Ana")
    app.side.event(ana, "user_change", user={**ana.as_slack(), "deleted": True})
    until(lambda: (ana.id, "gone", WORKSPACE) in app.desk.seen)


def test_an_unexpected_error_gives_a_reference_and_no_detail(slack: SlackServer, app: Running) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    app.side.command(ana, channel, "/break")
    message = wait_for(slack, ana, "Reference: ")
    assert "secret detail" not in message.text


@pytest.mark.parametrize("line", ["/rota open", "/rota-open", "/open"])
def test_a_word_that_slack_keeps_for_itself_can_be_said_otherwise(
    slack: SlackServer, http_app: Running, line: str
) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    http_app.side.command(ana, channel, line)
    wait_for(slack, ana, "You said /rota open")


def test_forged_old_and_replayed_requests_change_nothing(slack: SlackServer, http_app: Running) -> None:
    ana, channel, side = slack.world.join("Ana"), slack.world.open_channel("bar"), http_app.side
    payload = side.command_payload(ana, channel, "/myshifts", "")
    assert side.post("slash_commands", payload, secret="forged").status == 401
    assert side.post("slash_commands", payload, age=301).status == 401
    body = "command=%2Fmyshifts"
    for stamp in ("", "soon", "-1"):
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(side.secret, stamp, body)}
        assert side.post_raw(body, headers).status == 401
    assert side.post_raw(body, {}).status == 401
    assert side.post("slash_commands", payload).status == 200
    assert side.post("slash_commands", payload).status == 200
    wait_for(slack, ana, "You said")
    time.sleep(0.3)
    assert len(http_app.desk.seen) == 1


def test_both_secrets_hold_while_one_replaces_the_other(slack: SlackServer, http_app: Running) -> None:
    ana, channel, side = slack.world.join("Ana"), slack.world.open_channel("bar"), http_app.side
    payload = side.command_payload(ana, channel, "/myshifts", "")
    assert side.post("slash_commands", payload, secret="the-secret-before-it-was-rotated").status == 200


def test_what_cannot_be_kept_is_not_acknowledged_as_taken(slack: SlackServer) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    with running(slack, "redis://127.0.0.1:9/0") as app:
        assert "try again in a minute" in app.side.command(ana, channel, "/publish").body["text"]
        # Slack repeats an event that was not acknowledged.
        assert app.side.event(ana, "app_home_opened", tab="home").status == 500
