"""The whole vocabulary of rules: kinds, rules of a contract, skills of people, sites of shifts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "MAX_HOURS_PER_WEEK",
    "MIN_HOURS_PER_WEEK",
    "MAX_MINUTES_PER_RUN",
    "MIN_MINUTES_PER_RUN",
    "MAX_SHIFTS_PER_WEEK",
    "MIN_SHIFTS_PER_WEEK",
    "MAX_SHIFTS_PER_RUN",
    "MIN_SHIFTS_PER_RUN",
    "MAX_SHIFTS_PER_DAY",
    "MAX_CONSECUTIVE_DAYS",
    "MIN_CONSECUTIVE_DAYS",
    "MIN_CONSECUTIVE_DAYS_OFF",
    "MAX_WEEKENDS_PER_RUN",
    "MIN_REST_HOURS",
    "FORBIDDEN_SUCCESSION",
)
NEW_KINDS = (
    "MAX_IN_WINDOW",
    "MIN_IN_WINDOW",
    "MIN_FREE_HOURS",
    "MAX_CONSECUTIVE_WEEKENDS",
    "STANDBY",
    "LOW_PRIORITY",
    "MIN_HOURS_BETWEEN",
    "MIN_TRAVEL_MINUTES",
    "MIN_HOURS_BESIDE_TIME_OFF",
    "FORBIDDEN_PATTERN",
    "ALLOWED_DAILY_PAIRS",
    "TOGETHER",
    "APART",
    "MIN_SKILLED",
    "MAX_SKILLED",
    "MIN_PRESENT",
    "MAX_PRESENT",
    "ONE_OF_SHIFTS",
    "FAIR_SHIFTS",
)


def upgrade() -> None:
    _allow_kinds((*KINDS_BEFORE, *NEW_KINDS))
    op.add_column("work_rule", sa.Column("contract", sa.String(60), nullable=True))
    op.create_check_constraint(op.f("ck_work_rule_one_scope"), "work_rule", "num_nonnulls(user_id, contract) <= 1")
    op.add_column("user", sa.Column("contract", sa.String(60), nullable=True))
    op.create_table(
        "user_skill",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 100", name=op.f("ck_user_skill_level")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_skill_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_user_skill")),
    )
    op.add_column("shift_template", sa.Column("site", sa.String(60), server_default="", nullable=False))
    _check_headcount("headcount >= 0")


def downgrade() -> None:
    op.execute("DELETE FROM shift_template_role WHERE headcount = 0")
    _check_headcount("headcount > 0")
    op.drop_column("shift_template", "site")
    op.drop_table("user_skill")
    op.drop_column("user", "contract")
    # Without its contract a rule would bind the whole team, and nobody knew the new kinds.
    op.execute("DELETE FROM work_rule WHERE contract IS NOT NULL")
    op.drop_constraint(op.f("ck_work_rule_one_scope"), "work_rule")
    op.drop_column("work_rule", "contract")
    kinds = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    op.execute(f"DELETE FROM work_rule WHERE kind IN ({kinds})")  # noqa: S608  # the names above
    _allow_kinds(KINDS_BEFORE)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_work_rule_rule_kind"), "work_rule")
    op.create_check_constraint(op.f("ck_work_rule_rule_kind"), "work_rule", f"kind IN ({allowed})")


def _check_headcount(condition: str) -> None:
    op.drop_constraint(op.f("ck_shift_template_role_headcount"), "shift_template_role")
    op.create_check_constraint(op.f("ck_shift_template_role_headcount"), "shift_template_role", condition)
