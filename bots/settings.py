"""Configuration of the bots, from the environment or `.env`. The service has its own in `service.settings`."""

import os
from functools import lru_cache

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32


class BotSettings(BaseSettings):
    """What the chat front ends and delivery workers read from outside. A platform without its token is not used."""

    # A folder with a file for each setting, as containers and systemd hand secrets over; the environment wins. An
    # empty variable is one that was not filled in.
    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        secrets_dir=os.environ.get("ROTA_SECRETS_DIR"),
    )

    rota_service_url: str = "http://127.0.0.1:8000"
    rota_bot_secret: SecretStr
    redis_url: str
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_public_url: str | None = None
    slack_workspaces: str = ""
    slack_api_url: str = "https://slack.com/api/"
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Where bots and delivery workers answer Prometheus."""
    metrics_host: str = "127.0.0.1"
    """On which address. Figures ask for no password: only this machine reads them unless somebody says otherwise."""
    service_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    service_patience_seconds: float = Field(default=20.0, ge=0, le=60)
    """For how long a service that is away, as during a restart, is asked again."""
    log_level: str = "INFO"
    log_format: str = "json"

    @field_validator("rota_bot_secret")
    @classmethod
    def _is_strong(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"is weak: use at least {SHORTEST_SECRET} random characters")
        return secret


@lru_cache
def get_settings() -> BotSettings:
    """The settings of this process, read once."""
    return BotSettings()
