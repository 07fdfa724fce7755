"""What people read when they ask why, or what would be if."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bots import words
from bots.languages import N_, _, ngettext
from bots.words_phrases import all_said, said
from service.schemas.explaining import (
    AlternativeRead,
    GapRead,
    PersonPoints,
    ScoreRead,
    ScoreTerm,
    TermPoints,
    WhyRead,
)
from service.schemas.people import Person
from service.schemas.scheduling import LONGEST_LABEL, ClashRead, RelaxationRead
from service.schemas.shifts import Roster, ShiftRead

MOST_REASONS = 2
MOST_NAMES = 4

TERMS = {
    ScoreTerm.COVERAGE: N_("places not filled as wanted"),
    ScoreTerm.QUALIFICATION: N_("roles that people do not hold"),
    ScoreTerm.OVERLAP: N_("shifts at the same time"),
    ScoreTerm.UNAVAILABLE: N_("work during absences"),
    ScoreTerm.PINNED: N_("fixed assignments given up"),
    ScoreTerm.MINUTES: N_("hours below or above the limits"),
    ScoreTerm.SHIFTS: N_("too few or too many shifts"),
    ScoreTerm.SHIFTS_PER_DAY: N_("several shifts on a day"),
    ScoreTerm.CONSECUTIVE_WORK: N_("too few or too many working days in a row"),
    ScoreTerm.CONSECUTIVE_DAYS_OFF: N_("too few days off in a row"),
    ScoreTerm.WEEKENDS: N_("too many weekends"),
    ScoreTerm.REST: N_("too little rest"),
    ScoreTerm.SUCCESSION: N_("days or shifts out of order"),
    ScoreTerm.PAIRING: N_("people together or apart"),
    ScoreTerm.REQUESTS: N_("wishes not met"),
    ScoreTerm.FAIRNESS: N_("uneven hours, weekends and nights"),
    ScoreTerm.COST: N_("wages"),
    ScoreTerm.STABILITY: N_("changes to the earlier schedule"),
    ScoreTerm.DAYS: N_("too few or too many days"),
    ScoreTerm.SKILLS: N_("skills missing or too many on a shift"),
    ScoreTerm.PRIORITY: N_("people on standby or of low priority"),
}


def score_line(score: ScoreRead) -> str:
    """The score in a sentence."""
    if not score.broken:
        said = _("Score {score}, lower is better; every rule that must be kept is.")
    else:
        said = ngettext(
            "Score {score}, lower is better; {count} rule that must be kept is not.",
            "Score {score}, lower is better; {count} rules that must be kept are not.",
            len(score.broken),
        )
    return said.format(score=score.objective, count=len(score.broken))


def gap_line(gap: GapRead) -> str:
    """An open place with its reason."""
    place, reason = said(gap.place, gap.place_phrase), said(gap.reason, gap.reason_phrase)
    return _("{place} missing: {reason}").format(place=place, reason=reason)


def terms(points: Sequence[TermPoints]) -> str:
    """What a difference is made of: +20 wishes not met, −5 wages."""
    return ", ".join(f"{signed(one.points)} {term(one.term)}" for one in points)


def term(name: ScoreTerm) -> str:
    """What points are for."""
    return _(TERMS[name])


def signed(points: int) -> str:
    """+20 or −5."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "±0"


def why_heading(why: WhyRead, shift: ShiftRead, roster: Roster) -> str:
    """Whom and what it is about."""
    return f"{why.person.name}, {shift_words(shift, roster)}"


def shift_words(shift: ShiftRead, roster: Roster) -> str:
    """Dinner on Fri 4 Dec."""
    day = shift.starts_at.astimezone(ZoneInfo(roster.team.time_zone)).date()
    return _("{shift} on {day}").format(shift=shift.name, day=words.day(day))


def why_text(why: WhyRead, roster: Roster, shift: ShiftRead) -> str:
    """The answer in a sentence: the best alternative, or that there is none."""
    roles = {role.id: role.name for role in roster.roles}
    needed = ", ".join(roles[need.role_id] for need in shift.needs)
    best = next((one for one in why.alternatives if not one.reasons), None)
    cost = 0 if best is None else best.cost
    if why.pinned:
        said = _("{person} works this shift because a manager fixed it.")
    elif not why.alternatives:
        said = _("{person} does not work this shift and holds none of its roles ({roles}).")
    elif why.works:
        said = _works(best is not None, cost)
    else:
        said = _does_not_work(best is not None, cost)
    return said.format(person=why.person.name, roles=needed, points=abs(cost))


def _works(possible: bool, cost: int) -> str:
    if not possible:
        return _("{person} must work this shift: anything else breaks a rule.")
    if cost > 0:
        return _("{person} works this shift because every alternative costs at least {points} points more.")
    if cost == 0:
        return _("{person} works this shift, and it could as well be otherwise.")
    return _("{person} works this shift, though it could be {points} points better otherwise.")


