"""What must hold in the database at every moment, as SQL that finds what breaks it."""

from tests.chaos.servers import Postgres

INVARIANTS: dict[str, str] = {
    "nobody is on two shifts at once": """
        SELECT a.id, b.id FROM shift_assignment a JOIN shift_assignment b
        ON a.user_id = b.user_id AND a.status = b.status AND a.id < b.id AND a.during && b.during
    """,
    "nobody has a place on one shift twice": """
        SELECT user_id, planned_shift_id FROM shift_assignment GROUP BY user_id, planned_shift_id, status
        HAVING count(*) > 1
    """,
    "no place is filled more often than it is there": """
        SELECT a.planned_shift_id, a.role_id FROM shift_assignment a
        JOIN planned_shift_role r ON r.planned_shift_id = a.planned_shift_id AND r.role_id = a.role_id
        WHERE a.status = 'CONFIRMED' GROUP BY 1, 2, r.headcount, r.maximum
        HAVING count(*) > coalesce(r.maximum, r.headcount)
    """,
    "everybody has the role in which they work": """
        SELECT a.id FROM shift_assignment a LEFT JOIN user_role r ON r.user_id = a.user_id AND r.role_id = a.role_id
        WHERE r.user_id IS NULL
    """,
    "nobody works more minutes than the contract allows": """
        SELECT user_id, week_start FROM user_weekly_hours WHERE scheduled_minutes > max_minutes
    """,
    "the counted minutes of a week are those of its shifts": """
        WITH worked AS (
            SELECT user_id, week_start, sum(minutes) AS minutes FROM shift_assignment
            WHERE status = 'CONFIRMED' GROUP BY 1, 2
        )
        SELECT coalesce(h.user_id, w.user_id) FROM user_weekly_hours h FULL JOIN worked w
        ON w.user_id = h.user_id AND w.week_start = h.week_start
        WHERE coalesce(h.scheduled_minutes, 0) <> coalesce(w.minutes, 0)
    """,
    "a week has one active run": """
        SELECT a.id, b.id FROM scheduling_run a JOIN scheduling_run b ON a.team_id = b.team_id AND a.id < b.id
        AND a.status IN ('PENDING', 'RUNNING') AND b.status IN ('PENDING', 'RUNNING')
        AND daterange(a.first_week, a.first_week + 7 * a.weeks) && daterange(b.first_week, b.first_week + 7 * b.weeks)
    """,
    "a run that succeeded has its solution, and an end": """
        SELECT id FROM scheduling_run r WHERE status = 'SUCCESS' AND (finished_at IS NULL OR objective IS NULL
        OR places IS NULL OR filled IS NULL
        OR filled > (SELECT count(*) FROM scheduling_solution s WHERE s.run_id = r.id))
    """,
    "every run that ended was announced once": """
        SELECT r.id FROM scheduling_run r LEFT JOIN notification n ON n.dedupe_key = 'run:' || r.id || ':finished'
        WHERE r.status IN ('SUCCESS', 'FAILED', 'CANCELLED') AND n.id IS NULL
    """,
    "no two approved absences of one person overlap": """
        SELECT a.id, b.id FROM time_off_request a JOIN time_off_request b ON a.user_id = b.user_id AND a.id < b.id
        AND a.status = 'APPROVED' AND b.status = 'APPROVED' AND a.during && b.during
    """,
    "a place is in one live trade": """
        SELECT l.assignment_id FROM swap_leg l JOIN swap_request r ON r.id = l.request_id
        WHERE r.status IN ('OPEN', 'ACCEPTED', 'APPROVED') AND l.assignment_id IS NOT NULL
        GROUP BY 1 HAVING count(DISTINCT r.id) > 1
    """,
    "who gave a shift away is off it": """
        SELECT r.id FROM swap_request r JOIN swap_leg l ON l.request_id = r.id AND l.option = r.chosen
        JOIN shift_assignment a ON a.planned_shift_id = l.planned_shift_id AND a.user_id = l.giver_id
        AND a.status = 'CONFIRMED' WHERE r.status = 'DONE'
    """,
    "what was sent has the platform's number": """
        SELECT id FROM delivery WHERE status = 'SENT' AND (platform_message_id IS NULL OR sent_at IS NULL)
    """,
    "everything to be told has somebody to tell": """
        SELECT n.id FROM notification n WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.notification_id = n.id)
    """,
}


def broken(database: Postgres) -> list[str]:
    """The invariants that do not hold, each with how often and a first example."""
    found = [(name, database.run(query)) for name, query in INVARIANTS.items()]
    return [f"{name}: broken {len(rows)} times, such as {rows[0]}" for name, rows in found if rows]
