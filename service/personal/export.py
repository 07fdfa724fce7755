"""Everything that is kept about one person, as they may ask for it (GDPR, articles 15 and 20).

Found by the foreign keys: every row of every table that names the person, so that a table of tomorrow is in it too.
"""

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

import service.models  # noqa: F401  # registers every table
from service.activity.service import record
from service.db import Base
from service.notifications.models import Delivery, Notification
from service.people.models import User
from service.requests.models import WorkRule

# What opens a door is no information about a person.
SECRETS = frozenset({"password_hash", "token_hash", "code_hash", "token_version"})


def export(session: Session, person: User) -> dict[str, Any]:
    """The rows of every table that name the person, by table. That they were handed out is logged."""
    record(session, actor_id=None, action="user.export", entity="user", entity_id=person.id)
    rows = {"user": _rows(session, cast("Table", User.__table__), User.id == person.id)}
    for table in Base.metadata.sorted_tables:
        naming = [column == person.id for column in naming_people(table)]
        if naming:
            rows[table.name] = _rows(session, table, or_(*naming))
    # Who is kept together or apart stands in the rule's JSON.
    named = or_(WorkRule.user_id == person.id, WorkRule.parameters.contains({"user_ids": [person.id]}))
    rows["work_rule"] = _rows(session, cast("Table", WorkRule.__table__), named)
    theirs = select(Notification.id).where(Notification.user_id == person.id)
    rows["delivery"] = _rows(session, cast("Table", Delivery.__table__), Delivery.notification_id.in_(theirs))
    return {name: found for name, found in rows.items() if found}


def naming_people(table: Table) -> Iterator[Column[int]]:
    """The columns of a table that name a person."""
    for column in table.columns:
        if any(key.column.table.name == User.__tablename__ for key in column.foreign_keys):
            yield column


def _rows(session: Session, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    # PostgreSQL writes them as JSON, so ranges and times look as they do there.
    found = session.scalars(select(func.to_jsonb(table.table_valued())).where(condition))
    return [{name: value for name, value in row.items() if name not in SECRETS} for row in found]
