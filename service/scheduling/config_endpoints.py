"""Routes of optimisation configs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.scheduling import configs
from service.schemas.base import Page
from service.schemas.scheduling import ConfigRead, ConfigWrite
from service.security import CurrentUser, DbSession

router = APIRouter(prefix="/optimization-configs", tags=["optimisation configs"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
ConfigId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def list_configs(
    session: DbSession,
    user: CurrentUser,
    team_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[ConfigRead]:
    """The configs of the caller's teams; managers only."""
    found, total = configs.visible_configs(session, user, team_id=team_id, limit=limit, offset=offset)
    return Page(items=[configs.config_read(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("", status_code=201)
def create(session: DbSession, user: CurrentUser, wanted: ConfigWrite) -> ConfigRead:
    """Add a config; a new default takes the place of the old one. Managers only."""
    return configs.config_read(configs.create_config(session, user, wanted))


@router.get("/{config_id}")
def read(session: DbSession, user: CurrentUser, config_id: ConfigId) -> ConfigRead:
    """One config; managers only."""
    return configs.config_read(configs.find_config(session, user, config_id))


@router.put("/{config_id}")
def change(session: DbSession, user: CurrentUser, config_id: ConfigId, wanted: ConfigWrite) -> ConfigRead:
    """Say a config anew; the default one stays that until another is. Managers only."""
    return configs.config_read(configs.change_config(session, user, config_id, wanted))


@router.delete("/{config_id}", status_code=204)
def delete(session: DbSession, user: CurrentUser, config_id: ConfigId) -> None:
    """Forget a config that no run was made with and that is not the default; managers only."""
    configs.delete_config(session, user, config_id)
