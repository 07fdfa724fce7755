"""Which revisions of the database this code knows. The service and `rota doctor` read it here alike."""

from functools import lru_cache
from pathlib import Path

from alembic.script import ScriptDirectory

OF_DATABASE = "SELECT version_num FROM alembic_version"
"""What tells the revision of a database."""


@lru_cache
def known() -> tuple[str, ...]:
    """Every revision that this code knows, the newest first; read once."""
    scripts = ScriptDirectory(str(Path(__file__).parent))
    return tuple(script.revision for script in scripts.walk_revisions())


def is_behind(revision: str | None) -> bool:
    """Whether a database at this revision still waits for `rota migrate`; None where it has none.

    One that is not known here was made by a newer version, which takes nothing away that this one needs.
    """
    return revision is None or revision in known()[1:]
