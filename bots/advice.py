"""What to do about an error that ends a command of the shell, where whoever installs Rota can do something.

Settings are checked by Pydantic, whose own words repeat what was given: a password of the database, or a secret.
"""

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

SETTINGS = frozenset({"Settings", "BotSettings"})
DOCTOR = "`rota doctor` looks at everything that Rota needs."
OF_REDIS = "Redis URL must specify"


def advice(error: Exception) -> str | None:
    """A sentence about this error without anything secret; None where a traceback says more."""
    match error:
        case ValidationError() if error.title in SETTINGS:
            return f"{_faults(error)}. {DOCTOR}"
        case OperationalError() if getattr(error.orig, "pgcode", None) is None:
            reason = str(error.orig).strip().partition("\n")[0]
            return f"PostgreSQL cannot be reached ({reason}): is it running, and is DATABASE_URL right?"
        case ArgumentError():
            return f"DATABASE_URL is no address such as postgresql://user:password@host:5432/database. {DOCTOR}"
        case ProgrammingError() if getattr(error.orig, "pgcode", None) == "42P01":
            return "The database has no tables of this Rota yet: run `rota migrate`."
        case ValueError() if str(error).startswith(OF_REDIS):
            return f"REDIS_URL is no address such as redis://host:6379/0. {DOCTOR}"
    return None


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']).upper()} {_reason(fault['type'], fault['msg'])}"
        for fault in error.errors(include_input=False, include_context=False)
    )


def _reason(kind: str, message: str) -> str:
    return "is not set" if kind == "missing" else message.removeprefix("Value error, ")
