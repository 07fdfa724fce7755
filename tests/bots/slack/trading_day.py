"""The second half of a day on Slack: people trade shifts, ask for time off and fall ill."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bots.demo import sample
from service import clock
from service.people.models import ChatIdentity, Team, User
from service.schemas.shifts import AssignmentStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps.partners import partners
from tests.bots.slack.business import Business
from tests.bots.slack.day import Day
from tests.bots.slack.running import until
from tests.standins.slack_world import WORKSPACE, Channel, Json, Message, Person

PATIENCE = 60.0
SOON = timedelta(hours=12)
WITH_TEAMS = select(User).options(selectinload(User.roles), selectinload(User.teams))


class Trades:
    """Everybody of the restaurant is on Slack; `people` is by name."""

    def __init__(self, restaurant: Business, day: Day, channel: Channel, maria: Person) -> None:
        self.restaurant, self.day, self.channel, self.maria = restaurant, day, channel, maria
        self.side, self.world = restaurant.side, restaurant.slack.world
        self.people = self._everybody()

    def _everybody(self) -> dict[str, Person]:
        with sample.transaction(self.restaurant.database_url) as session:
            on_slack = select(ChatIdentity).where(ChatIdentity.platform == "slack")
            known = {one.user_id: one.external_id for one in session.scalars(on_slack)}
            people = {}
            for user in session.scalars(select(User).order_by(User.id)):
                if user.id in known:
                    people[user.name] = self.world.people[known[user.id]]
                    continue
                people[user.name] = person = self.world.join(user.handle)
                session.add(
                    ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=person.id, user_id=user.id)
                )
            return people

    def appears(self, person: Person, text: str, *, since: int = 0) -> Message:
        """The newest message to somebody that holds this text, as soon as there is one."""

        def found() -> list[Message]:
            return [one for one in self.world.seen_by(person.id)[since:] if text in one.text]

        try:
            until(found, PATIENCE)
        except AssertionError:
            raise AssertionError(
                f"{person.name} saw only {[one.text for one in self.world.seen_by(person.id)]}"
            ) from None
        return found()[-1]

    def seen(self, person: Person) -> int:
        """How many messages somebody has seen so far."""
        return len(self.world.seen_by(person.id))

    def form(self, title: str) -> Json:
        """The open form with this title, as soon as there is one."""
        until(lambda: any(view["title"]["text"] == title for view in self.world.views.values()), PATIENCE)
        return self.side.view_of(title)

    def holder(self, shift_id: int, role_id: int) -> set[str]:
        """Who works on a shift in a role."""
        query = (
            select(User.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .where(
                ShiftAssignment.planned_shift_id == shift_id,
                ShiftAssignment.role_id == role_id,
                ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            )
        )
        with sample.transaction(self.restaurant.database_url) as session:
            return set(session.scalars(query))

    def shift_of(self, person: Person) -> tuple[PlannedShift, int]:
        """The first shift ahead of somebody, and their role in it."""
        return next((shift, role) for one, shift, role in self._ahead() if one is person)

    def shift_that_others_could_take(self, *but: Person) -> tuple[Person, PlannedShift, int]:
        """Somebody's first shift ahead for which the service would name a replacement to the manager."""
        return next(
            (one, shift, role)
            for one, shift, role in self._ahead()
            if one not in but and self._has_takers(one, shift)
        )

    def _has_takers(self, person: Person, shift: PlannedShift) -> bool:
        names = {one.id: name for name, one in self.people.items()}
        with sample.transaction(self.restaurant.database_url) as session:
            owner, manager = (
                session.scalars(WITH_TEAMS.where(User.name == names[one.id])).one() for one in (person, self.maria)
            )
            place = select(ShiftAssignment.id).where(
                ShiftAssignment.planned_shift_id == shift.id,
                ShiftAssignment.user_id == owner.id,
                ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            )
            return partners(session, manager, [session.scalars(place).one()]).found > 0

    def _ahead(self) -> list[tuple[Person, PlannedShift, int]]:
        """Who works which shift ahead in which role, by time."""
        query = (
            select(User.name, PlannedShift, ShiftAssignment.role_id)
            .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
            .join(User, User.id == ShiftAssignment.user_id)
            .where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
            .order_by(PlannedShift.during)
        )
        with sample.transaction(self.restaurant.database_url) as session:
            return [
                (self.people[name], shift, role_id)
                for name, shift, role_id in session.execute(query)
                if clock.bounds(shift.during)[0] > datetime.now(UTC) + SOON
            ]


def set_the_rules(trades: Trades) -> None:
    """The manager wants to decide every trade."""
    side, day, maria = trades.side, trades.day, trades.maria
    day.chapter("Trading a shift")
    day.did(maria, "types `/settings`")
    side.command(maria, trades.channel, "/settings")
    settings = trades.appears(maria, "Time to answer")
    day.saw(settings)
    day.did(maria, "presses `[Change the rules]`")
    side.press(maria, settings, "Change the rules")
    form = trades.form("Rules of the house")
    day.saw_form(form, picture="settings")
    wrong = side.submit(maria, form, {"blackout": "someday"})
    assert wrong.body["response_action"] == "errors"
    day.did(maria, "chooses that a manager decides every trade")
    side.submit(maria, form, {"approval": "ALWAYS"})
    day.saw(trades.appears(maria, "Saved."))


