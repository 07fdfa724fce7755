"""The first tables: people, work, requests, runs, notifications, the activity log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_unsent", "outbox", ["not_before"], unique=False, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name=op.f("ck_role_colour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
    )
    op.create_index("uq_role_name", "role", [sa.literal_column("lower(name)")], unique=True)
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("week_start", sa.Integer(), nullable=False),
        sa.Column(
            "swap_approval",
            sa.Enum(
                "ALWAYS",
                "ACROSS_ROLES",
                "NEVER",
                name="swap_approval",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("publish_deadline_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("publish_deadline_hours >= 0", name=op.f("ck_team_publish_deadline_hours")),
        sa.CheckConstraint("week_start BETWEEN 0 AND 6", name=op.f("ck_team_week_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("handle", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("max_minutes_week", sa.Integer(), nullable=False),
        sa.Column("min_minutes_week", sa.Integer(), nullable=False),
        sa.Column("cost_per_hour", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cost_per_hour >= 0", name=op.f("ck_user_cost_per_hour")),
        sa.CheckConstraint("max_minutes_week BETWEEN 0 AND 10080", name=op.f("ck_user_max_minutes_week")),
        sa.CheckConstraint("min_minutes_week BETWEEN 0 AND max_minutes_week", name=op.f("ck_user_min_minutes_week")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("handle", name=op.f("uq_user_handle")),
    )
    op.create_index("uq_user_email", "user", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "activity_log",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_activity_log_actor_id_user")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_activity_log_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_log")),
    )
    op.create_index(op.f("ix_activity_log_actor_id"), "activity_log", ["actor_id"], unique=False)
    op.create_index("ix_activity_log_entity", "activity_log", ["entity", "entity_id"], unique=False)
    op.create_index("ix_activity_log_team", "activity_log", ["team_id", "id"], unique=False)
    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_availability_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
    )
    op.create_index(op.f("ix_availability_user_id"), "availability", ["user_id"], unique=False)
    op.create_table(
        "chat_channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_chat_channel_team_id_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_channel")),
        sa.UniqueConstraint(
            "platform",
            "workspace",
            "external_id",
            "thread",
            name=op.f("uq_chat_channel_platform_workspace_external_id_thread"),
        ),
    )
    op.create_index(op.f("ix_chat_channel_team_id"), "chat_channel", ["team_id"], unique=False)
    op.create_table(
        "chat_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_chat_identity_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_identity")),
        sa.UniqueConstraint(
            "platform", "workspace", "external_id", name=op.f("uq_chat_identity_platform_workspace_external_id")
        ),
        sa.UniqueConstraint(
            "platform", "workspace", "user_id", name=op.f("uq_chat_identity_platform_workspace_user_id")
        ),
    )
    op.create_index(op.f("ix_chat_identity_user_id"), "chat_identity", ["user_id"], unique=False)
    op.create_table(
        "link_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_link_code_one_target")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_link_code_team_id_team"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_link_code_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_code_code_hash")),
    )
    op.create_index(op.f("ix_link_code_team_id"), "link_code", ["team_id"], unique=False)
    op.create_index(op.f("ix_link_code_user_id"), "link_code", ["user_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_notification_one_audience")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_notification_team_id_team"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notification_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_notification_dedupe_key")),
    )
    op.create_index(op.f("ix_notification_team_id"), "notification", ["team_id"], unique=False)
    op.create_index(op.f("ix_notification_user_id"), "notification", ["user_id"], unique=False)
    op.create_table(
        "optimization_config",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("under_weight", sa.Integer(), nullable=False),
        sa.Column("over_weight", sa.Integer(), nullable=False),
        sa.Column("fairness_weight", sa.Integer(), nullable=False),
        sa.Column("preference_weight", sa.Integer(), nullable=False),
        sa.Column("cost_weight", sa.Integer(), nullable=False),
        sa.Column("stability_weight", sa.Integer(), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=False),
        sa.CheckConstraint("gap BETWEEN 0 AND 1", name=op.f("ck_optimization_config_gap")),
        sa.CheckConstraint(
            "time_limit_seconds BETWEEN 1 AND 3600", name=op.f("ck_optimization_config_time_limit_seconds")
        ),
        sa.CheckConstraint(
            "under_weight >= 0 AND over_weight >= 0 AND fairness_weight >= 0 AND preference_weight >= 0 AND cost_weight >= 0 AND stability_weight >= 0",
            name=op.f("ck_optimization_config_weights"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_optimization_config_team_id_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_optimization_config")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_optimization_config_team_id_name")),
    )
    op.create_index(
        "uq_optimization_config_default",
        "optimization_config",
        ["team_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "refresh_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_refresh_token_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_token_token_hash")),
    )
    op.create_index(op.f("ix_refresh_token_family"), "refresh_token", ["family"], unique=False)
    op.create_index(op.f("ix_refresh_token_user_id"), "refresh_token", ["user_id"], unique=False)
    op.create_table(
        "shift_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("start_time", sa.Time(), nullable=False),
        sa.Column("end_time", sa.Time(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "cardinality(weekdays) > 0 AND weekdays <@ '{0,1,2,3,4,5,6}'", name=op.f("ck_shift_template_weekdays")
        ),
        sa.CheckConstraint("break_minutes >= 0", name=op.f("ck_shift_template_break_minutes")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_shift_template_team_id_team"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_template")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_shift_template_team_id_name")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_member_team_id_team"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_team_member_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_user_id"), "team_member", ["user_id"], unique=False)
    op.create_table(
        "time_off_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "VACATION",
                "SICK",
                "PERSONAL",
                "OTHER",
                name="time_off_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "APPROVED",
                "REJECTED",
                "CANCELLED",
                name="time_off_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(user_id, user_id, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            where=sa.text("status = 'APPROVED'"),
            using="gist",
            name="ex_time_off_request_approved_overlap",
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name=op.f("ck_time_off_request_during"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_time_off_request_decided_by_user")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_time_off_request_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off_request")),
    )
    op.create_index(op.f("ix_time_off_request_user_id"), "time_off_request", ["user_id"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_index(op.f("ix_user_role_role_id"), "user_role", ["role_id"], unique=False)
    op.create_table(
        "user_weekly_hours",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("scheduled_minutes", sa.Integer(), nullable=False),
        sa.Column("max_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scheduled_minutes BETWEEN 0 AND max_minutes", name=op.f("ck_user_weekly_hours_within_limit")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_weekly_hours_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "week_start", name=op.f("pk_user_weekly_hours")),
    )
    op.create_table(
        "weekly_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "ARCHIVED",
                name="week_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["user.id"], name=op.f("fk_weekly_schedule_published_by_user")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_weekly_schedule_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_schedule")),
        sa.UniqueConstraint("id", "week_start", name=op.f("uq_weekly_schedule_id_week_start")),
        sa.UniqueConstraint("team_id", "week_start", name=op.f("uq_weekly_schedule_team_id_week_start")),
    )
    op.create_table(
        "work_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
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
                name="rule_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_work_rule_value")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_work_rule_weight")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_work_rule_team_id_team"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_work_rule_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_rule")),
    )
    op.create_index(op.f("ix_work_rule_team_id"), "work_rule", ["team_id"], unique=False)
    op.create_index(op.f("ix_work_rule_user_id"), "work_rule", ["user_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "SENDING",
                "UNCERTAIN",
                "SENT",
                "DEAD",
                name="delivery_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_message_id", sa.String(length=128), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notification.id"],
            name=op.f("fk_delivery_notification_id_notification"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notification_id",
            "platform",
            "workspace",
            "target",
            "thread",
            name=op.f("uq_delivery_notification_id_platform_workspace_target_thread"),
        ),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('PENDING', 'SENDING', 'UNCERTAIN')"),
    )
    op.create_table(
        "employee_preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.CheckConstraint("(start_time IS NULL) = (end_time IS NULL)", name=op.f("ck_employee_preference_times")),
        sa.CheckConstraint(
            "num_nonnulls(weekday, on_date, template_id, start_time) > 0",
            name=op.f("ck_employee_preference_says_something"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_employee_preference_weekday")),
        sa.CheckConstraint("weight BETWEEN 1 AND 1000", name=op.f("ck_employee_preference_weight")),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["shift_template.id"],
            name=op.f("fk_employee_preference_template_id_shift_template"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_employee_preference_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_preference")),
    )
    op.create_index(op.f("ix_employee_preference_template_id"), "employee_preference", ["template_id"], unique=False)
    op.create_index(op.f("ix_employee_preference_user_id"), "employee_preference", ["user_id"], unique=False)
    op.create_table(
        "planned_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekly_schedule_id", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column(
            "minutes",
            sa.Integer(),
            sa.Computed(
                "(extract(epoch FROM upper(during) - lower(during)) / 60)::int - break_minutes", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during) AND lower_inc(during) AND NOT upper_inc(during) AND upper(during) - lower(during) < interval '24 hours'",
            name=op.f("ck_planned_shift_during"),
        ),
        sa.CheckConstraint("break_minutes >= 0 AND minutes > 0", name=op.f("ck_planned_shift_minutes")),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["shift_template.id"],
            name=op.f("fk_planned_shift_template_id_shift_template"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["weekly_schedule_id", "week_start"],
            ["weekly_schedule.id", "weekly_schedule.week_start"],
            name=op.f("fk_planned_shift_weekly_schedule_id_week_start_weekly_schedule"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_shift")),
        sa.UniqueConstraint("id", "during", "minutes", "week_start", name="uq_planned_shift_copied"),
    )
    op.create_index(op.f("ix_planned_shift_template_id"), "planned_shift", ["template_id"], unique=False)
    op.create_index(
        op.f("ix_planned_shift_weekly_schedule_id"), "planned_shift", ["weekly_schedule_id"], unique=False
    )
    op.create_table(
        "scheduling_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekly_schedule_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("first_week", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("config_id", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=100), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "PENDING",
                "RUNNING",
                "SUCCESS",
                "FAILED",
                "CANCELLED",
                name="run_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "solver_status",
            sa.Enum(
                "OPTIMAL",
                "FEASIBLE",
                "INFEASIBLE",
                "NO_SOLUTION_FOUND",
                name="solver_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("progress", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("origin", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("objective", sa.Integer(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.Column("runtime_seconds", sa.Double(), nullable=True),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("filled", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(team_id, team_id, '[]')"), "&&"),
            (sa.text("daterange(first_week, first_week + weeks * 7)"), "&&"),
            where=sa.text("status IN ('PENDING', 'RUNNING')"),
            using="gist",
            name="ex_scheduling_run_active",
        ),
        sa.CheckConstraint("weeks BETWEEN 1 AND 5", name=op.f("ck_scheduling_run_weeks")),
        sa.ForeignKeyConstraint(
            ["config_id"], ["optimization_config.id"], name=op.f("fk_scheduling_run_config_id_optimization_config")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["user.id"], name=op.f("fk_scheduling_run_requested_by_user")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_scheduling_run_team_id_team")),
        sa.ForeignKeyConstraint(
            ["weekly_schedule_id"],
            ["weekly_schedule.id"],
            name=op.f("fk_scheduling_run_weekly_schedule_id_weekly_schedule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduling_run")),
        sa.UniqueConstraint(
            "requested_by", "idempotency_key", name=op.f("uq_scheduling_run_requested_by_idempotency_key")
        ),
    )
    op.create_index(
        "ix_scheduling_run_active",
        "scheduling_run",
        ["heartbeat_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('PENDING', 'RUNNING')"),
    )
    op.create_index(
        op.f("ix_scheduling_run_weekly_schedule_id"), "scheduling_run", ["weekly_schedule_id"], unique=False
    )
    op.create_table(
        "shift_template_role",
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("under_weight", sa.Integer(), nullable=True),
        sa.Column("over_weight", sa.Integer(), nullable=True),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_shift_template_role_headcount")),
        sa.CheckConstraint("maximum >= headcount", name=op.f("ck_shift_template_role_maximum")),
        sa.CheckConstraint("minimum BETWEEN 0 AND headcount", name=op.f("ck_shift_template_role_minimum")),
        sa.CheckConstraint("under_weight >= 0 AND over_weight >= 0", name=op.f("ck_shift_template_role_weights")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_shift_template_role_role_id_role")),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["shift_template.id"],
            name=op.f("fk_shift_template_role_template_id_shift_template"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("template_id", "role_id", name=op.f("pk_shift_template_role")),
    )
    op.create_table(
        "planned_shift_role",
        sa.Column("planned_shift_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("under_weight", sa.Integer(), nullable=True),
        sa.Column("over_weight", sa.Integer(), nullable=True),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_planned_shift_role_headcount")),
        sa.CheckConstraint("maximum >= headcount", name=op.f("ck_planned_shift_role_maximum")),
        sa.CheckConstraint("minimum BETWEEN 0 AND headcount", name=op.f("ck_planned_shift_role_minimum")),
        sa.CheckConstraint("under_weight >= 0 AND over_weight >= 0", name=op.f("ck_planned_shift_role_weights")),
        sa.ForeignKeyConstraint(
            ["planned_shift_id"],
            ["planned_shift.id"],
            name=op.f("fk_planned_shift_role_planned_shift_id_planned_shift"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_planned_shift_role_role_id_role")),
        sa.PrimaryKeyConstraint("planned_shift_id", "role_id", name=op.f("pk_planned_shift_role")),
    )
    op.create_table(
        "scheduling_solution",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("planned_shift_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["planned_shift_id"],
            ["planned_shift.id"],
            name=op.f("fk_scheduling_solution_planned_shift_id_planned_shift"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_scheduling_solution_role_id_role")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["scheduling_run.id"],
            name=op.f("fk_scheduling_solution_run_id_scheduling_run"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_scheduling_solution_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "planned_shift_id", "user_id", name=op.f("pk_scheduling_solution")),
    )
    op.create_index(
        op.f("ix_scheduling_solution_planned_shift_id"), "scheduling_solution", ["planned_shift_id"], unique=False
    )
    op.create_index(op.f("ix_scheduling_solution_user_id"), "scheduling_solution", ["user_id"], unique=False)
    op.create_table(
        "shift_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_shift_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "PROPOSED",
                "CONFIRMED",
                "CANCELLED",
                name="assignment_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "SOLVER",
                "MANAGER",
                "TRADE",
                "IMPORT",
                name="assignment_source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(user_id, user_id, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            where=sa.text("status = 'CONFIRMED'"),
            using="gist",
            name="ex_shift_assignment_confirmed_overlap",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(user_id, user_id, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            where=sa.text("status = 'PROPOSED'"),
            using="gist",
            name="ex_shift_assignment_proposed_overlap",
        ),
        sa.ForeignKeyConstraint(
            ["planned_shift_id", "during", "minutes", "week_start"],
            ["planned_shift.id", "planned_shift.during", "planned_shift.minutes", "planned_shift.week_start"],
            name="fk_shift_assignment_copied",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["planned_shift_id", "role_id"],
            ["planned_shift_role.planned_shift_id", "planned_shift_role.role_id"],
            name=op.f("fk_shift_assignment_planned_shift_id_role_id_planned_shift_role"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "role_id"],
            ["user_role.user_id", "user_role.role_id"],
            name=op.f("fk_shift_assignment_user_id_role_id_user_role"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_shift_assignment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_assignment")),
    )
    op.create_index(
        op.f("ix_shift_assignment_planned_shift_id"), "shift_assignment", ["planned_shift_id"], unique=False
    )
    op.create_index("ix_shift_assignment_user_week", "shift_assignment", ["user_id", "week_start"], unique=False)


def downgrade() -> None:
    op.drop_table("shift_assignment")
    op.drop_table("scheduling_solution")
    op.drop_table("planned_shift_role")
    op.drop_table("shift_template_role")
    op.drop_table("scheduling_run")
    op.drop_table("planned_shift")
    op.drop_table("employee_preference")
    op.drop_table("delivery")
    op.drop_table("work_rule")
    op.drop_table("weekly_schedule")
    op.drop_table("user_weekly_hours")
    op.drop_table("user_role")
    op.drop_table("time_off_request")
    op.drop_table("team_member")
    op.drop_table("shift_template")
    op.drop_table("refresh_token")
    op.drop_table("optimization_config")
    op.drop_table("notification")
    op.drop_table("link_code")
    op.drop_table("chat_identity")
    op.drop_table("chat_channel")
    op.drop_table("availability")
    op.drop_table("activity_log")
    op.drop_table("user")
    op.drop_table("team")
    op.drop_table("role")
    op.drop_table("outbox")
