"""What Rota was configured with, for commands that must speak also where it is incomplete."""

import os
from pathlib import Path

from dotenv import dotenv_values


def read_configuration() -> dict[str, str]:
    """The environment over `.env` over the files of ROTA_SECRETS_DIR, as the settings read them."""
    folder = os.environ.get("ROTA_SECRETS_DIR")
    files = sorted(Path(folder).iterdir()) if folder else []
    secrets = {path.name.upper(): path.read_text().strip() for path in files if path.is_file()}
    file = {key.upper(): value for key, value in dotenv_values(Path(".env")).items() if value}
    return secrets | file | {key.upper(): value for key, value in os.environ.items() if value}
