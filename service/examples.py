"""An example of every body that callers send, for OpenAPI: shown at /docs, and where generated requests begin."""

from typing import Any

from fastapi import FastAPI

PLACE = {"platform": "slack", "workspace": "T012AB3CD", "external_id": "C024BE91L"}
ACCOUNT = {"platform": "slack", "workspace": "T012AB3CD", "external_id": "U0G9QF9C6"}
NEEDS = [{"role_id": 2, "headcount": 3}]
LEGS = [{"assignment_id": 512, "taker_id": 7}, {"assignment_id": 530, "taker_id": 4}]

BODIES: dict[str, dict[str, Any]] = {
    "Approval": {"note": "Enjoy the sea", "accept_effect": True},
    "AssignmentChange": {"pinned": True},
    "AssignmentWrite": {"planned_shift_id": 31, "user_id": 4, "role_id": 2, "accept_warnings": False},
    "AvailabilityWrite": {"windows": [{"weekday": 0, "start_time": "17:00", "end_time": "00:00"}]},
    "ChannelLink": {"place": PLACE, "team_id": 1},
    "ChannelMove": {"platform": "telegram", "old_id": "-4821", "new_id": "-1002381931352"},
    "ChatAccount": ACCOUNT | {"email": "ana@example.com", "locale": "en-GB"},
    "ChatAccountGone": ACCOUNT,
    "ConfigWrite": {"team_id": 1, "name": "Before Christmas", "fairness_weight": 5, "time_limit_seconds": 60},
    "Credentials": {"email": "maria@example.com", "password": "correct horse battery staple"},
    "DeadLetters": {"delivery_ids": [88, 91]},
    "DeliveryDone": {"attempt": 1, "message_id": "1764021600.000100"},
    "DeliveryFailed": {"attempt": 1, "error": "ratelimited", "retry_after": 30},
    "DaysRule": {"team_id": 1, "kind": "MAX_CONSECUTIVE_DAYS", "value": 5},
    "BesideTimeOffRule": {"team_id": 1, "kind": "MIN_HOURS_BESIDE_TIME_OFF", "value": 12},
    "BetweenRule": {
        "team_id": 1,
        "kind": "MIN_HOURS_BETWEEN",
        "value": 24,
        "parameters": {"template_ids": [3], "next_template_ids": [1]},
    },
    "DaysOffRule": {"team_id": 1, "kind": "MIN_CONSECUTIVE_DAYS_OFF", "value": 2},
    "FairRule": {"team_id": 1, "kind": "FAIR_SHIFTS", "weight": 20, "parameters": {"template_ids": [3]}},
    "FreeTimeRule": {"team_id": 1, "kind": "MIN_FREE_HOURS", "value": 35, "parameters": {"days": 7}},
    "HoursRule": {"team_id": 1, "kind": "MAX_HOURS_PER_WEEK", "value": 40},
    "InstallationWrite": {
        "platform": "slack",
        "workspace": "T012AB3CD",
        "name": "Bistro",
        "token": "a token of Slack's",
    },
    "LinkRequest": {"account": ACCOUNT, "code": "ABCD2345"},
    "LocaleWrite": {"locale": "de"},
    "MinutesRule": {"team_id": 1, "kind": "MAX_MINUTES_PER_RUN", "value": 4800},
    "OneOfRule": {
        "team_id": 1,
        "kind": "ONE_OF_SHIFTS",
        "value": 3,
        "weight": 1000,
        "parameters": {"role_id": 2, "template_ids": [4, 5]},
    },
    "PairsRule": {"team_id": 1, "kind": "ALLOWED_DAILY_PAIRS", "parameters": {"pairs": [[1, 2]]}},
    "PatternRule": {
        "team_id": 1,
        "kind": "FORBIDDEN_PATTERN",
        "weight": 30,
        "parameters": {"pattern": [{"works": True}, {"works": False}, {"works": True}]},
    },
    "PeopleRule": {"team_id": 1, "kind": "TOGETHER", "parameters": {"user_ids": [4, 7]}},
    "PasswordChange": {"current_password": "correct horse", "new_password": "battery staple and more"},
    "PreferenceCreate": {"wanted": False, "weekday": 6, "weight": 10},
    "PreferenceWrite": {"wanted": True, "weekday": 4, "start_time": "16:00", "end_time": "23:00"},
    "PresenceRule": {
        "team_id": 1,
        "kind": "MIN_PRESENT",
        "value": 4,
        "weight": 500,
        "parameters": {"role_id": 2, "start_time": "14:00", "end_time": "15:00", "weekdays": [4, 5]},
    },
    "PriorityRule": {"team_id": 1, "contract": "Agency", "kind": "LOW_PRIORITY", "weight": 50},
    "PublishRequest": {"version": 7},
    "RefreshRequest": {
        "refresh_token": "xJ2...",
    },
    "Registration": {
        "name": "Ana Ruiz",
        "handle": "ana",
        "email": "ana@example.com",
        "password": "correct horse battery staple",
    },
    "Rejection": {"note": "Three others are away then"},
    "Removal": {"platform": "slack", "workspace": "T012AB3CD", "at": "2026-11-23T09:00:00Z"},
    "RestRule": {"team_id": 1, "kind": "MIN_REST_HOURS", "value": 11},
    "RoleWrite": {"name": "Bartender", "colour": "#2563eb"},
    "RotationRule": {
        "team_id": 1,
        "user_id": 7,
        "kind": "ROTATION",
        "weight": 30,
        "parameters": {
            "pattern": [*({"works": True, "template_ids": [1]},) * 2, *({"works": False},) * 2],
            "starts_on": "2026-12-07",
        },
    },
    "RunOrigin": {
        "platform": "slack",
        "workspace": "T012AB3CD",
        "channel": "C024BE91L",
        "message_id": "1764021600.0001",
    },
    "RunRequest": {"weeks": 2, "seed": 1},
    "ShiftMove": {"assignment_id": 512, "user_id": 7},
    "ShiftWrite": {
        "weekly_schedule_id": 12,
        "name": "Dinner",
        "starts_at": "2026-12-04T15:00:00Z",
        "ends_at": "2026-12-04T22:30:00Z",
        "break_minutes": 30,
        "needs": NEEDS,
    },
    "ShiftsPerDayRule": {"team_id": 1, "kind": "MAX_SHIFTS_PER_DAY", "value": 1},
    "ShiftsRule": {"team_id": 1, "kind": "MAX_SHIFTS_PER_WEEK", "value": 5},
    "SickCall": {"first": "2026-12-04", "last": "2026-12-05"},
    "SuccessionRule": {
        "team_id": 1,
        "kind": "FORBIDDEN_SUCCESSION",
        "parameters": {"template_id": 3, "next_template_ids": [1]},
    },
    "SkillRule": {"team_id": 1, "kind": "MIN_SKILLED", "value": 1, "parameters": {"skill": "First aid"}},
    "SkillsWrite": {"skills": [{"name": "First aid", "level": 1, "until": "2027-06-30"}]},
    "StandbyRule": {"team_id": 1, "user_id": 7, "kind": "STANDBY", "weight": 200},
    "Supposition": {"kind": "OFF", "user_id": 4, "planned_shift_id": 31},
    "SwapAnswer": {"option": 1},
    "SwapAsk": {"kind": "SWAP", "assignment_ids": [512], "options": [{"legs": LEGS}], "note": "My sister marries"},
    "SwapCounter": {"legs": LEGS},
    "SwapDecision": {"note": "Too few with experience that night"},
    "TeamWrite": {"name": "Bistro", "time_zone": "Europe/Berlin"},
    "TemplateWrite": {
        "team_id": 1,
        "name": "Dinner",
        "weekdays": [3, 4, 5],
        "start_time": "16:00",
        "end_time": "00:30",
        "break_minutes": 30,
        "needs": NEEDS,
    },
    "TimeOffWrite": {
        "kind": "VACATION",
        "starts_at": "2026-12-23T23:00:00Z",
        "ends_at": "2027-01-02T23:00:00Z",
        "reason": "Grandmother's ninetieth",
    },
    "TradePolicyWrite": {"approval": "ACROSS_ROLES", "latest_minutes": 240, "blackout_days": ["2026-12-31"]},
    "TravelRule": {"team_id": 1, "kind": "MIN_TRAVEL_MINUTES", "value": 45},
    "UserWrite": {
        "name": "Ana Ruiz",
        "handle": "ana",
        "email": "ana@example.com",
        "max_minutes_week": 1800,
        "role_ids": [2],
        "team_ids": [1],
    },
    "WeekCopy": {"week_start": "2026-12-14"},
    "WeekCreate": {"team_id": 1, "week_start": "2026-12-07", "from_templates": True},
    "WeekendsRule": {"team_id": 1, "kind": "MAX_WEEKENDS_PER_RUN", "value": 2},
    "WindowRule": {
        "team_id": 1,
        "kind": "MIN_IN_WINDOW",
        "value": 2,
        "parameters": {"amount": "DAYS_OFF", "days": 7},
    },
    "Withdrawal": {"seen": "APPROVED"},
    "Workspace": {"platform": "slack", "workspace": "T012AB3CD"},
}


def install(app: FastAPI) -> None:
    """Put the examples into the OpenAPI of `app`."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        schema = describe()
        for name, example in BODIES.items():
            if name in schema["components"]["schemas"]:
                schema["components"]["schemas"][name]["examples"] = [example]
        return schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way: https://fastapi.tiangolo.com/how-to/extending-openapi/
