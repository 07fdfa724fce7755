"""Recurring shifts. Changing one changes what is laid out from now on, and nothing that is laid out already."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable
from service.people.models import User
from service.people.service import require_manager, require_member
from service.requests.models import EmployeePreference, WorkRule
from service.schemas.base import FieldFault
from service.schemas.shifts import RoleNeed, TemplateRead, TemplateSort, TemplateWrite
from service.shifts.models import PlannedShift, ShiftTemplate, ShiftTemplateRole
from service.shifts.service import NEEDS, refuse_unknown_roles

PLAIN = ("name", "weekdays", "start_time", "end_time", "break_minutes", "active", "site")


class InUse(Conflict):
    """Something else hangs on it."""

    code, title = "in_use", "In use"


def templates_of(
    session: Session,
    actor: User,
    team_id: int,
    *,
    active: bool | None = None,
    sort: TemplateSort = TemplateSort.START,
    limit: int,
    offset: int,
) -> tuple[list[ShiftTemplate], int]:
    """The recurring shifts of a team, and how many match."""
    require_member(session, actor, team_id)
    query = select(ShiftTemplate).where(ShiftTemplate.team_id == team_id)
    if active is not None:
        query = query.where(ShiftTemplate.active.is_(active))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    column = ShiftTemplate.name if sort.removeprefix("-") == TemplateSort.NAME else ShiftTemplate.start_time
    order = column.desc() if sort.startswith("-") else column.asc()
    page = query.options(selectinload(ShiftTemplate.roles)).order_by(order, ShiftTemplate.name)
    return list(session.scalars(page.limit(limit).offset(offset))), total


def find_template(session: Session, actor: User, template_id: int) -> ShiftTemplate:
    """The template, if the actor is in its team. Raises NotFound."""
    template = session.scalar(
        select(ShiftTemplate).where(ShiftTemplate.id == template_id).options(selectinload(ShiftTemplate.roles))
    )
    if template is None:
        raise NotFound("There is no such template.")
    require_member(session, actor, template.team_id)
    return template


def create_template(session: Session, actor: User, wanted: TemplateWrite) -> ShiftTemplate:
    """A new recurring shift.

    Raises Unprocessable for taken names, unknown roles, needs of nobody, and times that give no shift.
    """
    require_manager(session, actor, wanted.team_id)
    _refuse_wrong(session, wanted)
    template = ShiftTemplate(
        **wanted.model_dump(exclude={"needs"}),
        roles=[ShiftTemplateRole(**need.model_dump()) for need in wanted.needs],
    )
    session.add(template)
    _flush(session, wanted)
    _log(session, actor, template, "create", after=_logged(template))
    return template


def change_template(session: Session, actor: User, template_id: int, wanted: TemplateWrite) -> ShiftTemplate:
    """Change a recurring shift; weeks that are laid out stay as they are. Raises as `create_template` does."""
    template = _find_managed(session, actor, template_id)
    if wanted.team_id != template.team_id:
        fault = FieldFault(field="team_id", reason="is not the team of this template")
        raise Unprocessable("A template stays in its team.", faults=(fault,))
    _refuse_wrong(session, wanted)
    before = _logged(template)
    for field in PLAIN:
        setattr(template, field, getattr(wanted, field))
    kept = {need.role_id: need for need in template.roles}
    template.roles = [_need(kept.get(need.role_id), need) for need in wanted.needs]
    _flush(session, wanted)
    _log(session, actor, template, "change", before=before, after=_logged(template))
    return template


def delete_template(session: Session, actor: User, template_id: int) -> None:
    """Forget a recurring shift that nothing was ever laid out from. Raises InUse."""
    template = _find_managed(session, actor, template_id)
    # Held, so that nothing comes to name it while its uses are counted.
    session.execute(select(ShiftTemplate.id).where(ShiftTemplate.id == template_id).with_for_update())
    uses = (
        ("shifts were laid out from it", PlannedShift.template_id == template_id),
        ("somebody's wish names it", EmployeePreference.template_id == template_id),
        (
            "a work rule names it",
            (WorkRule.team_id == template.team_id)
            & or_(*(WorkRule.parameters.contains(naming) for naming in _namings(template_id))),
        ),
    )
    for use, condition in uses:
        if session.scalar(select(exists().where(condition))):
            raise InUse(
                f"This template stays: {use}.", way_forward="Set active to false, and nothing more is laid out."
            )
    before = _logged(template)
    session.delete(template)
    session.flush()
    _log(session, actor, template, "delete", before=before)


def fault_of_times(wanted: TemplateWrite) -> FieldFault | None:
    """What keeps these times from being laid out as shifts; None where nothing does.

    One that ends when it starts would last a whole day, which no shift may, and a break leaves some of it to work.
    """
    if wanted.start_time == wanted.end_time:
        return FieldFault(field="end_time", reason="is the same as start_time")
    if clock.length_on_the_wall(wanted.start_time, wanted.end_time) <= timedelta(minutes=wanted.break_minutes):
        return FieldFault(field="break_minutes", reason="is as long as the shift")
    return None


def template_read(template: ShiftTemplate) -> TemplateRead:
    """A template as callers see it; needs `roles` loaded."""
    plain = {field: getattr(template, field) for field in TemplateRead.model_fields if field != "needs"}
    needs = [RoleNeed(**{field: getattr(need, field) for field in NEEDS}) for need in template.roles]
    return TemplateRead(**plain, needs=needs)


def _namings(template_id: int) -> tuple[dict[str, Any], ...]:
    """Every way in which the parameters of a work rule name a recurring shift."""
    return (
        {"template_id": template_id},
        {"template_ids": [template_id]},
        {"next_template_ids": [template_id]},
        {"pattern": [{"template_ids": [template_id]}]},
        {"pairs": [[template_id]]},
    )


def _find_managed(session: Session, actor: User, template_id: int) -> ShiftTemplate:
    template = find_template(session, actor, template_id)
    require_manager(session, actor, template.team_id)
    return template


def _need(row: ShiftTemplateRole | None, need: RoleNeed) -> ShiftTemplateRole:
    if row is None:
        return ShiftTemplateRole(**need.model_dump())
    for field in NEEDS:
        setattr(row, field, getattr(need, field))
    return row


def _refuse_wrong(session: Session, wanted: TemplateWrite) -> None:
    refuse_unknown_roles(session, wanted.needs)
    if len(set(wanted.weekdays)) < len(wanted.weekdays):
        fault = FieldFault(field="weekdays", reason="names a day twice")
        raise Unprocessable("A day is named twice.", faults=(fault,))
    if wrong := fault_of_times(wanted):
        detail = "A shift lasts under 24 hours." if wrong.field == "end_time" else "Nothing is left to work."
        raise Unprocessable(detail, faults=(wrong,))
    if any(need.maximum == 0 for need in wanted.needs):
        fault = FieldFault(field="needs", reason="has a maximum of 0")
        raise Unprocessable("A template takes somebody in each role that it names.", faults=(fault,))


def _flush(session: Session, wanted: TemplateWrite) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint != "uq_shift_template_team_id_name":
            raise
        raise Unprocessable(
            f"There is already a template called {wanted.name}.",
            faults=(FieldFault(field="name", reason="is taken"),),
        ) from error


def _logged(template: ShiftTemplate) -> dict[str, Any]:
    return template_read(template).model_dump(mode="json", exclude={"id", "team_id"})


def _log(
    session: Session,
    actor: User,
    template: ShiftTemplate,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"template.{what}",
        entity="shift_template",
        entity_id=template.id,
        team_id=template.team_id,
        before=before,
        after=after,
    )
