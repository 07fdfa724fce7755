"""Saying when one can work and what one would rather, as people type it and hear it back."""

import asyncio
from collections.abc import Callable
from datetime import date, time

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action, FormId
from bots.client import Service
from bots.desk import Desk
from bots.reply import Reply, Tone
from bots.wishing import UnknownWish, wishes_of
from service.people.models import User
from service.requests.models import Availability, EmployeePreference
from service.schemas.requests import PreferenceCreate
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_role, a_team, a_template, a_user

Fill = Callable[[User, FormId, dict[str, str]], Reply]
TODAY = date(2026, 11, 25)


@pytest.fixture
def fill(transport: httpx.ASGITransport) -> Fill:
    """Hand in a form as somebody."""

    async def filling(handle: str, form: FormId, answers: dict[str, str]) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).form(asker(handle), form, "", answers)

    return lambda user, form, answers: asyncio.run(filling(user.handle, form, answers))


@pytest.fixture
def sam(session: Session) -> User:
    team, role = a_team(session), a_role(session)
    for name in ("Dinner", "Dinner peak"):
        a_template(session, team, role, name=name)
    return a_user(session, team, name="Sam", roles=[role])


def _week(session: Session) -> list[tuple[int, time, time]]:
    rows = session.scalars(select(Availability).order_by(Availability.weekday, Availability.start_time))
    return [(row.weekday, row.start_time, row.end_time) for row in rows]


def _sections(reply: Reply) -> list[tuple[str | None, str]]:
    return [(section.heading, section.text) for section in reply.sections]


def test_times_are_said_in_words_shown_and_taken_off(session: Session, sam: User, say: Say, press: Press) -> None:
    assert "You can always work" in say(sam, "/available").text
    reply = say(sam, "/available mon-wed 17:00-24:00")
    assert (reply.tone, reply.text) == (Tone.SUCCESS, "Not at all: Thursday, Friday, Saturday, Sunday.")
    assert _sections(reply) == [(day, "17:00–24:00") for day in ("Monday", "Tuesday", "Wednesday")]
    reply = say(sam, "/available sat all day")
    assert _sections(reply)[-1] == ("Saturday", "all day")
    button = reply.sections[0].buttons[0]
    reply = press(sam, button.action, button.value)
    assert (reply.update, [heading for heading, _ in _sections(reply)]) == (
        True,
        ["Tuesday", "Wednesday", "Saturday"],
    )
    assert _week(session)[-1] == (5, time(0), time(0))
    reply = press(sam, Action.ALWAYS_AVAILABLE, "")
    assert ("You can always work" in reply.text, _week(session)) == (True, [])


def test_the_last_day_is_not_taken_off_as_that_would_mean_always(
    session: Session, sam: User, say: Say, press: Press
) -> None:
    say(sam, "/available mon")
    for reply in (press(sam, Action.REMOVE_DAY, "0"), say(sam, "/available mon off")):
        assert (reply.tone, "no day at all" in reply.text) == (Tone.REFUSAL, True)
    assert len(_week(session)) == 1


@pytest.mark.parametrize(
    "line", ["/available blursday", "/available mon sometimes", "/available mon 9-12, mon 11-14"]
)
def test_times_that_are_none_are_refused_and_nothing_is_lost(
    session: Session, sam: User, say: Say, line: str
) -> None:
    say(sam, "/available fri")
    assert say(sam, line).tone is Tone.REFUSAL
    assert _week(session) == [(4, time(0), time(0))]


def test_the_form_shows_the_week_and_keeps_it(
    session: Session, sam: User, say: Say, press: Press, fill: Fill
) -> None:
    say(sam, "/available mon 9-12, 14-18, fri")
    form = press(sam, Action.CHANGE_AVAILABILITY, "").form
    assert form is not None
    shown = {one.name: one.initial or "" for one in form.inputs}
    assert shown == {"0": "09:00–12:00, 14:00–18:00", "4": "all day"} | {str(day): "off" for day in (1, 2, 3, 5, 6)}
    before = _week(session)
    assert fill(sam, form.form, shown).tone is Tone.SUCCESS
    assert _week(session) == before
    fill(sam, form.form, {"2": "from 17:00"})
    assert _week(session) == [(2, time(17), time(0))]


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({"0": "9-12", "3": "sometimes"}, "3"),
        ({}, "0"),
        ({"2": "9-12, 11-14"}, "2"),
        ({"5": "22:00-06:00", "6": "05:00-09:00"}, "6"),
    ],
)
def test_what_is_no_time_stands_at_its_day(
    session: Session, sam: User, fill: Fill, answers: dict[str, str], at: str
) -> None:
    assert [name for name, _ in fill(sam, FormId.AVAILABILITY, answers).faults] == [at]
    assert _week(session) == []


