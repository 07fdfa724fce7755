"""The second half of a day on Telegram: people trade shifts, ask for time off and fall ill."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from bots.demo import sample
from service import clock
from service.people.models import ChatIdentity, Team, User
from service.schemas.people import SwapApproval
from service.schemas.shifts import AssignmentStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps.partners import partners
from tests.bots.telegram.business import Business, appears
from tests.standins.telegram_world import Message, Person

SOON = timedelta(hours=12)
DAY = 24 * 3600
WITH_ROLES = select(User).options(selectinload(User.roles), selectinload(User.teams))


class Trades:
    """Everybody of the restaurant is on Telegram; `people` is by name. A manager decides every trade."""

    def __init__(self, restaurant: Business, maria: Person) -> None:
        self.restaurant, self.side, self.maria = restaurant, restaurant.side, maria
        world = self.side.world
        with sample.transaction(restaurant.database_url) as session:
            session.execute(update(Team).values(swap_approval=SwapApproval.ALWAYS))
            on_telegram = select(ChatIdentity).where(ChatIdentity.platform == "telegram")
            known = {one.user_id: one.external_id for one in session.scalars(on_telegram)}
            self.people: dict[str, Person] = {}
            for user in session.scalars(select(User).order_by(User.id)):
                if user.id in known:
                    self.people[user.name] = world.people[int(known[user.id])]
                    continue
                self.people[user.name] = person = world.join(user.name)
                session.add(ChatIdentity(platform="telegram", external_id=str(person.id), user_id=user.id))

    def places(self) -> list[tuple[str, PlannedShift, int]]:
        """Who works which shift ahead in which role, those first whom most of their role could stand in for."""
        query = (
            select(User.name, PlannedShift, ShiftAssignment.role_id)
            .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
            .join(User, User.id == ShiftAssignment.user_id)
            .where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        )
        with sample.transaction(self.restaurant.database_url) as session:
            held = {user.name: {role.id for role in user.roles} for user in session.scalars(WITH_ROLES)}
            found = [(name, shift, role) for name, shift, role in session.execute(query)]
        begins = {shift.id: clock.bounds(shift.during)[0] for _name, shift, _role in found}

        def free(place: tuple[str, PlannedShift, int]) -> int:
            near = {
                name
                for name, shift, _role in found
                if abs((begins[shift.id] - begins[place[1].id]).total_seconds()) < DAY
            }
            return sum(place[2] in held[name] for name in self.people if name not in near)

        ahead = [one for one in found if begins[one[1].id] > datetime.now(UTC) + SOON]
        return sorted(ahead, key=free, reverse=True)

    def has_takers(self, place: tuple[str, PlannedShift, int]) -> bool:
        """Whether the service would name a replacement to the manager."""
        names = {one.id: name for name, one in self.people.items()}
        with sample.transaction(self.restaurant.database_url) as session:
            owner, manager = (
                session.scalars(WITH_ROLES.where(User.name == name)).one()
                for name in (place[0], names[self.maria.id])
            )
            held = select(ShiftAssignment.id).where(
                ShiftAssignment.planned_shift_id == place[1].id,
                ShiftAssignment.user_id == owner.id,
                ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            )
            return partners(session, manager, [session.scalars(held).one()]).found > 0

    def day(self, shift: PlannedShift) -> str:
        """The date of a shift, as people may type it."""
        with sample.transaction(self.restaurant.database_url) as session:
            zone = session.scalars(select(Team)).one().zone
        return clock.local_day(clock.bounds(shift.during)[0], zone).isoformat()

    def sees(self, person: Person, text: str) -> Message:
        """The newest message of the bot to somebody that holds this text, as soon as there is one."""
        return appears(self.side, person.id, text)

    def works(self, name: str, shift: PlannedShift) -> bool:
        """Whether somebody is on a shift."""
        query = (
            select(User.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .where(ShiftAssignment.planned_shift_id == shift.id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        )
        with sample.transaction(self.restaurant.database_url) as session:
            return name in session.scalars(query).all()


def swap(trades: Trades, *but: Person) -> None:
    """The best exchange is asked for, accepted by a double tap, and approved."""
    side = trades.side
    name, shift, _role = next(one for one in trades.places() if trades.people[one[0]] not in (*but, trades.maria))
    asker = trades.people[name]
    side.say(asker, f"/swap {trades.day(shift)}")
    offers = trades.sees(asker, "no rule for anybody")
    side.press(asker, offers, next(label for label in offers.labels if label.endswith("Ask")))
    trades.sees(asker, "I have asked")
    partner = side.wait(lambda: _asked_by(trades, asker, "asks you for a trade"), "the question", 60)
    question = trades.sees(partner, "asks you for a trade")
    press = side.press(partner, question, "Accept")
    side.deliver(press)
    decide = trades.sees(trades.maria, "A trade waits for your decision")
    assert trades.works(name, shift)
    side.press(trades.maria, decide, "Approve")
    trades.sees(asker, "The shifts have changed hands")
    assert not trades.works(name, shift)


def ask_for_time_off(trades: Trades, *but: Person) -> None:
    """Asked for in a sentence, approved from the message."""
    side = trades.side
    asker = next(one for one in trades.people.values() if one not in (*but, trades.maria))
    first = datetime.now(UTC).date() + timedelta(days=60)
    side.say(asker, f"/timeoff {first.isoformat()} to {(first + timedelta(days=3)).isoformat()} vacation")
    asked = trades.sees(trades.maria, "vacation")
    side.press(trades.maria, asked, "Approve")
    trades.sees(asker, "approved")


def call_in_sick(trades: Trades, *but: Person) -> None:
    """The first who is asked takes the shift."""
    side = trades.side
    name, shift, _role = next(
        one for one in trades.places() if trades.people[one[0]] not in (*but, trades.maria) and trades.has_takers(one)
    )
    ill = trades.people[name]
    side.say(ill, f"/sick {trades.day(shift)}")
    trades.sees(ill, "Get well soon")
    trades.sees(trades.maria, "has called in sick")
    taker = side.wait(lambda: _asked_by(trades, ill, "up for grabs"), "somebody to be asked", 60)
    side.press(taker, trades.sees(taker, "up for grabs"), "Take it")
    names = {person.id: called for called, person in trades.people.items()}
    side.wait(lambda: trades.works(names[taker.id], shift), "the shift to change hands", 60)


def _asked_by(trades: Trades, asker: Person, text: str) -> Person | None:
    for person in trades.people.values():
        if person is not asker and any(text in one.text for one in trades.side.world.from_bot(person.id)):
            return person
    return None
