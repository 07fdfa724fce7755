"""/assign: a manager puts somebody on a shift by hand; what the rules dislike is said before it is done."""

from zoneinfo import ZoneInfo

from bots import words_assign, words_explain, words_refusals, words_whatif
from bots.actions import Action, FormId
from bots.client import Refused
from bots.client_weeks import assign, people
from bots.commands.asked import When, person_first, role_in, roster_of, shift_on, when_in
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Form, Input, InputKind, Option, Reply, Section, Tone
from service.schemas.people import Person, RoleRead, UserRead
from service.schemas.shifts import AssignmentWrite, Roster, ShiftRead

MOST_PLACES = 12
MOST_CHOICES = 100
"""As many as a Slack menu takes."""
WARNING = "costs_something"


async def run(talk: Talk, argument: str) -> Reply:
    """Assign whom the words name; without a name, list the open places of the week, each to be filled."""
    talk.require_manager()
    when = when_in(argument, await talk.team())
    roster = await roster_of(talk, when.week_start)
    if when.day is None and not when.rest:
        return _open_places(roster)
    who, rest = person_first(when.rest, roster, talk.person.user)
    if when.day is None or who is None:
        raise Refusal(_(words_assign.HOW))
    shift, role_words = _shift_and_role(rest, when, roster)
    role = role_in(role_words, roster) if role_words else await _role_of(talk, who, shift, roster)
    return await _put(talk, roster, shift, role, who)


def _shift_and_role(rest: str, when: When, roster: Roster) -> tuple[ShiftRead, str]:
    """`dinner bartender` is a shift and a role; each may be missing. Raises Refusal."""
    assert when.day is not None  # noqa: S101
    tokens = rest.split()
    for length in range(len(tokens), 0, -1):
        try:
            return shift_on(" ".join(tokens[:length]), when.day, roster), " ".join(tokens[length:])
        except Refusal:
            continue
    try:
        if rest:
            role_in(rest, roster)
        return shift_on("", when.day, roster), rest
    except Refusal:
        return shift_on(rest, when.day, roster), ""


async def _role_of(talk: Talk, who: Person, shift: ShiftRead, roster: Roster) -> RoleRead:
    """The role that the person would work in: one that is missing there, else the first that they hold."""
    held = {role.id for user in await people(talk.person) if user.id == who.id for role in user.roles}
    missing = {gap.role_id for gap in roster.gaps if gap.planned_shift_id == shift.id}
    wanted = [need.role_id for need in shift.needs]
    fitting = [role for role in roster.roles if role.id in held and role.id in wanted]
    if not fitting:
        raise Refusal(words_assign.holds_none(who.name, words_whatif.place(shift, roster)))
    return next((role for role in fitting if role.id in missing), fitting[0])


def _open_places(roster: Roster) -> Reply:
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role for role in roster.roles}
    gaps = sorted(roster.gaps, key=lambda gap: (shifts[gap.planned_shift_id].starts_at, gap.planned_shift_id))
    sections = tuple(
        Section(
            text=words_assign.missing(
                words_whatif.place(shifts[gap.planned_shift_id], roster), gap.missing, roles[gap.role_id].name
            ),
            buttons=(
                Button(
                    action=Action.FILL_PLACE,
                    value=f"{roster.week.id}:{gap.planned_shift_id}:{gap.role_id}",
                    label=_("Fill"),
                ),
            ),
        )
        for gap in gaps[:MOST_PLACES]
    )
    text = words_assign.open_places(len(gaps), len(gaps) - len(sections))
    return Reply(heading=words_assign.heading(roster), text=text, sections=sections)


