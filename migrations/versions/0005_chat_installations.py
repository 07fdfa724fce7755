"""Where the bots are installed, with the workspace's token sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chat_installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("bot_user", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(2000), nullable=False),
        sa.Column("installed_by", sa.String(64), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sealed_token IS NULL) = (removed_at IS NOT NULL)",
            name=op.f("ck_chat_installation_token_until_removed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_installation")),
        sa.UniqueConstraint("platform", "workspace", name=op.f("uq_chat_installation_platform_workspace")),
    )


def downgrade() -> None:
    op.drop_table("chat_installation")
