"""What people bring along besides roles: a skill has one spelling for everybody, a level, and perhaps an end."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.activity.service import record
from service.people.models import User, UserSkill
from service.people.users import find_managed_user
from service.schemas.people import Person, Skill, SkillsRead, SkillsWrite


def skills_of(session: Session, user: User) -> SkillsRead:
    """A person's skills, by name."""
    rows = session.scalars(select(UserSkill).where(UserSkill.user_id == user.id).order_by(UserSkill.name))
    skills = [Skill(name=row.name, level=row.level, until=row.until) for row in rows]
    return SkillsRead(person=Person(id=user.id, name=user.name, handle=user.handle), skills=skills)


def set_skills(session: Session, actor: User, user_id: int, wanted: SkillsWrite) -> SkillsRead:
    """Say anew what a person brings along; their managers only."""
    user = find_managed_user(session, actor, user_id)
    before = skills_of(session, user)
    known = spellings(session, (skill.name for skill in wanted.skills))
    session.execute(delete(UserSkill).where(UserSkill.user_id == user.id))
    session.add_all(
        UserSkill(
            user_id=user.id, name=known.get(skill.name.casefold(), skill.name), level=skill.level, until=skill.until
        )
        for skill in wanted.skills
    )
    session.flush()
    after = skills_of(session, user)
    if before != after:
        # The log can never be changed, and people can ask to be forgotten: what they can do is not in it.
        record(
            session,
            actor_id=actor.id,
            action="user.skills",
            entity="user",
            entity_id=user.id,
            before={"skills": len(before.skills)},
            after={"skills": len(after.skills)},
        )
    return after


def spellings(session: Session, names: Iterable[str]) -> dict[str, str]:
    """How skills that somebody has are spelled, by their names in lower case."""
    wanted = {name.casefold() for name in names}
    found = session.scalars(
        select(UserSkill.name).where(func.lower(UserSkill.name).in_(wanted)).distinct().order_by(UserSkill.name)
    )
    return {name.casefold(): name for name in found}
