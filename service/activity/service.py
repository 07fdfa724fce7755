"""Writing the activity log, always in the transaction of what it describes."""

from typing import Any

import structlog
from sqlalchemy.orm import Session

from service.activity.models import ActivityLog


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    entity: str,
    entity_id: int,
    team_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note that `actor_id` (None for Rota itself) did `action` to a row; the platform comes from the request."""
    platform = structlog.contextvars.get_contextvars().get("platform", "system")
    session.add(
        ActivityLog(
            actor_id=actor_id,
            team_id=team_id,
            platform=platform,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
        )
    )
