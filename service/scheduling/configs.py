"""Rules of optimisation configs: each team has exactly one default, which PostgreSQL keeps from being two."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable
from service.people.models import Team, User
from service.people.service import manages, require_any_manager, require_manager
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.schemas.base import FieldFault
from service.schemas.scheduling import ConfigRead, ConfigWrite


def visible_configs(
    session: Session, actor: User, *, team_id: int | None, limit: int, offset: int
) -> tuple[list[OptimizationConfig], int]:
    """The configs of the teams that the actor manages, by team and name, and how many there are."""
    require_any_manager(actor)
    query = select(OptimizationConfig)
    if not actor.is_admin:
        query = query.where(OptimizationConfig.team_id.in_([team.id for team in actor.teams]))
    if team_id is not None:
        query = query.where(OptimizationConfig.team_id == team_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (OptimizationConfig.team_id, OptimizationConfig.name, OptimizationConfig.id)
    return list(session.scalars(query.order_by(*order).limit(limit).offset(offset))), total


def find_config(session: Session, actor: User, config_id: int) -> OptimizationConfig:
    """The config, if the actor manages its team. Raises NotFound or NotAllowed."""
    config = session.get(OptimizationConfig, config_id)
    if config is None or not (manages(actor, config.team_id) or config.team_id in {team.id for team in actor.teams}):
        raise NotFound("There is no such optimisation config.")
    require_manager(session, actor, config.team_id)
    return config


def create_config(session: Session, actor: User, wanted: ConfigWrite) -> OptimizationConfig:
    """A new config; the first of a team is its default. Raises Unprocessable where the name is taken."""
    require_manager(session, actor, wanted.team_id)
    _hold(session, wanted.team_id)
    _refuse_taken(session, wanted)
    is_default = wanted.is_default or _default_of(session, wanted.team_id) is None
    if is_default:
        _clear_default(session, wanted.team_id)
    config = OptimizationConfig(**wanted.model_dump() | {"is_default": is_default})
    session.add(config)
    session.flush()
    _log(session, actor, config, "config.create", before=None, after=_logged(config))
    return config


def change_config(session: Session, actor: User, config_id: int, wanted: ConfigWrite) -> OptimizationConfig:
    """The config as a whole. Raises Conflict where it would leave its team without a default, and Unprocessable."""
    config = find_config(session, actor, config_id)
    if wanted.team_id != config.team_id:
        raise Unprocessable(
            "A config stays with its team.", faults=(FieldFault(field="team_id", reason="cannot change"),)
        )
    _hold(session, config.team_id)
    session.refresh(config)
    _refuse_taken(session, wanted, other_than=config.id)
    if config.is_default and not wanted.is_default:
        raise Conflict("A team needs a default config.", way_forward="Make another one the default instead.")
    before = _logged(config)
    if wanted.is_default and not config.is_default:
        _clear_default(session, config.team_id)
    for field, value in wanted.model_dump().items():
        setattr(config, field, value)
    session.flush()
    _log(session, actor, config, "config.change", before=before, after=_logged(config))
    return config


def delete_config(session: Session, actor: User, config_id: int) -> None:
    """Forget a config. Raises Conflict for the default one, and for one that runs were made with."""
    config = find_config(session, actor, config_id)
    _hold(session, config.team_id)
    session.refresh(config)
    if config.is_default:
        raise Conflict("A team needs a default config.", way_forward="Make another one the default first.")
    if session.scalar(select(SchedulingRun.id).where(SchedulingRun.config_id == config.id).limit(1)) is not None:
        raise Conflict("Runs were made with this config, which explains them.", way_forward="Rename it instead.")
    before = _logged(config)
    session.delete(config)
    session.flush()
    _log(session, actor, config, "config.delete", before=before, after=None)


def _hold(session: Session, team_id: int) -> None:
    """The configs of a team are written one at a time: two defaults, or none, must not come of two changes."""
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


def _default_of(session: Session, team_id: int) -> int | None:
    return session.scalar(
        select(OptimizationConfig.id).where(OptimizationConfig.team_id == team_id, OptimizationConfig.is_default)
    )


def _clear_default(session: Session, team_id: int) -> None:
    session.execute(
        update(OptimizationConfig)
        .where(OptimizationConfig.team_id == team_id, OptimizationConfig.is_default)
        .values(is_default=False)
    )


def _refuse_taken(session: Session, wanted: ConfigWrite, *, other_than: int | None = None) -> None:
    found = session.scalar(
        select(OptimizationConfig.id).where(
            OptimizationConfig.team_id == wanted.team_id, OptimizationConfig.name == wanted.name
        )
    )
    if found is not None and found != other_than:
        raise Unprocessable(
            f"There is already a config called {wanted.name}.", faults=(FieldFault(field="name", reason="is taken"),)
        )


def config_read(config: OptimizationConfig) -> ConfigRead:
    """A config as callers see it."""
    return ConfigRead(**{field: getattr(config, field) for field in ConfigRead.model_fields})


def _logged(config: OptimizationConfig) -> dict[str, Any]:
    return config_read(config).model_dump(mode="json", exclude={"id", "team_id"})


def _log(
    session: Session,
    actor: User,
    config: OptimizationConfig,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=action,
        entity="optimization_config",
        entity_id=config.id,
        team_id=config.team_id,
        before=before,
        after=after,
    )
