"""/why: what the score of a week is made of, why places are open, and why somebody works a shift or does not."""

from bots import words, words_explain
from bots.commands.asked import person_first, roster_of, shift_on, when_in
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.languages import N_, _
from bots.reply import Reply, Section, Table, Tone
from bots.words_phrases import all_said, said
from service.schemas.explaining import ScoreRead
from service.schemas.shifts import Roster

MOST_LINES = 8


async def run(talk: Talk, argument: str) -> Reply:
    """The whole week, or one person on one shift."""
    when = when_in(argument, await talk.team())
    if not when.rest and when.day is None:
        talk.require_manager()
        roster = await roster_of(talk, when.week_start)
        explained = await talk.person.explain_week(roster.week.id)
        if explained.score is None:
            raise Refusal(words.MANAGERS_ONLY)
        return week_reply(roster, explained.score)
    if when.day is None:
        raise Refusal(words_explain.WHY_HOW)
    roster = await roster_of(talk, when.week_start)
    person, rest = person_first(when.rest, roster, talk.person.user)
    who = person or talk.person.user
    shift = shift_on(rest, when.day, roster, who)
    why = (await talk.person.explain_week(roster.week.id, user_id=who.id, shift_id=shift.id)).why
    if why is None:
        raise Refusal(words_explain.WHY_HOW)
    options = words_explain.alternative_lines(why)
    lines = [f"• {line}" for line in options[:MOST_LINES]]
    if len(options) > MOST_LINES:
        lines.append(words.more(len(options) - MOST_LINES))
    text = words_explain.why_text(why, roster, shift)
    return Reply(heading=words_explain.why_heading(why, shift, roster), text="\n".join([text, *lines]))


def week_reply(roster: Roster, score: ScoreRead) -> Reply:
    """A week's score and gaps."""
    return score_reply(words.week_title(roster), score, f"{words.sentence(words.coverage(roster))}.")


def score_reply(heading: str, score: ScoreRead, coverage: str) -> Reply:
    """A score taken apart: broken rules, gaps with reasons, terms, and who and what costs most."""
    broken = all_said(score.broken, score.broken_phrases)[:MOST_LINES]
    lines = [words_explain.score_line(score), *(f"✗ {detail}" for detail in broken), coverage]
    lines += [f"• {words_explain.gap_line(gap)}" for gap in score.gaps[:MOST_LINES]]
    if len(score.gaps) > MOST_LINES:
        lines.append(words.more(len(score.gaps) - MOST_LINES))
    rows = tuple((str(one.points), words_explain.term(one.term)) for one in score.terms)
    theirs = [one for one in score.findings if one.user_id is not None][:MOST_LINES]
    costly = [f"{one.points} {said(one.detail, one.detail_phrase)}" for one in theirs]
    sections = (Section(heading=_("What costs most"), text="\n".join(costly)),) if costly else ()
    if score.people:
        people = words_explain.people_line(score.people[:MOST_LINES])
        sections = (*sections, Section(heading=_("Whom it concerns most"), text=people))
    return Reply(
        heading=heading,
        text="\n".join(lines),
        tone=Tone.WARNING if score.gaps or score.broken else Tone.PLAIN,
        table=Table(columns=(_("Points"), _("for")), rows=rows) if rows else None,
        sections=sections,
    )


COMMAND = Command(
    name="why",
    usage=N_("[week] | [person] day [shift]"),
    summary=N_("explain a week, or why somebody works a shift or does not"),
    run=run,
)
