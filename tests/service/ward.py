"""A ward with early, late and night shifts, and a body of every kind of work rule about it."""

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.people.models import UserSkill
from service.scheduling.models import OptimizationConfig
from service.scheduling.problem import Loaded, Scope, load_weeks
from service.schemas.requests import RuleKind
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_template, a_user, a_week

FAR = date(2027, 6, 30)


class Ward:
    """Maria plans a week of early, late and night shifts for one nurse each: Ana, or Ben, who is of an agency."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team, self.role = a_team(session, "Ward"), a_role(session, "Nurse")
        times = {"Early": (6, 14), "Late": (14, 22), "Night": (22, 6)}
        self.early, self.late, self.night = (
            a_template(session, self.team, self.role, name=name, start=time(start), end=time(end))
            for name, (start, end) in times.items()
        )
        self.late.site = "Annexe"
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana, self.ben = (a_user(session, self.team, roles=[self.role], name=name) for name in ("Ana", "Ben"))
        self.ben.contract = "Agency"
        session.add(UserSkill(user_id=self.ana.id, name="First aid", level=2, until=MONDAY + timedelta(days=3)))
        self.week = a_week(session, self.team)
        for template, (start, _) in zip((self.early, self.late, self.night), times.values(), strict=True):
            for day in range(7):
                shift = a_shift(session, self.week, self.role, day=day, start=start, name=template.name)
                shift.template_id = template.id
        session.flush()

    def loaded(self) -> Loaded:
        """The week as the solver gets it."""
        config = self.session.query(OptimizationConfig).filter_by(team_id=self.team.id).one()
        return load_weeks(self.session, Scope(team_id=self.team.id, config_id=config.id, first_week=MONDAY))

    def bodies(self) -> dict[RuleKind, dict[str, Any]]:
        """A body of each kind of rule, hard where it can be."""
        early, late, night = self.early.id, self.late.id, self.night.id
        counted = {
            kind: {"value": 3} for kind in list(RuleKind)[: list(RuleKind).index(RuleKind.FORBIDDEN_SUCCESSION)]
        }
        succession = {"template_id": late, "next_template_ids": [early]}
        pattern = [{"works": True, "template_ids": [night]}, {"works": False}, {"works": True}]
        turns = [*({"works": True, "template_ids": [early]},) * 2, pattern[0], {"works": True}, {"works": False}]
        people, role = {"user_ids": [self.ana.id, self.ben.id]}, self.role.id
        span = {"role_id": role, "start_time": "13:00", "end_time": "15:00", "weekdays": [5, 6]}
        more: dict[RuleKind, dict[str, Any]] = {
            RuleKind.FORBIDDEN_SUCCESSION: {"parameters": succession},
            RuleKind.MAX_IN_WINDOW: {
                "value": 2,
                "parameters": {"amount": "SHIFTS", "days": 7, "every": 7, "template_ids": [night]},
            },
            RuleKind.MIN_IN_WINDOW: {"value": 2, "parameters": {"amount": "DAYS_OFF", "days": 7}},
            RuleKind.MIN_FREE_HOURS: {"value": 35},
            RuleKind.MAX_CONSECUTIVE_WEEKENDS: {"value": 2},
            RuleKind.STANDBY: {"user_id": self.ana.id, "weight": 200, "parameters": {"per": "RUN"}},
            RuleKind.LOW_PRIORITY: {"contract": "agency", "weight": 50},
            RuleKind.MIN_HOURS_BETWEEN: {
                "value": 24,
                "parameters": {"template_ids": [night], "next_template_ids": [early, late]},
            },
            RuleKind.MIN_TRAVEL_MINUTES: {"value": 45},
            RuleKind.MIN_HOURS_BESIDE_TIME_OFF: {"value": 12},
            RuleKind.FORBIDDEN_PATTERN: {"parameters": {"pattern": pattern, "first_weekday": 4}},
            RuleKind.ROTATION: {"parameters": {"pattern": turns, "starts_on": str(MONDAY - timedelta(days=3))}},
            RuleKind.ALLOWED_DAILY_PAIRS: {"parameters": {"pairs": [[late, early], [night, night]]}},
            RuleKind.TOGETHER: {"parameters": people},
            RuleKind.APART: {"parameters": people},
            RuleKind.MIN_SKILLED: {"value": 1, "parameters": {"skill": "first AID", "template_ids": [night]}},
            RuleKind.MAX_SKILLED: {"value": 1, "parameters": {"skill": "First aid", "level": 2}},
            RuleKind.MIN_PRESENT: {"value": 1, "parameters": span},
            RuleKind.MAX_PRESENT: {"value": 2, "parameters": span},
            RuleKind.ONE_OF_SHIFTS: {
                "value": 1,
                "parameters": {"role_id": role, "template_ids": [night], "weekdays": [0, 1]},
            },
            RuleKind.FAIR_SHIFTS: {"weight": 20, "parameters": {"template_ids": [night]}},
        }
        return {kind: {"team_id": self.team.id, "kind": kind} | body for kind, body in (counted | more).items()}
