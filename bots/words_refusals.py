"""What the service refuses, in the language of whoever asked.

The service says it in English, with the places of names and numbers open (`Problem.wording`). The sentences that
people meet in chat are listed here for the catalogues; what is not listed stays English. A test holds them against
the service's own. The rules that speak against something are phrases of the solver (`Problem.phrases`).
"""

import re

from pydantic import ValidationError

from bots.languages import N_, _
from bots.words_phrases import said
from service.schemas.base import FieldFault, Problem, Wording

SENTENCES = (
    # Who one is, and what one may.
    N_("Rota does not know this account yet."),
    N_("This account is deactivated."),
    N_("Ask your manager."),
    N_("This account is linked already, to somebody else."),
    N_("Type /unlink first."),
    N_("{person} is linked already, to another account here."),
    N_("Go on using that one, or ask your manager for a code for this one."),
    N_("This account is not linked to you."),
    N_("This code is wrong, used or expired."),
    N_("Ask for a new one."),
    N_("There were too many wrong tries."),
    N_("Try again in {minutes} minutes."),
    N_("Try again in a minute."),
    N_("This channel belongs to no team yet."),
    N_("A manager can link it to one."),
    N_("There is no such team, or you are not in it."),
    N_("Ask a manager to add you."),
    N_("Only managers of {team} can do this."),
    N_("Ask one of them."),
    N_("Only managers can do this."),
    N_("There is no such person, or you do not manage them."),
    N_("There is no such person in your teams."),
    N_("There is no such person in this team."),
    N_("Only your managers can change this."),
    N_("Only an administrator can change managers."),
    N_("Ask your administrator."),
    N_("{person} is deactivated."),
    N_("Reactivate them first."),
    N_("Your session has ended."),
    N_("This account's sessions have ended."),
    # When many do something at once.
    N_("Somebody else changed this at the same time."),
    N_("Look at it again, then repeat."),
    N_("Others changed the same at this moment."),
    N_("Try again in a moment."),
    N_("Too many requests are being worked on."),
    N_("The database cannot be reached."),
    N_("Too many what-if questions at once."),
    N_("Ask again in a moment."),
    N_("PostgreSQL cannot hold one of these values."),
    N_("Send plain text."),
    # Weeks and their shifts.
    N_("There is no such week."),
    N_("It may not be published yet."),
    N_("Its week may not be published yet."),
    N_("This week exists already."),
    N_("Open it instead."),
    N_("Somebody else opened this week just now."),
    N_("Open theirs."),
    N_("Somebody else changed this week."),
    N_("This week has changed since you looked at it."),
    N_("This week is archived."),
    N_("Only draft and published weeks change."),
    N_("Only draft and published weeks can be published."),
    N_("Nobody is on any shift of this week yet."),
    N_("Run /optimize first."),
    N_("This week is not published."),
    N_("There is no such shift."),
    N_("Somebody else has just deleted it."),
    N_("There is no such shift in this week."),
    N_("There is no such assignment."),
    N_("There is no such role."),
    N_("This person is not in the team."),
    N_("This person is not in the team of this week."),
    N_("{rule}."),
    N_("This person is on that shift already."),
    N_("This person already works at that time."),
    N_("This would take the person over their hours of the week."),
    N_("This person does not have that role."),
    N_("This shift does not need that role."),
    N_("Choose somebody else, or another shift."),
    N_("Choose somebody else, or change the rule first."),
    N_("You have no calendar feed."),
    # Planning, and why a week is as it is.
    N_("There are no shifts to fill in this week."),
    N_("Add shifts, or shift templates and open the week again."),
    N_("This week is being optimised already."),
    N_("Wait for that run, or cancel it first."),
    N_("The week of {day} has rules of its own."),
    N_("Optimise it by itself."),
    N_("The week of {day} is archived."),
    N_("Choose a later week."),
    N_("There is no such run."),
    N_("See the latest ones with /runs."),
    N_("See the latest runs with /runs."),
    N_("This run's schedule is not in use."),
    N_("This run has no schedule."),
    N_("Run /optimize again."),
    N_("This run has not ended yet."),
    N_("Ask again when it has."),
    N_("This run offers no such change."),
    N_("This is for people to agree on."),
    N_("Ask whom it concerns, then change it."),
    N_("You can ask why about your own shifts."),
    N_("Ask your manager about the others."),
    N_("That day is not in this week."),
    N_("The hard rules of this team contradict each other. Make one of them soft, or lower a minimum."),
    N_("No schedule was found in the time given. Allow more time, or run it again."),
    N_("These weeks kept changing while they were solved. Run it again in a moment."),
    N_("A shift that this proposal changes has begun meanwhile."),
    N_("Run /optimize once more."),
    N_("People's other shifts kept changing while this was solved. Run it again in a moment."),
    N_("Every worker that took this run ended before it was done. Give workers more memory, or ask for less."),
    # Trades.
    N_("That would break a rule: {rule}."),
    N_("Somebody in this trade is no longer in the team."),
    N_("This shift has been filled meanwhile."),
    N_("/open shows the others."),
    N_("A shift of this trade has changed hands meanwhile."),
    N_("See /schedule as it is now."),
    N_("This shift has begun."),
    N_("Only shifts ahead are moved."),
    N_("There is no such shift of anybody."),
    N_("It may have changed hands: see /myshifts."),
    N_("These shifts lie in different weeks."),
    N_("Trade the weeks one by one."),
    N_("Only shifts of published weeks are traded."),
    N_("You can trade your own shifts."),
    N_("To take a colleague's, make them an offer."),
    N_("These shifts belong to different people."),
    N_("This is your own shift."),
    N_("Offer to take a colleague's."),
    N_("This shift is not yours."),
    N_("Offer to take it instead."),
    N_("This is no exchange."),
    N_("This shift is on offer already."),
    N_("Withdraw that request first, or wait for its answer."),
    N_("There is no such request."),
    N_("{shift} begins too soon: trades of {team} close {hours} before the shift."),
    N_("{team} trades no shifts of {day}."),
    N_("Talk to your manager, who can still move it."),
    N_("You have {count} open already, and your team allows {most} at once."),
    N_("Withdraw one, or wait for its answer."),
    N_("Somebody else was faster; a manager decides about it now."),
    N_("Somebody else was faster."),
    N_("Somebody else was faster: the shift has changed hands."),
    N_("This request has been declined."),
    N_("This request has expired."),
    N_("/myshifts shows your shifts as they are."),
    N_("/myshifts shows your shifts."),
    N_("It is too late: this request has ended."),
    N_("You are asked for several exchanges."),
    N_("Say which option."),
    N_("You have answered this already."),
    N_("You are not asked in this trade."),
    N_("Only the person who asked can withdraw this."),
    N_("Decline it instead."),
    N_("A manager has released this shift."),
    N_("Talk to your manager."),
    N_("There is nothing to decide here any more."),
    N_("There is nothing to release here any more."),
    N_("Only managers release somebody from a shift."),
    N_("Only managers decide about trades."),
    N_("Your managers have been told."),
    N_("Nobody decides their own trade."),
    N_("Ask another manager of the team."),
    N_("A sick call is about today or days to come."),
    N_("Every trade of this team is decided by a manager."),
    N_("A manager put somebody on one of these shifts by hand."),
    N_("The shifts are of different roles."),
    # Time off and wishes.
    N_("Time off cannot be asked for at that time."),
    N_("Time off is approved already during that time."),
    N_("Time off is asked for already during that time."),
    N_("Withdraw the other request first."),
    N_("There is no such request for time off."),
    N_("{person} has 1 shift in that time."),
    N_("{person} has {count} shifts in that time."),
    N_("{person} has approved time off during that time already."),
    N_("Reject this one, or have the other one withdrawn."),
    N_("Reject it instead."),
    N_("This request is pending already."),
    N_("This request is approved already."),
    N_("This request is rejected already."),
    N_("This request is cancelled already."),
    N_("Look at it again."),
    N_("/approvals shows the rest."),
    N_("This time off is over."),
    N_("Nobody decides their own time off."),
    N_("Ask {others}."),
    N_("Only managers decide about time off."),
    N_("is more than two months ago"),
    N_("is more than three years away"),
    N_("Two windows overlap."),
    N_("overlaps another window"),
    N_("There is no such wish."),
    N_("More than {most} wishes are too many."),
    N_("Remove some first."),
    N_("Only managers give wishes a weight above {most}."),
    N_("Choose a lower weight."),
    N_("This day is over."),
    N_("is in the past"),
    N_("There is a wish about just these shifts."),
    N_("Change or remove that one."),
    # The rules of a team.
    N_("is not an IANA time zone such as Europe/Berlin"),
)
# What Pydantic says of a value, its numbers open.
OF_VALUES = (
    N_("Input should be less than or equal to {number}"),
    N_("Input should be greater than or equal to {number}"),
    N_("Input should be less than {number}"),
    N_("Input should be greater than {number}"),
    N_("Input should be a valid integer"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("String should have at least {number} character"),
    N_("String should have at least {number} characters"),
    N_("String should have at most {number} character"),
    N_("String should have at most {number} characters"),
    # The service says this one in the same way.
    N_("is more than {number} days have"),
)


def refusal(problem: Problem) -> str:
    """What the service refused, what can be done, and what is wrong where."""
    return "\n• ".join([detail_and_way(problem), *(_fault(problem, fault) for fault in problem.faults)])


def rules_against(problem: Problem) -> list[str]:
    """Each rule that speaks against it."""
    return [_phrase(problem, fault.reason) for fault in problem.faults]


def _fault(problem: Problem, fault: FieldFault) -> str:
    if fault.reason in (problem.phrases or {}):
        return f"{fault.field}: {_phrase(problem, fault.reason)}"
    return f"{fault.field}: {reason(fault.reason)}"


def _phrase(problem: Problem, sentence: str) -> str:
    return said(sentence, (problem.phrases or {}).get(sentence))


def reason(fault: str) -> str:
    """What is wrong with a value."""
    for sentence in OF_VALUES:
        pattern = re.escape(sentence).replace(r"\{number\}", r"(?P<number>\S+)")
        if match := re.fullmatch(pattern, fault):
            return _(sentence).format(**match.groupdict())
    return _(fault)


def at_most(number: int) -> str:
    """A value that is above what may be asked for."""
    return _("Input should be less than or equal to {number}").format(number=number)


def invalid(error: ValidationError) -> str:
    """What Pydantic, or a check of the service's schemas, finds wrong with the first value that it refuses."""
    first = error.errors()[0]
    return reason(str(first.get("ctx", {}).get("error", first["msg"])))


def detail_and_way(problem: Problem) -> str:
    """What the service refused, and what can be done."""
    return " ".join(filter(None, (detail(problem), _way_forward(problem))))


def detail(problem: Problem) -> str:
    """What the service refused."""
    wording = problem.wording
    return _(problem.detail) if wording is None else _worded(problem, wording, wording.detail)


def _way_forward(problem: Problem) -> str | None:
    wording = problem.wording
    if wording is not None and wording.way_forward:
        return _worded(problem, wording, wording.way_forward)
    return _(problem.way_forward) if problem.way_forward else None


def _worded(problem: Problem, wording: Wording, sentence: str) -> str:
    values = {name: _phrase(problem, value) for name, value in wording.values.items()}
    return _(sentence).format(**values)
