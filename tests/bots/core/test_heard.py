"""What people type in German: days, weeks, times and wishes, with names and reasons left as they are."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots import languages
from bots.commands.own_shifts import week_of_weekend
from bots.dates import UnknownDate, day_of, week_of, weeks_of
from bots.heard import WORDS, english, hear
from bots.reply import Tone
from bots.spans import Span, days_in, span_of
from bots.weekly import week_of_words
from bots.wishing import wishes_of
from service.requests.models import TimeOffRequest
from service.schemas.requests import AvailabilityWindow, TimeOffKind
from tests.bots.core.conftest import Say
from tests.bots.core.test_whatif import Diner
from tests.builders import a_team, a_user
from tools.messages import LOCALE, read

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 23)
MIDNIGHT = time(0)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with languages.speaking("de"):
        yield


@pytest.mark.parametrize(
    ("said", "first_day"),
    [
        ("diese Woche", MONDAY),
        ("nächste Woche", date(2026, 11, 30)),
        ("naechste woche", date(2026, 11, 30)),
        ("letzte Woche", date(2026, 11, 16)),
        ("in 2 Wochen", date(2026, 12, 7)),
        ("KW 50", date(2026, 12, 7)),
        ("KW 53", date(2026, 12, 28)),
        ("KW 2", date(2027, 1, 11)),
        ("Woche vom 7. Dez", date(2026, 12, 7)),
        ("next week", date(2026, 11, 30)),
    ],
)
def test_weeks(said: str, first_day: date) -> None:
    assert week_of(said, MONDAY, FRIDAY) == first_day


def test_calendar_weeks_are_the_nearest_in_every_language() -> None:
    with languages.speaking(languages.ENGLISH):
        assert week_of("week 50", MONDAY, FRIDAY) == date(2026, 12, 7)
        assert week_of("week 46", MONDAY, FRIDAY) == date(2026, 11, 9)
        # Of a team whose weeks begin on Sundays, the one that has most of it.
        assert week_of("week 50", date(2026, 11, 22), FRIDAY) == date(2026, 12, 6)
        with pytest.raises(UnknownDate):
            week_of("week 54", MONDAY, FRIDAY)
    # 2027 has no 53rd.
    assert week_of("KW 53", date(2027, 6, 7), date(2027, 6, 9)) == date(2026, 12, 28)


def test_several_weeks() -> None:
    assert weeks_of("nächste Woche 2 Wochen", MONDAY, FRIDAY) == (date(2026, 11, 30), 2)
    assert weeks_of("KW 50 für 3 Wochen", MONDAY, FRIDAY) == (date(2026, 12, 7), 3)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("heute", FRIDAY),
        ("morgen", date(2026, 11, 28)),
        ("Fr.", FRIDAY),
        ("nächsten Freitag", date(2026, 12, 4)),
        ("am Montag", date(2026, 11, 30)),
        ("So", date(2026, 11, 29)),
        ("mittwochs", date(2026, 12, 2)),
        ("24. Dezember", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("3. März", date(2027, 3, 3)),
        ("3. Maerz", date(2027, 3, 3)),
        ("1. Mai", date(2027, 5, 1)),
        ("fri", FRIDAY),
        ("24 Dec", date(2026, 12, 24)),
    ],
)
def test_days(said: str, day: date) -> None:
    assert day_of(said, FRIDAY) == day


def _span(first: date, last: date, rest: str = "", starts: time | None = None, ends: time | None = None) -> Span:
    return Span(first=first, last=last, starts=starts, ends=ends, rest=rest)


SATURDAY, CHRISTMAS, BOXING_DAY = date(2026, 11, 28), date(2026, 12, 24), date(2026, 12, 26)


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("Fr", _span(FRIDAY, FRIDAY)),
        ("morgen 14-18 Uhr Zahnarzt", _span(SATURDAY, SATURDAY, "Zahnarzt", time(14), time(18))),
        ("morgen Zahnarzt von 14 bis 18.30 Uhr", _span(SATURDAY, SATURDAY, "Zahnarzt", time(14), time(18, 30))),
        ("Freitag ab 14 Uhr Schule", _span(FRIDAY, FRIDAY, "Schule", time(14))),
        ("Fr bis 12 Uhr", _span(FRIDAY, FRIDAY, ends=time(12))),
        ("24. Dez bis 2. Jan Urlaub", _span(CHRISTMAS, date(2027, 1, 2), "Urlaub")),
        ("24.12. bis 2.1.", _span(CHRISTMAS, date(2027, 1, 2))),
        ("24.-26.12.", _span(CHRISTMAS, BOXING_DAY)),
        ("vom 24. bis zum 26. Dez", _span(CHRISTMAS, BOXING_DAY)),
        (
            "vom 24. bis 26. Dez Hochzeit von Anna und Ben am See",
            _span(CHRISTMAS, BOXING_DAY, "Hochzeit von Anna und Ben am See"),
        ),
        ("Mo-Mi", _span(date(2026, 11, 30), date(2026, 12, 2))),
        ("Mo und Di", _span(date(2026, 11, 30), date(2026, 12, 1))),
        ("nächste Woche Mo bis Mi", _span(date(2026, 11, 30), date(2026, 12, 2))),
        ("nächstes Wochenende", _span(date(2026, 12, 5), date(2026, 12, 6))),
        ("KW 52 Skifahren", _span(date(2026, 12, 21), date(2026, 12, 27), "Skifahren")),
        ("ab morgen für zwei Wochen", _span(SATURDAY, date(2026, 12, 11))),
        ("fri 14:00-18:00 dentist", _span(FRIDAY, FRIDAY, "dentist", time(14), time(18))),
    ],
)
def test_days_off(said: str, span: Span) -> None:
    assert span_of(said, FRIDAY, MONDAY) == span


def test_lengths() -> None:
    assert [days_in(said) for said in ("3 Tage", "zwei Wochen", "eine Woche", "Freitag")] == [3, 14, 7, None]


def _windows(days: str, start: time, end: time) -> list[AvailabilityWindow]:
    return [AvailabilityWindow(weekday=int(day), start_time=start, end_time=end) for day in days]


@pytest.mark.parametrize(
    ("said", "windows"),
    [
        ("Mo-Fr 17-24 Uhr", _windows("01234", time(17), MIDNIGHT)),
        ("Mo bis Fr ab 17 Uhr", _windows("01234", time(17), MIDNIGHT)),
        ("nicht So", _windows("012345", MIDNIGHT, MIDNIGHT)),
        ("So frei", _windows("012345", MIDNIGHT, MIDNIGHT)),
        ("nur am Wochenende", _windows("56", MIDNIGHT, MIDNIGHT)),
        ("Mo, Mi und Fr abends", _windows("024", time(17), MIDNIGHT)),
        (
            "Di ganztägig, Do nur bis 12 Uhr",
            [*_windows("1", MIDNIGHT, MIDNIGHT), *_windows("3", MIDNIGHT, time(12))],
        ),
        ("werktags morgens", _windows("01234", time(6), time(12))),
    ],
)
def test_recurring_times(said: str, windows: list[AvailabilityWindow]) -> None:
    assert week_of_words(said, []) == windows


@pytest.mark.parametrize(
    ("said", "wanted", "weekday", "template", "weight"),
    [
        ("nicht sonntags", False, 6, None, 10),
        ("lieber nicht Montag", False, 0, None, 10),
        ("Abend am Freitag unbedingt", True, 4, 1, 30),
        # A shift of that name, not the day after this.
        ("Morgen freitags", True, 4, 2, 10),
    ],
)
def test_wishes(said: str, wanted: bool, weekday: int, template: int | None, weight: int) -> None:
    [wish] = wishes_of(said, FRIDAY, {"Abend": 1, "Morgen": 2})
    assert (wish.wanted, wish.weekday, wish.template_id, wish.weight) == (wanted, weekday, template, weight)


def test_handles_names_and_english_stay_as_they_are() -> None:
    assert hear("@mo morgen mit Frieda").meant == ("@mo", "tomorrow", "with", "Frieda")
    assert english("Morgen", keep={"morgen"}) == "Morgen"
    with languages.speaking(languages.ENGLISH):
        assert english("so do morgen") == "so do morgen"


def test_a_weekend_is_said_by_its_week() -> None:
    assert week_of_weekend("nächstes Wochenende mit Zoe") == "next week mit Zoe"


@pytest.mark.parametrize("name", [name for name in languages.LANGUAGES if name != languages.ENGLISH])
def test_no_typed_word_means_two_things(name: str) -> None:
    typed = {str(one.id): str(one.string).casefold().split() for one in read(LOCALE / f"{name}.po") if one.context}
    words = Counter(word for english_word in WORDS for word in typed[english_word])
    assert [word for word, times in words.items() if times > 1] == []


def test_a_german_asks_for_days_off_and_says_when_to_work(session: Session, say: Say) -> None:
    hans = a_user(session, a_team(session, "Wirtshaus"), name="Hans")
    hans.locale = "de"
    session.flush()
    asked = say(hans, "/timeoff morgen 14-18 Uhr krank")
    assert asked.tone is Tone.SUCCESS, asked.text
    assert "14:00" in asked.text
    assert session.scalars(select(TimeOffRequest.kind)).all() == [TimeOffKind.SICK]
    assert "17:00" in str(say(hans, "/available Mo-Fr ab 17 Uhr").sections)
    assert "Sonntag" in str(say(hans, "/prefer lieber nicht sonntags").sections)
    assert say(hans, "/sick bis irgendwann").text.startswith("Sag, wie lange")


@pytest.mark.parametrize("line", ["/whatif sam frei Fr nächste Woche", "/whatif sam frei Fr dinner nächste Woche"])
def test_a_german_manager_tries_a_week_without_somebody(session: Session, say: Say, line: str) -> None:
    diner = Diner(session)
    diner.maria.locale = "de"
    session.flush()
    reply = say(diner.maria, line)
    assert reply.heading is not None, reply.text
    assert reply.heading.startswith("Wenn Sam Okafor ")
