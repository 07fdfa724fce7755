"""The work rules of a team in chat: each as a sentence, and forms for those that teams set every day.

All other kinds are set over HTTP or in a workbook, and are said and removed here like these.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from pydantic import ValidationError

from bots import words, words_refusals, words_rules, words_settings
from bots.actions import Action, FormId
from bots.client import Refused
from bots.client_requests import templates
from bots.client_teams import add_work_rule, members, remove_work_rule, roles, work_rules
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Form, Input, InputKind, Option, Reply, Section, Tone
from bots.words_rules import Known
from service.schemas.people import MemberRead, TeamRead
from service.schemas.requests import RuleKind
from service.schemas.rule_parameters import WindowAmount
from service.schemas.rules import AnyRule, FreeTimeRule, PeopleRule, RuleRead, WeekendsRule, WindowRule

MOST_SAID = 40
STRONG_WEIGHT, SLIGHT_WEIGHT = 200, 20
MUST, EVERYBODY = "must", "all"


class Everyday(StrEnum):
    """The rules that have a form. A value is part of a button's, so it never changes."""

    DAYS_OFF = "off"
    FREE_TIME = "free"
    WEEKENDS = "weekends"
    TOGETHER = "together"
    APART = "apart"


LABELS = {
    Everyday.DAYS_OFF: N_("Days off"),
    Everyday.FREE_TIME: N_("Free time"),
    Everyday.WEEKENDS: N_("Weekends in a row"),
    Everyday.TOGETHER: N_("Two people together"),
    Everyday.APART: N_("Two people apart"),
}
OF_PEOPLE = frozenset({Everyday.TOGETHER, Everyday.APART})
# What the service calls a field, and the input that people filled it in by.
INPUTS = {"value": "amount", "user_id": "who", "weight": "weight", "days": "days", "user_ids": "second"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """The rules of a team, and what to call what they name."""

    rules: list[RuleRead]
    known: Known

    def lines(self) -> list[str]:
        """Each rule as a sentence, up to a readable number of them."""
        said = [words_rules.sentence(rule, self.known) for rule in self.rules[:MOST_SAID]]
        rest = len(self.rules) - len(said)
        return [*said, words.more(rest)] if rest > 0 else said


async def rules_of(talk: Talk, team: TeamRead) -> Set:
    """The rules of a team that the asker may see."""
    found = await work_rules(talk.person, team.id)
    known = Known(people={}, shifts={}, roles={})
    if found:
        known = Known(
            people={one.id: one.name for one in await members(talk.person, team.id)},
            shifts={one.id: one.name for one in await templates(talk.person)},
            roles={one.id: one.name for one in await roles(talk.person)},
        )
    return Set(rules=found, known=known)


async def section(talk: Talk, team: TeamRead) -> Section:
    """The rules among the settings of a team."""
    lines = (await rules_of(talk, team)).lines()
    text = "\n".join(f"• {line}" for line in lines) or _(words_rules.NO_RULES)
    return Section(heading=_("Work rules"), text=text)


async def shown(talk: Talk, value: str) -> Reply:
    """Every rule with a button to remove it, and a button for each that has a form."""
    talk.require_manager()
    team = _team(talk, value)
    found = await rules_of(talk, team)
    adding = tuple(
        Button(action=Action.SET_WORK_RULE, value=f"{team.id}:{kind}", label=_(label))
        for kind, label in LABELS.items()
    )
    lines = found.lines()
    sections = [
        Section(text=line, buttons=(_remove(team, rule),))
        for rule, line in zip(found.rules[:MOST_SAID], lines, strict=False)
    ]
    # How many more there are is no rule: a button there would remove one that nobody sees.
    sections += [Section(text=line) for line in lines[MOST_SAID:]]
    text = _(words_rules.HOW if found.rules else words_rules.NO_RULES)
    return Reply(heading=_("Work rules"), text=text, sections=tuple(sections), buttons=adding)


def _remove(team: TeamRead, rule: RuleRead) -> Button:
    return Button(
        action=Action.REMOVE_WORK_RULE, value=f"{team.id}:{rule.id}", label=_("Remove"), style=ButtonStyle.DANGER
    )


def _team(talk: Talk, value: str) -> TeamRead:
    """The team of a button. Raises Refusal where the presser is not in it."""
    for team in talk.person.user.teams:
        if str(team.id) == value:
            return team
    raise Refusal(_(words_settings.NOT_YOURS))


async def removed(talk: Talk, value: str) -> Reply:
    """Forget the rule of a button; one that is gone already is as good."""
    talk.require_manager()
    team_id, _colon, rule_id = value.partition(":")
    try:
        await remove_work_rule(talk.person, int(rule_id))
    except Refused as refused:
        if refused.problem.status != 404:
            raise
    listed = await shown(talk, team_id)
    return replace(listed, text=" ".join([_(words_rules.REMOVED), listed.text]), update=True)


async def setting(talk: Talk, value: str) -> Reply:
    """Ask for one of the everyday rules."""
    talk.require_manager()
    team_id, _colon, kind = value.partition(":")
    people = await members(talk.person, _team(talk, team_id).id)
    inputs = _inputs_of(Everyday(kind), people)
    weights = (
        Option(value=MUST, label=_("It must be kept")),
        Option(value=str(STRONG_WEIGHT), label=_("If at all possible")),
        Option(value=str(SLIGHT_WEIGHT), label=_("If it costs little")),
    )
    inputs.append(Input(name="weight", label=_("How strictly"), kind=InputKind.CHOICE, options=weights, initial=MUST))
    title = _(LABELS[Everyday(kind)])
    form = Form(form=FormId.WORK_RULE, title=title, inputs=tuple(inputs), submit=_("Save"), value=value)
    return Reply(text="", form=form)


def _inputs_of(kind: Everyday, people: list[MemberRead]) -> list[Input]:
    names = tuple(Option(value=str(one.id), label=one.name) for one in people)
    if kind in OF_PEOPLE:
        return [
            Input(name=name, label=label, kind=InputKind.CHOICE, options=names)
            for name, label in (("first", _("One person")), ("second", _("Another person")))
        ]
    whom = (Option(value=EVERYBODY, label=_("Everybody")), *names)
    who = Input(name="who", label=_("For whom"), kind=InputKind.CHOICE, options=whom, initial=EVERYBODY)
    if kind is Everyday.WEEKENDS:
        return [_number("amount", _("At most so many weekends in a row"), 2), who]
    days = _number("days", _("In so many days"), 7)
    if kind is Everyday.DAYS_OFF:
        return [_number("amount", _("At least so many days off"), 2), days, who]
    return [_number("amount", _("At least so many free hours at a stretch"), 35), days, who]


def _number(name: str, label: str, initial: int) -> Input:
    return Input(name=name, label=label, kind=InputKind.NUMBER, initial=str(initial))


async def submitted(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Note the rule of the form; what is wrong with it stands at its input."""
    talk.require_manager()
    team_id, _colon, kind = value.partition(":")
    team = _team(talk, team_id)
    if "first" in answers and answers["first"] == answers.get("second"):
        return _fault("user_ids", _(words_rules.TWO_PEOPLE))
    try:
        wanted = BUILDERS[Everyday(kind)](team, answers)
    except ValidationError as error:
        return _fault(str(error.errors()[0]["loc"][-1]), words_refusals.invalid(error))
    except ValueError:
        return _fault("value", _(words_settings.NUMBERS_ONLY))
    try:
        made = await add_work_rule(talk.person, wanted)
    except Refused as refused:
        faults = refused.problem.faults
        field = faults[0].field.rpartition(".")[2] if faults else "value"
        return _fault(field, words_refusals.detail(refused.problem))
    said = words_rules.sentence(made, (await rules_of(talk, team)).known)
    return Reply(text="\n".join([_(words_rules.KEPT), said]), tone=Tone.SUCCESS)


def _fault(field: str, reason: str) -> Reply:
    return Reply(text=reason, tone=Tone.REFUSAL, faults=((INPUTS.get(field, "weight"), reason),))


Answers = dict[str, str]


def _scope(team: TeamRead, answers: Answers) -> dict[str, int | None]:
    who = answers.get("who", EVERYBODY)
    return {"user_id": None if who == EVERYBODY else int(who)} | _strictness(team, answers)


def _strictness(team: TeamRead, answers: Answers) -> dict[str, int | None]:
    weight = answers["weight"]
    return {"team_id": team.id, "weight": None if weight == MUST else int(weight)}


def _days_off(team: TeamRead, answers: Answers) -> AnyRule:
    window = {"amount": WindowAmount.DAYS_OFF, "days": int(answers["days"])}
    wanted = {"kind": RuleKind.MIN_IN_WINDOW, "value": int(answers["amount"]), "parameters": window}
    return WindowRule.model_validate(wanted | _scope(team, answers))


def _free_time(team: TeamRead, answers: Answers) -> AnyRule:
    days = int(answers["days"])
    wanted = {
        "kind": RuleKind.MIN_FREE_HOURS,
        "value": int(answers["amount"]),
        "parameters": {"days": days, "every": days},
    }
    return FreeTimeRule.model_validate(wanted | _scope(team, answers))


def _weekends(team: TeamRead, answers: Answers) -> AnyRule:
    wanted = {"kind": RuleKind.MAX_CONSECUTIVE_WEEKENDS, "value": int(answers["amount"])}
    return WeekendsRule.model_validate(wanted | _scope(team, answers))


def _two_people(kind: RuleKind) -> Callable[[TeamRead, Answers], AnyRule]:
    def build(team: TeamRead, answers: Answers) -> AnyRule:
        both = {"user_ids": [int(answers["first"]), int(answers["second"])]}
        return PeopleRule.model_validate({"kind": kind, "parameters": both} | _strictness(team, answers))

    return build


BUILDERS: dict[Everyday, Callable[[TeamRead, Answers], AnyRule]] = {
    Everyday.DAYS_OFF: _days_off,
    Everyday.FREE_TIME: _free_time,
    Everyday.WEEKENDS: _weekends,
    Everyday.TOGETHER: _two_people(RuleKind.TOGETHER),
    Everyday.APART: _two_people(RuleKind.APART),
}
