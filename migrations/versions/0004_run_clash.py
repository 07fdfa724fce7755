"""What an impossible run's rules clash in, and what would help."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheduling_run", sa.Column("clash", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("scheduling_run", "clash")
