"""A shift that leaves its owner without a form of theirs: a colleague offers to take it, or a manager moves it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.commands.own_shifts import week_of_weekend
from bots.reply import Tone
from service import clock
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import Press, Say
from tests.bots.core.test_trading_commands import Cafe, button
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment, without_chat


@pytest.fixture
def cafe(session: Session) -> Cafe:
    return Cafe(session)


def test_a_colleague_offers_to_take_a_shift_and_whose_it_is_says_yes(cafe: Cafe, say: Say, press: Press) -> None:
    listed = say(cafe.zoe, "/take mon next week")
    assert [section.heading for section in listed.sections] == [f"Ana: {_day(0)}  09:00–17:00  Early, Waiter"]
    offer = button(listed, Action.OFFER_TO_TAKE)
    assert "I have told Ana" in press(cafe.zoe, offer.action, offer.value).text
    assert cafe.on(cafe.monday) == ["Ana"]
    yes = button(cafe.news(cafe.ana)[0], Action.ACCEPT_TRADE)
    assert press(cafe.ana, yes.action, yes.value).tone is Tone.SUCCESS
    assert cafe.on(cafe.monday) == ["Zoe"]


def test_only_what_one_could_take_is_listed(cafe: Cafe, say: Say) -> None:
    an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=0, start=12), cafe.zoe, cafe.role)
    assert "no shift that you could take" in say(cafe.zoe, "/take mon next week").text
    assert not say(cafe.zoe, "/take tue next week ana").sections
    assert say(cafe.zoe, "/take tue next week joe").sections
    assert "today and tomorrow" in say(cafe.zoe, "/take ana").text


@pytest.mark.parametrize("said", ["joe", "@joe", "from @Joe", "joé", "Joé Weiß", "wei"])
def test_whose_shift_one_would_take_is_named_by_handle_or_name(cafe: Cafe, say: Say, said: str) -> None:
    cafe.joe.name = "Joé Weiß"
    an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=1), cafe.ana, cafe.role)
    (section,) = say(cafe.zoe, f"/take tue next week {said}").sections
    assert (section.heading or "").startswith("Joé Weiß: ")


def test_a_manager_moves_a_shift_to_the_best_who_can_take_it(cafe: Cafe, say: Say, press: Press) -> None:
    found = say(cafe.maria, "/move ana mon next week")
    assert [one.label for one in (section.buttons[0] for section in found.sections)] == [
        "Give it to Zoe",
        "Give it to Joe",
    ]
    give = button(found, Action.MOVE_TO)
    assert press(cafe.maria, give.action, give.value).tone is Tone.SUCCESS
    assert cafe.on(cafe.monday) == ["Zoe"]
    assert "Mon" in cafe.news(cafe.ana)[0].text + str(cafe.news(cafe.ana)[0].sections)
    assert cafe.news(cafe.zoe)


def test_nobody_is_said_to_be_told_whom_no_message_reaches(cafe: Cafe, say: Say, press: Press) -> None:
    without_chat(cafe.session, cafe.joe)
    unreached = "I cannot reach Joe, who has no chat account yet: please talk to them yourself."
    ask = button(say(cafe.ana, "/swap mon next week with joe"), Action.ASK_TRADE)
    assert press(cafe.ana, ask.action, ask.value).text == unreached
    offer = button(say(cafe.zoe, "/take tue next week"), Action.OFFER_TO_TAKE)
    assert press(cafe.zoe, offer.action, offer.value).text == unreached
    assert say(cafe.maria, "/move joe tue next week to zoe").text == f"Moved. {unreached}"
    assert say(cafe.maria, "/move ana mon next week to zoe").text == "Moved. I have told both."


def test_in_one_sentence_it_is_moved_at_once(cafe: Cafe, say: Say) -> None:
    assert say(cafe.maria, "/move ana mon next week early to joe").tone is Tone.SUCCESS
    assert cafe.on(cafe.monday) == ["Joe"]
    assert say(cafe.maria, "/move zoe mon next week to joe").tone is Tone.REFUSAL
    assert "/move ana fri dinner" in say(cafe.maria, "/move mon next week").text


def test_a_german_reads_in_german_which_rule_forbids_it(cafe: Cafe, say: Say) -> None:
    an_assignment(
        cafe.session, a_shift(cafe.session, cafe.week, cafe.role, start=10, name="Bar"), cafe.joe, cafe.role
    )
    cafe.maria.locale = "de"
    cafe.session.flush()
    assert say(cafe.maria, "/move ana mon next week early to joe").text == (
        "Das würde eine Regel brechen: Joe hat zur selben Zeit Early am Montag und Bar am Montag."
        " Nimm jemand anderen oder eine andere Schicht."
    )


def test_on_the_last_day_of_a_week_tomorrow_is_in_the_next(session: Session, say: Say) -> None:
    tomorrow = clock.now().date() + timedelta(days=1)
    bar, role = a_team(session, "Bar"), a_role(session)
    bar.week_start = tomorrow.weekday()
    maria, sam = a_manager(session, bar, name="Maria"), a_user(session, bar, name="Sam", roles=[role])
    a_week(session, bar, tomorrow - timedelta(weeks=1), WeekStatus.PUBLISHED)
    assert "Nobody works today or tomorrow" in say(maria, "/move").text
    following = a_week(session, bar, tomorrow, WeekStatus.PUBLISHED)
    place = an_assignment(session, a_shift(session, following, role, day=0), sam, role)
    an_assignment(session, a_shift(session, following, role, day=1), sam, role)
    listed = say(maria, "/move")
    assert [button.value for section in listed.sections for button in section.buttons] == [str(place.id)]
    assert listed.sections[0].text.startswith("Sam: ")
    following.status = WeekStatus.DRAFT
    session.flush()
    assert "Nobody works today or tomorrow" in say(maria, "/move").text, "nobody knows of a draft yet"


def test_the_buttons_of_a_manager_do_nothing_for_others(cafe: Cafe, say: Say, press: Press) -> None:
    value = f"{cafe.hers.id}>{cafe.joe.id}"
    assert say(cafe.joe, "/move ana mon next week to joe").tone is Tone.REFUSAL
    assert press(cafe.joe, Action.MOVE_TO, value).tone is Tone.REFUSAL
    assert press(cafe.joe, Action.MOVE_SHIFT, str(cafe.hers.id)).tone is Tone.REFUSAL
    assert cafe.on(cafe.monday) == ["Ana"]


def test_a_whole_weekend_goes_to_one_person_or_against_theirs(cafe: Cafe, say: Say, press: Press) -> None:
    for day, who in ((5, cafe.ana), (6, cafe.ana), (2, cafe.joe), (3, cafe.joe)):
        an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=day), who, cafe.role)
    offered = say(cafe.ana, "/swap weekend next week with joe")
    assert "Sat" in (offered.heading or "")
    assert "Sun" in (offered.heading or "")
    headings = [section.heading or "" for section in offered.sections]
    assert any("you take Wed" in one or "you take Tue" in one for one in headings), headings
    ask = next(section.buttons[0] for section in offered.sections if "you take" in (section.heading or ""))
    press(cafe.ana, ask.action, ask.value)
    yes = button(cafe.news(cafe.joe)[0], Action.ACCEPT_TRADE)
    assert press(cafe.joe, yes.action, yes.value).tone is Tone.SUCCESS
    shown = " ".join(section.heading or section.text for section in say(cafe.joe, "/myshifts next week").sections)
    assert "Sat" in shown
    assert "Sun" in shown


def test_a_whole_weekend_is_dropped_together(cafe: Cafe, say: Say) -> None:
    for day in (5, 6):
        an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=day), cafe.ana, cafe.role)
    assert "up for grabs together" in say(cafe.ana, "/drop weekend next week").text
    assert "You could take 1 shift" in say(cafe.zoe, "/open").text
    assert "no shift ahead on that weekend" in say(cafe.zoe, "/drop weekend next week").text


def test_the_next_weekend_is_the_one_of_next_week(cafe: Cafe, say: Say) -> None:
    for day in (5, 6):
        an_assignment(cafe.session, a_shift(cafe.session, cafe.week, cafe.role, day=day), cafe.ana, cafe.role)
    offered = say(cafe.ana, "/swap next weekend")
    assert (_day(5) in (offered.heading or ""), _day(6) in (offered.heading or "")) == (True, True)
    assert say(cafe.ana, "/swap Next weekend with joe").heading == offered.heading
    dropped = say(cafe.ana, "/drop next weekend").text
    assert (_day(5) in dropped, _day(6) in dropped) == (True, True)


def test_shifts_are_moved_and_traded_in_german(cafe: Cafe, say: Say) -> None:
    cafe.maria.locale = cafe.ana.locale = "de"
    cafe.session.flush()
    assert say(cafe.ana, "/swap nächstes Wochenende mit joe").heading == say(cafe.ana, "/swap next weekend").heading
    assert say(cafe.ana, "/swap Mo nächste Woche mit joe").sections
    assert say(cafe.maria, "/move ana Mo nächste Woche early an joe").tone is Tone.SUCCESS


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("weekend", ""),
        ("this weekend", "this week"),
        ("Next weekend with zoe", "next week with zoe"),
        ("last weekend", "last week"),
        ("weekend next week with zoe", "next week with zoe"),
    ],
)
def test_a_weekend_is_said_by_its_week_or_as_people_say_it(said: str, meant: str) -> None:
    assert week_of_weekend(said) == meant


def _day(number: int) -> str:
    day = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1, days=number)
    return f"{day:%a} {day.day} {day:%b}"
