"""What PostgreSQL itself refuses, however the statement comes: each guarantee is attacked in plain SQL."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.people.models import Role, Team, User
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, WeeklySchedule
from tests.builders import a_manager, a_role, a_shift, a_team, a_template, a_user, a_week, an_assignment


@dataclass(frozen=True)
class Bakery:
    """A team with one published week: Ana bakes on Monday morning and may on Monday at noon, Joe does nothing yet."""

    team: Team
    baker: Role
    maria: User
    ana: User
    joe: User
    week: WeeklySchedule
    morning: PlannedShift
    noon: PlannedShift
    tuesday: PlannedShift


@pytest.fixture
def bakery(session: Session) -> Bakery:
    team, baker = a_team(session, "Bakery"), a_role(session, "Baker")
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    ana = a_user(session, team, name="Ana", roles=[baker], max_hours=12)
    morning, noon, tuesday = (
        a_shift(session, week, baker, day=day, start=start, hours=6, name=name)
        for day, start, name in ((0, 6, "Morning"), (0, 10, "Noon"), (1, 6, "Morning"))
    )
    an_assignment(session, morning, ana, baker)
    a_template(session, team, baker, name="Morning")
    return Bakery(
        team,
        baker,
        a_manager(session, team, name="Maria"),
        ana,
        a_user(session, team, name="Joe"),
        week,
        morning,
        noon,
        tuesday,
    )


def refused(session: Session, statement: str, **values: object) -> str:
    """The name of the constraint, or PostgreSQL's words, with which it refuses this statement."""
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text(statement), values)
    diagnostics = getattr(caught.value.orig, "diag")  # noqa: B009  # psycopg2's errors are typed without it
    return str(diagnostics.constraint_name or diagnostics.message_primary)


ASSIGN = """
    INSERT INTO shift_assignment
        (planned_shift_id, role_id, user_id, status, pinned, source, during, minutes, week_start)
    SELECT id, :role, :user, :status, false, 'MANAGER', during, minutes, week_start
    FROM planned_shift WHERE id = :shift
"""


@pytest.mark.parametrize("status", [AssignmentStatus.CONFIRMED, AssignmentStatus.PROPOSED])
def test_nobody_is_booked_twice_at_once(session: Session, bakery: Bakery, status: AssignmentStatus) -> None:
    if status is AssignmentStatus.PROPOSED:
        an_assignment(session, bakery.morning, bakery.ana, bakery.baker, status)
    constraint = refused(
        session, ASSIGN, role=bakery.baker.id, user=bakery.ana.id, status=status, shift=bakery.noon.id
    )
    assert constraint == f"ex_shift_assignment_{status.lower()}_overlap"


def test_a_proposal_may_lie_beside_what_is_confirmed(session: Session, bakery: Bakery) -> None:
    an_assignment(session, bakery.noon, bakery.ana, bakery.baker, AssignmentStatus.PROPOSED)


def test_nobody_works_a_role_that_they_do_not_have(session: Session, bakery: Bakery) -> None:
    constraint = refused(
        session, ASSIGN, role=bakery.baker.id, user=bakery.joe.id, status="CONFIRMED", shift=bakery.noon.id
    )
    assert constraint == "fk_shift_assignment_user_id_role_id_user_role"


def test_nobody_works_a_role_that_the_shift_does_not_have(session: Session, bakery: Bakery) -> None:
    barista = a_role(session, "Barista")
    kim = a_user(session, bakery.team, roles=[barista])
    constraint = refused(session, ASSIGN, role=barista.id, user=kim.id, status="CONFIRMED", shift=bakery.noon.id)
    assert constraint == "fk_shift_assignment_planned_shift_id_role_id_planned_shift_role"


def test_an_assignment_cannot_claim_other_times_than_its_shift(session: Session, bakery: Bakery) -> None:
    for change in (
        "during = tstzrange(lower(during) + interval '1 hour', upper(during))",
        "minutes = minutes - 1",
        "week_start = week_start + 7",
    ):
        assert refused(session, f"UPDATE shift_assignment SET {change}") == "fk_shift_assignment_copied"


