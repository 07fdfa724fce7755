"""The sample business: a restaurant of 28 people whose weeks are this one (published) and the next (empty).

It comes in through the same door as real data: the CSV files of `restaurant/`, with their dates moved to today, are
imported. They stay in the data folder, for whoever wants to change them and import them again.
"""

import contextlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bots.terminal.console import channel_of
from service.db import make_engine
from service.imports.service import import_workbook
from service.people.models import ChatChannel, ChatIdentity, Team, User

PLATFORM = "terminal"
RESTAURANT = Path(__file__).parent / "restaurant"
RESTAURANT_ZONE = ZoneInfo("Europe/Berlin")
DATE = re.compile(r"\bthis_week(?:\+(\d+))?\b")


@contextlib.contextmanager
def transaction(database_url: str) -> Iterator[Session]:
    """A session on that database, committed at the end of the block."""
    engine = make_engine(database_url)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        engine.dispose()


def fill_if_empty(database_url: str, data_dir: Path) -> bool:
    """Bring the restaurant into a database without teams; says whether it did."""
    with transaction(database_url) as session:
        if session.scalar(select(Team.id).limit(1)) is not None:
            return False
        folder = data_dir / "sample"
        write_sample(folder, today=datetime.now(RESTAURANT_ZONE).date())
        import_workbook(session, folder)
        link_terminal(session)
        return True


def write_sample(folder: Path, *, today: date) -> None:
    """Write the restaurant's CSV files to `folder`, dated so that `today` is in its published week."""
    folder.mkdir(parents=True, exist_ok=True)
    monday = today - timedelta(days=today.weekday())
    for source in sorted(RESTAURANT.glob("*.csv")):
        text = DATE.sub(
            lambda match: (monday + timedelta(days=int(match[1] or 0))).isoformat(),
            source.read_text(encoding="utf-8"),
        )
        (folder / source.name).write_text(text, encoding="utf-8")


def link_terminal(session: Session) -> None:
    """Give everybody an account, and every team a channel, on the terminal."""
    linked = select(ChatIdentity.user_id).where(ChatIdentity.platform == PLATFORM)
    for user in session.scalars(select(User).where(User.id.not_in(linked))):
        session.add(ChatIdentity(platform=PLATFORM, external_id=user.handle, user_id=user.id))
    channelled = select(ChatChannel.team_id).where(ChatChannel.platform == PLATFORM)
    for team in session.scalars(select(Team).where(Team.id.not_in(channelled))):
        session.add(ChatChannel(platform=PLATFORM, external_id=channel_of(team.name), team_id=team.id))


def people_to_type(session: Session, *, team_limit: int = 5) -> list[tuple[str, list[str], list[str]]]:
    """For each team: its name, its managers' handles, and those of some employees."""
    teams = session.scalars(select(Team).options(selectinload(Team.members)).order_by(Team.id).limit(team_limit))
    return [
        (
            team.name,
            [user.handle for user in team.members if user.is_manager and user.active],
            [user.handle for user in team.members if not user.is_manager and user.active],
        )
        for team in teams
    ]
