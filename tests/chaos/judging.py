"""Whether everything ended, and what was lost or told twice."""

from collections import Counter
from dataclasses import dataclass

from bots import words
from service.schemas.notifications import NEEDLESS
from tests.chaos.ledger import Entry, Kind
from tests.chaos.servers import Postgres
from tests.chaos.stage import Stage
from tests.standins.telegram_world import Call

_UNFINISHED = """
    SELECT 'run', id, status FROM scheduling_run WHERE status IN ('PENDING', 'RUNNING') AND created_at <= '{until}'
    UNION ALL SELECT 'delivery', id, status FROM delivery
        WHERE status IN ('PENDING', 'SENDING', 'UNCERTAIN') AND created_at <= '{until}'
    UNION ALL SELECT 'outbox', id, queue FROM outbox
        WHERE sent_at IS NULL AND not_before <= now() AND created_at <= '{until}'
"""
# The end that each kind of request must come to; the rows found are those that did.
_ENDED = {
    Kind.RUN: "SELECT id::text FROM scheduling_run WHERE status = 'SUCCESS'",
    Kind.PUBLISH: """
        SELECT DISTINCT payload->>'weekly_schedule_id' FROM notification WHERE kind = 'week_published'
    """,
    Kind.DROP: "SELECT id::text FROM swap_request",
    Kind.CLAIM: "SELECT id::text FROM swap_request WHERE status = 'DONE'",
    Kind.TIME_OFF: "SELECT user_id || ':' || lower(during)::date FROM time_off_request",
}


TRY_AGAIN = (words.UNREACHABLE, "The database cannot be reached.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong so far, in words that name it; a repeat is a second message on Telegram, of which one is
    allowed."""

    lost: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()


def now(database: Postgres) -> str:
    """The database's own time."""
    return str(database.run("SELECT clock_timestamp()")[0][0])


def unfinished(database: Postgres, until: str) -> list[str]:
    """What there was at that time and has not ended yet."""
    rows = database.run(_UNFINISHED.format(until=until))
    return [f"{what} {number} ({state})" for what, number, state in rows]


def unanswered(stage: Stage, entries: list[Entry]) -> list[str]:
    """Commands in chat that were taken, had no effect yet, and whose person was not told to try again either."""
    done = {row[0] for row in stage.database.run(_ENDED[Kind.TIME_OFF])}
    undone = [key for key in stage.ledger.of(Kind.TIME_OFF, entries) if key not in done]
    # Not looked for in vain: what was said in an hour is long.
    excused = _told_to_try_again(stage) if undone else Counter[str]()
    left = []
    for key in undone:
        user_id = key.partition(":")[0]
        if excused[user_id]:
            excused[user_id] -= 1
        else:
            left.append(f"time off {key}")
    return left


def _told_to_try_again(stage: Stage) -> Counter[str]:
    """How often each person was told that something is away."""
    accounts = {worker.external_id: worker.user_id for crowd in stage.crowds for worker in crowd.people}
    said = [(message.only_for or "", message.text) for message in list(stage.slack.world.messages)]
    said += [(str(message.chat_id), message.text) for message in list(stage.telegram.world.messages)]
    return Counter(
        str(accounts[whom])
        for whom, text in said
        if whom in accounts and any(sentence in text for sentence in TRY_AGAIN)
    )


def judge(stage: Stage, entries: list[Entry]) -> Verdict:
    """What became of these requests, and of everything that was told."""
    lost, doubled = set(), set()
    for kind, query in _ENDED.items():
        ended = Counter(row[0] for row in stage.database.run(query))
        if kind is Kind.TIME_OFF:
            doubled |= {f"{kind} {key}" for key, times in ended.items() if times > 1}
            continue
        lost |= {f"{kind} {key}" for key in stage.ledger.of(kind, entries) if key not in ended}
    lost |= set(unanswered(stage, entries))
    lost |= {f"delivery {number} is dead: {error}" for number, error in _dead(stage.database)}
    # First what is said to be sent, then what is to be seen: the load goes on meanwhile.
    sent, seen = _sent(stage.database, "slack"), _on_slack(stage)
    lost |= {f"slack never showed notification {number}" for number in sent - set(seen)}
    doubled |= {f"slack showed notification {number} {times} times" for number, times in seen.items() if times > 1}
    said = _on_telegram(stage)
    doubled |= {f"telegram showed {times} times: {text}" for text, times in said.items() if times > 2}
    repeated = {f"telegram showed twice: {text}" for text, times in said.items() if times == 2}
    return Verdict(frozenset(lost), frozenset(doubled), frozenset(repeated))


def _dead(database: Postgres) -> list[tuple[int, str]]:
    rows = database.run("SELECT id, error FROM delivery WHERE status = 'DEAD'")
    return [(row[0], row[1]) for row in rows if not (row[1] or "").startswith(NEEDLESS)]


def _sent(database: Postgres, platform: str) -> set[int]:
    query = f"SELECT notification_id FROM delivery WHERE status = 'SENT' AND platform = '{platform}'"
    return {row[0] for row in database.run(query)}


def _on_slack(stage: Stage) -> Counter[int]:
    """How often each notification stands in Slack; here each has one place to go to."""
    marks = [message.metadata for message in list(stage.slack.world.messages) if message.metadata]
    return Counter(
        abs(int(mark["event_payload"]["notification_id"])) for mark in marks if mark["event_payload"]["part"] == 1
    )


def _on_telegram(stage: Stage) -> Counter[str]:
    """How often each thing was said to each chat; every text of this load is about a week or a day of its own."""
    calls = [call for call in list(stage.telegram.world.calls) if call.method in {"sendMessage", "sendPhoto"}]
    return Counter(_text(call) for call in calls if call.answer.get("ok"))


def _text(call: Call) -> str:
    said = call.arguments.get("text") or call.arguments.get("caption", "")
    return f"{call.arguments['chat_id']}: {said[:200]}"
