"""The migrations build exactly the models, and can be taken back, with data and without."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bots.demo.sample import transaction
from service.calendars import service as calendars
from service.migrate import alembic_config, downgrade, upgrade
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftAssignment, UserWeeklyHours
from tests.builders import (
    a_dropped_shift,
    a_manager,
    a_role,
    a_rule,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    a_wish,
    an_assignment,
    time_off,
)

pytestmark = pytest.mark.xdist_group("migrations")


def a_business(session: Session) -> None:
    team, role = a_team(session), a_role(session)
    manager, ana = a_manager(session, team), a_user(session, team, roles=[role])
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    place = an_assignment(session, a_shift(session, week, role), ana, role)
    a_template(session, team, role)
    a_wish(session, ana)
    a_rule(session, team)
    time_off(session, ana, day=4)
    a_dropped_shift(session, place)
    calendars.create(session, manager)


def test_migrations_go_up_down_and_up_again(fresh_database: str) -> None:
    downgrade(fresh_database)
    upgrade(fresh_database)


def test_models_and_migrations_agree(fresh_database: str) -> None:
    command.check(alembic_config(fresh_database))


def test_every_migration_is_taken_back_and_done_again_with_data_in_the_tables(fresh_database: str) -> None:
    config = alembic_config(fresh_database)
    with transaction(fresh_database) as session:
        a_business(session)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    # The newest first; the oldest of them makes the tables themselves, and takes them away.
    for revision in revisions[1:]:
        downgrade(fresh_database, revision)
    upgrade(fresh_database)
    command.check(config)
    with transaction(fresh_database) as session:
        assert session.scalar(select(func.count()).select_from(ShiftAssignment)) == 1
        assert session.scalars(select(UserWeeklyHours.scheduled_minutes)).all() == [8 * 60]
        a_business(session)
    downgrade(fresh_database)
    upgrade(fresh_database)
