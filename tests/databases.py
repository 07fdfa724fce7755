"""Databases that tests make and drop."""

import psycopg2


def run(server_url: str, statement: str) -> None:
    """Run one statement outside of any transaction, as those about whole databases have to be."""
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
