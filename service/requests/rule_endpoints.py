"""Routes of work rules."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.requests import rules
from service.schemas.base import Page
from service.schemas.requests import RuleKind
from service.schemas.rules import AnyRule, RuleRead
from service.security import CurrentUser, DbSession

router = APIRouter(prefix="/work-rules", tags=["work rules"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
RowQuery = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
RuleId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
def list_rules(
    session: DbSession,
    user: CurrentUser,
    *,
    team_id: RowQuery = None,
    user_id: RowQuery = None,
    kind: RuleKind | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[RuleRead]:
    """The rules of the caller's teams; employees see those that bind them."""
    found, total = rules.visible_rules(
        session, user, team_id=team_id, user_id=user_id, kind=kind, limit=limit, offset=offset
    )
    return Page(items=[rules.rule_read(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("", status_code=201)
def create(session: DbSession, user: CurrentUser, wanted: AnyRule) -> RuleRead:
    """Add a rule of a team or of one person in it; managers only."""
    return rules.rule_read(rules.create_rule(session, user, wanted))


@router.get("/{rule_id}")
def read(session: DbSession, user: CurrentUser, rule_id: RuleId) -> RuleRead:
    """One rule that binds the caller, or of a team of theirs for managers."""
    return rules.rule_read(rules.find_rule(session, user, rule_id))


@router.put("/{rule_id}")
def change(session: DbSession, user: CurrentUser, rule_id: RuleId, wanted: AnyRule) -> RuleRead:
    """Say a rule anew; what is left out is cleared. Managers only."""
    return rules.rule_read(rules.change_rule(session, user, rule_id, wanted))


@router.delete("/{rule_id}", status_code=204)
def delete(session: DbSession, user: CurrentUser, rule_id: RuleId) -> None:
    """Forget a rule; managers only."""
    rules.delete_rule(session, user, rule_id)