def test_moving_a_shift_moves_its_assignments_and_still_refuses_an_overlap(session: Session, bakery: Bakery) -> None:
    an_assignment(session, bakery.tuesday, bakery.ana, bakery.baker)
    move = "UPDATE planned_shift SET during = tstzrange(lower(during) + :by, upper(during) + :by) WHERE id = :shift"
    assert refused(session, move, by="-24 hours", shift=bakery.tuesday.id) == "ex_shift_assignment_confirmed_overlap"
    session.execute(text(move), {"by": "3 hours", "shift": bakery.tuesday.id})
    followed = session.scalar(
        text(
            "SELECT bool_and(assignment.during = shift.during) FROM shift_assignment AS assignment"
            " JOIN planned_shift AS shift ON shift.id = assignment.planned_shift_id"
        )
    )
    assert followed is True


def test_nobody_is_confirmed_for_more_than_their_contract_allows(session: Session, bakery: Bakery) -> None:
    an_assignment(session, bakery.tuesday, bakery.ana, bakery.baker)
    wednesday = a_shift(session, bakery.week, bakery.baker, day=2, start=6, hours=1)
    arguments = {"role": bakery.baker.id, "user": bakery.ana.id, "shift": wednesday.id}
    assert refused(session, ASSIGN, status="CONFIRMED", **arguments) == "ck_user_weekly_hours_within_limit"
    session.execute(text(ASSIGN), arguments | {"status": "PROPOSED"})
    longer = "UPDATE planned_shift SET during = tstzrange(lower(during), upper(during) + interval '1 hour')"
    assert refused(session, f"{longer} WHERE id = {bakery.tuesday.id}") == "ck_user_weekly_hours_within_limit"
    assert refused(session, "UPDATE shift_assignment SET status = 'CONFIRMED'") == "ck_user_weekly_hours_within_limit"


def test_the_hours_counter_follows_every_change(session: Session, bakery: Bakery) -> None:
    def counted() -> int:
        return int(
            session.scalar(
                text("SELECT coalesce(sum(scheduled_minutes), 0) FROM user_weekly_hours WHERE user_id = :user"),
                {"user": bakery.ana.id},
            )
        )

    assert counted() == 360
    session.execute(text("UPDATE planned_shift SET break_minutes = 30 WHERE id = :id"), {"id": bakery.morning.id})
    assert counted() == 330
    session.execute(text("UPDATE shift_assignment SET status = 'PROPOSED'"))
    assert counted() == 0
    session.execute(text("UPDATE shift_assignment SET status = 'CONFIRMED'"))
    assert counted() == 330
    session.execute(text("DELETE FROM planned_shift WHERE id = :id"), {"id": bakery.morning.id})
    assert counted() == 0


# The minutes are reckoned from the range before the check on the range is reached.
NOT_A_TIME = 'null value in column "minutes" of relation "planned_shift" violates not-null constraint'

SECOND_WEEK = """
    INSERT INTO weekly_schedule (team_id, week_start, status, version)
    SELECT team_id, week_start, 'DRAFT', 1 FROM weekly_schedule
"""
SECOND_DEFAULT = """
    INSERT INTO optimization_config (team_id, name, is_default, under_weight, over_weight, fairness_weight,
        preference_weight, cost_weight, stability_weight, time_limit_seconds, gap)
    SELECT team_id, 'Second', true, 1, 1, 1, 1, 1, 1, 10, 0 FROM optimization_config
"""


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (SECOND_WEEK, "uq_weekly_schedule_team_id_week_start"),
        ("UPDATE weekly_schedule SET status = 'LOST'", "ck_weekly_schedule_week_status"),
        ("UPDATE planned_shift SET during = 'empty'", NOT_A_TIME),
        ("UPDATE planned_shift SET during = tstzrange(lower(during), lower(during) + interval '24 hours')",
         "ck_planned_shift_during"),
        ("UPDATE planned_shift SET during = tstzrange(lower(during), NULL)", NOT_A_TIME),
        ("UPDATE planned_shift SET during = tstzrange(lower(during), upper(during), '[]')",
         "ck_planned_shift_during"),
        ("UPDATE planned_shift SET break_minutes = 360", "ck_planned_shift_minutes"),
        ("UPDATE planned_shift_role SET headcount = -1", "ck_planned_shift_role_headcount"),
        ("UPDATE shift_template_role SET headcount = -1", "ck_shift_template_role_headcount"),
        ("UPDATE shift_template SET weekdays = '{7}'", "ck_shift_template_weekdays"),
        ("UPDATE \"user\" SET email = 'SAME@example.com'", "uq_user_email"),
        ("UPDATE \"user\" SET max_minutes_week = 10081", "ck_user_max_minutes_week"),
        ("UPDATE \"user\" SET min_minutes_week = max_minutes_week + 1", "ck_user_min_minutes_week"),
        ("UPDATE team SET week_start = 7", "ck_team_week_start"),
        ("UPDATE chat_identity SET external_id = 'the same'", "uq_chat_identity_platform_workspace_external_id"),
        (SECOND_DEFAULT, "uq_optimization_config_default"),
        ("DELETE FROM \"user\" WHERE id IN (SELECT user_id FROM shift_assignment)",
         "fk_shift_assignment_user_id_user"),
    ],
)  # fmt: skip
def test_a_row_that_must_never_be_is_refused(
    session: Session, bakery: Bakery, statement: str, constraint: str
) -> None:
    assert refused(session, statement) == constraint


