"""What no log may say: who somebody is, how to reach them, why they are away, and whatever opens a door."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from bots.demo import sample
from service.people.models import User

# Access tokens, tokens of the platforms, and passwords in addresses.
TOKENS = re.compile(r"eyJ[\w-]{10,}|xox[a-z]-[\w-]+|xapp-[\w-]+|\d{6,}:[\w-]{30,}|://[^/\s:@]*:[^/\s@]+@")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def told_by(logs: str, database_url: str, secrets: Iterable[str] = ()) -> list[str]:
    """Each line that says something that it should not, with what that is; empty where all is well."""
    with sample.transaction(database_url) as session:
        people = session.execute(select(User.name, User.handle)).all()
    words = {word for name, handle in people for word in (name, *name.split(), handle) if len(word) > 2}
    named = re.compile(
        rf"\b({'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})\b", re.IGNORECASE
    )
    return [
        f"{found}: {line[:400]}"
        for line in logs.splitlines()
        for found in _found(line, named, [secret for secret in secrets if secret])
    ]


def _found(line: str, named: re.Pattern[str], secrets: Iterable[str]) -> Iterator[str]:
    for pattern in (TOKENS, ADDRESS, named):
        yield from (match.group() for match in pattern.finditer(line))
    yield from (secret for secret in secrets if secret in line)
