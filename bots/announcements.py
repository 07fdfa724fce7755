"""What a notification says: its content as a Reply."""

from dataclasses import replace

from bots import result_buttons, time_off, trading, words, words_explain, words_publishing, words_reach
from bots.actions import Action
from bots.languages import _, ngettext, number
from bots.picture import week_image
from bots.reply import Audience, Button, ButtonStyle, Field, Reply, Section, Tone
from service.schemas.notifications import (
    AccountReplaced,
    Content,
    LeftPlatform,
    RunFinished,
    SickCalled,
    SwapNews,
    TimeOffAsked,
    TimeOffDecided,
    TimeOffWithdrawn,
    Unreachable,
    WeekPublished,
    YourShifts,
)
from service.schemas.scheduling import ClashRead, RunRead, RunStatus
from service.schemas.shifts import MyShift, Roster, WeekStatus

MOST_RELAXATIONS = 2


def announcement(content: Content) -> list[Reply]:  # noqa: PLR0911  # one line a kind of content
    """The messages that tell it: one, or one for each week of a run."""
    match content:
        case RunFinished():
            return _run_finished(content)
        case WeekPublished():
            return [_week_published(content)]
        case YourShifts():
            return [_your_shifts(content)]
        case TimeOffAsked():
            return [time_off.asked(content)]
        case TimeOffDecided():
            return [time_off.decided(content)]
        case TimeOffWithdrawn():
            return [time_off.withdrawn(content)]
        case SickCalled():
            return [time_off.sick(content)]
        case SwapNews():
            return [trading.news(content)]
        case Unreachable():
            return [Reply(text=words_reach.unreachable(content), tone=Tone.WARNING)]
        case LeftPlatform():
            return [Reply(text=words_reach.left(content), tone=Tone.WARNING)]
        case AccountReplaced():
            return [Reply(text=words_reach.replaced(content), tone=Tone.WARNING)]


def _run_finished(content: RunFinished) -> list[Reply]:
    replies = _outcome(content)
    if content.no_channel:
        hint = Section(text=_(words_publishing.NO_CHANNEL))
        replies[-1] = replace(replies[-1], sections=(*replies[-1].sections, hint))
    return replies


def _outcome(content: RunFinished) -> list[Reply]:
    run = content.run
    if run.clash is not None:
        return [_impossible(run, run.clash)]
    if run.status is not RunStatus.SUCCESS or not content.rosters:
        stopped = run.status is RunStatus.CANCELLED
        text = _("Stopped before a schedule was found.") if stopped else _(run.error or words.NO_SCHEDULE)
        return [
            Reply(
                heading=_("No schedule for {week}").format(week=words.week(run.first_week)),
                text=text,
                tone=Tone.WARNING if stopped else Tone.REFUSAL,
                audience=Audience.CHANNEL,
                buttons=(result_buttons.rerun(run.id),),
            )
        ]
    return [_result(content, roster) for roster in content.rosters]


def _impossible(run: RunRead, clash: ClashRead) -> Reply:
    """What contradicts itself, and the easiest changes that would help, each one press away."""
    ready = [one for one in clash.relaxations if one.changes][:MOST_RELAXATIONS]
    buttons = tuple(
        Button(
            action=Action.RELAX_RUN,
            value=f"{run.id}:{one.number}",
            label=words_explain.relaxation_label(one),
            style=ButtonStyle.PRIMARY,
            confirm=words_explain.confirm_relaxation(one),
        )
        for one in ready
    )
    return Reply(
        heading=words_explain.impossible_heading(words.week(run.first_week)),
        text=words_explain.impossible(clash),
        tone=Tone.WARNING,
        audience=Audience.CHANNEL,
        buttons=(*buttons, result_buttons.rerun(run.id)),
    )


def _result(content: RunFinished, roster: Roster) -> Reply:
    run = content.run
    gaps = "\n".join(f"• {line}" for line in words.gap_lines(roster))
    text = f"{words.sentence(words.coverage(roster))}; {words.quality(run)}."
    waits = roster.proposed or roster.week.status is WeekStatus.DRAFT
    if roster.proposed:
        text += " " + _(words_publishing.PROPOSAL)
    elif not waits:
        text += " " + words_publishing.published_before(roster)
    return Reply(
        heading=words.week_title(roster),
        text=f"{text}\n{gaps}" if gaps else text,
        tone=Tone.WARNING if gaps else Tone.SUCCESS,
        audience=Audience.CHANNEL,
        fields=(
            Field(label=_("Score"), value="–" if run.objective is None else str(run.objective)),
            Field(label=_("Bound"), value="–" if run.bound is None else number(run.bound, "0")),
            Field(label=_("Took"), value=words.seconds(run.runtime_seconds)),
            Field(label=_("Asked by"), value=content.requested_by.name),
        ),
        image=week_image(roster),
        buttons=(*((result_buttons.publish(roster.week),) if waits else ()), *result_buttons.of_run(run.id)),
    )


def _week_published(content: WeekPublished) -> Reply:
    roster = content.roster
    gaps = "\n".join(f"• {line}" for line in words.gap_lines(roster))
    said = _("{person} published this week: {coverage}.")
    if not content.first_time:
        said = _("{person} published this week again: {coverage}.")
    text = said.format(person=content.published_by.name, coverage=words.coverage(roster))
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
        text = _("The week is published; you have no shifts in it.")
        if content.shifts:
            text = _("Your shifts are published.")
        return Reply(heading=heading, text=text, sections=tuple(_line(shift) for shift in content.shifts))
    changes = [f"+ {words.shift_line(shift)}" for shift in content.added]
    changes += [f"− {words.shift_line(shift)}" for shift in content.removed]
    count = len(content.shifts)
    now = Section(
        text=ngettext(
            "You now have {count} shift: /myshifts shows it.",
            "You now have {count} shifts: /myshifts shows them.",
            count,
        ).format(count=count)
    )
    return Reply(
        heading=heading, text="\n".join([_("Your shifts changed."), *changes]), tone=Tone.WARNING, sections=(now,)
    )
