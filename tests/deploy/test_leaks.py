"""Secrets of every known shape would be found before they are published, and none is there."""

import pytest

from tools.leaks import SHAPES, files, leaks

# Put together here, so that this file has none.
PLANTED = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "token of Slack": "xoxb-" + "123456789012-abcdefghijkl",
    "webhook of Slack": "https://hooks.slack.com/" + "services/T00000000/B00000000/XXXX",
    "token of Telegram": "987654321:" + "AA" + "h" * 33,
    "JSON Web Token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "c" * 30,
    "key of AWS": "AKIA" + "A" * 16,
    "token of GitHub": "ghp_" + "a" * 36,
    "key of Google": "AIza" + "b" * 35,
    "token of a package registry": "npm_" + "c" * 36,
    "filled-in setting": "JWT_SECRET_KEY" + "=" + "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6",
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_secret_of_this_kind_is_found(kind: str) -> None:
    assert (2, kind) in list(leaks("docs/a.md", f"first line\n{PLANTED[kind]}\n"))


@pytest.mark.parametrize(
    "harmless",
    ["SLACK_BOT_TOKEN=xoxb-", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}", "#TELEGRAM_WEBHOOK_SECRET="],
)
def test_what_is_to_be_filled_in_is_none(harmless: str) -> None:
    assert list(leaks(".env.example", harmless)) == []


def test_nothing_under_version_control_is_a_secret() -> None:
    assert [(name, *leak) for name, text in files() for leak in leaks(name, text)] == []
