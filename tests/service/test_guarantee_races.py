"""Two transactions race for something that only one can have: PostgreSQL lets exactly one win, every time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service import db
from service.schemas.shifts import WeekStatus
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week

ROUNDS = 50
pytestmark = pytest.mark.usefixtures("own_database")


def race(*contenders: str) -> list[bool]:
    """Run each statement in a transaction of its own, all at once; which of them were committed.

    Each waits until all have begun, so that none sees what another wrote before it writes.
    """
    engine = db.get_engine()
    start = Barrier(len(contenders))

    def run(statement: str) -> bool:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            start.wait(timeout=30)
            try:
                connection.execute(text(statement))
                connection.commit()
            except DBAPIError:
                return False
            return True

    with ThreadPoolExecutor(len(contenders)) as pool:
        return list(pool.map(run, contenders))


def forget(engine: Engine, *tables: str) -> None:
    with engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))


class Cafe:
    """Ana may work 8 hours a week; two shifts of Monday overlap, Tuesday's alone is as long as she may work."""

    def __init__(self, session: Session) -> None:
        team, role = a_team(session), a_role(session, "Barista")
        week = a_week(session, team, status=WeekStatus.PUBLISHED)
        self.team, self.role, self.week = team.id, role.id, week.id
        self.manager = a_manager(session, team).id
        self.ana = a_user(session, team, name="Ana", roles=[role], max_hours=8).id
        self.early, self.late, self.tuesday = (
            a_shift(session, week, role, day=day, start=start, hours=8).id for day, start in ((0, 6), (0, 10), (1, 6))
        )

    def assign(self, shift: int, status: str = "CONFIRMED") -> str:
        return f"""
            INSERT INTO shift_assignment
                (planned_shift_id, role_id, user_id, status, pinned, source, during, minutes, week_start)
            SELECT id, {self.role}, {self.ana}, '{status}', false, 'MANAGER', during, minutes, week_start
            FROM planned_shift WHERE id = {shift}"""

    def run(self, days: int, weeks: int) -> str:
        return f"""
            INSERT INTO scheduling_run (weekly_schedule_id, team_id, first_week, weeks, config_id, requested_by,
                status, seed, attempt, cancel_requested)
            SELECT {self.week}, {self.team}, DATE '2030-12-02' + {days}, {weeks}, id, {self.manager}, 'PENDING',
                1, 0, false
            FROM optimization_config"""

    def away(self, first: int, last: int) -> str:
        return f"""
            INSERT INTO time_off_request (user_id, kind, status, during, reason)
            VALUES ({self.ana}, 'VACATION', 'APPROVED', tstzrange('2030-12-0{first}', '2030-12-0{last}'), '')"""

    def new_week(self) -> str:
        return f"""
            INSERT INTO weekly_schedule (team_id, week_start, status, version)
            VALUES ({self.team}, '2030-12-09', 'DRAFT', 1)"""

    def default_config(self, name: str) -> str:
        return f"""
            INSERT INTO optimization_config (team_id, name, is_default, under_weight, over_weight, fairness_weight,
                preference_weight, cost_weight, stability_weight, time_limit_seconds, gap)
            SELECT team_id, '{name}', true, 1, 1, 1, 1, 1, 1, 10, 0
            FROM (VALUES ({self.team})) AS new (team_id)"""

    def notification(self) -> str:
        return f"""
            INSERT INTO notification (kind, dedupe_key, user_id, payload)
            VALUES ('week_published', 'one fact', {self.ana}, '{{}}')"""


Contenders = Callable[[Cafe], tuple[str, str]]


@pytest.mark.parametrize(
    ("table", "contenders"),
    [
        ("shift_assignment", lambda cafe: (cafe.assign(cafe.early), cafe.assign(cafe.late))),
        ("shift_assignment", lambda cafe: (cafe.assign(cafe.early, "PROPOSED"), cafe.assign(cafe.late, "PROPOSED"))),
        ("shift_assignment", lambda cafe: (cafe.assign(cafe.early), cafe.assign(cafe.tuesday))),
        ("scheduling_run", lambda cafe: (cafe.run(0, 3), cafe.run(7, 1))),
        ("time_off_request", lambda cafe: (cafe.away(1, 5), cafe.away(4, 9))),
        ("weekly_schedule", lambda cafe: (cafe.new_week(), cafe.new_week())),
        ("optimization_config", lambda cafe: (cafe.default_config("One"), cafe.default_config("Other"))),
        ("notification", lambda cafe: (cafe.notification(), cafe.notification())),
    ],
    ids=["double booking", "double proposal", "legal hours", "active run", "time off", "week", "config", "fact"],
)  # fmt: skip
def test_exactly_one_of_two_wins(table: str, contenders: Contenders) -> None:
    with db.unit_of_work() as session:
        cafe = Cafe(session)
        session.execute(
            text("DELETE FROM optimization_config") if table == "optimization_config" else text("SELECT 1")
        )
    only_new = "weekly_schedule WHERE week_start = '2030-12-09'" if table == "weekly_schedule" else table
    for _ in range(ROUNDS):
        assert sorted(race(*contenders(cafe))) == [False, True]
        forget(db.get_engine(), only_new)


def test_the_hours_counter_is_right_after_any_race() -> None:
    with db.unit_of_work() as session:
        cafe = Cafe(session)
    for _ in range(ROUNDS):
        race(cafe.assign(cafe.early), cafe.assign(cafe.tuesday), cafe.assign(cafe.late))
        with db.get_engine().begin() as connection:
            counted, worked = connection.execute(
                text(
                    "SELECT (SELECT coalesce(sum(scheduled_minutes), 0) FROM user_weekly_hours),"
                    " (SELECT coalesce(sum(minutes), 0) FROM shift_assignment)"
                )
            ).one()
        assert counted == worked == 480
        forget(db.get_engine(), "shift_assignment")
