"""In which language people and teams are spoken to."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.people.models import ChatIdentity, Team, User

UNCHOSEN = "en"


def language_of_team(session: Session, team_id: int) -> str:
    """The language that most of a team's people read in chat; of several, the one of more of its managers."""
    language = func.lower(func.split_part(User.locale, "-", 1))
    in_chat = select(ChatIdentity.id).where(ChatIdentity.user_id == User.id).exists()
    spoken = (
        select(language)
        .where(User.active, User.teams.any(Team.id == team_id), in_chat)
        .group_by(language)
        .order_by(func.count().desc(), func.count().filter(User.is_manager).desc(), language)
    )
    return session.scalar(spoken.limit(1)) or UNCHOSEN
