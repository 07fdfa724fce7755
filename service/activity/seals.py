"""Whether the activity log is as it was written: the chain of its seals, computed anew.

Whoever owns the database could write the whole chain anew. So its head is told to the logs every hour, and can be
kept anywhere else: a chain that lacks a head that was told is not the one that was there.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.activity.models import ActivitySeal

AT_ONCE = 5000
# A seal without its entry, and an entry without its seal, are found too.
CHAIN = text("""
    SELECT seal.position, seal.activity_id, seal.hash, entry.id,
           jsonb_build_array(
               entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.actor_id,
               entry.team_id, entry.platform, entry.action, entry.entity, entry.entity_id, entry.before, entry.after
           )::text
    FROM activity_seal AS seal FULL JOIN activity_log AS entry ON entry.id = seal.activity_id
    ORDER BY seal.position NULLS LAST, entry.id
""")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the number of entries and the hash over them all."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"

    @classmethod
    def parse(cls, told: str) -> "Head":
        """From text as `rota audit` and the logs tell it. Raises ValueError."""
        position, _, value = told.partition(":")
        if len(bytes.fromhex(value)) != hashlib.sha256().digest_size:
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(position), value.lower())


EMPTY = Head(0, "")


def head(session: Session) -> Head:
    """Where the chain ends now."""
    newest = session.scalar(select(ActivitySeal).order_by(ActivitySeal.position.desc()).limit(1))
    return EMPTY if newest is None else Head(newest.position, newest.hash.hex())


def faults(session: Session, *, remembered: Head = EMPTY) -> Iterator[str]:
    """What is not as it was written, one sentence each; `remembered` is a head from earlier."""
    previous, expected, told = b"", 1, remembered == EMPTY
    for position, activity_id, seal, entry_id, content in session.execute(
        CHAIN, execution_options={"yield_per": AT_ONCE}
    ):
        if position is None:
            yield f"Entry {entry_id} was written past the seals."
            continue
        if position != expected:
            yield f"Seals {expected} to {position - 1} are missing."
        elif entry_id is None:
            yield f"Entry {activity_id} is missing."
        elif hashlib.sha256(previous + f"{position} {content}".encode()).digest() != bytes(seal):
            yield f"Entry {activity_id}, or its seal, was changed."
        if position == remembered.position:
            told = bytes(seal).hex() == remembered.hash
        # From what is there, so that one change is told once.
        previous, expected = bytes(seal), position + 1
    if not told:
        yield f"The log is not the one that ended with {remembered}."
