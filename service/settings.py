"""Configuration of the service, from the environment or `.env`. The bots have their own in `bots.settings`."""

import os
from functools import lru_cache

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """Everything that the service, its workers and its scheduler read from outside."""

    # A folder with a file for each setting, as containers and systemd hand secrets over; the environment wins. An
    # empty variable is one that was not filled in.
    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        secrets_dir=os.environ.get("ROTA_SECRETS_DIR"),
    )

    database_url: str
    redis_url: str
    rota_service_database_url: SecretStr | None = None
    """Read by `rota migrate` alone, which gives the role of this URL what the service needs, and no more."""
    jwt_secret_key: SecretStr
    jwt_previous_secret_key: SecretStr | None = None
    """The key before the present one: tokens that it signed are good until they expire."""
    rota_bot_secret: SecretStr
    rota_encryption_keys: SecretStr = SecretStr("")
    """What tokens of installations are encrypted with: long random secrets, the newest first, commas between."""
    rota_public_url: str = ""
    """By which address the outside reaches the service, such as https://rota.example.com; for calendar links."""
    access_token_minutes: int = Field(default=15, ge=1, le=24 * 60)
    refresh_token_days: int = Field(default=30, ge=1, le=365)
    self_registration: bool = False
    """Whether anybody may make themselves an account. It is in no team until a manager takes it into one."""
    keep_notifications_days: int = Field(default=180, ge=1)
    """After how many days what was told to whom is forgotten."""
    keep_reasons_days: int = Field(default=365, ge=1)
    """After how many days it is forgotten why somebody was away, and what was written beside a trade."""
    database_pool_size: int = Field(default=10, ge=1, le=200)
    solver_workers: int = Field(default=2, ge=1, le=64)
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Where workers and the scheduler answer Prometheus; the HTTP service answers on its own port."""
    metrics_host: str = "127.0.0.1"
    """On which address. Figures ask for no password: only this machine reads them unless somebody says otherwise."""
    delivery_lease_seconds: int = Field(default=16, ge=2, le=600)
    """For how long a delivery belongs to one worker; after that, another may look whether it went through. Half a
    minute after a worker died, somebody else should have finished its work: that bounds it from above."""
    log_level: str = "INFO"
    log_format: str = "json"

    @property
    def encryption_keys(self) -> list[str]:
        """The keys of secrets at rest, the newest first; none where none is set."""
        return [key.strip() for key in self.rota_encryption_keys.get_secret_value().split(",") if key.strip()]

    @field_validator("rota_public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError("is no address: it starts with https://")
        return url.rstrip("/")

    @field_validator("rota_encryption_keys")
    @classmethod
    def _are_strong(cls, keys: SecretStr) -> SecretStr:
        if any(len(key.strip()) < SHORTEST_SECRET for key in keys.get_secret_value().split(",") if key.strip()):
            raise ValueError(f"is weak: use at least {SHORTEST_SECRET} random characters for each key")
        return keys

    @field_validator("jwt_secret_key", "jwt_previous_secret_key", "rota_bot_secret")
    @classmethod
    def _is_strong(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"is weak: use at least {SHORTEST_SECRET} random characters")
        return secret


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
