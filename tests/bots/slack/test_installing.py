"""Several workspaces install Rota over OAuth; each is spoken to with its own token, until it throws Rota out."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import redis
from sqlalchemy import select

from bots.client import Service
from bots.demo import sample
from bots.demo.embedded import Servers
from bots.slack.options import InstallOptions
from service.installations.models import ChatInstallation
from tests.bots.slack.running import Running, running, until
from tests.processes import SECRETS, Crew
from tests.standins.slack import SlackServer
from tests.standins.slack_methods import CLIENT_ID, CLIENT_SECRET

pytestmark = [pytest.mark.processes]
PUBLIC = "https://rota.example.com"
WELCOME = InstallOptions(
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    public_url=PUBLIC,
    workspaces=frozenset({"T0FIRST", "T0SECOND"}),
)


@pytest.fixture
def service_url(embedded: Servers, fresh_database: str, tmp_path: Path) -> Iterator[str]:
    redis.Redis.from_url(embedded.redis_url).flushdb()
    crew = Crew(fresh_database, embedded.redis_url, tmp_path)
    crew._environment["ROTA_ENCRYPTION_KEYS"] = "a-key-for-tokens-in-these-tests-only"
    yield crew.start_api()
    crew.stop()


@pytest.fixture
def app(slack: SlackServer, embedded: Servers, service_url: str) -> Iterator[Running]:
    slack.world.tokens.clear()
    service = Service(service_url, SECRETS["ROTA_BOT_SECRET"], platform="slack")
    with running(slack, embedded.redis_url, install=WELCOME, service=service) as app:
        yield app


class Browser:
    """Somebody who installs the app with a browser of their own."""

    def __init__(self, app: Running) -> None:
        base = str(app.side.request_url).removesuffix("/slack/events")
        # Cookies are marked for https, which this loopback is not.
        self._http = httpx.Client(base_url=base)
        self._world = app.side.world

    def begin(self) -> dict[str, list[str]]:
        """Open the install page; what it sends to Slack."""
        answer = self._http.get("/slack/install")
        assert answer.status_code == 302
        asked = urlsplit(answer.headers["location"])
        assert asked.geturl().startswith("https://slack.com/oauth/v2/authorize")
        self._cookie = answer.headers["set-cookie"].partition(";")[0]
        return parse_qs(asked.query)

    def end(self, state: str, workspace: str, *, cookie: str | None = None) -> httpx.Response:
        """Come back from Slack with its yes."""
        code = f"code-{workspace}-{self._world.number()}"
        self._world.install_codes[code] = workspace
        headers = {"Cookie": self._cookie if cookie is None else cookie}
        return self._http.get("/slack/oauth_redirect", params={"code": code, "state": state}, headers=headers)

    def install(self, workspace: str) -> httpx.Response:
        """All of it."""
        return self.end(self.begin()["state"][0], workspace)


def test_each_workspace_is_spoken_to_with_its_own_token_until_it_uninstalls(
    slack: SlackServer, app: Running, fresh_database: str
) -> None:
    ana, channel, side = slack.world.join("Ana"), slack.world.open_channel("bar"), app.side

    def spoken_in(workspace: str) -> int:
        return sum(call.method == "chat.postMessage" and call.workspace == workspace for call in slack.world.calls)

    for workspace in ("T0FIRST", "T0SECOND"):
        page = Browser(app).install(workspace)
        assert (page.status_code, "is installed" in page.text) == (200, True)
        side.workspace = workspace
        side.command(ana, channel, "/optimize")
        until(lambda workspace=workspace: spoken_in(workspace) == 1)  # type: ignore[misc]
    assert sorted({call.workspace for call in slack.world.calls_of("users.info")}) == ["T0FIRST", "T0SECOND"]
    with sample.transaction(fresh_database) as session:
        sealed = [str(token) for token in session.scalars(select(ChatInstallation.sealed_token))]
    assert len(sealed) == 2
    assert not any(token in kept for token in slack.world.tokens for kept in sealed)

    time.sleep(1.1)  # Slack tells times in whole seconds
    side.event(ana, "tokens_revoked", tokens={"oauth": ["U1"], "bot": ["U0ROTABOT"]})
    side.event(ana, "app_uninstalled")
    until(lambda: _tokens_kept(fresh_database) == 1)
    before = len(slack.world.calls)
    side.command(ana, channel, "/optimize")
    side.workspace = "T0FIRST"
    side.command(ana, channel, "/optimize")
    until(lambda: spoken_in("T0FIRST") == 2)
    assert {call.workspace for call in slack.world.calls[before:]} == {"T0FIRST"}

    side.workspace = "T0SECOND"
    assert Browser(app).install("T0SECOND").status_code == 200
    side.command(ana, channel, "/optimize")
    until(lambda: spoken_in("T0SECOND") == 2)


def test_exactly_the_scopes_of_the_manifest_are_asked_for(app: Running) -> None:
    from bots.slack.check import SCOPES  # noqa: PLC0415

    asked = Browser(app).begin()
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert asked["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]


def test_a_workspace_that_is_not_welcome_is_refused_and_its_token_given_back(
    slack: SlackServer, app: Running, fresh_database: str
) -> None:
    page = Browser(app).install("T0STRANGER")
    assert page.status_code == 500
    assert "not on the list" in page.text
    assert slack.world.tokens == {}
    assert _tokens_kept(fresh_database) == 0


def test_an_installation_that_was_not_begun_here_is_refused(
    slack: SlackServer, app: Running, fresh_database: str
) -> None:
    browser = Browser(app)
    state = browser.begin()["state"][0]
    assert browser.end(state, "T0FIRST", cookie="").status_code == 400
    assert browser.end("forged", "T0FIRST", cookie="slack-app-oauth-state=forged").status_code == 401
    assert browser.end(state, "T0FIRST").status_code == 200
    assert browser.end(state, "T0FIRST").status_code == 401
    assert _tokens_kept(fresh_database) == 1


def _tokens_kept(database_url: str) -> int:
    with sample.transaction(database_url) as session:
        return len(session.scalars(select(ChatInstallation.id).where(ChatInstallation.removed_at.is_(None))).all())
