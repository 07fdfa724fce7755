"""Trading in chat: /swap, /drop and /open, the questions to colleagues, and a manager's word in /approvals."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bots.actions import Action, FormId
from bots.announcements import announcement
from bots.client import Service
from bots.desk import Desk
from bots.reply import Button, Reply, Tone
from service import clock
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.models import User
from service.schemas.people import SwapApproval
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts import publishing
from service.shifts.models import PlannedShift, ShiftAssignment
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)
Fill = Callable[[User, FormId, str, dict[str, str]], Reply]


class Cafe:
    """Next week Ana has Monday, Joe has Tuesday, and Zoe is free."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.team, role = a_team(session, "Cafe"), a_role(session, "Waiter")
        self.role = role
        self.team.swap_approval = SwapApproval.NEVER
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana, self.joe, self.zoe = (
            a_user(session, self.team, name=name, roles=[role]) for name in ("Ana", "Joe", "Zoe")
        )
        week = self.week = a_week(session, self.team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        self.monday = a_shift(session, week, role, day=0, name="Early")
        self.tuesday = a_shift(session, week, role, day=1, name="Late")
        self.hers = an_assignment(session, self.monday, self.ana, role)
        self.his = an_assignment(session, self.tuesday, self.joe, role)
        session.flush()

    def on(self, shift: PlannedShift) -> list[str]:
        query = (
            select(User.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .where(ShiftAssignment.planned_shift_id == shift.id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        )
        return list(self.session.scalars(query))

    def news(self, user: User) -> list[Reply]:
        """What the person was told, as it is said now."""
        found = self.session.scalars(
            select(Delivery).join(Notification).where(Notification.user_id == user.id).order_by(Notification.id)
        )
        return [reply for one in found for reply in announcement(order(self.session, one, uncertain=False).content)]


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


@pytest.fixture
def fill(transport: httpx.ASGITransport) -> Fill:
    async def filling(user: User, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).form(asker(user.handle), form, value, answers)

    return lambda user, form, value, answers: asyncio.run(filling(user, form, value, answers))


def button(reply: Reply, action: Action) -> Button:
    every = [*reply.buttons, *(one for section in reply.sections for one in section.buttons)]
    return next(one for one in every if one.action is action)


def swap_with_joe(reply: Reply) -> Button:
    section = next(one for one in reply.sections if "you take" in (one.heading or "").lower())
    return section.buttons[0]


def test_a_swap_from_the_first_word_to_the_changed_shifts(cafe: Cafe, say: Say, press: Press) -> None:
    offered = say(cafe.ana, "/swap")
    assert "Which shift" in offered.text
    options = press(cafe.ana, Action.SWAP, button(offered, Action.SWAP).value)
    assert "break no rule" in options.text
    ask = swap_with_joe(options)
    asked = press(cafe.ana, ask.action, ask.value)
    assert "I have asked Joe" in asked.text
    (question,) = cafe.news(cafe.joe)
    assert question.heading == "Ana asks you for a trade"
    yes = button(question, Action.ACCEPT_TRADE)
    done = press(cafe.joe, yes.action, yes.value)
    assert done.tone is Tone.SUCCESS
    assert (cafe.on(cafe.monday), cafe.on(cafe.tuesday)) == (["Joe"], ["Ana"])
    assert [reply.heading for reply in cafe.news(cafe.ana)] == ["The shifts have changed hands"]


def test_a_day_and_a_name_lead_straight_to_the_exchanges_with_them(cafe: Cafe, say: Say) -> None:
    reply = say(cafe.ana, "/swap mon next week with zoe")
    assert [section.heading for section in reply.sections] == ["Zoe takes your shift"]
    assert "0 h → 8 h this week" in reply.sections[0].text
    assert "No exchange with “maria”" in say(cafe.ana, "/swap mon next week with maria").text


@pytest.mark.parametrize("said", ["zoe", "@zoe", "@Zoe", "zoë", "Zoë Müller", "müll"])
def test_a_colleague_is_named_by_handle_or_name(cafe: Cafe, say: Say, said: str) -> None:
    cafe.zoe.name = "Zoë Müller"
    cafe.session.flush()
    reply = say(cafe.ana, f"/swap mon next week with {said}")
    assert [section.heading for section in reply.sections] == ["Zoë Müller takes your shift"]


def test_several_are_asked_by_a_form_and_the_first_wins(cafe: Cafe, say: Say, press: Press, fill: Fill) -> None:
    form = press(cafe.ana, Action.ASK_SEVERAL, str(cafe.hers.id)).form
    assert form is not None
    chosen = [option.value for option in form.inputs[0].options]
    answers = {"options": ",".join(chosen), "note": "My sister marries"}
    assert "I have asked Joe, Zoe" in fill(cafe.ana, form.form, form.value, answers).text
    assert not fill(cafe.ana, form.form, form.value, {"options": ""}).text.startswith("I have asked")
    question = cafe.news(cafe.zoe)[0]
    assert "My sister marries" in question.text
    yes = button(question, Action.ACCEPT_TRADE)
    assert press(cafe.zoe, yes.action, yes.value).tone is Tone.SUCCESS
    late = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE) if cafe.news(cafe.joe)[0].buttons else None
    assert late is None, "nobody is offered a button that can only fail"
    assert cafe.on(cafe.monday) == ["Zoe"]


def test_everybody_is_asked_at_once_for_what_is_best_with_them(cafe: Cafe, say: Say, press: Press) -> None:
    everybody = button(say(cafe.ana, "/swap mon next week"), Action.ASK_EVERYBODY)
    assert "I have asked Joe, Zoe" in press(cafe.ana, everybody.action, everybody.value).text
    assert (len(cafe.news(cafe.joe)), len(cafe.news(cafe.zoe))) == (1, 1)
    yes = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE)
    assert press(cafe.joe, yes.action, yes.value).tone is Tone.SUCCESS
    assert cafe.on(cafe.monday) == ["Joe"]


def test_something_else_is_offered_instead(cafe: Cafe, session: Session, say: Say, press: Press) -> None:
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    other = press(cafe.joe, Action.COUNTER_TRADE, button(cafe.news(cafe.joe)[0], Action.COUNTER_TRADE).value)
    (heading,) = [section.heading or "" for section in other.sections]
    assert heading.startswith("You take Mon")
    assert heading.endswith("Early, Waiter from Ana")
    instead = other.sections[0].buttons[0]
    assert "I have offered that to Ana" in press(cafe.joe, instead.action, instead.value).text
    yes = button(cafe.news(cafe.ana)[-1], Action.ACCEPT_TRADE)
    assert press(cafe.ana, yes.action, yes.value).tone is Tone.SUCCESS
    assert (cafe.on(cafe.monday), cafe.on(cafe.tuesday)) == (["Joe"], ["Joe"])


def test_no_is_told_and_ends_it(cafe: Cafe, say: Say, press: Press) -> None:
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    no = button(cafe.news(cafe.joe)[0], Action.DECLINE_TRADE)
    assert "Nothing changes" in press(cafe.joe, no.action, no.value).text
    assert "Joe said no" in [reply.heading for reply in cafe.news(cafe.ana)]
    assert cafe.on(cafe.monday) == ["Ana"]


def test_a_dropped_shift_is_taken_by_whoever_sees_it_in_open(cafe: Cafe, say: Say, press: Press) -> None:
    assert "stays yours" in say(cafe.ana, "/drop mon next week").text
    assert cafe.on(cafe.monday) == ["Ana"]
    assert cafe.news(cafe.zoe)[0].heading == "Ana's shift is up for grabs"
    listed = say(cafe.zoe, "/open")
    assert "0 h → 8 h this week" in listed.sections[0].text
    take = button(listed, Action.ACCEPT_TRADE)
    assert press(cafe.zoe, take.action, take.value).tone is Tone.SUCCESS
    assert cafe.on(cafe.monday) == ["Zoe"]
    assert "no open shift" in say(cafe.joe, "/open").text


def test_what_was_asked_can_be_taken_back_from_approvals(cafe: Cafe, say: Say, press: Press) -> None:
    say(cafe.ana, "/drop mon next week")
    mine = say(cafe.ana, "/approvals")
    take_back = button(mine, Action.WITHDRAW)
    assert press(cafe.ana, take_back.action, take_back.value).tone is Tone.SUCCESS
    assert "no open shift" in say(cafe.zoe, "/open").text


@pytest.mark.parametrize("verdict", [Action.APPROVE, Action.DECLINE])
def test_a_manager_decides_where_the_house_says_so(
    cafe: Cafe, say: Say, press: Press, fill: Fill, verdict: Action
) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    cafe.session.flush()
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    yes = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE)
    assert "a manager decides" in press(cafe.joe, yes.action, yes.value).text
    assert cafe.on(cafe.monday) == ["Ana"]
    word = button(say(cafe.maria, "/approvals"), verdict)
    reply = press(cafe.maria, word.action, word.value)
    if verdict is Action.DECLINE:
        assert reply.form is not None
        fill(cafe.maria, reply.form.form, reply.form.value, {"note": "Too tight"})
        for person in (cafe.ana, cafe.joe):
            (no,) = [one for one in cafe.news(person) if one.heading == "Maria did not approve the trade"]
            assert "“Too tight” (Maria)" in no.text
    assert cafe.on(cafe.monday) == (["Joe"] if verdict is Action.APPROVE else ["Ana"])


