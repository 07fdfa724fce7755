"""/available: when somebody can work, in words, by a form, and as it is stored."""

from dataclasses import replace

from bots import words, words_refusals, words_wishes
from bots.actions import Action, FormId
from bots.client import Refused
from bots.client_requests import availability, say_availability
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.heard import english
from bots.languages import N_, _
from bots.reply import Button, Form, Input, InputKind, Reply, Section, Tone
from bots.weekly import EVERY_DAY, FORGET, MIDNIGHT, UnknownTimes, times_of, week_of_words
from service.schemas.requests import AvailabilityRead, AvailabilityWindow


async def run(talk: Talk, argument: str) -> Reply:
    """Say the days that the words name; without words, show what is stored."""
    if not argument:
        return shown(await availability(talk.person))
    if english(argument.lower()) in FORGET:
        return await always(talk, "")
    stored = await availability(talk.person)
    try:
        windows = week_of_words(argument, stored.windows)
    except UnknownTimes as error:
        raise Refusal(words_wishes.unknown_times(argument)) from error
    return await _said(talk, windows)


def shown(stored: AvailabilityRead) -> Reply:
    """What is stored, day by day."""
    by_day = _by_day(stored.windows)
    change = Button(action=Action.CHANGE_AVAILABILITY, value="", label=_("Change"))
    if not by_day:
        lines = [_(words_wishes.ALWAYS), _(words_wishes.AVAILABLE_HOW)]
        return Reply(heading=_("When you can work"), text="\n".join(lines), buttons=(change,))
    forget = Button(
        action=Action.ALWAYS_AVAILABLE,
        value="",
        label=_("Always available"),
        confirm=_("Forget these times? You can then be put on any shift."),
    )
    missing = [number for number in EVERY_DAY if number not in by_day]
    return Reply(
        heading=_("When you can work"),
        text=words_wishes.days_off(missing) if missing else _("Every day, at these times:"),
        sections=tuple(_section(number, windows) for number, windows in by_day.items()),
        buttons=(change, forget),
    )


def _by_day(windows: list[AvailabilityWindow]) -> dict[int, list[AvailabilityWindow]]:
    by_day: dict[int, list[AvailabilityWindow]] = {}
    for window in windows:
        by_day.setdefault(window.weekday, []).append(window)
    return by_day


def _section(number: int, windows: list[AvailabilityWindow]) -> Section:
    remove = Button(action=Action.REMOVE_DAY, value=str(number), label=_("Remove"))
    return Section(
        heading=words.sentence(words_wishes.weekday(number)), text=words_wishes.day_hours(windows), buttons=(remove,)
    )


async def changing(talk: Talk, _value: str) -> Reply:
    """Ask for the whole week, a line a day."""
    by_day = _by_day((await availability(talk.person)).windows)
    everything = words_wishes.hours(MIDNIGHT, MIDNIGHT)
    inputs = tuple(
        Input(
            name=str(number),
            label=words.sentence(words_wishes.weekday(number)),
            kind=InputKind.TEXT,
            required=False,
            initial=(words_wishes.day_hours(by_day[number]) if number in by_day else _("off"))
            if by_day
            else everything,
            hint=_("Such as 17:00-24:00, all day, or off"),
        )
        for number in EVERY_DAY
    )
    return Reply(
        text="", form=Form(form=FormId.AVAILABILITY, title=_("When you can work"), inputs=inputs, submit=_("Save"))
    )


async def submitted(talk: Talk, _value: str, answers: dict[str, str]) -> Reply:
    """Keep the week of the form; what is no time stands at its day."""
    windows: list[AvailabilityWindow] = []
    faults = []
    for number in EVERY_DAY:
        try:
            windows += _day(number, answers.get(str(number), ""))
        except UnknownTimes:
            faults.append((str(number), _("Type times such as 17:00-24:00, all day, or off.")))
    if not windows and not faults:
        faults.append(("0", _(words_wishes.NO_DAY_LEFT)))
    if faults:
        return Reply(text=faults[0][1], tone=Tone.REFUSAL, faults=tuple(faults))
    try:
        return await _said(talk, windows)
    except Refused as refused:
        faults_of = refused.problem.faults
        wrong = [int(fault.field.partition(".")[2]) for fault in faults_of if fault.field.startswith("windows.")]
        text = words_refusals.detail(refused.problem)
        at = tuple((str(windows[number].weekday), text) for number in wrong)
        return Reply(text=text, tone=Tone.REFUSAL, faults=at or (("0", text),))


def _day(number: int, said: str) -> list[AvailabilityWindow]:
    """A day's windows. Raises UnknownTimes."""
    if not said.strip():
        return []
    found = [times_of(piece) for piece in said.split(",")]
    return [
        AvailabilityWindow(weekday=number, start_time=times[0], end_time=times[1])
        for times in found
        if times is not None
    ]


async def always(talk: Talk, _value: str) -> Reply:
    """Forget all limits."""
    return replace(shown(await say_availability(talk.person, [])), tone=Tone.SUCCESS, update=True)


async def removed(talk: Talk, value: str) -> Reply:
    """Take a day off the week."""
    stored = await availability(talk.person)
    return replace(await _said(talk, [one for one in stored.windows if str(one.weekday) != value]), update=True)


async def _said(talk: Talk, windows: list[AvailabilityWindow]) -> Reply:
    if not windows:
        raise Refusal(_(words_wishes.NO_DAY_LEFT))
    return replace(shown(await say_availability(talk.person, windows)), tone=Tone.SUCCESS)


COMMAND = Command(
    name="available",
    usage=N_("[days] [times]"),
    summary=N_("say when you can work, such as mon-fri 17:00-24:00"),
    run=run,
)
