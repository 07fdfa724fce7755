"""What the picture of a week promises: everybody in it, in any script, quickly, small."""

import io
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image, ImageChops

from assets import Face, runs
from bots import languages
from bots.picture import draw_week, week_image
from service.schemas.people import Person, RoleRead, TeamRead
from service.schemas.shifts import (
    AssignmentRead,
    AssignmentSource,
    AssignmentStatus,
    Gap,
    RoleNeed,
    Roster,
    ShiftRead,
    WeekRead,
    WeekStatus,
)
from tests.patience import stretched

MONDAY = date(2026, 11, 30)
NAMES = (
    "Sam Okafor",
    "王小明",
    "김민준",
    "佐藤 美咲",
    "Δημήτρης Παππάς",
    "Олексій Бондар",
    "أمينة حداد",
    "Ngọc Trần",
)


def roster(names: tuple[str, ...], *, gaps: int = 0, away: int | None = None) -> Roster:
    """A week in which everybody works every day but the last, and `gaps` places of Saturday are open."""
    shifts = [
        ShiftRead(
            id=number + 1,
            weekly_schedule_id=1,
            name="Dinner",
            starts_at=datetime(2026, 11, 30, 15, tzinfo=UTC) + timedelta(days=number),
            ends_at=datetime(2026, 11, 30, 22, 30, tzinfo=UTC) + timedelta(days=number),
            needs=[RoleNeed(role_id=1, headcount=len(names))],
            minutes=450,
            version=1,
        )
        for number in range(6)
    ]
    assignments = [
        AssignmentRead(
            id=shift.id * 100 + person,
            planned_shift_id=shift.id,
            user_id=person,
            role_id=1,
            status=AssignmentStatus.CONFIRMED,
            source=AssignmentSource.SOLVER,
            pinned=False,
        )
        for shift in shifts
        for person in range(1, len(names) + 1)
    ]
    return Roster(
        week=WeekRead(id=1, team_id=1, week_start=MONDAY, status=WeekStatus.PUBLISHED, version=1, published_at=None),
        team=TeamRead(id=1, name="Café", time_zone="Europe/Berlin", this_week=MONDAY),
        roles=[RoleRead(id=1, name="Waiter", colour="#2563eb")],
        people=[Person(id=number, name=name, handle=f"p{number}") for number, name in enumerate(names, start=1)],
        shifts=shifts,
        assignments=assignments,
        gaps=[Gap(planned_shift_id=6, role_id=1, missing=gaps)] if gaps else [],
        away={away: [MONDAY + timedelta(days=6)]} if away else {},
        places=6 * len(names) + gaps,
        filled=6 * len(names),
        proposed=False,
    )


def image(week: Roster) -> Image.Image:
    return Image.open(io.BytesIO(draw_week(week))).convert("RGB")


def changed(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """Where two pictures differ by more than the rounding of their palettes."""
    return (
        ImageChops.difference(one, other).convert("L").point([255 * (shade > 40) for shade in range(256)]).getbbox()
    )


def test_25_people_by_7_days_are_drawn_quickly_and_small() -> None:
    week = roster(tuple(f"Person Number {number}" for number in range(25)), gaps=2)
    draw_week(week)
    fastest = min(_timed(week) for _ in range(5))
    # 300 ms is promised; the fastest of five says what the drawing costs, whatever else the machine does.
    assert fastest < stretched(0.3)
    assert len(draw_week(week)) < 400_000


def _timed(week: Roster) -> float:
    began = time.perf_counter()
    draw_week(week)
    return time.perf_counter() - began


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_drawn_in_its_own_script(name: str) -> None:
    drawn, unknown = (image(roster((each,))) for each in (name, "\uffff" * len(name)))
    assert changed(drawn, unknown)
    assert changed(drawn, image(roster(("",))))


def test_letters_are_cut_into_runs_of_one_face() -> None:
    assert list(runs("Li 李雷 أم")) == [(Face.EUROPEAN, "Li "), (Face.CJK, "李雷 "), (Face.OTHER, "أم")]


def test_open_places_make_the_picture_longer_and_say_so_in_words() -> None:
    full, short = week_image(roster(NAMES)), week_image(roster(NAMES, gaps=2))
    assert image(roster(NAMES, gaps=2)).height > image(roster(NAMES)).height
    assert "all 48 places filled" in full.alt_text
    assert "48 of 50 places filled" in short.alt_text
    assert "Sat 5 Dec Dinner: 2 Waiter missing" in short.alt_text


def test_who_does_not_work_is_said_to_be_off_in_the_language_of_the_reader() -> None:
    idle = roster(("Sam",)).model_copy(update={"assignments": []})
    assert week_image(idle).in_words == "Sam: off"
    with languages.speaking("de"):
        assert week_image(idle).in_words == "Sam: frei"


def test_somebody_away_is_marked() -> None:
    assert changed(image(roster(NAMES)), image(roster(NAMES, away=3)))


def test_a_long_name_stays_in_its_column() -> None:
    long, short = (image(roster((name,))) for name in ("Wolfeschlegelsteinhausenbergerdorff " * 3, "W"))
    box = changed(long, short)
    assert box is not None
    assert box[2] < 300


@pytest.mark.parametrize("people", [140, 200])
def test_a_large_team_has_a_picture_that_telegram_takes_with_everybody_in_it(people: int) -> None:
    names = tuple(f"Person Number {number}" for number in range(people))
    drawn = image(roster(names, gaps=2))
    assert 9_500 < drawn.width + drawn.height <= 10_000
    box = changed(drawn, image(roster((*names[:-1], "Zoe"), gaps=2)))
    assert box is not None
    assert drawn.height * 0.97 < box[1] < box[3] < drawn.height


def test_a_week_without_people_or_shifts_is_still_a_picture() -> None:
    empty = roster(()).model_copy(update={"shifts": [], "assignments": [], "people": []})
    assert image(empty).width > 0
