"""docs/api.md works: every command of the page, as it is written, against a live service with real workers."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.demo.embedded import Servers
from service.db import make_engine
from service.notifications.models import Notification
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from tests.processes import SECRETS, Crew, crew

pytestmark = [
    pytest.mark.processes,
    pytest.mark.xdist_group("processes"),
    pytest.mark.skipif(
        not all(shutil.which(tool) for tool in ("bash", "curl", "jq")), reason="the page's tools are not installed"
    ),
]
PAGE = Path(__file__).parents[2] / "docs" / "api.md"
REFUSED_ON_PURPOSE = 2


@pytest.fixture
def redis_url(embedded: Servers) -> Iterator[str]:
    """A Valkey database of its own, empty."""
    url = embedded.redis_url.removesuffix("/0") + "/6"
    with Redis.from_url(url) as redis:
        redis.flushdb()
        yield url
        redis.flushdb()


@pytest.fixture
def processes(fresh_database: str, redis_url: str, tmp_path: Path) -> Iterator[Crew]:
    with crew(fresh_database, redis_url, tmp_path / "logs") as running:
        yield running


def commands() -> str:
    """What the page tells people to paste, in order; each block says its number, for a failing test to show."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    return "\n".join(f"echo '## block {number}'\n{block}" for number, block in enumerate(blocks, start=1))


def test_every_command_of_the_page_works_as_written(
    processes: Crew, fresh_database: str, redis_url: str, tmp_path: Path
) -> None:
    url = processes.start_api()
    processes.start("scheduler")
    processes.start("worker", "--queues", "solve")
    folder = tmp_path / "shell"
    folder.mkdir()
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    places = {"DATABASE_URL": fresh_database, "REDIS_URL": redis_url, "ROTA_SERVICE_URL": url, "PATH": path}
    pasted = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", commands()],
        cwd=folder,
        env=os.environ | SECRETS | places,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    said = f"{pasted.stdout}\n{pasted.stderr}"
    assert pasted.returncode == 0, f"{said}\n{processes.logs()}"
    assert said.count("refused, as it should be") == REFUSED_ON_PURPOSE
    assert '"code":"version_moved"' in said
    assert '"code":"breaks_rules"' in said
    assert '"solver_status": "OPTIMAL"' in said or '"solver_status": "FEASIBLE"' in said
    _is_a_published_week_and_its_copy(fresh_database)
    _are_the_exports(folder)


def _is_a_published_week_and_its_copy(database_url: str) -> None:
    engine = make_engine(database_url)
    with Session(engine) as session:
        first, second = session.scalars(select(WeeklySchedule).order_by(WeeklySchedule.week_start))
        assert (first.status, second.status) == (WeekStatus.PUBLISHED, WeekStatus.DRAFT)
        working, working_next = (
            session.execute(
                select(ShiftAssignment.user_id, ShiftAssignment.status)
                .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
                .where(PlannedShift.weekly_schedule_id == week.id)
            ).all()
            for week in (first, second)
        )
        # Two shifts on six days, a barista and a cook each, and the same people again.
        assert len(working) == 24
        assert sorted(working) == sorted(working_next)
        assert {status for _, status in working} == {AssignmentStatus.CONFIRMED}
        told = session.scalars(select(Notification.user_id).where(Notification.kind == "your_shifts")).all()
        assert set(told) == {user_id for user_id, _ in working}
        assert len(told) == len(set(told))
    engine.dispose()


def _are_the_exports(folder: Path) -> None:
    rows = (folder / "week.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) >= 24
    assert load_workbook(folder / "week.xlsx").worksheets
    assert (folder / "week.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "week.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
