"""/whatif in chat: what is tried, its price, who would work otherwise, and questions back where it is not clear."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bots.reply import Tone
from service import clock
from tests.bots.core.conftest import Say
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Diner:
    """Next Friday has a dinner that Sam works and a bar beside it; Zoe is free; a lunch on Saturday."""

    def __init__(self, session: Session) -> None:
        team = a_team(session, "Diner")
        waiter, cook = a_role(session, "Waiter"), a_role(session, "Cook")
        self.maria = a_manager(session, team, name="Maria Conti")
        self.sam = a_user(session, team, name="Sam Okafor", roles=[waiter])
        self.zoe = a_user(session, team, name="Zoe Quist", roles=[waiter])
        self.carl = a_user(session, team, name="Carl", roles=[cook])
        self.week = a_week(session, team, NEXT_MONDAY)
        dinner = a_shift(session, self.week, waiter, day=4, start=16, hours=7, name="Dinner")
        lunch = a_shift(session, self.week, waiter, day=5, start=11, hours=7, name="Lunch")
        an_assignment(session, dinner, self.sam, waiter)
        an_assignment(session, lunch, self.zoe, waiter)


@pytest.fixture
def diner(session: Session) -> Diner:
    return Diner(session)


@pytest.mark.parametrize("line", ["/whatif sam off fri next week", "/whatif sam off fri dinner next week"])
def test_sam_off_is_zoe_on(diner: Diner, say: Say, line: str) -> None:
    reply = say(diner.maria, line)
    assert reply.heading is not None, reply.text
    assert reply.heading.startswith("If Sam Okafor ")
    assert "a score of" in reply.text
    [section] = reply.sections
    assert "− Sam Okafor: Dinner on Friday, Waiter" in section.text
    assert "+ Zoe Quist: Dinner on Friday, Waiter" in section.text


def test_a_german_reads_in_german_who_would_work_otherwise(session: Session, diner: Diner, say: Say) -> None:
    diner.maria.locale = "de"
    session.flush()
    [section] = say(diner.maria, "/whatif sam off fri next week").sections
    assert "− Sam Okafor: Dinner am Freitag, Waiter" in section.text
    open_still = say(diner.maria, "/whatif two more waiter fri next week").text
    assert "Immer noch offen: Dinner am Freitag: 1 Waiter fehlt: " in open_still


def test_sam_on_is_in_the_place_of_another(diner: Diner, say: Say) -> None:
    reply = say(diner.maria, "/whatif sam on sat lunch next week")
    assert (reply.heading or "").startswith("If Sam Okafor worked Lunch on Sat")
    assert "+ Sam Okafor: Lunch on Saturday, Waiter" in reply.sections[0].text


@pytest.mark.parametrize(
    "line", ["one more waiter fri dinner", "1 more waiters friday dinner", "two more Waiter fri"]
)
def test_more_people_on_a_shift(diner: Diner, say: Say, line: str) -> None:
    reply = say(diner.maria, f"/whatif {line} next week")
    assert reply.heading is not None, reply.text
    assert "more Waiter" in reply.heading
    assert "+ Zoe Quist: Dinner on Friday, Waiter" in reply.sections[0].text
    assert ("Still open: Dinner on Friday: 1 Waiter" in reply.text) == line.startswith("two")


def test_what_is_not_possible_says_why(diner: Diner, say: Say) -> None:
    reply = say(diner.maria, "/whatif carl on fri dinner next week")
    assert reply.tone is Tone.WARNING
    assert "Carl holds none of the roles" in reply.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/whatif", "Say what to try"),
        ("/whatif sam off", "Say what to try"),
        ("/whatif nobody off fri next week", "nobody called “nobody”"),
        ("/whatif sam on sat brunch next week", "There are Lunch"),
        ("/whatif one more juggler fri dinner next week", "cannot tell which role"),
        ("/whatif 51 more waiters fri dinner next week", "at most 50 more"),
    ],
)
def test_what_cannot_be_told_apart_is_asked_back(diner: Diner, say: Say, line: str, said: str) -> None:
    reply = say(diner.maria, line)
    assert reply.tone is Tone.REFUSAL
    assert said in reply.text


def test_employees_do_not_try_things_with_others(diner: Diner, say: Say) -> None:
    assert "Only managers" in say(diner.sam, "/whatif zoe on fri dinner next week").text
