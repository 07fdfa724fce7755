"""Rotations: days that go round in a fixed order, as a kind of work rule."""

from alembic import op

revision = "0016"
down_revision = "0015"
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
    _allow_kinds((*KINDS_BEFORE, "ROTATION"))


def downgrade() -> None:
    # Nobody knew the kind.
    op.execute("DELETE FROM work_rule WHERE kind = 'ROTATION'")
    _allow_kinds(KINDS_BEFORE)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint(op.f("ck_work_rule_rule_kind"), "work_rule")
    op.create_check_constraint(op.f("ck_work_rule_rule_kind"), "work_rule", f"kind IN ({allowed})")
