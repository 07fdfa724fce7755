"""/settings: how a team is set up: its zone, its rules of the house for trades, and what counts in a week."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from bots import words_refusals, words_settings
from bots.actions import Action, FormId
from bots.client import Refused
from bots.client_teams import (
    change_team,
    house_rules,
    team_now,
    usual_config,
    write_house_rules,
    write_usual_config,
)
from bots.commands import work_rules
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk, today_in
from bots.dates import UnknownDate, day_of
from bots.languages import N_, _
from bots.reply import Button, Field, Form, Input, InputKind, Option, Reply, Tone
from service.schemas.people import SwapApproval, TeamRead, TeamWrite
from service.schemas.scheduling import ConfigRead, ConfigWrite
from service.schemas.swaps import ClaimMode, TradePolicyRead, TradePolicyWrite

HOUR = 60
MOST_HOURS = {"latest": 14 * 24, "over": 7 * 24}
"""The service's limits, which it says in minutes, in what people are asked for."""
Choice = TypeVar("Choice", SwapApproval, ClaimMode)
WEIGHTS = ("fairness_weight", "preference_weight", "cost_weight", "stability_weight")
# What the service calls a field, and the input that people filled it in by.
INPUTS = {"latest_minutes": "latest", "over_minutes": "over", "answer_hours": "answer", "open_per_person": "open"}


async def run(talk: Talk, _argument: str) -> Reply:
    """How the team is set up; managers get the buttons to change it."""
    team = await team_now(talk.person, (await talk.team()).id)
    rules = await house_rules(talk.person, team.id)
    is_manager = talk.person.user.is_manager
    config = await usual_config(talk.person, team.id) if is_manager else None
    buttons = (
        Button(action=Action.CHANGE_HOUSE_RULES, value=str(team.id), label=_("Change the rules")),
        Button(action=Action.CHANGE_WEIGHTS, value=str(team.id), label=_("Change what counts")),
        Button(action=Action.WORK_RULES, value=str(team.id), label=_("Change the work rules")),
    )
    fields = [*words_settings.team_fields(team), *words_settings.rule_fields(rules)]
    if is_manager:
        fields += words_settings.weight_fields(config or ConfigWrite(team_id=team.id, name=words_settings.USUAL))
    return Reply(
        heading=words_settings.heading(team),
        text="",
        fields=tuple(Field(label=label, value=value) for label, value in fields),
        sections=(await work_rules.section(talk, team),),
        buttons=buttons if is_manager else (),
    )


