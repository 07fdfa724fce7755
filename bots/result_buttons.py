"""The buttons below a schedule that waits to be published."""

from bots import words
from bots.actions import Action
from bots.languages import _
from bots.reply import Button, ButtonStyle
from service.schemas.shifts import WeekRead


def publish(week: WeekRead) -> Button:
    """Publishes the week as it stands at this version."""
    return Button(
        action=Action.PUBLISH,
        value=f"{week.id}:{week.version}",
        label=_("Publish"),
        style=ButtonStyle.PRIMARY,
        confirm=_("Publish {week} and tell everybody?").format(week=words.week(week.week_start)),
    )


def rerun(run_id: int) -> Button:
    """Runs the same weeks again."""
    return Button(action=Action.RERUN, value=str(run_id), label=_("Run again"))


def of_run(run_id: int) -> tuple[Button, ...]:
    """What else can be done with the schedule of a run."""
    return (
        rerun(run_id),
        Button(action=Action.WHY, value=str(run_id), label=_("Why")),
        Button(
            action=Action.DISCARD_RUN,
            value=str(run_id),
            label=_("Discard"),
            style=ButtonStyle.DANGER,
            confirm=_("Throw this schedule away?"),
        ),
    )
