"""Looks for secrets in what is under version control: tokens and keys of known shapes, and filled-in settings.

Offline, so it is a part of `make lint`. Exits with 1 where it finds any. What is no secret though it looks like one
is listed here, with the reason.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHAPES = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "token of Slack": re.compile(r"\bxox[abeprs]-\d{9,}-[\w-]{10,}|\bxapp-\d-[A-Z0-9]{9,}-\d{9,}-[0-9a-f]{32,}"),
    "webhook of Slack": re.compile(r"hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{8,}/[\w/]+"),
    "token of Telegram": re.compile(r"\b\d{8,10}:AA[\w-]{32,33}(?![\w-])"),
    "JSON Web Token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of GitHub": re.compile(r"\bgh[opsu]_\w{36,}|\bgithub_pat_\w{60,}"),
    "key of Google": re.compile(r"\bAIza[\w-]{35}\b"),
    "token of a package registry": re.compile(r"\bpypi-[\w-]{60,}|\bnpm_\w{36}\b"),
    "filled-in setting": re.compile(
        r"^\s*#?\s*(?:export )?[A-Z_]*(?:SECRET|TOKEN|PASSWORD|ENCRYPTION_KEY)[A-Z_]*"
        r"\s*[:=]\s*[\"']?(?!\$)[\w+/=-]{20,}[\"']?\s*$",
        re.MULTILINE,
    ),
}
NO_SECRET = {
    # The example of https://core.telegram.org/bots/api#authorizing-your-bot, which opens nothing.
    "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
}
# Settings are filled in there for servers that live as long as the test.
TESTS = "tests/"


def leaks(path: str, text: str) -> Iterator[tuple[int, str]]:
    """The line and the kind of each secret in a file."""
    for kind, shape in SHAPES.items():
        if kind == "filled-in setting" and path.startswith(TESTS):
            continue
        for found in shape.finditer(text):
            if not any(harmless in found.group() for harmless in NO_SECRET):
                yield text.count("\n", 0, found.start()) + 1, kind


def files() -> Iterator[tuple[str, str]]:
    """Every text file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content[:8000]:
                yield name, content.decode(errors="replace")


def main() -> int:
    """Say where secrets are."""
    found = [f"{name}:{line}: {kind}" for name, text in files() for line, kind in leaks(name, text)]
    sys.stdout.write("\n".join(found) + "\n" if found else "No secrets are under version control.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