async def filling(talk: Talk, value: str) -> Reply:
    """Ask who: those with the role who are free then, the least busy first."""
    talk.require_manager()
    week_id, shift_id, role_id = (int(part) for part in value.split(":"))
    roster = await talk.person.roster(week_id)
    shift, role = _place(roster, shift_id, role_id)
    free = _free(roster, shift, role, await people(talk.person))
    if not free:
        raise Refusal(words_assign.nobody_free(role.name, words_whatif.place(shift, roster)))
    options = tuple(
        Option(value=str(user.id), label=user.name, description=words_assign.hours_this_week(minutes))
        for user, minutes in free[:MOST_CHOICES]
    )
    who = Input(name="person", label=role.name, kind=InputKind.CHOICE, options=options)
    title = _("Fill a place")
    return Reply(text="", form=Form(form=FormId.ASSIGN, title=title, inputs=(who,), submit=_("Assign"), value=value))


def _free(roster: Roster, shift: ShiftRead, role: RoleRead, users: list[UserRead]) -> list[tuple[UserRead, int]]:
    """Who has the role and no other work or time off then, with their minutes of the week, fewest first."""
    shifts = {one.id: one for one in roster.shifts}
    minutes = {user.id: 0 for user in users}
    taken = set()
    for one in roster.assignments:
        other = shifts[one.planned_shift_id]
        minutes[one.user_id] = minutes.get(one.user_id, 0) + other.minutes
        if other.starts_at < shift.ends_at and shift.starts_at < other.ends_at:
            taken.add(one.user_id)
    day = shift.starts_at.astimezone(ZoneInfo(roster.team.time_zone)).date()
    taken |= {user_id for user_id, away in roster.away.items() if day in away}
    members = {person.id for person in roster.people}
    free = [
        user
        for user in users
        if user.active and user.id in members - taken and role.id in {held.id for held in user.roles}
    ]
    return sorted(((user, minutes[user.id]) for user in free), key=lambda pair: (pair[1], pair[0].name))


async def submitted(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Assign the person of the form."""
    return await anyway(talk, f"{value}:{answers['person']}", accept_warnings=False)


async def anyway(talk: Talk, value: str, *, accept_warnings: bool = True) -> Reply:
    """Assign with open eyes."""
    talk.require_manager()
    week_id, shift_id, role_id, user_id = (int(part) for part in value.split(":"))
    roster = await talk.person.roster(week_id)
    shift, role = _place(roster, shift_id, role_id)
    who = next((one for one in roster.people if one.id == user_id), None)
    if who is None:
        raise Refusal(_(words_assign.LEFT))
    return await _put(talk, roster, shift, role, who, accept_warnings=accept_warnings)


def _place(roster: Roster, shift_id: int, role_id: int) -> tuple[ShiftRead, RoleRead]:
    """The shift and role of a button. Raises Refusal where the week has changed since."""
    shift = next((one for one in roster.shifts if one.id == shift_id), None)
    role = next((one for one in roster.roles if one.id == role_id), None)
    if shift is None or role is None:
        raise Refusal(_(words_assign.GONE))
    return shift, role


async def _put(
    talk: Talk, roster: Roster, shift: ShiftRead, role: RoleRead, who: Person, *, accept_warnings: bool = False
) -> Reply:
    wanted = AssignmentWrite(
        planned_shift_id=shift.id, user_id=who.id, role_id=role.id, accept_warnings=accept_warnings
    )
    where = words_explain.shift_words(shift, roster)
    try:
        await assign(talk.person, wanted)
    except Refused as refused:
        if refused.problem.code != WARNING:
            raise
        button = Button(
            action=Action.ASSIGN_ANYWAY,
            value=f"{roster.week.id}:{shift.id}:{role.id}:{who.id}",
            label=_("Assign anyway"),
            style=ButtonStyle.DANGER,
        )
        lines = [f"• {rule}" for rule in words_refusals.rules_against(refused.problem)]
        return Reply(
            heading=words_assign.not_ideal(who.name, where),
            text="\n".join(lines) or words_refusals.detail(refused.problem),
            tone=Tone.WARNING,
            buttons=(button,),
        )
    return Reply(
        text=words_assign.done(who.name, where, role.name, roster.week.status),
        tone=Tone.SUCCESS,
        update=accept_warnings,
    )


COMMAND = Command(
    name="assign",
    usage=N_("[person day shift [role]]"),
    summary=N_("put somebody on a shift, or see the open places"),
    run=run,
    manager=True,
)