RUN = """
    INSERT INTO scheduling_run (weekly_schedule_id, team_id, first_week, weeks, config_id, requested_by, status,
        seed, attempt, cancel_requested)
    SELECT :week, :team, DATE '2030-12-02' + :days, :weeks, id, :user, :status, 1, 0, false
    FROM optimization_config WHERE team_id = :team
"""


def test_two_active_runs_never_cover_the_same_week(session: Session, bakery: Bakery) -> None:
    here = {"week": bakery.week.id, "team": bakery.team.id, "user": bakery.maria.id}
    session.execute(text(RUN), here | {"days": 0, "weeks": 2, "status": "RUNNING"})
    assert refused(session, RUN, **here, days=7, weeks=1, status="PENDING") == "ex_scheduling_run_active"
    session.execute(text(RUN), here | {"days": 7, "weeks": 1, "status": "SUCCESS"})
    session.execute(text(RUN), here | {"days": 14, "weeks": 1, "status": "PENDING"})


AWAY = """
    INSERT INTO time_off_request (user_id, kind, status, during, reason)
    VALUES (:user, 'VACATION', :status, tstzrange(:first, :last), '')
"""


def test_two_approved_absences_of_one_person_never_overlap(session: Session, bakery: Bakery) -> None:
    values = {"user": bakery.ana.id, "first": "2030-12-03", "last": "2030-12-07"}
    session.execute(text(AWAY), values | {"status": "APPROVED"})
    overlapping = values | {"first": "2030-12-06", "last": "2030-12-10"}
    assert refused(session, AWAY, **overlapping, status="APPROVED") == "ex_time_off_request_approved_overlap"
    session.execute(text(AWAY), overlapping | {"status": "PENDING"})
    session.execute(text(AWAY), overlapping | {"user": bakery.joe.id, "status": "APPROVED"})


@pytest.mark.parametrize(
    "statement",
    ["UPDATE activity_log SET action = 'nothing'", "DELETE FROM activity_log", "TRUNCATE activity_log"],
)
def test_the_activity_log_only_grows(session: Session, bakery: Bakery, statement: str) -> None:
    session.execute(
        text(
            "INSERT INTO activity_log (actor_id, platform, action, entity, entity_id)"
            " VALUES (:actor, 'api', 'week.published', 'weekly_schedule', :week)"
        ),
        {"actor": bakery.maria.id, "week": bakery.week.id},
    )
    # Entries are sealed at commit; PostgreSQL truncates nothing while that is still to be done.
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert refused(session, statement) == "the activity log is append only"


@pytest.mark.parametrize("table", ["notification", "link_code"])
def test_a_fact_or_a_code_is_for_exactly_one(session: Session, bakery: Bakery, table: str) -> None:
    columns = {
        "notification": ("kind, dedupe_key, payload", "'week_published', 'a fact', '{}'"),
        "link_code": ("code_hash, expires_at", "'a hash', now()"),
    }
    names, values = columns[table]
    for user, team in ((None, None), (bakery.ana.id, bakery.team.id)):
        constraint = refused(
            session,
            f"INSERT INTO {table} ({names}, user_id, team_id) VALUES ({values}, :user, :team)",
            user=user,
            team=team,
        )
        assert constraint.startswith(f"ck_{table}_one_")
    only_one = f"INSERT INTO {table} ({names}, user_id) VALUES ({values}, :user)"
    session.execute(text(only_one), {"user": bakery.ana.id})
    assert refused(session, only_one, user=bakery.joe.id).startswith(f"uq_{table}_")
