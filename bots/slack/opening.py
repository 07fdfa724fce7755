"""Opens Slack for whoever has only the settings, such as a delivery worker."""

from redis.asyncio import Redis

from bots.client import Service
from bots.settings import BotSettings
from bots.slack.news import News
from bots.slack.workspaces import InstalledTokens, OneToken, Workspaces


def open_workspaces(settings: BotSettings) -> Workspaces:
    """All workspaces, or the one whose token is set. Close it at the end."""
    news = News(Redis.from_url(settings.redis_url))
    if settings.slack_bot_token:
        return Workspaces(OneToken(settings.slack_bot_token.get_secret_value()), settings.slack_api_url, news=news)
    service = Service(settings.rota_service_url, settings.rota_bot_secret.get_secret_value(), platform="slack")
    return Workspaces(InstalledTokens(service), settings.slack_api_url, close=service.close, news=news)
