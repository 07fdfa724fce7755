"""Guards that no constraint can express: weekly hours kept by trigger, an activity log that only grows."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WEEKLY_HOURS = """
CREATE FUNCTION keep_weekly_hours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'CONFIRMED' THEN
        UPDATE user_weekly_hours SET scheduled_minutes = scheduled_minutes - OLD.minutes
        WHERE user_id = OLD.user_id AND week_start = OLD.week_start;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 'CONFIRMED' THEN
        INSERT INTO user_weekly_hours AS hours (user_id, week_start, scheduled_minutes, max_minutes)
        SELECT NEW.user_id, NEW.week_start, NEW.minutes, person.max_minutes_week
        FROM "user" AS person WHERE person.id = NEW.user_id
        ON CONFLICT (user_id, week_start)
        DO UPDATE SET scheduled_minutes = hours.scheduled_minutes + EXCLUDED.scheduled_minutes;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER shift_assignment_weekly_hours
AFTER INSERT OR DELETE OR UPDATE OF status, user_id, minutes, week_start ON shift_assignment
FOR EACH ROW EXECUTE FUNCTION keep_weekly_hours();
"""

# A lower limit never makes past or planned work illegal after the fact, but allows no more of it.
CONTRACT_CHANGE = """
CREATE FUNCTION follow_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_weekly_hours SET max_minutes = greatest(NEW.max_minutes_week, scheduled_minutes)
    WHERE user_id = NEW.id AND week_start > current_date - 7;
    RETURN NULL;
END $$;

CREATE TRIGGER user_contract AFTER UPDATE OF max_minutes_week ON "user"
FOR EACH ROW EXECUTE FUNCTION follow_contract();
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the activity log is append only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER activity_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_log
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    for statement in (WEEKLY_HOURS, CONTRACT_CHANGE, APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER activity_log_append_only ON activity_log")
    op.execute("DROP FUNCTION refuse_change")
    op.execute('DROP TRIGGER user_contract ON "user"')
    op.execute("DROP FUNCTION follow_contract")
    op.execute("DROP TRIGGER shift_assignment_weekly_hours ON shift_assignment")
    op.execute("DROP FUNCTION keep_weekly_hours")
