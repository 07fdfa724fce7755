"""How PostgreSQL must log, so that what people are called and wrote does not end up in its log.

By default it writes each refused statement there with all its values, and the row that it clashed with: a taken
address is enough. Only a superuser can change that.
"""

SETTINGS = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
"""What Rota's own servers are started with; docs/deploy.md says how others get it."""
# Off by default; whoever switches them on has everything in the log.
LEFT_OFF = {"log_statement": "none", "log_min_duration_statement": "-1"}
AS_IT_IS = "SELECT name, setting FROM pg_settings"


def changes() -> tuple[str, ...]:
    """The statements of a superuser that make it so, each outside of a transaction."""
    return (*(f"ALTER SYSTEM SET {name} = {value}" for name, value in SETTINGS.items()), "SELECT pg_reload_conf()")


def faults(as_it_is: dict[str, str]) -> list[str]:
    """The settings of a server that let it write down what people wrote, each with its value."""
    wanted = SETTINGS | LEFT_OFF
    return [f"{name} = {as_it_is[name]}" for name, value in wanted.items() if as_it_is.get(name, value) != value]