def test_a_word_that_is_too_long_is_asked_for_again_and_the_trade_still_waits(
    cafe: Cafe, say: Say, press: Press, fill: Fill
) -> None:
    cafe.team.swap_approval = SwapApproval.ALWAYS
    cafe.session.flush()
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    yes = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE)
    press(cafe.joe, yes.action, yes.value)
    word = button(say(cafe.maria, "/approvals"), Action.DECLINE)
    form = press(cafe.maria, word.action, word.value).form
    assert form is not None
    again = fill(cafe.maria, form.form, form.value, {"note": "x" * 301})
    assert again.faults == (("note", "This has 301 characters, and 300 fit. Please say it in fewer words."),)
    assert "A trade waits for your decision" in [one.heading for one in cafe.news(cafe.maria)]
    done = fill(cafe.maria, form.form, form.value, {"note": "x" * 300})
    assert (done.faults, "told" in done.text) == ((), True)


def test_an_asker_is_not_said_to_have_taken_back_what_the_week_ended(cafe: Cafe, say: Say, press: Press) -> None:
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    maria = cafe.session.get_one(User, cafe.maria.id, options=[selectinload(User.teams)], populate_existing=True)
    publishing.unpublish(cafe.session, maria, cafe.week.id, cafe.week.version)
    for person in (cafe.ana, cafe.joe):
        headings = [one.heading for one in cafe.news(person)]
        assert "The request has ended: the week has changed" in headings
        assert "Ana has taken the request back" not in headings


