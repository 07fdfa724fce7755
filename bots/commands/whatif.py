"""/whatif: what a week would cost, and who would work otherwise, if something were different. Changes nothing."""

import re

from bots import words_whatif
from bots.commands.asked import person_first, role_in, roster_of, shift_on, when_in
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.heard import hear
from bots.languages import N_, _
from bots.reply import Reply, Section, Tone
from bots.words_phrases import all_said
from service.schemas.explaining import MOST_MORE, SupposedRead, Supposition, SuppositionKind
from service.schemas.people import RoleRead
from service.schemas.shifts import Roster

PERSON = re.compile(r"^(?P<who>.+?)\s+(?P<how>on|off)\b\s*(?P<what>.*)$", re.IGNORECASE)
MORE = re.compile(r"^(?P<count>\d{1,2}|an?|one|two|three|four|five)\s+more\s+(?P<what>.+)$", re.IGNORECASE)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
MOST_MOVES = 10


async def run(talk: Talk, argument: str) -> Reply:
    """The week with somebody on or off a shift, off a whole day, or with more people of a role on a shift."""
    talk.require_manager()
    when = when_in(argument, await talk.team())
    heard = hear(when.rest)
    more, person = MORE.match(heard.text), PERSON.match(heard.text)
    if when.day is None or (more is None and person is None):
        raise Refusal(_(words_whatif.HOW))
    roster = await roster_of(talk, when.week_start)
    if more is not None:
        said = more["count"].lower()
        count = NUMBERS.get(said) or max(1, int(said))
        if count > MOST_MORE:
            raise Refusal(words_whatif.too_many(MOST_MORE))
        role, rest = _role_first(heard.within(*more.span("what")), roster)
        shift = shift_on(rest, when.day, roster)
        supposition = Supposition(
            kind=SuppositionKind.MORE,
            planned_shift_id=shift.id,
            role_id=role.id,
            count=count,
        )
        heading = words_whatif.more_heading(supposition.count, role.name, words_whatif.place(shift, roster))
    else:
        assert person is not None  # noqa: S101
        named = heard.within(*person.span("who"))
        who, left = person_first(named, roster, talk.person.user)
        if who is None or left:
            raise Refusal(words_whatif.unknown_person(named))
        is_off, what = person["how"].lower() == "off", heard.within(*person.span("what"))
        if is_off and not what:
            supposition = Supposition(kind=SuppositionKind.DAY_OFF, user_id=who.id, day=when.day)
            heading = words_whatif.day_off_heading(who.name, when.day)
        else:
            shift = shift_on(what, when.day, roster, who if is_off else None)
            kind = SuppositionKind.OFF if is_off else SuppositionKind.ON
            supposition = Supposition(kind=kind, user_id=who.id, planned_shift_id=shift.id)
            heading = words_whatif.shift_heading(who.name, words_whatif.place(shift, roster), off=is_off)
    return supposed_reply(heading, await talk.person.what_if(roster.week.id, supposition))


def _role_first(said: str, roster: Roster) -> tuple[RoleRead, str]:
    """The role that a sentence begins with, and the rest of it. Raises Refusal."""
    tokens = said.split()
    for length in range(len(tokens), 1, -1):
        try:
            return role_in(" ".join(tokens[:length]), roster), " ".join(tokens[length:])
        except Refusal:
            continue
    return role_in(tokens[0], roster), " ".join(tokens[1:])


def supposed_reply(heading: str, supposed: SupposedRead) -> Reply:
    """The price, the places that stay open, and who would work otherwise."""
    if not supposed.possible:
        reasons = [
            _("That is not possible:"),
            *(f"• {reason}" for reason in all_said(supposed.reasons, supposed.phrases)),
        ]
        return Reply(heading=heading, text="\n".join(reasons), tone=Tone.WARNING)
    lines = [words_whatif.price(supposed)]
    if supposed.gap is not None:
        lines.append(words_whatif.still_open(supposed.gap))
    if not supposed.proven:
        lines.append(_("There may be a better way; this is the best that a few seconds found."))
    moves = [words_whatif.move(one) for one in supposed.moves[:MOST_MOVES]]
    if len(supposed.moves) > MOST_MOVES:
        moves.append(words_whatif.more_moves(len(supposed.moves) - MOST_MOVES))
    sections = (Section(heading=_("Who would work otherwise"), text="\n".join(moves)),) if moves else ()
    return Reply(heading=heading, text="\n".join(lines), sections=sections)


COMMAND = Command(
    name="whatif",
    usage=N_("person on|off day [shift] | N more role day shift"),
    summary=N_("try what a week would be like if something were different"),
    run=run,
    manager=True,
)
