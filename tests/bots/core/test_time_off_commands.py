"""Asking for time off and deciding it, as people hear it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots import words, words_requests
from bots.actions import Action, FormId
from bots.announcements import announcement
from bots.client import Service
from bots.desk import Desk
from bots.reply import Button, Form, Reply, Tone
from service import clock
from service.notifications.content import order
from service.notifications.models import Delivery
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.schemas.requests import TimeOffKind, TimeOffStatus
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftAssignment
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)
BERLIN = ZoneInfo("Europe/Berlin")
# A holiday of ten days from a Thursday on, more than a month away.
WEDNESDAY, THURSDAY, SATURDAY = (NEXT_MONDAY + timedelta(weeks=5, days=days) for days in (2, 3, 5))
LAST_DAY = THURSDAY + timedelta(days=9)
LONG_AGO, IN_FIVE_YEARS = (NEXT_MONDAY + timedelta(weeks=weeks) for weeks in (-52, 5 * 52))
MORE_THAN_A_YEAR_LATER = NEXT_MONDAY + timedelta(days=400)
Fill = Callable[[User, FormId, str, dict[str, str]], Reply]


@pytest.fixture
def fill(transport: httpx.ASGITransport) -> Fill:
    """Hand in a form as somebody."""

    async def filling(handle: str, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).form(asker(handle), form, value, answers)

    return lambda user, form, value, answers: asyncio.run(filling(user.handle, form, value, answers))


def _spoken(day: date) -> str:
    """A day as people type it: 24 Dec."""
    return f"{day.day} {day:%b}"


class Cafe:
    """A café in Berlin: Maria manages, Sam is on Monday's dinner of next week, which is published."""

    def __init__(self, session: Session) -> None:
        self.team, role = a_team(session, "Café", time_zone=BERLIN.key), a_role(session, "Waiter")
        self.maria = a_manager(session, self.team, name="Maria")
        self.sam = a_user(session, self.team, name="Sam", roles=[role])
        self.week = a_week(session, self.team, NEXT_MONDAY, WeekStatus.PUBLISHED)
        self.dinner = a_shift(session, self.week, role, name="Dinner", start=15)
        an_assignment(session, self.dinner, self.sam, role)


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_form_knows_what_day_it_is_where_the_person_works(session: Session, say: Say, zone: str) -> None:
    sam = a_user(session, a_team(session, time_zone=zone), name="Sam")
    form = say(sam, "/timeoff").form
    assert form is not None
    assert form.today == datetime.now(ZoneInfo(zone)).date()


def _buttons(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(button for section in reply.sections for button in section.buttons)]


def _button(reply: Reply, label: str) -> Button:
    return next(button for button in _buttons(reply) if button.label == label)


def _declining(cafe: Cafe, say: Say, press: Press) -> Form:
    """What Maria is asked when she declines that Sam is away on that Thursday."""
    say(cafe.sam, f"/timeoff {_spoken(THURSDAY)}")
    button = _button(say(cafe.maria, "/approvals"), "Decline")
    form = press(cafe.maria, button.action, button.value).form
    assert form is not None
    return form


def _heard(session: Session, user: User) -> Reply:
    """The newest direct message of somebody."""
    delivery = session.scalars(select(Delivery).where(Delivery.target == user.handle).order_by(Delivery.id)).all()[-1]
    [reply] = announcement(order(session, delivery, uncertain=False).content)
    return reply


def test_time_off_is_asked_for_in_words_and_decided_by_a_button(
    session: Session, cafe: Cafe, say: Say, press: Press
) -> None:
    reply = say(cafe.sam, f"/timeoff {_spoken(THURSDAY)} to {_spoken(LAST_DAY)} vacation family visit")
    holiday = f"{words.day(THURSDAY)} – {words.day(LAST_DAY)} (10 days)"
    assert reply.tone is Tone.SUCCESS
    assert f"Asked for vacation, {holiday}" in reply.text
    request = session.scalars(select(TimeOffRequest)).one()
    assert (request.kind, request.reason) == (TimeOffKind.VACATION, "family visit")
    # Whole days of Berlin.
    assert clock.bounds(request.during) == (
        clock.to_utc(THURSDAY, clock.MIDNIGHT, BERLIN),
        clock.to_utc(LAST_DAY + timedelta(days=1), clock.MIDNIGHT, BERLIN),
    )
    asked = _heard(session, cafe.maria)
    assert asked.heading == f"Sam asks for vacation, {holiday}"
    assert "family visit" in asked.text
    button = _button(asked, "Approve")
    assert "They are told" in press(cafe.maria, button.action, button.value).text
    assert _heard(session, cafe.sam).text == f"Vacation, {holiday}: approved by Maria"
    assert _buttons(_heard(session, cafe.maria)) == []


