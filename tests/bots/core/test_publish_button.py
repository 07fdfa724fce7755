"""The Publish button below a schedule: pressed in time, too late, and by two people at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.client import Service
from bots.desk import Desk
from bots.reply import Reply, Tone
from service import clock
from service.schemas.chat import ChatPlace
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment, WeeklySchedule
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_role, a_run, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Cafe:
    """A café in Berlin with two managers and a draft of one shift that a run gave to Sam."""

    def __init__(self, session: Session) -> None:
        self.team, self.role = a_team(session, "Café", time_zone="Europe/Berlin"), a_role(session, "Waiter")
        self.maria, self.ines = (a_manager(session, self.team, name=name) for name in ("Maria", "Ines"))
        self.sam = a_user(session, self.team, name="Sam", roles=[self.role])
        self.week = a_week(session, self.team, NEXT_MONDAY)
        self.shift = a_shift(session, self.week, self.role, name="Late bar")
        an_assignment(session, self.shift, self.sam, self.role)
        self.run = a_run(session, self.week, self.maria, [(self.shift, self.sam, self.role)])
        self.run.applied_at = self.run.finished_at = clock.now()
        session.flush()
        self.shown = f"{self.week.id}:{self.week.version}"


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


def test_a_published_message_offers_no_more_to_publish_or_discard(cafe: Cafe, press: Press) -> None:
    reply = press(cafe.maria, Action.PUBLISH, cafe.shown)
    assert (reply.tone, reply.update, reply.buttons) == (Tone.SUCCESS, True, ())
    assert "is published. 1 person is told." in reply.text


def test_the_second_of_two_managers_hears_who_published_and_when(session: Session, cafe: Cafe, press: Press) -> None:
    press(cafe.maria, Action.PUBLISH, cafe.shown)
    reply = press(cafe.ines, Action.PUBLISH, cafe.shown)
    week = session.get_one(WeeklySchedule, cafe.week.id)
    assert week.published_at is not None
    at = week.published_at.astimezone(cafe.team.zone)
    assert reply.text.startswith("Maria published this week on ")
    assert f"at {at:%H:%M}. Nothing new waits to be published." in reply.text
    assert (reply.tone, reply.update, reply.buttons) == (Tone.SUCCESS, True, ())


def test_a_week_that_moved_is_shown_as_it_is_now_with_a_button_that_publishes_it(
    session: Session, cafe: Cafe, say: Say, press: Press
) -> None:
    vacation(cafe, say, press)
    reply = press(cafe.maria, Action.PUBLISH, cafe.shown)
    assert session.get_one(WeeklySchedule, cafe.week.id).status is WeekStatus.DRAFT
    assert reply.update
    assert reply.image is not None
    assert "has changed since it was shown here" in reply.text
    assert "0 of 1 places filled." in reply.text
    assert "Late bar: 1 Waiter missing" in reply.text
    assert [button.label for button in reply.buttons] == ["Publish", "Run again", "Why", "Discard"]
    assert reply.buttons[-1].value == str(cafe.run.id)
    an_assignment(session, cafe.shift, a_user(session, cafe.team, roles=[cafe.role]), cafe.role)
    assert "is published" in press_publish(press, cafe, reply).text


def test_a_proposal_that_moved_is_shown_as_such(session: Session, cafe: Cafe, press: Press) -> None:
    press(cafe.maria, Action.PUBLISH, cafe.shown)
    kim = a_user(session, cafe.team, name="Kim", roles=[cafe.role])
    an_assignment(session, cafe.shift, kim, cafe.role, AssignmentStatus.PROPOSED)
    reply = press(cafe.ines, Action.PUBLISH, cafe.shown)
    assert "All 1 places filled. A proposal beside the published week" in reply.text
    assert "is published" in press_publish(press, cafe, reply).text
    confirmed = select(ShiftAssignment.user_id).where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
    assert list(session.scalars(confirmed)) == [kim.id]


def test_an_employee_who_presses_an_old_button_is_shown_no_draft(session: Session, cafe: Cafe, press: Press) -> None:
    reply = press(cafe.sam, Action.PUBLISH, f"{cafe.week.id}:{cafe.week.version + 1}")
    assert (reply.tone, reply.update, reply.image) == (Tone.REFUSAL, False, None)


def test_in_a_channel_the_message_is_replaced_in_the_language_of_its_people(
    session: Session, cafe: Cafe, transport: httpx.ASGITransport
) -> None:
    cafe.maria.locale = "de"
    session.flush()
    there = replace(asker(cafe.maria.handle), place=ChatPlace(platform="terminal", external_id="#café"))

    async def pressing() -> list[Reply]:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return [await Desk(service).action(there, Action.PUBLISH, cafe.shown) for _ in range(2)]

    published, again = asyncio.run(pressing())
    assert "is published. 1 person is told." in published.text
    assert "Nothing new waits to be published." in again.text


def press_publish(press: Press, cafe: Cafe, reply: Reply) -> Reply:
    """What comes of the fresh button of a reply."""
    button = reply.buttons[0]
    assert button.action is Action.PUBLISH
    return press(cafe.maria, button.action, button.value)


def vacation(cafe: Cafe, say: Say, press: Press) -> None:
    """Sam's vacation in that week is approved."""
    say(cafe.sam, f"/timeoff {NEXT_MONDAY.isoformat()} vacation")
    reply = say(cafe.maria, "/approvals")
    # Asked once more, for the shift that it takes Sam off.
    for _ in range(2):
        buttons = [*reply.buttons, *(button for section in reply.sections for button in section.buttons)]
        approve = next(button for button in buttons if button.action is Action.APPROVE)
        reply = press(cafe.maria, approve.action, approve.value)
    assert reply.tone is not Tone.REFUSAL
