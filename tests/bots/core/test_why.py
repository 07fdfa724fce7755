"""/why answers in chat: the whole week, and one person on one shift."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bots.reply import Tone
from service import clock
from service.people.models import User
from service.requests.models import EmployeePreference
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import Say
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Diner:
    """Next Friday has a dinner that Sam works alone and a late bar that nobody works; Zoe is free."""

    def __init__(self, session: Session) -> None:
        team = a_team(session, "Diner")
        waiter, cook = a_role(session, "Waiter"), a_role(session, "Cook")
        self.maria = a_manager(session, team, name="Maria Conti")
        self.sam = a_user(session, team, name="Sam Okafor", roles=[waiter])
        self.zoe = a_user(session, team, name="Zoe Okafor", roles=[waiter])
        self.carl = a_user(session, team, name="Carl", roles=[cook])
        self.week = a_week(session, team, NEXT_MONDAY)
        dinner = a_shift(session, self.week, waiter, day=4, start=16, hours=7, name="Dinner")
        a_shift(session, self.week, waiter, day=4, start=17, hours=6, name="Late bar", headcount=2)
        an_assignment(session, dinner, self.sam, waiter)


@pytest.fixture
def diner(session: Session) -> Diner:
    return Diner(session)


def test_why_alone_explains_the_week_with_its_gaps(diner: Diner, say: Say) -> None:
    reply = say(diner.maria, "/why next week")
    assert reply.tone is Tone.WARNING
    assert "1 of 3 places filled" in reply.text
    assert "Late bar on Friday: 2 Waiter missing: Zoe Okafor could" in reply.text
    assert reply.table is not None
    assert ("2000", "places not filled as wanted") in reply.table.rows


@pytest.mark.parametrize(
    "line",
    [
        "/why sam.okafor fri dinner next week",
        "/why sam fri dinner next week",
        "/why @sam-okafor next week fri",
        "/why next week friday Sam Okafor Dinner",
        f"/why sam {(NEXT_MONDAY + timedelta(days=4)).isoformat()} dinner",
    ],
)
def test_why_me_is_answered_however_it_is_typed(session: Session, diner: Diner, say: Say, line: str) -> None:
    diner.sam.handle = "sam.okafor" if "sam.okafor" in line else diner.sam.handle
    session.flush()
    reply = say(diner.maria, line)
    assert reply.heading is not None, reply.text
    assert reply.heading.startswith("Sam Okafor, Dinner on Fri")
    assert "Zoe Okafor in their place: " in reply.text
    assert "nobody in their place: +" in reply.text


def test_why_not_her_is_what_it_would_break(diner: Diner, say: Say) -> None:
    reply = say(diner.maria, "/why sam fri late bar next week")
    assert "every way to it breaks a rule" in reply.text
    assert "at the same time" in reply.text


def test_a_german_reads_every_finding_in_german(session: Session, diner: Diner, say: Say) -> None:
    diner.maria.locale = "de"
    session.add(EmployeePreference(user_id=diner.sam.id, wanted=False, weekday=4, weight=10))
    session.flush()
    why = say(diner.maria, "/why sam fri late bar next week").text
    assert "Sam Okafor hat zur selben Zeit Dinner am Freitag und Late bar am Freitag" in why
    week = say(diner.maria, "/why next week")
    assert "• Late bar am Freitag: 2 Waiter fehlt: Zoe Okafor könnte, ohne dass die Bewertung steigt" in week.text
    costs = next(section.text for section in week.sections if section.heading == "Was am meisten kostet")
    assert "Sam Okafor wollte Dinner am Freitag nicht" in costs
    said = "\n".join((why, week.text, *(section.text for section in week.sections)))
    assert not re.search(r"\b(on|could|wanted|works|not want|score)\b", said), said


def test_employees_read_in_german_that_something_stands_against_it(session: Session, diner: Diner, say: Say) -> None:
    diner.week.status = WeekStatus.PUBLISHED
    diner.sam.locale = "de"
    session.flush()
    assert "Sam Okafor hat zur selben Zeit" in say(diner.sam, "/why me fri late bar next week").text


def test_somebody_who_holds_none_of_the_roles_is_told_which_are_needed(diner: Diner, say: Say) -> None:
    assert "none of its roles (Waiter)" in say(diner.maria, "/why carl fri dinner next week").text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/why okafor fri dinner next week", "Which okafor? Sam Okafor (@sam-okafor), Zoe Okafor"),
        ("/why sam fri lunch next week", "There are Dinner, Late bar"),
        ("/why sam mon dinner next week", "There are no shifts on Mon"),
        ("/why sam dinner", "/why sam fri dinner"),
        ("/why sam 31 feb dinner", "cannot tell which day"),
    ],
)
def test_what_cannot_be_told_apart_is_asked_back(diner: Diner, say: Say, line: str, said: str) -> None:
    reply = say(diner.maria, line)
    assert reply.tone is Tone.REFUSAL
    assert said in reply.text


def test_employees_ask_about_themselves_only(session: Session, diner: Diner, say: Say) -> None:
    def asks(user: User, line: str) -> Tone:
        return say(user, line).tone

    diner.week.status = WeekStatus.PUBLISHED
    session.flush()
    assert say(diner.sam, "/why me fri dinner next week").heading == say(diner.sam, "/why fri next week").heading
    assert asks(diner.sam, "/why me fri dinner next week") is Tone.PLAIN
    assert asks(diner.sam, "/why zoe fri dinner next week") is Tone.REFUSAL
    assert asks(diner.sam, "/why next week") is Tone.REFUSAL