def _does_not_work(possible: bool, cost: int) -> str:
    if not possible:
        return _("{person} cannot work this shift: every way to it breaks a rule.")
    if cost > 0:
        return _("{person} does not work this shift because every alternative costs at least {points} points more.")
    if cost == 0:
        return _("{person} does not work this shift, and it could as well be otherwise.")
    return _("{person} does not work this shift, though it could be {points} points better otherwise.")


def alternative_lines(why: WhyRead) -> list[str]:
    """Each alternative with what it would break or cost; those that the same rules forbid on one line."""
    groups: dict[tuple[str, ...], list[AlternativeRead]] = {}
    for option in why.alternatives:
        if option.reasons:
            groups.setdefault(tuple(option.reasons), []).append(option)
    possible = [_alternative(option, why) for option in why.alternatives if not option.reasons]
    return possible + [_impossible(options, why) for options in groups.values()]


def _impossible(options: Sequence[AlternativeRead], why: WhyRead) -> str:
    others = [option.person if why.works else option.instead for option in options]
    named = [other.name for other in others if other is not None]
    if not named:
        who = _("nobody in their place") if why.works else _("one more on the shift")
    else:
        rest = len(named) - MOST_NAMES
        listed = ", ".join(named[:MOST_NAMES])
        listed = _("{names} and {count} others").format(names=listed, count=rest) if rest > 0 else listed
        who = (_("{person} in their place") if why.works else _("in place of {person}")).format(person=listed)
    reasons = all_said(options[0].reasons, options[0].phrases)
    return _("{who}: not possible, {reasons}").format(who=who, reasons=_few(reasons))


def _alternative(option: AlternativeRead, why: WhyRead) -> str:
    other = option.person if why.works else option.instead
    if why.works:
        who = _("nobody in their place") if other is None else _("{person} in their place")
    else:
        who = _("one more on the shift") if other is None else _("in place of {person}")
    who = who.format(person="" if other is None else other.name)
    detail = f" ({terms(option.terms)})" if option.terms else ""
    return _("{who}: {points} points").format(who=who, points=signed(option.cost)) + detail


def impossible_heading(week: str) -> str:
    """A week that cannot be planned."""
    return _("No schedule is possible for {week}").format(week=week)


def impossible(clash: ClashRead) -> str:
    """What contradicts itself, and what would help."""
    lines = [
        _("These cannot all be kept:"),
        *(f"• {sentence}" for sentence in all_said(clash.sentences, clash.phrases)),
    ]
    if not clash.proven:
        lines.append(_("(There was no time to find out whether fewer of them would do.)"))
    if clash.relaxations:
        lines += [_("Any one of these would help:")]
        lines += [f"{one.number}. {said(one.detail, one.detail_phrase)}" for one in clash.relaxations]
    return "\n".join(lines)


def relaxation_label(relaxation: RelaxationRead) -> str:
    """A relaxation on a button."""
    label = said(relaxation.label, relaxation.label_phrase)
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def confirm_relaxation(relaxation: RelaxationRead) -> str:
    """Before a relaxation is made."""
    return _("{change}: change that for this run, and run again?").format(change=relaxation_label(relaxation))


def _few(reasons: Sequence[str]) -> str:
    more = len(reasons) - MOST_REASONS
    rest = [_("and {count} more").format(count=more)] if more > 0 else []
    return "; ".join([*reasons[:MOST_REASONS], *rest])


def people_line(people: Sequence[PersonPoints]) -> str:
    """Who carries how much of the score."""
    return ", ".join(f"{one.person.name} {one.points}" for one in people)


def unknown_day(said: str) -> str:
    """Words that name no day."""
    return _("I cannot tell which day “{said}” is. Try: fri, tomorrow, 7 Dec or 2026-12-07.").format(said=said)


def which_shift(said: str, day: date, names: Sequence[str]) -> str:
    """A day on which the words fit no shift, or several."""
    if not names:
        return _("There are no shifts on {day}.").format(day=words.day(day))
    listed = ", ".join(dict.fromkeys(names))
    question = _("Which shift of {day}? There are {names}.")
    if said:
        question = _("I cannot tell which shift of {day} “{said}” is. There are {names}.")
    return question.format(day=words.day(day), said=said, names=listed)


def which_role(said: str, names: Sequence[str]) -> str:
    """Words that name no role of the week."""
    needed = ", ".join(names)
    return _("I cannot tell which role “{said}” is. This week needs {roles}.").format(said=said, roles=needed)


def several_people(said: str, people: Sequence[Person]) -> str:
    """A name that several people have."""
    names = ", ".join(f"{one.name} (@{one.handle})" for one in people)
    return _("Which {said}? {names}.").format(said=said, names=names)


WHY_HOW = N_("Name a person, a day and a shift: /why sam fri dinner. /why alone explains the whole week.")
