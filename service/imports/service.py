"""`import_workbook`: a whole business from spreadsheets, or nothing."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from service.activity import service as activity
from service.imports import loading, people, rules, shifts, wishes, workbook
from service.imports.faults import ImportRefused

STEPS = (
    people.load_teams,
    people.load_roles,
    people.load_people,
    shifts.load_templates,
    shifts.load_weeks,
    shifts.load_assignments,
    wishes.load_time_off,
    wishes.load_availability,
    wishes.load_preferences,
    rules.load_rules,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import brought in: the number of rows of each sheet, and the teams concerned.

    `left_alone` counts the assignments that were not brought in, since people were told of their weeks before.
    """

    rows: dict[str, int]
    team_ids: tuple[int, ...]
    left_alone: int = 0


def import_workbook(session: Session, path: Path, *, actor_id: int | None = None) -> Imported:
    """Bring in the workbook (.xlsx, or a folder of .csv) at `path`.

    Importing a corrected file again updates what the first brought in; weeks that people were told of stay as they
    are. Raises ImportRefused with every bad cell;
    the caller's transaction must then be rolled back.
    """
    under_way = loading.begin(session, workbook.read(path))
    for step in STEPS:
        step(under_way)
    session.flush()
    if under_way.faults:
        raise ImportRefused(tuple(under_way.faults))
    teams = [team for row in under_way.rows("teams") if (team := under_way.teams.get(row.values["team"].lower()))]
    for team in teams:
        activity.record(
            session,
            actor_id=actor_id,
            team_id=team.id,
            action="imported",
            entity="team",
            entity_id=team.id,
            after={"rows": under_way.written},
        )
    return Imported(
        rows=under_way.written,
        team_ids=tuple(team.id for team in teams),
        left_alone=under_way.left_alone.get("assignments", 0),
    )
