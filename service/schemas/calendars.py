"""Schemas of personal calendar feeds."""

from service.schemas.base import Instant, Schema


class FeedCreated(Schema):
    """A new feed. `path` is its address in the service, told this once; `url` the whole of it, where the service
    knows by which name the outside reaches it (ROTA_PUBLIC_URL)."""

    path: str
    url: str | None


class FeedRead(Schema):
    """The caller's feed: since when there is one, and when a calendar last read it."""

    created_at: Instant
    last_read_at: Instant | None
