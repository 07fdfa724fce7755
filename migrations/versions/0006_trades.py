"""Trades of shifts: requests, the places that change hands, answers, and each team's rules of the house."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LIVE = "('OPEN', 'ACCEPTED', 'APPROVED')"

# The same table as service.swaps.states.ALLOWED.
STATES = """
CREATE FUNCTION keep_swap_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (
        ('OPEN', 'ACCEPTED'), ('OPEN', 'DECLINED'), ('OPEN', 'EXPIRED'), ('OPEN', 'CANCELLED'),
        ('ACCEPTED', 'OPEN'), ('ACCEPTED', 'APPROVED'), ('ACCEPTED', 'DONE'), ('ACCEPTED', 'DECLINED'),
        ('ACCEPTED', 'EXPIRED'), ('ACCEPTED', 'CANCELLED'),
        ('APPROVED', 'DONE')
    ) THEN
        RAISE EXCEPTION 'a trade that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_swap_request_move';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER swap_request_states BEFORE UPDATE OF status ON swap_request
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION keep_swap_states();
"""

# A request begins open: whatever it becomes goes through the table above.
BEGINNING = """
CREATE FUNCTION begin_swap_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a trade begins open, not %', NEW.status
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_swap_request_move';
END $$;

CREATE TRIGGER swap_request_begins BEFORE INSERT ON swap_request
FOR EACH ROW WHEN (NEW.status <> 'OPEN') EXECUTE FUNCTION begin_swap_open();
"""


def _states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "swap_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("weekly_schedule_id", sa.Integer(), nullable=False),
        sa.Column("kind", _states("swap_kind", "SWAP", "GIVE_AWAY", "DROP", "CYCLE", "OFFER"), nullable=False),
        sa.Column(
            "status",
            _states("swap_status", "OPEN", "ACCEPTED", "APPROVED", "DONE", "DECLINED", "EXPIRED", "CANCELLED"),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.Column("approval", sa.String(300), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('ACCEPTED', 'APPROVED', 'DONE') OR chosen IS NOT NULL",
            name=op.f("ck_swap_request_chosen"),
        ),
        sa.CheckConstraint(f"(closed_at IS NULL) = (status IN {LIVE})", name=op.f("ck_swap_request_closed")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_swap_request_team_id_team"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["weekly_schedule_id"],
            ["weekly_schedule.id"],
            name=op.f("fk_swap_request_weekly_schedule_id_weekly_schedule"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_swap_request_owner_id_user")),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_swap_request_asked_by_user")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_swap_request_decided_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_request")),
        sa.UniqueConstraint("id", "status", name="uq_swap_request_copied"),
        sa.UniqueConstraint("asked_by", "idempotency_key", name=op.f("uq_swap_request_asked_by_idempotency_key")),
    )
    op.create_index(op.f("ix_swap_request_owner_id"), "swap_request", ["owner_id"])
    op.create_index(op.f("ix_swap_request_weekly_schedule_id"), "swap_request", ["weekly_schedule_id"])
    op.create_index("ix_swap_request_team", "swap_request", ["team_id", "id"])
    op.create_index(
        "ix_swap_request_live", "swap_request", ["expires_at"], postgresql_where=sa.text(f"status IN {LIVE}")
    )
    op.create_table(
        "swap_leg",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("request_status", sa.String(32), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("planned_shift_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(option = 0) = (taker_id IS NULL)", name=op.f("ck_swap_leg_taker")),
        sa.CheckConstraint("taker_id <> giver_id", name=op.f("ck_swap_leg_two_people")),
        sa.ForeignKeyConstraint(
            ["request_id", "request_status"],
            ["swap_request.id", "swap_request.status"],
            name="fk_swap_leg_copied",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["shift_assignment.id"],
            name=op.f("fk_swap_leg_assignment_id_shift_assignment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["planned_shift_id"],
            ["planned_shift.id"],
            name=op.f("fk_swap_leg_planned_shift_id_planned_shift"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_swap_leg_role_id_role")),
        sa.ForeignKeyConstraint(["giver_id"], ["user.id"], name=op.f("fk_swap_leg_giver_id_user")),
        sa.ForeignKeyConstraint(["taker_id"], ["user.id"], name=op.f("fk_swap_leg_taker_id_user")),
        sa.PrimaryKeyConstraint("request_id", "option", "position", name=op.f("pk_swap_leg")),
    )
    op.create_index(op.f("ix_swap_leg_planned_shift_id"), "swap_leg", ["planned_shift_id"])
    op.create_index("ix_swap_leg_assignment", "swap_leg", ["assignment_id"])
    op.create_index(
        "uq_swap_leg_live",
        "swap_leg",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text(f"option = 0 AND request_status IN {LIVE}"),
    )
    op.create_table(
        "swap_answer",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answer", _states("answer", "ASKED", "ACCEPTED", "DECLINED"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["swap_request.id"],
            name=op.f("fk_swap_answer_request_id_swap_request"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_swap_answer_user_id_user")),
        sa.PrimaryKeyConstraint("request_id", "option", "user_id", name=op.f("pk_swap_answer")),
    )
    op.create_index(op.f("ix_swap_answer_user_id"), "swap_answer", ["user_id"])
    op.create_table(
        "trade_policy",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("latest_minutes", sa.Integer(), nullable=False),
        sa.Column("open_per_person", sa.Integer(), nullable=False),
        sa.Column("over_minutes", sa.Integer(), nullable=False),
        sa.Column("blackout_days", sa.ARRAY(sa.Date()), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("claim", _states("claim_mode", "FIRST", "FAIR"), nullable=False),
        sa.Column("fair_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "latest_minutes >= 0 AND open_per_person > 0 AND over_minutes >= 0 AND answer_hours > 0"
            " AND fair_minutes > 0",
            name=op.f("ck_trade_policy_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_trade_policy_team_id_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_trade_policy")),
    )
    op.execute(STATES)
    op.execute(BEGINNING)


def downgrade() -> None:
    op.drop_table("trade_policy")
    op.drop_table("swap_answer")
    op.drop_table("swap_leg")
    op.drop_table("swap_request")
    op.execute("DROP FUNCTION begin_swap_open")
    op.execute("DROP FUNCTION keep_swap_states")
