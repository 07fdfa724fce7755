"""Channels of a team for its trades."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_channel", sa.Column("purpose", sa.String(32), server_default="WEEKS", nullable=False))
    op.create_check_constraint(
        op.f("ck_chat_channel_channel_purpose"), "chat_channel", "purpose IN ('WEEKS', 'TRADES')"
    )


def downgrade() -> None:
    # A channel for trades would be taken for one of weeks.
    op.execute("DELETE FROM chat_channel WHERE purpose = 'TRADES'")
    op.drop_column("chat_channel", "purpose")
