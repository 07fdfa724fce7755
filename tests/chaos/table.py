"""What came of it, as a table."""

from collections.abc import Sequence

from tests.chaos.rounds import Outcome

HEAD = ("fault", "times", "accepted", "lost", "doubled", "repeated on Telegram", "recovery: middle", "longest", "")


def render(outcomes: Sequence[Outcome]) -> str:
    """As Markdown, with what went wrong in words below."""
    rows = [HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(tuple("-" * width for width in widths), widths))
    for outcome in outcomes:
        lines += [f"{outcome.name}: {wrong}" for wrong in (*outcome.lost, *outcome.doubled, *outcome.broken)]
    return "\n".join(lines)


def _row(outcome: Outcome) -> tuple[str, ...]:
    seconds = sorted(outcome.recovery)
    return (
        outcome.name,
        str(outcome.times),
        str(outcome.accepted),
        str(len(outcome.lost)),
        str(len(outcome.doubled)),
        str(outcome.repeated),
        f"{seconds[len(seconds) // 2]:.1f} s",
        f"{seconds[-1]:.1f} s",
        "passed" if outcome.passed else "FAILED",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
