"""A valid example of every call that needs more than its path, about one small business."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.calendars import service as calendars
from service.notifications import service as notifications
from service.notifications.models import Delivery
from service.notifications.payloads import WeekPublishedPayload
from service.people.models import User
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import WeekStatus
from tests.builders import (
    MONDAY,
    a_dropped_shift,
    a_manager,
    a_role,
    a_rule,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    a_wish,
    an_assignment,
    time_off,
)


@dataclass(frozen=True)
class Business:
    """Ana and her colleague Joe work for Maria; Rita manages another team; Ada is the administrator.

    `ids` are what the paths name: what belongs to Ana, or to her team. The week is published, its successor a draft.
    """

    people: dict[str, User]
    ids: dict[str, Any]


def a_business(session: Session) -> Business:
    """One of everything that a path can name."""
    team, other_team, role = a_team(session), a_team(session), a_role(session)
    maria, rita = a_manager(session, team), a_manager(session, other_team)
    ana, joe = (a_user(session, team, roles=[role]) for _ in range(2))
    ada = a_user(session)
    ada.is_admin = True
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    draft = a_week(session, team, MONDAY + timedelta(weeks=1))
    shift, of_draft = a_shift(session, week, role), a_shift(session, draft, role)
    assignment = an_assignment(session, shift, ana, role)
    template = a_template(session, team, role)
    away, wish = time_off(session, ana, day=3), a_wish(session, ana)
    config = session.query(OptimizationConfig).filter_by(team_id=team.id).one()
    run = SchedulingRun(
        weekly_schedule_id=draft.id,
        team_id=team.id,
        first_week=draft.week_start,
        config_id=config.id,
        requested_by=maria.id,
        status=RunStatus.RUNNING,
    )
    session.add(run)
    calendar_token = calendars.create(session, ana)
    swap = a_dropped_shift(session, assignment)
    told = WeekPublishedPayload(weekly_schedule_id=week.id, published_by=maria.id, first_time=True)
    notifications.tell_team(session, team.id, told, dedupe_key=f"example {week.id}")
    session.flush()
    people = {"Ana": ana, "Joe": joe, "Maria": maria, "Rita": rita, "Ada": ada}
    ids = {
        "team_id": team.id,
        "role_id": role.id,
        "user_id": ana.id,
        "handle": ana.handle,
        "manager_id": maria.id,
        "week_id": week.id,
        "draft_id": draft.id,
        "weekly_schedule_id": week.id,
        "planned_shift_id": shift.id,
        "draft_shift_id": of_draft.id,
        "assignment_id": assignment.id,
        "template_id": template.id,
        "request_id": away.id,
        "preference_id": wish.id,
        "run_id": run.id,
        "swap_id": swap.id,
        "config_id": config.id,
        "rule_id": a_rule(session, team, ana).id,
        "delivery_id": session.query(Delivery.id).order_by(Delivery.id.desc()).limit(1).scalar(),
        "token": calendar_token,
        "number": 0,
        "version": week.version,
        "draft_version": draft.version,
    }
    return Business(people, ids)


Example = Callable[[dict[str, Any]], dict[str, Any]]
ACCOUNT = {"platform": "slack", "workspace": "T1", "external_id": "U404"}
PLACE = {"platform": "slack", "workspace": "T1", "external_id": "C1"}
DAY = MONDAY.isoformat()


def _away(starts: str, ends: str) -> dict[str, str]:
    return {"kind": "VACATION", "starts_at": f"{starts}T00:00:00Z", "ends_at": f"{ends}T00:00:00Z"}


# What goes to httpx beside method and path, made from the ids of the business.
EXAMPLES: dict[str, Example] = {
    "GET /api/activities of the team": lambda ids: {"params": {"team_id": ids["team_id"]}},
    "GET /api/metrics/summary": lambda ids: {"params": {"team_id": ids["team_id"]}},
    "PUT /api/availability": lambda _: {"json": {"windows": []}},
    "GET /api/availability of Ana": lambda ids: {"params": {"user_id": ids["user_id"]}},
    "PUT /api/availability of Ana": lambda ids: {"params": {"user_id": ids["user_id"]}, "json": {"windows": []}},
    "POST /api/employee-preferences": lambda _: {"json": {"wanted": False, "weekday": 6}},
    "POST /api/employee-preferences of Ana": lambda ids: {
        "json": {"wanted": False, "weekday": 6, "user_id": ids["user_id"]}
    },
    "PUT /api/employee-preferences/{preference_id}": lambda _: {"json": {"wanted": True, "weekday": 6}},
    "POST /api/chat/unlink": lambda ids: {"json": {"platform": "terminal", "external_id": ids["handle"]}},
    "PUT /api/users/me/locale": lambda _: {"json": {"locale": "de"}},
    "POST /api/weekly-schedules/{week_id}/what-if": lambda ids: {
        "json": {"kind": "OFF", "user_id": ids["user_id"], "planned_shift_id": ids["planned_shift_id"]}
    },
    "GET /api/export/schedule/{draft_id}": lambda _: {"params": {"format": "csv"}},
    "GET /api/chat/channels": lambda _: {"params": PLACE},
    "POST /api/chat/channels": lambda ids: {"json": {"place": PLACE, "team_id": ids["team_id"]}},
    "POST /api/chat/channels/move": lambda _: {"json": {"platform": "telegram", "old_id": "1", "new_id": "2"}},
    "POST /api/chat/accounts/gone": lambda _: {"json": ACCOUNT},
    "POST /api/chat/installations": lambda _: {"json": {"platform": "slack", "workspace": "T9", "token": "any"}},
    "POST /api/chat/installations/find": lambda _: {"json": {"platform": "slack", "workspace": "T404"}},
    "POST /api/chat/installations/remove": lambda _: {
        "json": {"platform": "slack", "workspace": "T404", "at": f"{DAY}T00:00:00Z"}
    },
    "POST /api/chat/link": lambda _: {"json": {"account": ACCOUNT, "code": "ABCD2345"}},
    "POST /api/chat/session": lambda _: {"json": ACCOUNT},
    "GET /api/export/schedule/{week_id}": lambda _: {"params": {"format": "csv"}},
    "POST /api/notifications/deliveries/{delivery_id}/done": lambda _: {"json": {"attempt": 1, "message_id": "1"}},
    "POST /api/notifications/deliveries/{delivery_id}/failed": lambda _: {"json": {"attempt": 1, "error": "away"}},
    "POST /api/notifications/replay": lambda ids: {"json": {"delivery_ids": [ids["delivery_id"]]}},
    "POST /api/optimization-configs": lambda ids: {"json": {"team_id": ids["team_id"], "name": "Cheap"}},
    "PUT /api/optimization-configs/{config_id}": lambda ids: {"json": {"team_id": ids["team_id"], "name": "Cheap"}},
    "POST /api/planned-shifts": lambda ids: {
        "json": {
            "weekly_schedule_id": ids["week_id"],
            "name": "Extra",
            "starts_at": f"{DAY}T18:00:00Z",
            "ends_at": f"{DAY}T22:00:00Z",
            "needs": [{"role_id": ids["role_id"], "headcount": 1}],
        }
    },
    "PUT /api/planned-shifts/{planned_shift_id}": lambda ids: {
        "json": {
            "weekly_schedule_id": ids["week_id"],
            "name": "Later",
            "starts_at": f"{DAY}T12:00:00Z",
            "ends_at": f"{DAY}T18:00:00Z",
            "needs": [{"role_id": ids["role_id"], "headcount": 1}],
        },
        "headers": {"If-Match": "*"},
    },
    "DELETE /api/planned-shifts/{planned_shift_id}": lambda _: {
        "params": {"release": True},
        "headers": {"If-Match": "*"},
    },
    "PUT /api/roles/{role_id}": lambda _: {"json": {"name": "A role renamed", "colour": "#112233"}},
    "PUT /api/shift-templates/{template_id}": lambda ids: {
        "json": {
            "team_id": ids["team_id"],
            "name": "Later",
            "weekdays": [0],
            "start_time": "18:00",
            "end_time": "23:00",
            "needs": [{"role_id": ids["role_id"], "headcount": 2}],
        }
    },
    "PUT /api/teams/{team_id}": lambda _: {"json": {"name": "A team renamed", "time_zone": "UTC"}},
    "POST /api/roles": lambda _: {"json": {"name": "A new role", "colour": "#112233"}},
    "GET /api/scheduling/runs": lambda ids: {"params": {"team_id": ids["team_id"]}},
    "GET /api/scheduling/runs/{run_id}/compare": lambda ids: {"params": {"other_id": ids["run_id"]}},
    "PUT /api/scheduling/runs/{run_id}/origin": lambda _: {"json": {"platform": "slack", "channel": "C1"}},
    "POST /api/shift-assignments": lambda ids: {
        "json": {
            "planned_shift_id": ids["draft_shift_id"],
            "user_id": ids["user_id"],
            "role_id": ids["role_id"],
        }
    },
    "PUT /api/shift-assignments/{assignment_id}": lambda _: {"json": {"pinned": True}},
    "GET /api/shift-assignments/me": lambda _: {"params": {"week": DAY}},
    "GET /api/shift-templates": lambda ids: {"params": {"team_id": ids["team_id"]}},
    "POST /api/shift-templates": lambda ids: {
        "json": {
            "team_id": ids["team_id"],
            "name": "Late",
            "weekdays": [0],
            "start_time": "18:00",
            "end_time": "23:00",
            "needs": [{"role_id": ids["role_id"], "headcount": 1}],
        }
    },
    "POST /api/swaps/sick-calls": lambda _: {"json": {}},
    "POST /api/swaps/sick-calls for Ana": lambda ids: {"json": {"user_id": ids["user_id"]}},
    "GET /api/swaps/partners": lambda ids: {"params": {"assignment_id": ids["assignment_id"]}},
    "GET /api/swaps/takeable": lambda _: {"params": {"day": DAY}},
    "POST /api/swaps": lambda ids: {"json": {"kind": "DROP", "assignment_ids": [ids["assignment_id"]]}},
    "POST /api/swaps/{swap_id}/counter": lambda ids: {
        "json": {"legs": [{"assignment_id": ids["assignment_id"], "taker_id": ids["manager_id"]}]}
    },
    "POST /api/swaps/moves": lambda ids: {
        "json": {"assignment_id": ids["assignment_id"], "user_id": ids["manager_id"]}
    },
    "PUT /api/teams/{team_id}/trade-policy": lambda _: {"json": {}},
    "POST /api/teams": lambda _: {"json": {"name": "A new team", "time_zone": "Europe/Berlin"}},
    "POST /api/time-off-requests": lambda _: {"json": _away("2030-12-23", "2030-12-25")},
    "POST /api/time-off-requests for somebody else": lambda ids: {
        "json": _away("2030-12-23", "2030-12-25") | {"user_id": ids["user_id"]}
    },
    "POST /api/time-off-requests/{request_id}/approve": lambda _: {"json": {}},
    "POST /api/time-off-requests/{request_id}/reject": lambda _: {"json": {}},
    "POST /api/time-off-requests/{request_id}/withdraw": lambda _: {"json": {"seen": "PENDING"}},
    "POST /api/users": lambda ids: {
        "json": {"name": "Kim", "handle": "kim-new", "email": "kim-new@example.com", "team_ids": [ids["team_id"]]}
    },
    "POST /api/users/register": lambda _: {
        "json": {"name": "Kim", "handle": "kim", "email": "kim@example.com", "password": "a long password"}
    },
    "PUT /api/users/me/password": lambda _: {"json": {"new_password": "a long password"}},
    "PUT /api/users/{user_id}": lambda ids: {
        "json": {
            "name": "Ana",
            "handle": "ana-new",
            "email": "ana-new@example.com",
            "team_ids": [ids["team_id"]],
            "role_ids": [ids["role_id"]],
        }
    },
    "PUT /api/users/{manager_id}": lambda ids: {
        "json": {
            "name": "Maria",
            "handle": "maria-new",
            "email": "maria-new@example.com",
            "is_manager": True,
            "team_ids": [ids["team_id"]],
        }
    },
    "POST /api/users/{user_id}/deactivate": lambda _: {"params": {"release": True}},
    "POST /api/users/login": lambda _: {"json": {"email": "nobody@example.com", "password": "none"}},
    "POST /api/users/logout": lambda _: {"json": {"refresh_token": "none"}},
    "POST /api/users/refresh-token": lambda _: {"json": {"refresh_token": "none"}},
    "GET /api/users/me/hours": lambda _: {"params": {"week": DAY}},
    "PUT /api/users/{user_id}/skills": lambda _: {"json": {"skills": [{"name": "First aid", "level": 1}]}},
    "POST /api/work-rules": lambda ids: {
        "json": {"team_id": ids["team_id"], "kind": "MIN_REST_HOURS", "value": 11},
    },
    "PUT /api/work-rules/{rule_id}": lambda ids: {
        "json": {"team_id": ids["team_id"], "user_id": ids["user_id"], "kind": "MAX_HOURS_PER_WEEK", "value": 30},
    },
    "POST /api/weekly-schedules": lambda ids: {"json": {"team_id": ids["team_id"], "week_start": "2030-12-16"}},
    "DELETE /api/weekly-schedules/{draft_id}": lambda _: {"headers": {"If-Match": "*"}},
    "POST /api/weekly-schedules/{week_id}/archive": lambda ids: {"json": {"version": ids["version"]}},
    "POST /api/weekly-schedules/{week_id}/copy": lambda _: {"json": {"week_start": "2030-12-16"}},
    "POST /api/weekly-schedules/{draft_id}/copy": lambda _: {"json": {"week_start": "2030-12-16"}},
    "POST /api/weekly-schedules/{week_id}/publish": lambda ids: {"json": {"version": ids["version"]}},
    "POST /api/weekly-schedules/{week_id}/unpublish": lambda ids: {"json": {"version": ids["version"]}},
    "POST /api/weekly-schedules/{draft_id}/publish": lambda ids: {"json": {"version": ids["draft_version"]}},
    "GET /api/weekly-schedules/{week_id}/explain about Ana": lambda ids: {
        "params": {"user_id": ids["user_id"], "planned_shift_id": ids["planned_shift_id"]}
    },
}
