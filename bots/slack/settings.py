"""What `rota slack` reads from the environment or `.env` about Slack."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# The new one and the one that it replaces.
MOST_SECRETS = 2


class SlackSettings(BaseSettings):
    """How to reach Slack. Socket Mode where `slack_app_token` is set, else HTTP."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_port: int = Field(default=3000, ge=1, le=65535)

    @property
    def signing_secrets(self) -> list[str]:
        """The secrets that a request may be signed with: two, joined by a comma, while one replaces the other."""
        return [
            secret.strip() for secret in self.slack_signing_secret.get_secret_value().split(",") if secret.strip()
        ]

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith("xoxb-"):
            raise ValueError("is not a Bot User OAuth Token: it begins with xoxb-")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _is_an_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None
        if not token.get_secret_value().startswith("xapp-"):
            raise ValueError("is not an App-Level Token: it begins with xapp-")
        return token

    @field_validator("slack_signing_secret")
    @classmethod
    def _are_secrets(cls, secret: SecretStr) -> SecretStr:
        secrets = [one.strip() for one in secret.get_secret_value().split(",") if one.strip()]
        if not 1 <= len(secrets) <= MOST_SECRETS:
            raise ValueError("must be the app's Signing Secret, or the new and the old one joined by a comma")
        return secret