def test_some_hours_of_a_day_are_shown_as_hours(cafe: Cafe, say: Say) -> None:
    reply = say(cafe.sam, f"/timeoff {_spoken(THURSDAY)} 14:00-18:00 personal")
    assert f"personal time off, {words.day(THURSDAY)}, 14:00–18:00" in reply.text
    reply = say(cafe.sam, f"/timeoff {_spoken(WEDNESDAY)} from 14:00")
    assert f"vacation, {words.day(WEDNESDAY)}, 14:00–24:00" in reply.text


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        (f"/timeoff {_spoken(THURSDAY)}", (TimeOffKind.VACATION, "")),
        (f"/timeoff sick {_spoken(THURSDAY)}", (TimeOffKind.SICK, "")),
        (f"/timeoff {_spoken(THURSDAY)} for personal matters", (TimeOffKind.PERSONAL, "matters")),
        (f"/timeoff {_spoken(THURSDAY)} because I move", (TimeOffKind.VACATION, "I move")),
    ],
)
def test_what_it_is_for_is_understood(
    session: Session, cafe: Cafe, say: Say, line: str, understood: tuple[TimeOffKind, str]
) -> None:
    say(cafe.sam, line)
    request = session.scalars(select(TimeOffRequest)).one()
    assert (request.kind, request.reason) == understood


@pytest.mark.parametrize(
    "line", ["/timeoff blursday", "/timeoff vacation", f"/timeoff {_spoken(THURSDAY)} 18:00-14:00"]
)
def test_days_that_are_none_are_refused_with_an_example(session: Session, cafe: Cafe, say: Say, line: str) -> None:
    reply = say(cafe.sam, line)
    assert reply.tone is Tone.REFUSAL
    assert session.scalars(select(TimeOffRequest)).all() == []


def test_without_words_a_form_asks(session: Session, cafe: Cafe, say: Say, fill: Fill) -> None:
    form = say(cafe.sam, "/timeoff").form
    assert form is not None
    assert [one.name for one in form.inputs] == ["kind", "first", "last", "starts", "ends", "reason"]
    day = NEXT_MONDAY.isoformat()
    answers = {"kind": "PERSONAL", "first": day, "starts": "09:00", "ends": "12:00", "reason": "a private matter"}
    reply = fill(cafe.sam, form.form, form.value, answers)
    assert (reply.tone, reply.faults) == (Tone.SUCCESS, ())
    request = session.scalars(select(TimeOffRequest)).one()
    assert clock.bounds(request.during)[0] == clock.to_utc(
        NEXT_MONDAY, datetime.min.time(), cafe.team.zone
    ) + timedelta(hours=9)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"last": LONG_AGO.isoformat()}, "last"),
        ({"first": IN_FIVE_YEARS.isoformat()}, "first"),
        ({"last": MORE_THAN_A_YEAR_LATER.isoformat()}, "last"),
        ({"reason": "a" * 501}, "reason"),
    ],
)
def test_what_is_wrong_with_a_form_stands_at_its_input(
    session: Session, cafe: Cafe, fill: Fill, changes: dict[str, str], at: str
) -> None:
    answers = {"kind": "OTHER", "first": NEXT_MONDAY.isoformat()} | changes
    reply = fill(cafe.sam, FormId.TIME_OFF, "", answers)
    assert [name for name, _ in reply.faults] == [at]
    assert session.scalars(select(TimeOffRequest)).all() == []


def test_a_reason_that_is_too_long_is_refused_and_not_cut(session: Session, cafe: Cafe, say: Say) -> None:
    reply = say(cafe.sam, f"/timeoff {NEXT_MONDAY.isoformat()} vacation {'very ' * 120}")
    assert reply.tone is Tone.REFUSAL
    assert "500" in reply.text
    assert session.scalars(select(TimeOffRequest)).all() == []


def test_an_approval_that_opens_shifts_names_them_and_asks_once_more(
    session: Session, cafe: Cafe, say: Say, press: Press
) -> None:
    asked = say(cafe.sam, f"/timeoff {NEXT_MONDAY.isoformat()}")
    assert "Until then you are on these shifts" in asked.text
    listed = say(cafe.maria, "/approvals")
    assert listed.sections[0].text == "on 1 shift then"
    button = _button(listed, "Approve")
    warned = press(cafe.maria, button.action, button.value)
    assert warned.tone is Tone.WARNING
    begins, ends = (at.astimezone(BERLIN) for at in clock.bounds(cafe.dinner.during))
    assert f"{begins:%H:%M}–{ends:%H:%M}  Dinner, Waiter (published)" in warned.text
    assert session.scalars(select(TimeOffRequest.status)).one() is TimeOffStatus.PENDING
    button = _button(warned, "Approve anyway")
    approved = press(cafe.maria, button.action, button.value)
    assert f"/optimize {NEXT_MONDAY.isoformat()}" in approved.text
    repair = _button(approved, "Find a repair")
    assert press(cafe.maria, repair.action, repair.value).follow_run is not None
    assert session.scalars(select(ShiftAssignment)).all() == []
    heard = _heard(session, cafe.sam)
    assert "You are off these shifts:\n− " in heard.text
    assert "Dinner, Waiter" in heard.text


