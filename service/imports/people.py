"""Teams, roles and people of a workbook."""

import re
import unicodedata
from typing import Any

from sqlalchemy import select

from service.imports.loading import Loading, know
from service.imports.workbook import Row
from service.people.models import Role, Team, User, UserSkill
from service.people.skills import spellings
from service.scheduling.models import OptimizationConfig
from service.schemas.people import RoleWrite, SkillsWrite, TeamWrite, UserWrite
from service.shifts.service import has_weeks

OF_TEAM = {
    "time_zone": "time_zone",
    "week_start": "week_starts",
    "swap_approval": "swap_approval",
    "publish_deadline_hours": "publish_deadline_hours",
}
"""What a row may say of a team, and its column."""
OF_PERSON = {
    "handle": "handle",
    "is_manager": "manager",
    "max_minutes_week": "max_hours_week",
    "min_minutes_week": "min_hours_week",
    "cost_per_hour": "cost_per_hour",
    "contract": "contract",
    "locale": "language",
    "time_zone": "time_zone",
}
"""What a row may say of a person, and its column."""
PALETTE = ("#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2", "#dc2626", "#65a30d", "#64748b")


def load_teams(loading: Loading) -> None:
    """Create or update every team; a new one gets a default config. What a row leaves out stays as it is."""
    for row in loading.rows("teams"):
        values = row.values
        written = loading.checked(
            row,
            TeamWrite,
            OF_TEAM | {"name": "team"},
            name=values["team"],
            **{field: values[column] for field, column in OF_TEAM.items() if column in values},
        )
        if written is None:
            continue
        team = loading.teams.get(written.name.lower())
        if team is None:
            team = loading.teams[written.name.lower()] = Team(**written.model_dump())
            loading.session.add(team)
        elif _keeps_weeks_whole(loading, row, team, written):
            for key, value in written.model_dump(exclude={"name"}, exclude_unset=True).items():
                setattr(team, key, value)
        loading.session.flush()
        ensure_default_config(loading, team)


def _keeps_weeks_whole(loading: Loading, row: Row, team: Team, written: TeamWrite) -> bool:
    """Weeks and shifts that are there were laid out in the team's zone, from its first day on."""
    moved = [
        field
        for field in ("time_zone", "week_start")
        if field in written.model_fields_set and getattr(written, field) != getattr(team, field)
    ]
    if not moved or not has_weeks(loading.session, team.id):
        return True
    for field in moved:
        loading.fault(row, OF_TEAM[field], "cannot change once there are weeks")
    return False


def ensure_default_config(loading: Loading, team: Team) -> None:
    """Give the team a config to optimise with, unless it has one."""
    default = select(OptimizationConfig).where(OptimizationConfig.team_id == team.id, OptimizationConfig.is_default)
    if loading.session.scalar(default) is None:
        loading.session.add(OptimizationConfig(team_id=team.id, name="Standard", is_default=True))


def load_roles(loading: Loading) -> None:
    """Create or recolour roles; those that only people or templates name are created too."""
    for row in loading.rows("roles"):
        colour = {"colour": row.values["colour"].lower()} if "colour" in row.values else {}
        written = loading.checked(row, RoleWrite, {"name": "role"}, name=row.values["role"], **colour)
        if written is not None:
            role = ensure_role(loading, written.name)
            if colour:
                role.colour = written.colour
    for row in loading.rows("people"):
        for name in row.values.get("roles", ()):
            ensure_named(loading, row, "roles", name)
    loading.session.flush()


def ensure_named(loading: Loading, row: Row, column: str, name: str) -> Role | None:
    """The role that a cell names, created where it is new; None, and a fault, for what is no name of a role."""
    written = loading.checked(row, RoleWrite, {"name": column}, name=name)
    return None if written is None else ensure_role(loading, written.name)


def ensure_role(loading: Loading, name: str) -> Role:
    """The role of that name, created with the next colour where it is new."""
    role = loading.roles.get(name.lower())
    if role is None:
        role = Role(name=name, colour=PALETTE[len(loading.roles) % len(PALETTE)])
        loading.roles[name.lower()] = role
        loading.session.add(role)
    return role


def load_people(loading: Loading) -> None:
    """Create people, or update those whose email is known.

    What a row leaves out stays as it is. Roles and teams are added, never taken away.
    """
    emails: dict[str, int] = {}
    for row in loading.rows("people"):
        email = row.values["email"].lower()
        if email in emails:
            loading.fault(row, "email", f"is the same as in row {emails[email]}")
            continue
        emails[email] = row.number
        _load_person(loading, row)
    loading.session.flush()


def _load_person(loading: Loading, row: Row) -> None:
    values = row.values
    teams = _teams(loading, row)
    named = (loading.roles.get(name.lower()) for name in values.get("roles", ()))
    roles = [role for role in named if role is not None]
    user = loading.people.get(values["email"].lower())
    said = {field: values[column] for field, column in OF_PERSON.items() if column in values}
    if "handle" in said:
        said["handle"] = said["handle"].lower().removeprefix("@")
    written = loading.checked(
        row, UserWrite, OF_PERSON, name=values["name"], email=values["email"], **(_unsaid(values, user) | said)
    )
    if written is None:
        return
    holder = loading.people.get(written.handle)
    if holder is not None and holder is not user:
        loading.fault(row, "handle", f"{written.handle!r} belongs to {holder.name}")
        return
    if user is None:
        user = User(**written.model_dump(exclude={"role_ids", "team_ids"}), roles=[], teams=[])
        loading.session.add(user)
    else:
        for key, value in written.model_dump(exclude_unset=True).items():
            setattr(user, key, value)
    user.roles.extend(role for role in dict.fromkeys(roles) if role not in user.roles)
    user.teams.extend(team for team in teams if team not in user.teams)
    know(loading, user)
    _learn(loading, row, user)


def _unsaid(values: dict[str, Any], user: User | None) -> dict[str, Any]:
    """What must be known of a person to judge a row: a handle and, of somebody known, both limits of hours."""
    if user is None:
        return {"handle": handle_from(values["email"])}
    return {
        "handle": user.handle,
        "max_minutes_week": user.max_minutes_week,
        "min_minutes_week": user.min_minutes_week,
    }


def _learn(loading: Loading, row: Row, user: User) -> None:
    """Add the skills of a row, or say their level and end anew; none is taken away."""
    if "skills" not in row.values:
        return
    written = loading.checked(row, SkillsWrite, {}, skills=row.values["skills"])
    if written is None:
        return
    loading.session.flush()
    known = spellings(loading.session, (skill.name for skill in written.skills))
    for skill in written.skills:
        name = known.get(skill.name.casefold(), skill.name)
        loading.session.merge(UserSkill(user_id=user.id, name=name, level=skill.level, until=skill.until))


def _teams(loading: Loading, row: Row) -> list[Team]:
    if "teams" not in row.values:
        team = loading.team(row)
        return [team] if team is not None else []
    found = []
    for name in row.values["teams"]:
        team = loading.teams.get(name.lower())
        if team is None:
            loading.fault(row, "teams", f"{name!r} is not known; see the sheet teams")
        else:
            found.append(team)
    return found


def handle_from(email: str) -> str:
    """A short name for chat out of an email address."""
    local = unicodedata.normalize("NFKD", email.partition("@")[0]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._-]", "", local.lower()).lstrip("._-") or "someone"
