"""What bots say to the service about where they are installed."""

from pydantic import Field, SecretStr, field_serializer

from service.schemas.base import FromBots, Instant


class Workspace(FromBots):
    """A workspace of a chat platform."""

    platform: str = Field(min_length=1, max_length=32)
    workspace: str = Field(min_length=1, max_length=64)


class InstallationWrite(Workspace):
    """A workspace that has installed Rota, and the token that speaks there."""

    name: str = Field(default="", max_length=200)
    bot_user: str = Field(default="", max_length=64)
    scopes: str = Field(default="", max_length=2000)
    installed_by: str = Field(default="", max_length=64)
    token: SecretStr = Field(min_length=1, max_length=500)

    @field_serializer("token", when_used="json")
    def _send(self, token: SecretStr) -> str:
        return token.get_secret_value()


class InstallationRead(Workspace):
    """An installation, with its token."""

    name: str
    bot_user: str
    token: str


class Removal(Workspace):
    """A workspace that has thrown Rota out, and when."""

    at: Instant
