"""What a notification says: its content as a Reply."""

from bots import words
from bots.actions import Action
from bots.picture import week_image
from bots.reply import Audience, Button, ButtonStyle, Field, Reply, Section, Tone
from service.schemas.notifications import Content, RunFinished, WeekPublished, YourShifts
from service.schemas.scheduling import RunRead, RunStatus
from service.schemas.shifts import MyShift, Roster


def announcement(content: Content) -> list[Reply]:
    """The messages that tell it: one, or one for each week of a run."""
    match content:
        case RunFinished():
            return _run_finished(content)
        case WeekPublished():
            return [_week_published(content)]
        case YourShifts():
            return [_your_shifts(content)]


def _run_finished(content: RunFinished) -> list[Reply]:
    run = content.run
    if run.status is not RunStatus.SUCCESS or not content.rosters:
        stopped = run.status is RunStatus.CANCELLED
        text = "Stopped before a schedule was found." if stopped else run.error or "No schedule was found."
        return [
            Reply(
                heading=f"No schedule for {words.week(run.first_week)}",
                text=text,
                tone=Tone.WARNING if stopped else Tone.REFUSAL,
                audience=Audience.CHANNEL,
                buttons=(_button(Action.RERUN, run, "Run again"),),
            )
        ]
    return [_result(content, roster) for roster in content.rosters]


def _result(content: RunFinished, roster: Roster) -> Reply:
    run = content.run
    gaps = "\n".join(f"• {line}" for line in words.gap_lines(roster))
    text = f"{words.coverage(roster).capitalize()}; {words.quality(run)}."
    if roster.proposed:
        text += " A proposal beside the published week; nobody sees it until it is published."
    publish = Button(
        action=Action.PUBLISH,
        value=f"{roster.week.id}:{roster.week.version}",
        label="Publish",
        style=ButtonStyle.PRIMARY,
        confirm=f"Publish {words.week(roster.week.week_start)} and tell everybody?",
    )
    discard = Button(
        action=Action.DISCARD_RUN,
        value=str(run.id),
        label="Discard",
        style=ButtonStyle.DANGER,
        confirm="Throw this schedule away?",
    )
    return Reply(
        heading=words.week_title(roster),
        text=f"{text}\n{gaps}" if gaps else text,
        tone=Tone.WARNING if gaps else Tone.SUCCESS,
        audience=Audience.CHANNEL,
        fields=(
            Field(label="Score", value="–" if run.objective is None else str(run.objective)),
            Field(label="Bound", value="–" if run.bound is None else f"{run.bound:.0f}"),
            Field(label="Took", value=words.seconds(run.runtime_seconds)),
            Field(label="Asked by", value=content.requested_by.name),
        ),
        image=week_image(roster),
        buttons=(
            publish,
            _button(Action.RERUN, run, "Run again"),
            _button(Action.WHY, run, "Why"),
            discard,
        ),
    )


def _button(action: Action, run: RunRead, label: str) -> Button:
    return Button(action=action, value=str(run.id), label=label)


def _week_published(content: WeekPublished) -> Reply:
    roster = content.roster
    verb = "published" if content.first_time else "published again"
    gaps = "\n".join(f"• {line}" for line in words.gap_lines(roster))
    text = f"{content.published_by.name} {verb} this week: {words.coverage(roster)}."
    return Reply(
        heading=words.week_title(roster),
        text=f"{text}\n{gaps}" if gaps else text,
        tone=Tone.SUCCESS,
        audience=Audience.CHANNEL,
        image=week_image(roster),
    )


def _line(shift: MyShift) -> Section:
    return Section(text=words.shift_line(shift))


def _your_shifts(content: YourShifts) -> Reply:
    heading = f"{content.team_name}, {words.week(content.week.week_start)}"
    if content.first_time:
        text = "Your shifts are published." if content.shifts else "The week is published; you have no shifts in it."
        return Reply(heading=heading, text=text, sections=tuple(_line(shift) for shift in content.shifts))
    changes = [f"+ {words.shift_line(shift)}" for shift in content.added]
    changes += [f"− {words.shift_line(shift)}" for shift in content.removed]
    count = len(content.shifts)
    now = Section(text=f"You now have {count} {'shift' if count == 1 else 'shifts'}: /myshifts shows them.")
    return Reply(
        heading=heading, text="\n".join(["Your shifts changed.", *changes]), tone=Tone.WARNING, sections=(now,)
    )