async def changing_rules(talk: Talk, value: str) -> Reply:
    """Ask for the zone and the rules of the house, filled in as they are."""
    talk.require_manager()
    team = await _team(talk, value)
    rules = await house_rules(talk.person, team.id)
    inputs = (
        _text("time_zone", _("Time zone"), team.time_zone, hint=_("Such as Europe/Berlin")),
        _number("deadline", _("Publish so many hours ahead"), team.publish_deadline_hours),
        _choice("approval", _("Who decides about trades"), words_settings.APPROVALS, rules.approval),
        _choice("claim", _("Who gets a dropped shift"), words_settings.CLAIMS, rules.claim),
        _number("latest", _("Trades close so many hours before the shift"), rules.latest_minutes // HOUR),
        _number("answer", _("Hours to answer a request"), rules.answer_hours),
        _number("open", _("Open requests a person may have"), rules.open_per_person),
        _number("over", _("A manager decides above so many hours a week"), rules.over_minutes // HOUR),
        _text(
            "blackout",
            _("Days without trades"),
            ", ".join(day.isoformat() for day in rules.blackout_days),
            hint=_("Such as 24 Dec, 31 Dec"),
            required=False,
        ),
    )
    form = Form(form=FormId.HOUSE_RULES, title=_("Rules of the house"), inputs=inputs, submit=_("Save"), value=value)
    return Reply(text="", form=form)


async def _team(talk: Talk, value: str) -> TeamRead:
    """The team of a button, as it is now. Raises Refusal where the presser is not in it."""
    for team in talk.person.user.teams:
        if str(team.id) == value:
            return await team_now(talk.person, team.id)
    raise Refusal(_(words_settings.NOT_YOURS))


def _text(name: str, label: str, initial: str, *, hint: str, required: bool = True) -> Input:
    return Input(name=name, label=label, kind=InputKind.TEXT, initial=initial or None, hint=hint, required=required)


def _number(name: str, label: str, initial: int) -> Input:
    return Input(name=name, label=label, kind=InputKind.NUMBER, initial=str(initial))


def _choice(name: str, label: str, choices: Mapping[Choice, str], initial: Choice) -> Input:
    options = tuple(Option(value=value, label=_(said)) for value, said in choices.items())
    return Input(name=name, label=label, kind=InputKind.CHOICE, options=options, initial=initial)


async def rules_submitted(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Note the rules of the form; what is wrong with them stands at its input."""
    talk.require_manager()
    team = await _team(talk, value)
    for name, most in MOST_HOURS.items():
        if answers[name].isdecimal() and int(answers[name]) > most:
            return _fault(name, words_refusals.at_most(most))
    try:
        rules = _rules_of(await house_rules(talk.person, team.id), team, answers)
        changed = TeamWrite(
            name=team.name,
            time_zone=answers["time_zone"].strip(),
            week_start=team.week_start,
            swap_approval=rules.approval,
            publish_deadline_hours=int(answers["deadline"]),
        )
    except UnknownDate as error:
        return _fault("blackout", words_settings.unknown_day(error.words))
    except ValidationError as error:
        return _fault(_input_of(str(error.errors()[0]["loc"][0])), words_refusals.invalid(error))
    except ValueError:
        return _fault("latest", _(words_settings.NUMBERS_ONLY))
    try:
        await change_team(talk.person, team.id, changed)
        await write_house_rules(talk.person, team.id, rules)
    except Refused as refused:
        faults = refused.problem.faults
        return _fault(_input_of(faults[0].field) if faults else "time_zone", words_refusals.detail(refused.problem))
    return Reply(text=_(words_settings.SAVED), tone=Tone.SUCCESS)


def _rules_of(known: TradePolicyRead, team: TeamRead, answers: dict[str, str]) -> TradePolicyWrite:
    """Raises UnknownDate and ValueError."""
    days = [one.strip() for one in answers.get("blackout", "").split(",") if one.strip()]
    return TradePolicyWrite(
        approval=SwapApproval(answers["approval"]),
        claim=ClaimMode(answers["claim"]),
        latest_minutes=_minutes(known.latest_minutes, answers["latest"]),
        answer_hours=int(answers["answer"]),
        open_per_person=int(answers["open"]),
        over_minutes=_minutes(known.over_minutes, answers["over"]),
        blackout_days=[_day(one, team) for one in days],
        fair_minutes=known.fair_minutes,
    )


def _minutes(known: int, said: str) -> int:
    """The minutes of so many hours. Hours that were left as the form shows them, whole, are still those `known`."""
    hours = int(said)
    return known if hours == known // HOUR else hours * HOUR


def _day(said: str, team: TeamRead) -> date:
    return day_of(said, today_in(team))


def _input_of(field: str) -> str:
    known = {"publish_deadline_hours": "deadline", "blackout_days": "blackout"}
    return INPUTS.get(field) or known.get(field, field if field in {"approval", "claim"} else "time_zone")


def _fault(name: str, reason: str) -> Reply:
    return Reply(text=reason, tone=Tone.REFUSAL, faults=((name, reason),))


async def changing_weights(talk: Talk, value: str) -> Reply:
    """Ask what counts how much when a week is made, filled in as it is."""
    talk.require_manager()
    config = await usual_config(talk.person, int(value)) or _fresh(int(value))
    inputs = [_number(name, _(words_settings.WEIGHTS[name]), getattr(config, name)) for name in WEIGHTS]
    inputs.append(_number("time_limit_seconds", _("Seconds to search"), config.time_limit_seconds))
    title = _("What counts")
    form = Form(form=FormId.WEIGHTS, title=title, inputs=tuple(inputs), submit=_("Save"), value=value)
    return Reply(text=_(words_settings.WEIGHTS_HOW), form=form)


async def weights_submitted(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Note what counts; the next run goes by it."""
    talk.require_manager()
    known = await usual_config(talk.person, int(value))
    config = known or _fresh(int(value))
    told = {name: answers[name] for name in (*WEIGHTS, "time_limit_seconds")}
    try:
        wanted = ConfigWrite.model_validate(_written(config) | told | {"is_default": True})
    except ValidationError as error:
        return _fault(str(error.errors()[0]["loc"][0]), words_refusals.invalid(error))
    await write_usual_config(talk.person, known, wanted)
    return Reply(text=_(words_settings.WEIGHTS_SAVED), tone=Tone.SUCCESS)


def _fresh(team_id: int) -> ConfigWrite:
    return ConfigWrite(team_id=team_id, name=words_settings.USUAL)


def _written(config: ConfigWrite | ConfigRead) -> dict[str, object]:
    return config.model_dump(exclude={"id"})


COMMAND = Command(name="settings", summary=N_("see or change the rules of your team"), run=run)
