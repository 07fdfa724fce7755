"""What people hear from the chat core: the answer, or one kind sentence that says what is wrong and what to do."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.client import Service
from bots.desk import Desk
from bots.reply import Audience, Tone
from service import clock
from service.people.models import User
from service.scheduling.models import SchedulingRun
from service.schemas.shifts import WeekStatus
from service.shifts.models import WeeklySchedule
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import (
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    an_assignment,
    without_chat,
)

THIS_MONDAY = clock.week_of(clock.now().date(), 0)
NEXT_MONDAY = THIS_MONDAY + timedelta(weeks=1)


def test_an_unknown_command_names_the_nearest(session: Session, say: Say) -> None:
    user = a_user(session, a_team(session))
    reply = say(user, "/optimise next week")
    assert reply.tone is Tone.REFUSAL
    assert "There is no command /optimise. Did you mean /optimize?" in reply.text


@pytest.mark.parametrize("line", ["/schedule blursday", "/myshifts the day after never", "/hours 31 Feb"])
def test_an_unknown_week_says_what_can_be_said(session: Session, say: Say, line: str) -> None:
    reply = say(a_user(session, a_team(session)), line)
    assert reply.tone is Tone.REFUSAL
    assert "Try: this week, next week" in reply.text


def test_an_unknown_account_is_told_how_to_be_known(session: Session, say: Say) -> None:
    stranger = User(name="Nobody", handle="nobody", email="nobody@example.com")
    reply = say(stranger, "/myshifts")
    assert reply.tone is Tone.REFUSAL
    assert "/link" in reply.text


@pytest.mark.parametrize("line", ["/optimize next week", "/publish next week", "/runs"])
def test_an_employee_is_refused_what_managers_do(session: Session, say: Say, line: str) -> None:
    reply = say(a_user(session, a_team(session)), line)
    assert reply.tone is Tone.REFUSAL
    assert "Only managers" in reply.text
    assert session.scalar(select(func.count()).select_from(SchedulingRun)) == 0


@pytest.mark.parametrize("action", [Action.RERUN, Action.PUBLISH, Action.CANCEL_RUN, Action.DISCARD_RUN])
def test_an_employee_is_refused_what_a_managers_button_does(session: Session, press: Press, action: Action) -> None:
    team = a_team(session)
    week = a_week(session, team, NEXT_MONDAY)
    reply = press(a_user(session, team), action, f"{week.id}:{week.version}" if action is Action.PUBLISH else "1")
    assert reply.tone is Tone.REFUSAL
    assert session.scalars(select(WeeklySchedule.status)).one() is WeekStatus.DRAFT


def test_optimize_opens_the_week_and_announces_the_run_in_the_channel(session: Session, say: Say) -> None:
    team = a_team(session, "Café")
    a_template(session, team, a_role(session))
    reply = say(a_manager(session, team), "/optimize next week")
    run = session.scalars(select(SchedulingRun)).one()
    assert (run.first_week, run.weeks) == (NEXT_MONDAY, 1)
    assert (reply.audience, reply.follow_run) == (Audience.CHANNEL, run.id)
    assert [button.action for button in reply.buttons] == [Action.CANCEL_RUN]


def test_a_second_optimize_of_the_same_week_is_refused_kindly(session: Session, say: Say) -> None:
    team = a_team(session)
    a_template(session, team, a_role(session))
    manager = a_manager(session, team)
    say(manager, "/optimize next week")
    reply = say(manager, "/optimize next week")
    assert reply.tone is Tone.REFUSAL
    assert session.scalar(select(func.count()).select_from(SchedulingRun)) == 1


def test_optimize_takes_several_weeks(session: Session, say: Say) -> None:
    team = a_team(session)
    a_template(session, team, a_role(session))
    say(a_manager(session, team), f"/optimize {NEXT_MONDAY.isoformat()} 2 weeks")
    run = session.scalars(select(SchedulingRun)).one()
    assert (run.first_week, run.weeks) == (NEXT_MONDAY, 2)
    opened = session.scalars(select(WeeklySchedule.week_start).order_by(WeeklySchedule.week_start)).all()
    assert opened == [NEXT_MONDAY, NEXT_MONDAY + timedelta(weeks=1)]


def test_optimize_of_too_many_weeks_is_refused_kindly(session: Session, say: Say) -> None:
    reply = say(a_manager(session, a_team(session)), "/optimize next week 6 weeks")
    assert reply.tone is Tone.REFUSAL
    assert "at most 5 weeks" in reply.text


def test_my_shifts_are_shown_once_published_and_not_before(session: Session, say: Say) -> None:
    team, role = a_team(session), a_role(session, "Waiter")
    sam = a_user(session, team, name="Sam", roles=[role])
    week = a_week(session, team, NEXT_MONDAY)
    an_assignment(session, a_shift(session, week, role, name="Dinner", start=16), sam, role)
    assert "not published yet" in say(sam, "/myshifts next week").text
    week.status = WeekStatus.PUBLISHED
    session.flush()
    reply = say(sam, "/myshifts next week")
    assert reply.text == "1 shift, 8 h"
    assert "16:00–00:00  Dinner, Waiter" in (reply.sections[0].heading or "")


def test_a_week_is_shown_as_a_picture_with_its_gaps_in_words(session: Session, say: Say) -> None:
    team, role = a_team(session), a_role(session, "Bartender")
    week = a_week(session, team, NEXT_MONDAY, WeekStatus.PUBLISHED)
    a_shift(session, week, role, day=5, name="Late bar", headcount=2)
    reply = say(a_user(session, team), "/schedule next week")
    assert reply.image is not None
    assert reply.image.png.startswith(b"\x89PNG")
    assert "Late bar: 2 Bartender missing" in reply.text
    assert "0 of 2 places filled" in reply.image.alt_text


def test_publish_says_who_is_told_and_who_cannot_be(session: Session, say: Say) -> None:
    team, role = a_team(session), a_role(session)
    maria = a_manager(session, team)
    ana, joe, li = (a_user(session, team, name=name, roles=[role]) for name in ("Ana", "Joe", "Li"))
    for start, people in ((NEXT_MONDAY, (ana, joe, li)), (NEXT_MONDAY + timedelta(weeks=1), (joe, li))):
        shift = a_shift(session, a_week(session, team, start), role, headcount=3)
        for person in people:
            an_assignment(session, shift, person, role)
    without_chat(session, joe, li)
    unreached = "I cannot reach Joe, Li, who have no chat account yet: please talk to them yourself."
    assert say(maria, "/publish next week").text.endswith(f" 1 person is told. {unreached}")
    later = (NEXT_MONDAY + timedelta(weeks=1)).isoformat()
    assert say(maria, f"/publish {later}").text.endswith(f" Nobody could be told. {unreached}")


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv", "ics"])
def test_a_week_is_exported_in_every_format(session: Session, say: Say, kind: str) -> None:
    team, role = a_team(session), a_role(session)
    week = a_week(session, team, NEXT_MONDAY, WeekStatus.PUBLISHED)
    sam = a_user(session, team, name="Sam", roles=[role])
    an_assignment(session, a_shift(session, week, role), sam, role)
    [file] = say(sam, f"/export next week {kind}").files
    assert file.filename == f"rota-{NEXT_MONDAY.isoformat()}.{kind}"
    assert file.content


def test_an_employee_cannot_export_a_draft(session: Session, say: Say) -> None:
    team = a_team(session)
    a_week(session, team, NEXT_MONDAY)
    assert say(a_user(session, team), "/export next week csv").tone is Tone.REFUSAL


def test_somebody_of_several_teams_is_asked_which_one(session: Session, say: Say) -> None:
    both = a_user(session, a_team(session, "Bar"), a_team(session, "Kitchen"))
    reply = say(both, "/schedule")
    assert "Which of your teams" in reply.text
    assert [button.label for button in reply.buttons] == ["Bar", "Kitchen"]


def test_help_lists_what_this_person_may_do(session: Session, say: Say) -> None:
    team = a_team(session)
    listed = [
        {row[0].split()[0] for row in (say(user, "/help").table or pytest.fail("no table")).rows}
        for user in (a_manager(session, team), a_user(session, team))
    ]
    assert {"/optimize", "/publish", "/runs"} <= listed[0]
    assert listed[1] < listed[0]
    assert not {"/optimize", "/publish", "/runs"} & listed[1]


def test_a_service_that_does_not_answer_is_one_kind_sentence() -> None:
    async def saying() -> str:
        async with Service("http://127.0.0.1:1", BOT_SECRET, platform="terminal") as service:
            return (await Desk(service).command(asker("sam"), "/myshifts")).text

    assert "does not answer right now" in asyncio.run(saying())


def test_an_error_that_nobody_foresaw_is_a_reference_and_no_trace() -> None:
    async def nonsense(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"unexpected": True})

    async def saying() -> str:
        transport = httpx.MockTransport(nonsense)
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return (await Desk(service).command(asker("sam"), "/myshifts")).text

    text = asyncio.run(saying())
    assert "under the reference" in text
    assert "Traceback" not in text
