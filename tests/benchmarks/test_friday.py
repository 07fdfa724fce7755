"""The simulated Friday agrees with what can be worked out by hand."""

from dataclasses import replace

import pytest

from benchmarks.friday import SLACK, SLOTS, TELEGRAM, WINDOW, Friday, Setup
from benchmarks.friday_costs import Costs

FREE = Costs(publish_api=0, publish_database=0, message_api=0, message_database=0, relay=0)
PLENTY = Setup(platform=SLACK, api=64, database=64, workers=1000)
PEOPLE, TEAMS = 4, 200
MESSAGES = TEAMS * (PEOPLE + 1)


def simulated(setup: Setup, costs: Costs = FREE) -> Friday:
    return Friday(setup, costs, teams=TEAMS, people=PEOPLE)


def test_everybody_is_told_once_and_every_manager_answered() -> None:
    outcome = simulated(PLENTY, Costs()).run()
    assert (len(outcome.answered), len(outcome.said)) == (TEAMS, MESSAGES)
    assert outcome.ended >= WINDOW / 2


def test_with_plenty_of_everything_only_the_platform_takes_time() -> None:
    outcome = simulated(PLENTY).run()
    assert max(outcome.said) == pytest.approx(SLACK.seconds)
    assert max(outcome.answered) == 0
    assert outcome.sent_back == 0


def test_one_worker_says_as_many_as_it_has_slots() -> None:
    slow = replace(SLACK, seconds=30.0)
    outcome = simulated(replace(PLENTY, platform=slow, workers=1)).run()
    assert outcome.ended == pytest.approx(MESSAGES / SLOTS * slow.seconds, rel=0.1)


def test_a_bot_with_one_pace_for_all_takes_as_long_as_the_pace_says() -> None:
    slow = replace(TELEGRAM, most=1, period=2.0)
    outcome = simulated(replace(PLENTY, platform=slow)).run()
    assert outcome.ended == pytest.approx(MESSAGES * 2.0, rel=0.1)


def test_what_slack_sends_back_comes_again_and_is_said_within_the_limit() -> None:
    narrow = replace(SLACK, workspaces=1, most=10, period=60.0)
    outcome = simulated(replace(PLENTY, platform=narrow)).run()
    assert outcome.sent_back > 0
    assert len(outcome.said) == MESSAGES
    assert outcome.ended >= (MESSAGES / narrow.most - 1) * narrow.period


def test_a_small_service_makes_managers_wait_and_cores_kept_for_them_do_not() -> None:
    busy = Costs(publish_api=0.1, publish_database=0, message_api=2.0, message_database=0, relay=0)
    together = simulated(replace(PLENTY, api=3), busy).run()
    apart = simulated(replace(PLENTY, api=3, for_people=1), busy).run()
    assert max(together.answered) > 10
    assert max(apart.answered) < 5
    assert together.api_used > 0.5
