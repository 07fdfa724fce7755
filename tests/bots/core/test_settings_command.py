"""/settings: everybody sees the rules of the house, managers change them and what counts, by forms."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action, FormId
from bots.client import Service
from bots.desk import Desk
from bots.reply import Reply, Tone
from service.people.models import User
from service.scheduling.models import OptimizationConfig
from service.schemas.people import SwapApproval
from service.schemas.swaps import TradePolicyWrite
from service.swaps.models import TradePolicy
from tests.bots.core.conftest import BOT_SECRET, Press, Say, asker
from tests.builders import a_manager, a_team, a_user

Fill = Callable[[User, FormId, str, dict[str, str]], Reply]
Chat = Callable[[Callable[[Desk], Awaitable[None]]], None]
MARIA = asker("maria")
RULES = {
    "time_zone": "Europe/Lisbon",
    "deadline": "48",
    "approval": "ALWAYS",
    "claim": "FAIR",
    "latest": "3",
    "answer": "24",
    "open": "2",
    "over": "45",
    "blackout": "2026-12-24, 31 Dec",
}


class Cafe:
    """A team without weeks, with a manager and an employee."""

    def __init__(self, session: Session) -> None:
        self.session, self.team = session, a_team(session, "Cafe")
        self.maria, self.ana = a_manager(session, self.team, name="Maria"), a_user(session, self.team, name="Ana")
        session.flush()


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


@pytest.fixture
def fill(transport: httpx.ASGITransport) -> Fill:
    async def filling(user: User, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).form(asker(user.handle), form, value, answers)

    return lambda user, form, value, answers: asyncio.run(filling(user, form, value, answers))


@pytest.fixture
def chat(transport: httpx.ASGITransport) -> Chat:
    """Several requests to one bot, which knows whom it has met, as its process does for hours."""

    async def chatting(talk: Callable[[Desk], Awaitable[None]]) -> None:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            await talk(Desk(service))

    return lambda talk: asyncio.run(chatting(talk))


def ahead(settings: Reply) -> str:
    """How long before they begin weeks are published, as the settings say."""
    return next(field.value for field in settings.fields if field.label == "Weeks are published")


async def save(desk: Desk, cafe: Cafe, **changed: str) -> None:
    """Maria opens the form, changes some of it, and saves it."""
    value = str(cafe.team.id)
    form = (await desk.action(MARIA, Action.CHANGE_HOUSE_RULES, value)).form
    assert form is not None
    answers = {one.name: one.initial or "" for one in form.inputs}
    assert (await desk.form(MARIA, form.form, value, answers | changed)).tone is Tone.SUCCESS


def test_everybody_sees_the_rules_and_managers_the_buttons(cafe: Cafe, say: Say) -> None:
    seen = say(cafe.ana, "/settings")
    assert ("Time to answer", "48 h") in [(field.label, field.value) for field in seen.fields]
    assert seen.buttons == ()
    managed = say(cafe.maria, "/settings")
    changing = [Action.CHANGE_HOUSE_RULES, Action.CHANGE_WEIGHTS, Action.WORK_RULES]
    assert [one.action for one in managed.buttons] == changing
    assert ("People's wishes", "1") in [(field.label, field.value) for field in managed.fields]


def test_the_rules_of_the_house_are_changed_by_a_form(cafe: Cafe, press: Press, fill: Fill) -> None:
    form = press(cafe.maria, Action.CHANGE_HOUSE_RULES, str(cafe.team.id)).form
    assert form is not None
    assert {one.name: one.initial for one in form.inputs}["latest"] == "2"
    assert fill(cafe.maria, form.form, form.value, RULES).tone is Tone.SUCCESS
    cafe.session.refresh(cafe.team)
    assert (cafe.team.time_zone, cafe.team.swap_approval) == ("Europe/Lisbon", SwapApproval.ALWAYS)
    stored = cafe.session.scalars(select(TradePolicy)).one()
    assert (stored.latest_minutes, stored.over_minutes, stored.claim) == (180, 2700, "FAIR")
    assert [day.isoformat()[5:] for day in stored.blackout_days] == ["12-24", "12-31"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("time_zone", "Mars/Olympus"), ("blackout", "someday"), ("latest", "soon"), ("open", "0"), ("answer", "9999")],
)
def test_what_is_wrong_stands_at_its_input_and_nothing_is_changed(
    cafe: Cafe, fill: Fill, name: str, value: str
) -> None:
    reply = fill(cafe.maria, FormId.HOUSE_RULES, str(cafe.team.id), RULES | {name: value})
    assert [field for field, _reason in reply.faults] == [name]
    assert cafe.session.scalars(select(TradePolicy)).all() == []
    cafe.session.refresh(cafe.team)
    assert cafe.team.time_zone != "Europe/Lisbon"


def test_a_german_manager_reads_in_german_what_is_wrong(cafe: Cafe, fill: Fill) -> None:
    cafe.maria.locale = "de"
    cafe.session.flush()
    wrong = fill(cafe.maria, FormId.HOUSE_RULES, str(cafe.team.id), RULES | {"answer": "9999"})
    assert wrong.faults == (("answer", "Das darf höchstens 336 sein"),)
    hours = fill(cafe.maria, FormId.HOUSE_RULES, str(cafe.team.id), RULES | {"over": "200"})
    assert hours.faults == (("over", "Das darf höchstens 168 sein"),)
    zone = fill(cafe.maria, FormId.HOUSE_RULES, str(cafe.team.id), RULES | {"time_zone": "Mars/Olympus"})
    assert zone.faults == (("time_zone", "ist keine IANA-Zeitzone wie Europe/Berlin"),)


def test_what_was_saved_is_shown_at_once_and_not_undone_by_the_next_change(cafe: Cafe, chat: Chat) -> None:
    async def talk(desk: Desk) -> None:
        assert ahead(await desk.command(MARIA, "/settings")) == "72 hours ahead"
        await save(desk, cafe, deadline="48")
        assert ahead(await desk.command(MARIA, "/settings")) == "48 hours ahead"
        await save(desk, cafe, open="2")

    chat(talk)
    cafe.session.refresh(cafe.team)
    assert cafe.team.publish_deadline_hours == 48


def test_what_was_changed_elsewhere_is_shown_and_kept(cafe: Cafe, chat: Chat) -> None:
    async def talk(desk: Desk) -> None:
        await desk.command(MARIA, "/settings")
        cafe.team.name, cafe.team.publish_deadline_hours = "Bistro", 24
        cafe.session.flush()
        shown = await desk.command(MARIA, "/settings")
        assert (shown.heading, ahead(shown)) == ("How Bistro is set up", "24 hours ahead")
        await save(desk, cafe, open="2")

    chat(talk)
    cafe.session.refresh(cafe.team)
    assert (cafe.team.name, cafe.team.publish_deadline_hours) == ("Bistro", 24)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"deadline": "48"}, (90, 2310)), ({"latest": "2"}, (120, 2310)), ({"over": "40", "latest": "0"}, (0, 2400))],
)
def test_hours_that_are_not_whole_stay_until_they_are_changed(
    cafe: Cafe, chat: Chat, changed: dict[str, str], expected: tuple[int, int]
) -> None:
    rules = TradePolicyWrite(latest_minutes=90, over_minutes=38 * 60 + 30)
    cafe.session.add(TradePolicy(team_id=cafe.team.id, **rules.model_dump(exclude={"approval"})))
    cafe.session.flush()
    chat(lambda desk: save(desk, cafe, **changed))
    stored = cafe.session.scalars(select(TradePolicy)).one()
    assert (stored.latest_minutes, stored.over_minutes) == expected


def test_what_counts_is_changed_and_the_next_run_goes_by_it(cafe: Cafe, press: Press, fill: Fill) -> None:
    form = press(cafe.maria, Action.CHANGE_WEIGHTS, str(cafe.team.id)).form
    assert form is not None
    answers = {one.name: one.initial or "" for one in form.inputs} | {"preference_weight": "7"}
    for _ in range(2):
        assert fill(cafe.maria, form.form, form.value, answers).tone is Tone.SUCCESS
    (config,) = cafe.session.scalars(select(OptimizationConfig).where(OptimizationConfig.team_id == cafe.team.id))
    assert (config.is_default, config.preference_weight) == (True, 7)
    wrong = fill(cafe.maria, form.form, form.value, answers | {"cost_weight": "-1"})
    assert [field for field, _reason in wrong.faults] == ["cost_weight"]


def test_employees_change_nothing(cafe: Cafe, press: Press, fill: Fill) -> None:
    value = str(cafe.team.id)
    for action in (Action.CHANGE_HOUSE_RULES, Action.CHANGE_WEIGHTS):
        assert press(cafe.ana, action, value).tone is Tone.REFUSAL
    assert fill(cafe.ana, FormId.HOUSE_RULES, value, RULES).tone is Tone.REFUSAL
    assert cafe.session.scalars(select(TradePolicy)).all() == []
