"""What a manager wrote when they refused a trade, where it can be forgotten: it stood in the activity log alone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Processes of the version before write rows without one.
    op.add_column("swap_request", sa.Column("decision_note", sa.String(300), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("swap_request", "decision_note")
