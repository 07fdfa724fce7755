"""/assign in chat: by words, from the list of open places, and with a warning that has to be accepted."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action, FormId
from bots.client import Service
from bots.desk import Desk
from bots.reply import Tone
from service import clock
from service.notifications.models import Notification
from service.requests.models import EmployeePreference, WorkRule
from service.schemas.requests import RuleKind
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftAssignment
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Diner:
    """Friday's dinner has nobody; Sam works Thursday night and needs eleven hours of rest; Zoe dislikes Fridays."""

    def __init__(self, session: Session) -> None:
        team = a_team(session, "Diner")
        self.waiter, cook = a_role(session, "Waiter"), a_role(session, "Cook")
        self.maria = a_manager(session, team, name="Maria Conti")
        self.sam = a_user(session, team, name="Sam Okafor", roles=[self.waiter])
        self.zoe = a_user(session, team, name="Zoe Quist", roles=[self.waiter])
        self.ben = a_user(session, team, name="Ben", roles=[self.waiter])
        self.carl = a_user(session, team, name="Carl", roles=[cook])
        self.week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        self.breakfast = a_shift(session, self.week, self.waiter, day=4, start=6, hours=5, name="Breakfast")
        night = a_shift(session, self.week, self.waiter, day=3, start=16, hours=8, name="Night")
        an_assignment(session, night, self.sam, self.waiter)
        session.add(WorkRule(team_id=team.id, kind=RuleKind.MIN_REST_HOURS, value=11))
        session.add(EmployeePreference(user_id=self.zoe.id, wanted=False, weekday=4, weight=10))
        session.flush()

    def place(self) -> str:
        return f"{self.week.id}:{self.breakfast.id}:{self.waiter.id}"


@pytest.fixture
def diner(session: Session) -> Diner:
    return Diner(session)


def on_breakfast(session: Session, diner: Diner) -> list[int]:
    return list(
        session.scalars(select(ShiftAssignment.user_id).where(ShiftAssignment.planned_shift_id == diner.breakfast.id))
    )


@pytest.mark.parametrize("line", ["ben fri breakfast", "ben breakfast fri waiter", "Ben fri"])
def test_somebody_is_assigned_by_words_and_told(diner: Diner, session: Session, say: Say, line: str) -> None:
    reply = say(diner.maria, f"/assign {line} next week")
    assert reply.tone is Tone.SUCCESS, reply.text
    assert "Ben is on Breakfast on Fri " in reply.text
    assert on_breakfast(session, diner) == [diner.ben.id]
    assert session.scalars(select(Notification.user_id)).all() == [diner.ben.id]


def test_a_warning_is_said_first_and_can_be_accepted(diner: Diner, session: Session, say: Say, press: Press) -> None:
    warned = say(diner.maria, "/assign zoe fri breakfast next week")
    assert warned.tone is Tone.WARNING
    assert on_breakfast(session, diner) == []
    (button,) = warned.buttons
    assert button.action is Action.ASSIGN_ANYWAY
    assert press(diner.maria, button.action, button.value).tone is Tone.SUCCESS
    assert on_breakfast(session, diner) == [diner.zoe.id]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sam fri breakfast next week", "11 h are needed"),
        ("carl fri breakfast next week", "Carl holds none of the roles"),
        ("nobody fri next week", "Say who and where"),
        ("ben fri brunch next week", "There are Breakfast"),
    ],
)
def test_what_cannot_be_done_says_why(diner: Diner, session: Session, say: Say, line: str, said: str) -> None:
    reply = say(diner.maria, f"/assign {line}")
    assert reply.tone is Tone.REFUSAL
    assert said in reply.text
    assert on_breakfast(session, diner) == []


def test_a_german_is_told_in_german_why_not(diner: Diner, session: Session, say: Say) -> None:
    diner.maria.locale = "de"
    session.flush()
    refused = say(diner.maria, "/assign sam fri breakfast next week").text
    assert "Sam Okafor hat 6 Std. Ruhe zwischen Night am Donnerstag und Breakfast am Freitag" in refused
    warned = say(diner.maria, "/assign zoe fri breakfast next week").text
    assert warned == "• Zoe Quist wollte Breakfast am Freitag nicht"
    assert not re.search(r"\b(on|rests|between|needed|want)\b", refused + warned)


def test_the_open_places_are_filled_from_a_list_of_who_is_free(
    diner: Diner, session: Session, say: Say, press: Press, transport: httpx.ASGITransport
) -> None:
    listed = say(diner.maria, "/assign next week")
    (section,) = listed.sections
    assert "Breakfast on Fri " in section.text
    assert section.buttons[0].value == diner.place()
    form = press(diner.maria, Action.FILL_PLACE, diner.place()).form
    assert form is not None
    assert [option.label for option in form.inputs[0].options] == ["Ben", "Zoe Quist", "Sam Okafor"]

    async def submit() -> None:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            answers = {"person": str(diner.ben.id)}
            await Desk(service).form(asker(diner.maria.handle), FormId.ASSIGN, diner.place(), answers)

    asyncio.run(submit())
    assert on_breakfast(session, diner) == [diner.ben.id]
    assert "Every place is filled." in say(diner.maria, "/assign next week").text


def test_employees_assign_nobody(diner: Diner, session: Session, say: Say, press: Press) -> None:
    assert say(diner.sam, "/assign ben fri breakfast next week").tone is Tone.REFUSAL
    for action in (Action.FILL_PLACE, Action.ASSIGN_ANYWAY):
        assert press(diner.sam, action, f"{diner.place()}:{diner.ben.id}").tone is Tone.REFUSAL
    assert on_breakfast(session, diner) == []