def swap(trades: Trades, sam: Person) -> None:
    """Sam asks several colleagues through the form; one accepts, the manager approves."""
    side, day, maria = trades.side, trades.day, trades.maria
    shift, role_id = trades.shift_of(sam)
    local = _day(trades, shift)
    day.did(sam, f"types `/swap {local}`")
    side.command(sam, trades.channel, f"/swap {local}")
    offers = trades.appears(sam, "break no rule")
    day.saw(offers, picture="swap")
    day.did(sam, "presses `[Ask several]`")
    side.press(sam, offers, "Ask several")
    form = trades.form("Trade a shift")
    day.saw_form(form, picture="swap-form")
    options = next(block for block in form["blocks"] if block.get("block_id") == "options")["element"]["options"]
    name = options[0]["text"]["text"].partition(", for ")[0]
    partner = trades.people[name]
    day.did(sam, f"chooses {name}")
    side.submit(sam, form, {"options": options[0]["value"], "note": "My sister marries."})
    day.saw(trades.appears(sam, "I have asked"))
    question = trades.appears(partner, "asks you for a trade")
    day.saw(question)
    stranger = next(one for one in trades.people.values() if one.id not in {partner.id, sam.id, maria.id})
    side.press(stranger, question, "Accept")
    day.did(partner, "presses `[Accept]`")
    side.press(partner, question, "Accept")
    decide = trades.appears(maria, "A trade waits for your decision")
    day.saw(decide)
    names = {each.id: called for called, each in trades.people.items()}
    assert names[sam.id] in trades.holder(shift.id, role_id)
    day.did(maria, "presses `[Approve]`, twice by mistake")
    side.press_twice(maria, decide, "Approve")
    day.saw(trades.appears(sam, "The shifts have changed hands"))
    until(lambda: names[sam.id] not in trades.holder(shift.id, role_id), PATIENCE)
    assert name in trades.holder(shift.id, role_id)


def ask_for_time_off(trades: Trades, zeynep: Person) -> None:
    """By form; what is wrong is said at its field, and the manager answers from the message."""
    side, day, maria = trades.side, trades.day, trades.maria
    day.chapter("Asking for time off")
    day.did(zeynep, "types `/timeoff`")
    side.command(zeynep, trades.channel, "/timeoff")
    form = trades.form("Ask for time off")
    day.saw_form(form, picture="timeoff")
    first = datetime.now(UTC).date() + timedelta(days=60)
    wrong = side.submit(zeynep, form, {"first": first.isoformat(), "last": (first - timedelta(days=2)).isoformat()})
    assert wrong.body["response_action"] == "errors"
    day.did(zeynep, "fills it in")
    last = first + timedelta(days=4)
    side.submit(zeynep, form, {"first": first.isoformat(), "last": last.isoformat(), "reason": "My brother's"})
    asked = trades.appears(maria, "My brother's")
    day.saw(asked)
    day.did(maria, "presses `[Approve]`")
    side.press(maria, asked, "Approve")
    day.saw(trades.appears(zeynep, "approved"))


def call_in_sick(trades: Trades, sam: Person) -> None:
    """Somebody is ill; those who could take the shift are asked, the first takes it."""
    side, day, maria = trades.side, trades.day, trades.maria
    ill, shift, role_id = trades.shift_that_others_could_take(sam, maria)
    day.chapter("Calling in sick")
    day.did(ill, f"types `/sick {_day(trades, shift)}`")
    side.command(ill, trades.channel, f"/sick {_day(trades, shift)}")
    day.saw(trades.appears(ill, "Get well soon"))
    day.saw(trades.appears(maria, "has called in sick"))
    everybody = list(trades.people.values())
    until(lambda: any(_asked(trades, one) for one in everybody), PATIENCE)
    taker = next(one for one in everybody if _asked(trades, one))
    offer = trades.appears(taker, "up for grabs")
    day.saw(offer)
    day.did(taker, "presses `[Take it]`")
    side.press(taker, offer, "Take it")
    names = {each.id: called for called, each in trades.people.items()}
    until(lambda: names[taker.id] in trades.holder(shift.id, role_id), PATIENCE)
    day.saw(trades.appears(maria, "The shifts have changed hands"))


def _asked(trades: Trades, person: Person) -> bool:
    return any("up for grabs" in one.text for one in trades.world.seen_by(person.id))


def home_follows(trades: Trades, sam: Person) -> None:
    """The Home tab shows what has changed without being opened again."""
    side, day = trades.side, trades.day
    day.chapter("The Home tab")
    before = trades.world.homes.get(sam.id)
    day.did(sam, "types `/drop` on another day; the Home tab shows the request at once")
    shift, _role = trades.shift_of(sam)
    side.command(sam, trades.channel, f"/drop {_day(trades, shift)}")
    trades.appears(sam, "up for grabs")
    until(lambda: trades.world.homes.get(sam.id) != before, PATIENCE)
    until(partial(_shows, trades, sam, "a dropped shift"), PATIENCE)
    day.saw_home(sam)


def _shows(trades: Trades, person: Person, text: str) -> bool:
    return text in json.dumps(trades.world.homes[person.id])


def _day(trades: Trades, shift: PlannedShift) -> str:
    with sample.transaction(trades.restaurant.database_url) as session:
        zone = session.scalars(select(Team)).one().zone
    return clock.local_day(clock.bounds(shift.during)[0], zone).isoformat()
