"""Time off: who asked and by which key, a word with the decision, and no move of its state but the allowed ones."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The same table as service.requests.service.ALLOWED.
STATES = """
CREATE FUNCTION keep_time_off_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('PENDING', 'APPROVED'), ('PENDING', 'REJECTED'), ('PENDING', 'CANCELLED'), ('APPROVED', 'CANCELLED')
    ) THEN
        RAISE EXCEPTION 'time off that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_time_off_request_move';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER time_off_request_states BEFORE UPDATE OF status ON time_off_request
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION keep_time_off_states();
"""


def upgrade() -> None:
    op.add_column("time_off_request", sa.Column("note", sa.String(300), server_default="", nullable=False))
    op.add_column("time_off_request", sa.Column("created_by", sa.Integer(), nullable=True))
    op.add_column("time_off_request", sa.Column("idempotency_key", sa.String(100), nullable=True))
    op.create_foreign_key(
        op.f("fk_time_off_request_created_by_user"),
        "time_off_request",
        "user",
        ["created_by"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_unique_constraint(
        op.f("uq_time_off_request_created_by_idempotency_key"),
        "time_off_request",
        ["created_by", "idempotency_key"],
    )
    op.execute(STATES)


def downgrade() -> None:
    op.execute("DROP TRIGGER time_off_request_states ON time_off_request")
    op.execute("DROP FUNCTION keep_time_off_states")
    op.drop_constraint(op.f("uq_time_off_request_created_by_idempotency_key"), "time_off_request", type_="unique")
    op.drop_constraint(op.f("fk_time_off_request_created_by_user"), "time_off_request", type_="foreignkey")
    for column in ("idempotency_key", "created_by", "note"):
        op.drop_column("time_off_request", column)
