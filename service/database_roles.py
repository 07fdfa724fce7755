"""The role that the service works as: it reads and writes rows, and owns nothing.

So whoever takes over the service can alter no table, switch off no trigger, and change nothing in the activity log.
"""

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor
from sqlalchemy import make_url

# What everybody may do in a new database, and then what this role may.
STATEMENTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON activity_log FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON activity_seal, alembic_version FROM {role}",
    # As in migration 0010: a backup that was restored without privileges lets everybody seal again.
    "REVOKE ALL ON FUNCTION seal_activity(activity_log) FROM PUBLIC, {role}",
)


class OwnerServes(Exception):
    """The service would work as the owner of its tables."""


def grant(owner_url: str, service_url: str) -> str:
    """Give the role of `service_url` what the service needs, and no more; its name. To be repeated after migrations.

    The role is made where it is missing, with that URL's password, which needs CREATEROLE. Raises OwnerServes where
    both URLs have the same role, and psycopg2's errors.
    """
    wanted = make_url(service_url)
    owner = make_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg2.connect(owner)
    try:
        with connection, connection.cursor() as using:
            using.execute("SELECT current_user")
            (owner_name,) = using.fetchone() or ("",)
            name = wanted.username or owner_name
            if name == owner_name:
                raise OwnerServes(f"{name} owns the tables: give the service a role of its own")
            _make(using, name, wanted.password)
            for statement in STATEMENTS:
                using.execute(sql.SQL(statement).format(role=sql.Identifier(name)))
    finally:
        connection.close()
    return name


def _make(using: cursor, name: str, password: str | None) -> None:
    using.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
    if using.fetchone() is None:
        using.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(password)
            )
        )
