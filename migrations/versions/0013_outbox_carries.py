"""What a row of the outbox carries to its work: the version of its message, and the trace that it belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Processes of the version before write rows without either: version 1, and no trace.
    op.add_column("outbox", sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("outbox", sa.Column("traceparent", sa.String(64)))


def downgrade() -> None:
    op.drop_column("outbox", "traceparent")
    op.drop_column("outbox", "version")