def test_a_no_asks_for_a_word_which_the_person_hears(
    session: Session, cafe: Cafe, say: Say, press: Press, fill: Fill
) -> None:
    form = _declining(cafe, say, press)
    reply = fill(cafe.maria, form.form, form.value, {"note": "the fair is that day"})
    assert (reply.update, "Declined: Sam" in reply.text) == (True, True)
    assert "declined by Maria: “the fair is that day”" in _heard(session, cafe.sam).text


def test_a_word_that_is_too_long_is_asked_for_again_and_the_request_still_waits(
    session: Session, cafe: Cafe, say: Say, press: Press, fill: Fill
) -> None:
    form = _declining(cafe, say, press)
    assert form.inputs[0].longest == 300
    again = fill(cafe.maria, form.form, form.value, {"note": "the fair is that day. " * 20})
    assert "fewer words" in dict(again.faults)["note"]
    assert session.scalars(select(TimeOffRequest.status)).one() is TimeOffStatus.PENDING


def test_a_decision_in_the_list_leaves_the_rest_of_the_list(cafe: Cafe, say: Say, press: Press) -> None:
    say(cafe.sam, f"/timeoff {_spoken(THURSDAY)}")
    say(cafe.sam, f"/timeoff {_spoken(SATURDAY)}")
    button = _button(say(cafe.maria, "/approvals"), "Approve")
    reply = press(cafe.maria, button.action, button.value)
    assert (reply.update, reply.text.startswith(f"Approved: Sam, vacation, {words.day(THURSDAY)}")) == (True, True)
    assert [section.heading for section in reply.sections] == [f"Sam asks for vacation, {words.day(SATURDAY)}"]


def test_one_sees_and_withdraws_ones_own(session: Session, cafe: Cafe, say: Say, press: Press) -> None:
    say(cafe.sam, f"/timeoff {_spoken(THURSDAY)}")
    reply = say(cafe.sam, "/approvals")
    assert [(section.heading, section.text) for section in reply.sections] == [
        (f"You: vacation, {words.day(THURSDAY)}", "Waiting for a decision")
    ]
    assert [button.label for button in _buttons(reply)] == ["Withdraw"]
    button = _button(reply, "Withdraw")
    assert "Withdrawn: your request" in press(cafe.sam, button.action, button.value).text
    assert session.scalars(select(TimeOffRequest.status)).one() is TimeOffStatus.CANCELLED


def test_a_withdrawal_that_an_approval_overtook_is_refused(
    session: Session, cafe: Cafe, say: Say, press: Press
) -> None:
    withdraw = _button(say(cafe.sam, f"/timeoff {_spoken(THURSDAY)}"), "Withdraw")
    approve = _button(say(cafe.maria, "/approvals"), "Approve")
    press(cafe.maria, approve.action, approve.value)
    reply = press(cafe.sam, withdraw.action, withdraw.value)
    assert (reply.tone, "approved already" in reply.text) == (Tone.REFUSAL, True)
    # The list shows it as approved, and its button means that.
    withdraw = _button(say(cafe.sam, "/approvals"), "Withdraw")
    assert "Withdrawn" in press(cafe.sam, withdraw.action, withdraw.value).text
    assert "Sam no longer takes vacation" in _heard(session, cafe.maria).text


def test_a_button_that_was_passed_on_does_nothing_for_others(
    cafe: Cafe, session: Session, say: Say, press: Press
) -> None:
    joe = a_user(session, cafe.team, name="Joe")
    say(cafe.sam, f"/timeoff {_spoken(THURSDAY)} a private matter")
    button = _button(say(cafe.maria, "/approvals"), "Approve")
    reply = press(joe, button.action, button.value)
    assert (reply.tone, "private" in reply.text) == (Tone.REFUSAL, False)
    assert session.scalars(select(TimeOffRequest.status)).one() is TimeOffStatus.PENDING


@pytest.mark.parametrize("value", ["nonsense:1", "", "timeoff:", "timeoff:x"])
def test_a_button_of_another_version_is_refused_without_a_trace(cafe: Cafe, press: Press, value: str) -> None:
    reply = press(cafe.maria, Action.APPROVE, value)
    assert reply.text == words_requests.OLD_BUTTON


def test_nothing_that_waits_is_said_as_that(cafe: Cafe, say: Say) -> None:
    assert "Nothing waits for you" in say(cafe.maria, "/approvals").text
