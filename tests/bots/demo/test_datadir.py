"""What the demo's folder promises: one owner, secrets of its own, and data that survive whatever happened."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest

from bots.demo import datadir
from bots.demo.datadir import InUse
from bots.demo.embedded import servers

OWNER = """
import signal, sys, time
from pathlib import Path
import psycopg2
from bots.demo.datadir import hold
from bots.demo.embedded import servers
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
with hold(Path(sys.argv[1])), servers(Path(sys.argv[1])) as running:
    connection = psycopg2.connect(running.database_url)
    connection.cursor().execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.commit()
    print(running.redis_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the embedded servers, also where others are configured."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def start_owner(path: Path) -> subprocess.Popen[str]:
    """Another process that runs servers on `path` and has written a row."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline().startswith("redis://")
    return owner


def answer_kept_in(path: Path) -> int:
    """The row that the first owner wrote, read by the next one."""
    with datadir.hold(path), servers(path) as running:
        connection = psycopg2.connect(running.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT answer FROM kept")
                (answer,) = cursor.fetchone() or (None,)
                assert isinstance(answer, int)
                return answer
        finally:
            connection.close()


def servers_in(path: Path) -> list[psutil.Process]:
    """The server processes at home in `path`."""
    running = psutil.process_iter(["cwd"])
    return [process for process in running if (process.info["cwd"] or "").startswith(str(path))]


def test_a_second_start_on_the_same_folder_is_refused_kindly(tmp_path: Path, no_servers_given: None) -> None:
    owner = start_owner(tmp_path)
    try:
        with pytest.raises(InUse, match=r"already running on .*--data-dir"), datadir.hold(tmp_path):
            pytest.fail("held twice")
    finally:
        owner.terminate()
        owner.wait()


def test_data_survive_a_killed_owner_and_no_server_outlives_the_next(tmp_path: Path, no_servers_given: None) -> None:
    owner = start_owner(tmp_path)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert answer_kept_in(tmp_path) == 42
    assert servers_in(tmp_path) == []


def test_data_survive_a_machine_that_lost_power(tmp_path: Path, no_servers_given: None) -> None:
    owner = start_owner(tmp_path)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    servers_left = servers_in(tmp_path)
    for process in servers_left:
        process.kill()
    psutil.wait_procs(servers_left, timeout=10)
    # The pids left in the files now belong to somebody else.
    pid_files = ("postgres/postmaster.pid", "postgres/.s.PGSQL.5432.lock", "valkey/valkey.pid")
    for file in (tmp_path / name for name in pid_files):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert answer_kept_in(tmp_path) == 42


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = datadir.load_secrets(tmp_path)
    assert datadir.load_secrets(tmp_path) == first
    assert len(first.jwt_secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
