"""Configuration of the service, from the environment or `.env`. The bots have their own in `bots.settings`."""

from functools import lru_cache

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """Everything that the service, its workers and its scheduler read from outside."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str
    redis_url: str
    jwt_secret_key: SecretStr
    rota_bot_secret: SecretStr
    access_token_minutes: int = Field(default=15, ge=1, le=24 * 60)
    refresh_token_days: int = Field(default=30, ge=1, le=365)
    database_pool_size: int = Field(default=10, ge=1, le=200)
    solver_workers: int = Field(default=2, ge=1, le=64)
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Where workers and the scheduler answer Prometheus; the HTTP service answers on its own port."""
    log_level: str = "INFO"
    log_format: str = "json"

    @field_validator("jwt_secret_key", "rota_bot_secret")
    @classmethod
    def _is_strong(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"is weak: use at least {SHORTEST_SECRET} random characters")
        return secret


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
