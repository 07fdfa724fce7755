"""The activity log is sealed: each entry's hash covers the one before it, so that no change goes unseen.

The seal is made at the commit (a deferred trigger), under a lock that is held for no longer than the commit takes: a
transaction that waits for it needs nothing more from anybody, so it can be part of no deadlock. `service.activity.seals`
computes the same hashes on its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Runs with the rights of its owner, so that the service's own role can neither write nor forge seals. What is hashed
# depends on no setting of the session: time in UTC, jsonb in its one canonical text.
SEAL = """
CREATE FUNCTION seal_activity(entry activity_log) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    newest activity_seal;
    next_position bigint;
    content text;
BEGIN
    PERFORM pg_advisory_xact_lock(7415002);
    SELECT * INTO newest FROM activity_seal ORDER BY position DESC LIMIT 1;
    next_position := coalesce(newest.position, 0) + 1;
    content := jsonb_build_array(
        entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.actor_id, entry.team_id,
        entry.platform, entry.action, entry.entity, entry.entity_id, entry.before, entry.after
    )::text;
    INSERT INTO activity_seal (position, activity_id, hash) VALUES (
        next_position, entry.id,
        sha256(coalesce(newest.hash, '') || convert_to(next_position || ' ' || content, 'UTF8'))
    );
END $$;
REVOKE EXECUTE ON FUNCTION seal_activity(activity_log) FROM PUBLIC;

CREATE FUNCTION seal_new_activity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM seal_activity(NEW);
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE CONSTRAINT TRIGGER activity_log_seal AFTER INSERT ON activity_log DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION seal_new_activity();

CREATE TRIGGER activity_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "activity_seal",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_activity_seal"),
        sa.UniqueConstraint("activity_id", name="uq_activity_seal_activity_id"),
    )
    op.execute(SEAL)
    op.execute("SELECT seal_activity(entry) FROM (SELECT * FROM activity_log ORDER BY id) AS entry")
    op.execute(TRIGGERS)


def downgrade() -> None:
    op.execute("DROP TRIGGER activity_log_seal ON activity_log")
    op.execute("DROP FUNCTION seal_new_activity")
    op.execute("DROP FUNCTION seal_activity")
    op.drop_table("activity_seal")
