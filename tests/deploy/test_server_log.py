"""PostgreSQL's own log: `rota doctor` says where people's names would end up in it, and the demo's has none."""

import psycopg2
from sqlalchemy import make_url

from bots import server_log
from bots.doctor import Health, _look_at_server_log

AS_IT_COMES = {
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


def for_this_database(url: str, **settings: str) -> None:
    """Make these the settings of all who connect from now on."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f'ALTER DATABASE "{make_url(url).database}" SET {name} = {value}')
    connection.close()


def test_the_doctor_says_what_would_let_people_into_the_log(fresh_database: str) -> None:
    for_this_database(fresh_database, **server_log.SETTINGS)
    assert _look_at_server_log(fresh_database).health is Health.GOOD
    for_this_database(fresh_database, log_min_error_statement="error", log_min_duration_statement="1000")
    found = _look_at_server_log(fresh_database)
    assert found.health is Health.BAD
    assert "log_min_error_statement = error, log_min_duration_statement = 1000" in found.sentence
    assert "docs/deploy.md" in found.sentence


def test_a_server_as_it_comes_writes_down_what_it_refuses() -> None:
    assert server_log.faults(AS_IT_COMES) == ["log_min_error_statement = error", "log_error_verbosity = default"]
    assert server_log.faults(AS_IT_COMES | server_log.SETTINGS) == []
    assert server_log.faults({}) == [], "what cannot be read is not found fault with"