def test_wishes_are_noted_in_words_changed_and_forgotten(session: Session, sam: User, say: Say, press: Press) -> None:
    assert "no wishes yet" in say(sam, "/prefer").text
    say(sam, "/prefer evenings")
    say(sam, "/prefer not sunday strongly")
    reply = say(sam, "/prefer dinner peak on fridays")
    assert _sections(reply) == [
        ("Gladly: evenings", "A wish like any other"),
        ("Rather not: Sunday", "Matters a lot"),
        ("Gladly: Dinner peak, Friday", "A wish like any other"),
    ]
    # Whoever changes their mind is not asked to forget the other wish first.
    reply = say(sam, "/prefer not evenings a little")
    assert _sections(reply)[0] == ("Rather not: evenings", "Matters a little")
    button = reply.sections[0].buttons[0]
    for _ in range(2):
        reply = press(sam, button.action, button.value)
        assert (reply.update, len(reply.sections)) == (True, 2)
    assert len(session.scalars(select(EmployeePreference)).all()) == 2


def test_the_form_notes_a_wish_for_each_weekday(session: Session, sam: User, press: Press, fill: Fill) -> None:
    form = press(sam, Action.ADD_WISH, "").form
    assert form is not None
    assert [one.name for one in form.inputs] == ["wish", "weekdays", "date", "part", "shift", "weight"]
    reply = fill(sam, form.form, {"wish": "unwanted", "weekdays": "5,6", "part": "mornings", "weight": "30"})
    assert [heading for heading, _ in _sections(reply)] == [
        "Rather not: Saturday, mornings",
        "Rather not: Sunday, mornings",
    ]


@pytest.mark.parametrize(
    ("answers", "at"), [({}, "weekdays"), ({"date": "2020-01-01"}, "date"), ({"shift": "999999"}, "shift")]
)
def test_a_wish_that_says_nothing_sensible_stands_at_its_input(
    session: Session, sam: User, fill: Fill, answers: dict[str, str], at: str
) -> None:
    assert [name for name, _ in fill(sam, FormId.PREFERENCES, {"wish": "wanted"} | answers).faults] == [at]
    assert session.scalars(select(EmployeePreference)).all() == []


def _wish(*, wanted: bool = True, weight: int = 10, **fields: object) -> PreferenceCreate:
    return PreferenceCreate.model_validate({"wanted": wanted, "weight": weight} | fields)


@pytest.mark.parametrize(
    ("words", "wishes"),
    [
        ("fri", [_wish(weekday=4)]),
        ("weekends", [_wish(weekday=5), _wish(weekday=6)]),
        ("not 24 Dec", [_wish(wanted=False, on_date=date(2026, 12, 24))]),
        ("dinner", [_wish(template_id=1)]),
        ("dinner peak!", [_wish(template_id=2, weight=30)]),
        (
            "i don't want dinner shifts on mon-tue",
            [_wish(wanted=False, template_id=1, weekday=day) for day in (0, 1)],
        ),
        ("friday evenings", [_wish(weekday=4, start_time=time(15), end_time=time(3))]),
        ("never nights", [_wish(wanted=False, start_time=time(23), end_time=time(5))]),
        ("sat 10:00-18:00", [_wish(weekday=5, start_time=time(10), end_time=time(18))]),
        ("mon and wed", [_wish(weekday=0), _wish(weekday=2)]),
    ],
)
def test_wishes_as_people_type_them(words: str, wishes: list[PreferenceCreate]) -> None:
    assert wishes_of(words, TODAY, {"Dinner": 1, "Dinner peak": 2}) == wishes


@pytest.mark.parametrize("words", ["more money", "not", "dinner and", "fri something", "strongly"])
def test_what_names_no_shifts_is_refused(words: str) -> None:
    with pytest.raises(UnknownWish):
        wishes_of(words, TODAY, {"Dinner": 1})


@pytest.mark.parametrize("line", ["/prefer more money", "/prefer not"])
def test_a_wish_that_is_none_is_answered_with_an_example(sam: User, say: Say, line: str) -> None:
    reply = say(sam, line)
    assert (reply.tone, "Try: /prefer" in reply.text) == (Tone.REFUSAL, True)
