"""/settings says every work rule in a sentence; managers set the everyday ones by a form, and remove any."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action, FormId
from bots.client import Service
from bots.commands.work_rules import MOST_SAID, Everyday
from bots.desk import Desk
from bots.reply import Reply, Tone
from service.imports.rules import RULE
from service.people.models import User
from service.requests.models import WorkRule
from service.requests.naming import columns
from service.schemas.requests import RuleKind
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.service.ward import Ward

Fill = Callable[[User, str, dict[str, str]], Reply]

SENTENCES = {
    RuleKind.MAX_HOURS_PER_WEEK: "Everybody: at most 3 h a week.",
    RuleKind.MIN_MINUTES_PER_RUN: "Everybody: at least 0 h 3 min in the weeks that are planned together.",
    RuleKind.MAX_SHIFTS_PER_WEEK: "Everybody: at most 3 shifts a week.",
    RuleKind.MAX_SHIFTS_PER_DAY: "Everybody: at most 3 shifts a day.",
    RuleKind.MAX_CONSECUTIVE_DAYS: "Everybody: at most 3 working days in a row.",
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: "Everybody: at least 3 days off in a row.",
    RuleKind.MIN_REST_HOURS: "Everybody: at least 3 h of rest between shifts.",
    RuleKind.FORBIDDEN_SUCCESSION: "Everybody: no Early on the day after Late.",
    RuleKind.MAX_IN_WINDOW: "Everybody: at most 2 shifts (Night) in each 7 days.",
    RuleKind.MIN_IN_WINDOW: "Everybody: at least 2 days off in any 7 days.",
    RuleKind.MIN_FREE_HOURS: "Everybody: at least 35 h free at a stretch in each 7 days.",
    RuleKind.MAX_CONSECUTIVE_WEEKENDS: "Everybody: at most 2 weekends with work in a row.",
    RuleKind.STANDBY: "Ana: called only when needed (if possible; costs 200).",
    RuleKind.LOW_PRIORITY: (
        "Everybody with the contract agency: works only where others cannot (if possible; costs 50)."
    ),
    RuleKind.MIN_HOURS_BETWEEN: "Everybody: at least 24 h between Night and Early or Late.",
    RuleKind.MIN_TRAVEL_MINUTES: "Everybody: at least 45 minutes between shifts at different sites.",
    RuleKind.MIN_HOURS_BESIDE_TIME_OFF: "Everybody: no shift within 12 h of time off.",
    RuleKind.FORBIDDEN_PATTERN: "Everybody: never Night, then a day off, then any shift, from a Friday on.",
    RuleKind.ROTATION: (
        "Everybody: a rotation of 2 Early, then 1 Night, then 1 on, then 1 off, counted from 29 Nov 2030."
    ),
    RuleKind.ALLOWED_DAILY_PAIRS: ("Everybody: two shifts on one day only as Early with Late or Night with Night."),
    RuleKind.TOGETHER: "Ana and Ben: always on the same shifts.",
    RuleKind.APART: "Ana and Ben: never on the same shift.",
    RuleKind.MIN_SKILLED: "Everybody: at least 1 person with First aid on each Night.",
    RuleKind.MAX_SKILLED: "Everybody: at most 1 person with First aid (level 2 or better) on each shift.",
    RuleKind.MIN_PRESENT: "Everybody: at least 1 person as Nurse from 13:00 to 15:00 (Saturday, Sunday).",
    RuleKind.ONE_OF_SHIFTS: "Everybody: each week 1 person as Nurse on one of Night (Monday, Tuesday).",
    RuleKind.FAIR_SHIFTS: "Everybody: an even share of Night (if possible; costs 20).",
}


@pytest.fixture
def ward(session: Session) -> Ward:
    return Ward(session)


@pytest.fixture
def fill(transport: httpx.ASGITransport) -> Fill:
    async def filling(user: User, value: str, answers: dict[str, str]) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).form(asker(user.handle), FormId.WORK_RULE, value, answers)

    return lambda user, value, answers: asyncio.run(filling(user, value, answers))


def set_all(ward: Ward) -> None:
    for body in ward.bodies().values():
        ward.session.add(WorkRule(**columns(ward.session, RULE.validate_python(body))))
        ward.session.flush()


def test_every_rule_is_one_plain_sentence(ward: Ward, say: Say) -> None:
    set_all(ward)
    [section] = say(ward.maria, "/settings").sections
    lines = section.text.split("\n")
    assert len(lines) == len(RuleKind)
    assert {f"• {sentence}" for sentence in SENTENCES.values()} <= set(lines)


def test_rules_are_said_in_german_too(ward: Ward, say: Say) -> None:
    set_all(ward)
    ward.maria.locale = "de"
    ward.session.flush()
    [section] = say(ward.maria, "/settings").sections
    assert "• Alle: mindestens 2 freie Tage in beliebigen 7 Tagen." in section.text
    assert "• Ana und Ben: nie in derselben Schicht." in section.text
    turns = "2 Early, dann 1 Night, dann 1 im Dienst, dann 1 frei"
    assert f"• Alle: ein Turnus von {turns}, gezählt ab 29. Nov 2030." in section.text


def test_employees_read_what_binds_them_and_change_nothing(ward: Ward, say: Say, press: Press, fill: Fill) -> None:
    set_all(ward)
    [section] = say(ward.ben, "/settings").sections
    assert "Ana and Ben: never on the same shift." in section.text
    assert "Ana: called only when needed" not in section.text
    team = str(ward.team.id)
    for action, value in ((Action.WORK_RULES, team), (Action.SET_WORK_RULE, f"{team}:off"),
                          (Action.REMOVE_WORK_RULE, f"{team}:1")):  # fmt: skip
        assert press(ward.ben, action, value).tone is Tone.REFUSAL
    answers = {"amount": "2", "days": "7", "who": "all", "weight": "must"}
    assert fill(ward.ben, f"{team}:off", answers).tone is Tone.REFUSAL
    assert len(ward.session.scalars(select(WorkRule)).all()) == len(RuleKind)


@pytest.mark.parametrize("kind", list(Everyday))
def test_an_everyday_rule_is_set_by_the_form_as_it_is_offered(
    ward: Ward, press: Press, fill: Fill, kind: Everyday
) -> None:
    listed = press(ward.maria, Action.WORK_RULES, str(ward.team.id))
    value = next(one.value for one in listed.buttons if one.value.endswith(f":{kind}"))
    form = press(ward.maria, Action.SET_WORK_RULE, value).form
    assert form is not None
    people = {"first": str(ward.ana.id), "second": str(ward.ben.id)}
    answers = {one.name: one.initial or people[one.name] for one in form.inputs}
    reply = fill(ward.maria, form.value, answers)
    sentences = {
        Everyday.DAYS_OFF: SENTENCES[RuleKind.MIN_IN_WINDOW],
        Everyday.FREE_TIME: SENTENCES[RuleKind.MIN_FREE_HOURS],
        Everyday.WEEKENDS: SENTENCES[RuleKind.MAX_CONSECUTIVE_WEEKENDS],
        Everyday.TOGETHER: SENTENCES[RuleKind.TOGETHER],
        Everyday.APART: SENTENCES[RuleKind.APART],
    }
    assert (reply.tone, sentences[kind] in reply.text) == (Tone.SUCCESS, True)
    again = fill(ward.maria, form.value, answers)
    assert (again.tone, "already" in again.text) == (Tone.REFUSAL, True)
    # Removed by its button, and once more by somebody who still sees it.
    [section] = press(ward.maria, Action.WORK_RULES, str(ward.team.id)).sections
    for _ in range(2):
        after = press(ward.maria, section.buttons[0].action, section.buttons[0].value)
        assert (after.update, after.sections) == (True, ())
    assert ward.session.scalars(select(WorkRule)).all() == []


@pytest.mark.parametrize(
    ("kind", "change", "name"),
    [
        ("off", {"amount": "many"}, "amount"),
        ("off", {"amount": "8"}, "amount"),
        ("off", {"days": "99"}, "days"),
        ("free", {"amount": "0"}, "amount"),
        ("weekends", {"amount": "9"}, "amount"),
        ("off", {"who": "2000000"}, "who"),
        ("apart", {"second": "FIRST"}, "second"),
    ],
)
def test_what_is_wrong_stands_at_its_input(
    ward: Ward, fill: Fill, kind: str, change: dict[str, str], name: str
) -> None:
    usual = {"amount": "2", "days": "7", "who": "all", "weight": "must"}
    people = {"first": str(ward.ana.id), "second": str(ward.ben.id), "weight": "must"}
    answers = (people if kind == "apart" else usual) | change
    if answers.get("second") == "FIRST":
        answers["second"] = answers["first"]
    reply = fill(ward.maria, f"{ward.team.id}:{kind}", answers)
    assert [field for field, _reason in reply.faults] == [name]
    assert ward.session.scalars(select(WorkRule)).all() == []


def test_what_is_too_many_to_show_has_no_button_that_removes_it(ward: Ward, press: Press) -> None:
    for number in range(MOST_SAID + 3):
        ward.session.add(WorkRule(team_id=ward.team.id, kind=RuleKind.MAX_SHIFTS_PER_WEEK, value=number + 1))
    ward.session.flush()
    *rules, rest = press(ward.maria, Action.WORK_RULES, str(ward.team.id)).sections
    assert (len(rules), all(section.buttons for section in rules)) == (MOST_SAID, True)
    assert ("3" in rest.text, rest.buttons) == (True, ())
