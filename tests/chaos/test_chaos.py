"""The short form of `make chaos`: one kill of each kind, an emptied broker, cut connections, all under load."""

from random import Random

import pytest

from tests.chaos import invariants, judging
from tests.chaos.faults import KILLED
from tests.chaos.rounds import settle
from tests.chaos.servers import folder
from tests.chaos.stage import stage, wait

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes"), pytest.mark.timeout(400)]


def test_nothing_is_lost_or_doubled_when_everything_is_killed_emptied_and_cut() -> None:
    random = Random(1)
    with folder() as place, stage(place) as whole:
        load = whole.load()
        load.start()
        wait(3)
        for name in random.sample(KILLED, len(KILLED)):
            whole.kill(name)
            whole.start(name)
            wait(random.uniform(0, 1))
        # What a killed bot had begun is only in Valkey until another takes it over.
        assert settle(whole, judging.now(whole.database), len(whole.ledger.entries)) == [], whole.crew.logs()
        whole.broker.flush()
        wait(1)
        whole.database.cut_connections()
        wait(1)
        load.stop()
        until, entries = judging.now(whole.database), list(whole.ledger.entries)
        left = settle(whole, until, len(entries), patience=180)
        verdict = judging.judge(whole, entries)
        logs = whole.crew.logs()
        assert len(entries) > 3, logs
        assert (left, load.problems, invariants.broken(whole.database)) == ([], [], []), logs
        assert (verdict.lost, verdict.doubled) == (frozenset(), frozenset()), logs