def test_who_takes_a_request_back_is_named_to_those_who_were_asked(cafe: Cafe, say: Say, press: Press) -> None:
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    (back,) = press(cafe.ana, ask.action, ask.value).buttons
    press(cafe.ana, back.action, back.value)
    assert cafe.news(cafe.joe)[-1].heading == "Ana has taken the request back"


def test_buttons_of_others_do_nothing(cafe: Cafe, say: Say, press: Press) -> None:
    ask = swap_with_joe(say(cafe.ana, "/swap mon next week"))
    press(cafe.ana, ask.action, ask.value)
    yes = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE)
    for user in (cafe.zoe, cafe.maria, cafe.ana):
        assert press(user, yes.action, yes.value).tone is Tone.REFUSAL
    assert press(cafe.zoe, Action.SWAP, str(cafe.hers.id)).tone is Tone.REFUSAL
    assert press(cafe.zoe, Action.ASK_TRADE, ask.value).tone is Tone.REFUSAL
    assert press(cafe.ana, Action.ASK_TRADE, "nonsense").tone is Tone.REFUSAL
    assert press(cafe.zoe, Action.DROP, str(cafe.hers.id)).tone is Tone.REFUSAL
    assert cafe.on(cafe.monday) == ["Ana"]


def test_shifts_carry_their_buttons(cafe: Cafe, say: Say) -> None:
    section = say(cafe.ana, "/myshifts next week").sections[0]
    assert [one.action for one in section.buttons] == [Action.SWAP, Action.DROP]
