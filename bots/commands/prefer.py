"""/prefer: the shifts that somebody would gladly, or rather not, work."""

from dataclasses import replace
from datetime import date

from pydantic import ValidationError

from bots import words, words_refusals, words_wishes
from bots.actions import Action, FormId
from bots.client import Refused
from bots.client_requests import add_wish, change_wish, remove_wish, templates, wishes
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Button, Form, Input, InputKind, Option, Reply, Section, Tone
from bots.weekly import EVERY_DAY, NARROW, WIDE, Part
from bots.wishing import SLIGHT_WEIGHT, STRONG_WEIGHT, USUAL_WEIGHT, UnknownWish, wishes_of
from service.schemas.requests import PreferenceCreate, PreferenceRead, PreferenceWrite

WANTED, UNWANTED = "wanted", "unwanted"
# What the service calls a field, and the input that people filled it in by.
INPUTS = {"on_date": "date", "template_id": "shift", "weekday": "weekdays"}


async def run(talk: Talk, argument: str) -> Reply:
    """Note the wishes that the words name; without words, show all."""
    if not argument:
        return shown(await wishes(talk.person))
    named = {template.name: template.id for template in await templates(talk.person)}
    try:
        wanted = wishes_of(argument, talk.today(), named)
    except UnknownWish as error:
        raise Refusal(words_wishes.unknown_wish(argument)) from error
    return await _noted(talk, wanted)


def shown(stored: list[PreferenceRead]) -> Reply:
    """All wishes, each with a button to forget it."""
    add = Button(action=Action.ADD_WISH, value="", label=_("Add a wish"))
    text = _(words_wishes.WISHES_COUNT if stored else words_wishes.NO_WISHES)
    return Reply(heading=_("Your wishes"), text=text, sections=tuple(map(_section, stored)), buttons=(add,))


def _section(wish: PreferenceRead) -> Section:
    remove = Button(action=Action.REMOVE_WISH, value=str(wish.id), label=_("Remove"))
    return Section(
        heading=words_wishes.wish(wish), text=words.sentence(words_wishes.strength(wish.weight)), buttons=(remove,)
    )


async def adding(talk: Talk, _value: str) -> Reply:
    """Ask for a wish."""
    shifts = tuple(Option(value=str(one.id), label=one.name) for one in await templates(talk.person))
    days = tuple(Option(value=str(one), label=words.sentence(words_wishes.weekday(one))) for one in EVERY_DAY)
    parts = tuple(Option(value=one.value, label=words.sentence(words_wishes.part(one))) for one in Part)
    weights = tuple(
        Option(value=str(one), label=words.sentence(words_wishes.strength(one)))
        for one in (SLIGHT_WEIGHT, USUAL_WEIGHT, STRONG_WEIGHT)
    )
    wish = (Option(value=WANTED, label=_("Gladly")), Option(value=UNWANTED, label=_("Rather not")))
    inputs = [
        Input(name="wish", label=_("Your wish"), kind=InputKind.CHOICE, options=wish, initial=WANTED),
        Input(name="weekdays", label=_("Weekdays"), kind=InputKind.CHOICES, options=days, required=False),
        Input(name="date", label=_("Or one day"), kind=InputKind.DATE, required=False),
        Input(name="part", label=_("Part of the day"), kind=InputKind.CHOICE, options=parts, required=False),
    ]
    if shifts:
        inputs.append(Input(name="shift", label=_("Shift"), kind=InputKind.CHOICE, options=shifts, required=False))
    inputs.append(
        Input(name="weight", label=_("How much"), kind=InputKind.CHOICE, options=weights, initial=str(USUAL_WEIGHT))
    )
    form = Form(form=FormId.PREFERENCES, title=_("A wish"), inputs=tuple(inputs), submit=_("Save"))
    return Reply(text=_(words_wishes.WISHES_HOW), form=form)


async def submitted(talk: Talk, _value: str, answers: dict[str, str]) -> Reply:
    """Note the wish of the form; what is wrong with it stands at its input."""
    try:
        wanted = _of_form(answers)
    except ValidationError:
        text = _(words_wishes.WISH_FOR_WHAT)
        return Reply(text=text, tone=Tone.REFUSAL, faults=(("weekdays", text),))
    try:
        return await _noted(talk, wanted)
    except Refused as refused:
        detail = words_refusals.detail(refused.problem)
        faults = tuple(
            (INPUTS.get(fault.field, "wish"), words_refusals.reason(fault.reason)) for fault in refused.problem.faults
        )
        return Reply(text=detail, tone=Tone.REFUSAL, faults=faults or (("wish", detail),))


def _of_form(answers: dict[str, str]) -> list[PreferenceCreate]:
    """A wish for each weekday. Raises ValidationError where it names no shifts."""
    is_wanted = answers["wish"] == WANTED
    part = Part(answers["part"]) if answers.get("part") else None
    start, end = (WIDE if is_wanted else NARROW)[part] if part else (None, None)
    return [
        PreferenceCreate(
            wanted=is_wanted,
            weight=int(answers.get("weight") or USUAL_WEIGHT),
            weekday=day,
            on_date=date.fromisoformat(answers["date"]) if answers.get("date") else None,
            template_id=int(answers["shift"]) if answers.get("shift") else None,
            start_time=start,
            end_time=end,
        )
        for day in ([int(one) for one in answers["weekdays"].split(",")] if answers.get("weekdays") else [None])
    ]


async def _noted(talk: Talk, wanted: list[PreferenceCreate]) -> Reply:
    """Note wishes; one about the same shifts is changed, so that nobody has to forget it first."""
    stored = {_shifts(wish): wish for wish in await wishes(talk.person)}
    for wish in wanted:
        known = stored.get(_shifts(wish))
        if known is None:
            await add_wish(talk.person, wish)
        else:
            await change_wish(talk.person, known.id, PreferenceWrite(**wish.model_dump(exclude={"user_id"})))
    listed = shown(await wishes(talk.person))
    return replace(listed, text=" ".join([_("Noted."), listed.text]), tone=Tone.SUCCESS)


def _shifts(wish: PreferenceWrite) -> tuple[object, ...]:
    """What a wish is about; a part of the day is one thing, though it is wider where it is wanted."""
    times = (wish.start_time, wish.end_time)
    part = next((one for table in (WIDE, NARROW) for one, span in table.items() if span == times), times)
    return wish.weekday, wish.on_date, wish.template_id, part


async def removed(talk: Talk, value: str) -> Reply:
    """Forget the wish of a button; one that is gone already is as good."""
    try:
        await remove_wish(talk.person, int(value))
    except Refused as refused:
        if refused.problem.status != 404:
            raise
    return replace(shown(await wishes(talk.person)), update=True)


COMMAND = Command(
    name="prefer",
    usage=N_("[shifts]"),
    summary=N_("say which shifts you like, such as evenings or not sunday"),
    run=run,
)
