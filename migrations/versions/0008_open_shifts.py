"""Open shifts: claims collected for a while, replacements asked in waves, reminders sent once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("swap_request", sa.Column("claims_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("swap_request", sa.Column("wave", sa.Integer(), server_default="0", nullable=False))
    op.add_column("swap_request", sa.Column("wave_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("swap_request", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("reminded_at", "wave_until", "wave", "claims_until"):
        op.drop_column("swap_request", column)
