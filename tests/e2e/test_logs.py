"""The logs of a whole run say what happened, and nowhere who that was; PostgreSQL's own neither."""

import json
import os
from pathlib import Path

import httpx
import psycopg2
import pytest
import redis

from bots.demo import sample
from bots.demo.embedded import Servers
from service import security
from service.people.models import User
from tests.bots.slack.business import business
from tests.bots.slack.running import until
from tests.standins.slack import slack_server
from tests.standins.slack_side import SIGNING_SECRET
from tests.standins.slack_world import TOKEN, Fault, Message, Trouble
from tests.unsaid import told_by

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes"), pytest.mark.timeout(240)]
PATIENCE = 60.0
PASSWORD = "correct horse battery staple"
REASON = "hernia"
IS_ANOTHERS = "ROTA_TEST_DATABASE_URL" in os.environ


def test_the_logs_of_a_day_name_nobody_and_open_no_door(
    embedded: Servers, fresh_database: str, tmp_path: Path
) -> None:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    before = len(of_postgresql(embedded))
    with slack_server() as slack, business(slack, embedded, fresh_database, tmp_path) as restaurant:
        side, world = restaurant.side, slack.world
        channel = world.open_channel("restaurant")
        maria, sam, stranger = world.join("Maria"), world.join("Sam"), world.join("Kim")

        def in_channel(text: str) -> Message | None:
            return next((one for one in reversed(world.in_channel(channel.id)) if text in one.text), None)

        code = restaurant.link_code("chiara")
        side.command(maria, channel, "/setup")
        side.command(stranger, channel, "/link 000000")
        side.command(stranger, channel, f"/link {code}")
        side.command(stranger, channel, f"/link {code}")
        side.command(sam, channel, f"/timeoff next friday {REASON}")
        side.command(sam, channel, "/sick tomorrow")
        side.command(sam, channel, "/calendar")
        side.command(sam, channel, "/swap with Sam Okafor")
        side.command(maria, channel, "/assign Sam Okafor friday")
        side.command(maria, channel, "/optimize next week")
        until(lambda: in_channel("Asked by: Maria") is not None, PATIENCE)
        world.fail("chat.postMessage", Fault(trouble=Trouble.REFUSED, error="channel_not_found"))
        result = in_channel("Asked by: Maria")
        assert result is not None
        side.press(maria, result, "Publish")
        # Whose message it was that Slack refused is chance.
        until(lambda: any("are published" in one.text for one in list(world.messages)), PATIENCE)
        url = restaurant.crew._environment["ROTA_SERVICE_URL"]
        secrets = [code, REASON, PASSWORD, SIGNING_SECRET, TOKEN, *over_http(url, fresh_database)]
        logs = restaurant.logs()
    events = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    said = {event["event"] for event in events}
    assert {"request.done", "delivery.sent", "scheduler.started", "worker.started"} <= said, sorted(said)
    assert told_by(logs, fresh_database, secrets) == []
    refused = of_postgresql(embedded)[before:]
    assert IS_ANOTHERS or 'duplicate key value violates unique constraint "uq_user_email"' in refused
    assert told_by(refused, fresh_database, secrets) == []
    assert len(told_by(f"sam okafor\nkey={PASSWORD}\n{logs}", fresh_database, secrets)) == 2, "it would be found"


def of_postgresql(embedded: Servers) -> str:
    """What the server of these tests has written; nothing where it is not ours to read."""
    if IS_ANOTHERS:
        return ""
    connection = psycopg2.connect(embedded.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone() or ("",)
    connection.close()
    return (Path(folder) / "log").read_text(errors="replace")


def over_http(url: str, database_url: str) -> list[str]:
    """Signing in and asking for what is there and what is not; the secrets that were in it."""
    with sample.transaction(database_url) as session:
        sam, maria = (session.query(User).filter_by(handle=handle).one() for handle in ("sam", "maria"))
        sam.password_hash = maria.password_hash = security.hash_password(PASSWORD)
        email, managers = sam.email, maria.email
    with httpx.Client(base_url=url) as client:
        answer = client.post("/api/users/login", json={"email": managers, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        teams = [team["id"] for team in client.get("/api/teams").json()["items"]]
        twin = {"name": "Sam Okafor", "handle": "sam.okafor", "email": email, "team_ids": teams}
        assert client.post("/api/users", json=twin).status_code == 422, "the address is taken"
    with httpx.Client(base_url=url) as client:
        for password in ("wrong", PASSWORD):
            answer = client.post("/api/users/login", json={"email": email, "password": password})
        tokens = answer.json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        fresh = client.post("/api/users/refresh-token", json={"refresh_token": tokens["refresh_token"]}).json()
        client.post("/api/users/refresh-token", json={"refresh_token": tokens["refresh_token"]})
        feed = client.post("/api/calendar").json()
        for path in (
            f"/api/users?text={email}",
            f"/api/users/{email}",
            f"/api/{email}",
            "/api/calendar/a-guessed-token.ics",
            "/api/users/me/hours?week=Okafor",
        ):
            client.get(path)
        feed_url = feed["path"]
        client.get(feed_url)
        return [tokens["refresh_token"], fresh.get("refresh_token", ""), feed_url.rpartition("/")[2], "guessed-token"]
