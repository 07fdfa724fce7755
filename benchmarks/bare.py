"""The least that could answer `GET /api/shift-assignments/me`: one statement through psycopg2, and no rules."""

import os
from typing import Any

from fastapi import FastAPI
from psycopg2.pool import ThreadedConnectionPool

SQL = """
    SELECT assignment.id, shift.id, shift.name, role.name, role.colour, team.id, team.name, team.time_zone,
           lower(shift.during), upper(shift.during), shift.minutes
    FROM shift_assignment AS assignment
    JOIN planned_shift AS shift ON shift.id = assignment.planned_shift_id
    JOIN weekly_schedule AS week ON week.id = shift.weekly_schedule_id
    JOIN team ON team.id = week.team_id
    JOIN role ON role.id = assignment.role_id
    WHERE assignment.user_id = %s AND assignment.week_start = %s
      AND assignment.status = 'CONFIRMED' AND week.status = 'PUBLISHED'
    ORDER BY assignment.during
"""

app = FastAPI()
pool = ThreadedConnectionPool(1, 40, os.environ["DATABASE_URL"])


@app.get("/me/{user_id}")
def my_shifts(user_id: int, week: str) -> list[dict[str, Any]]:
    """The shifts of a person in a week."""
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(SQL, (user_id, week))
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=False)) for row in cursor.fetchall()]
    finally:
        pool.putconn(connection)
