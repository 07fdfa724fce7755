"""The sheets of a workbook: their columns, what each may hold, and the hints of the empty template."""

from dataclasses import dataclass

from service.imports import cells
from service.imports.cells import Parser
from service.schemas.people import SwapApproval
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.schemas.rule_parameters import CalledPer, WindowAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `hint` and `example` stand in the template; `parse` raises ValueError with the reason."""

    name: str
    parse: Parser
    hint: str
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, or one CSV file of that name."""

    name: str
    about: str
    columns: tuple[Column, ...]


def _must(name: str, parse: Parser, hint: str, example: str) -> Column:
    return Column(name=name, parse=parse, hint=hint, example=example, required=True)


def _may(name: str, parse: Parser, hint: str, example: str = "") -> Column:
    return Column(name=name, parse=parse, hint=hint, example=example)


TEAM = _may("team", cells.text, "Needed only where there are several teams", "")

SHEETS = (
    Sheet(
        name="teams",
        about="Who is scheduled together.",
        columns=(
            _must("team", cells.text, "Name of the team", "Trattoria Luce"),
            _must("time_zone", cells.text, "IANA time zone", "Europe/Berlin"),
            _may("week_starts", cells.weekday, "First day of the week; Mon when empty", "Mon"),
            _may(
                "swap_approval",
                cells.one_of(*SwapApproval),
                "ALWAYS, ACROSS_ROLES or NEVER: when a trade needs a manager's yes",
                "ACROSS_ROLES",
            ),
            _may(
                "publish_deadline_hours", cells.whole_number, "Hours before the week by which it is published", "72"
            ),
        ),
    ),
    Sheet(
        name="roles",
        about="What a shift needs and a person can do. A role that is only named elsewhere gets a colour of its own.",
        columns=(
            _must("role", cells.text, "Name of the role", "Waiter"),
            _may("colour", cells.text, "#rrggbb, for the picture", "#2563eb"),
        ),
    ),
    Sheet(
        name="people",
        about="Everybody, one a row. A person whose email is known already is updated.",
        columns=(
            _must("name", cells.text, "Full name, in any script", "Sam Okafor"),
            _must("email", cells.text, "Unique", "sam@example.com"),
            _may("handle", cells.text, "Short name for chat; made from the email when empty", "sam"),
            _may("manager", cells.yes_no, "yes for those who plan", "no"),
            _may("roles", cells.words, "What they can do, separated by ;", "Waiter; Bartender"),
            _may("teams", cells.words, "Separated by ;  empty for the only team", ""),
            _may("max_hours_week", cells.hours, "Legal limit; 40 when empty", "40"),
            _may("min_hours_week", cells.hours, "Contract; 0 when empty", "30"),
            _may("cost_per_hour", cells.money, "Wage per hour", "15.50"),
            _may("contract", cells.text, "Name of a kind of contract, for rules of everybody who has it", ""),
            _may(
                "skills", cells.skills, "Separated by ;  each with a level and an end where it has them", "First aid"
            ),
            _may("language", cells.text, "Two letters; en when empty", "en"),
            _may("time_zone", cells.text, "Only if not the team's", ""),
        ),
    ),
    Sheet(
        name="templates",
        about="Recurring shifts. One that ends at or before its start ends the next day.",
        columns=(
            TEAM,
            _must("shift", cells.text, "Name of the shift", "Dinner"),
            _must("days", cells.weekdays, "On which days", "Tue-Thu; Sun"),
            _must("start", cells.clock, "Local time", "16:30"),
            _must("end", cells.clock, "Local time", "23:00"),
            _may("break_minutes", cells.whole_number, "Unpaid", "30"),
            _must("needs", cells.needs, "How many of which role", "3 Waiter; 2 Cook"),
            _may("site", cells.text, "Where, for rules on travel between shifts", ""),
        ),
    ),
    Sheet(
        name="weeks",
        about="Weeks to open; their shifts are laid out from the templates.",
        columns=(
            TEAM,
            _must("week", cells.day, "First day of the week", "2026-12-07"),
            _may("published", cells.yes_no, "yes when employees may see it at once", "no"),
        ),
    ),
    Sheet(
        name="assignments",
        about="Who works what already, in the weeks above.",
        columns=(
            TEAM,
            _must("date", cells.day, "Day on which the shift starts", "2026-12-07"),
            _must("shift", cells.text, "Name of the shift", "Dinner"),
            _must("person", cells.text, "Handle, email or full name", "sam"),
            _may("role", cells.text, "Needed where the person could do several", "Waiter"),
            _may("pinned", cells.yes_no, "yes to keep it through every optimisation", "no"),
        ),
    ),
    Sheet(
        name="time_off",
        about="Who is away, in whole days or in hours, team's time.",
        columns=(
            _must("person", cells.text, "Handle, email or full name", "sam"),
            _must("from", cells.moment, "First day, or day and time", "2026-12-24"),
            _must("to", cells.moment, "Last day (included), or day and time", "2026-12-26"),
            _may("kind", cells.one_of(*TimeOffKind), "VACATION, SICK, PERSONAL or OTHER", "VACATION"),
            _may("status", cells.one_of(*TimeOffStatus), "APPROVED when empty", "APPROVED"),
            _may("reason", cells.text, "Seen by managers", ""),
        ),
    ),
    Sheet(
        name="availability",
        about="When somebody can work at all; who is not listed always can. Rows replace what was known.",
        columns=(
            _must("person", cells.text, "Handle, email or full name", "sam"),
            _must("days", cells.weekdays, "On which days", "Mon-Fri"),
            _must("from", cells.clock, "Local time; 00:00 to 24:00 is the whole day", "16:00"),
            _must("to", cells.clock, "Local time; may run into the next day", "02:00"),
        ),
    ),
    Sheet(
        name="preferences",
        about="Wishes. Every field given must match; who is listed replaces what was known.",
        columns=(
            _must("person", cells.text, "Handle, email or full name", "sam"),
            _must("wish", cells.one_of("WANTS", "AVOIDS"), "WANTS or AVOIDS", "AVOIDS"),
            _may("days", cells.weekdays, "Days of the week", "Sat"),
            _may("date", cells.day, "One day", ""),
            TEAM,
            _may("shift", cells.text, "Name of a template", "Dinner"),
            _may("from", cells.clock, "Local time", ""),
            _may("to", cells.clock, "Local time", ""),
            _may("weight", cells.whole_number, "1 to 1000; 10 when empty", "10"),
        ),
    ),
    Sheet(
        name="rules",
        about="Rules of a team, of a contract or of one person. A team that is listed replaces its rules.",
        columns=(
            TEAM,
            _may("person", cells.text, "Empty for the whole team", ""),
            _may("contract", cells.text, "Binds everybody who has it", ""),
            _must("rule", cells.one_of(*RuleKind), "For example MIN_REST_HOURS", "MIN_REST_HOURS"),
            _may("value", cells.whole_number, "In the unit that the rule names", "11"),
            _may("weight", cells.whole_number, "Cost of breaking it; empty when it must never be broken", ""),
            _may("shift", cells.text, "Template counted, or the earlier one of a forbidden succession", ""),
            _may("next_shifts", cells.words, "Templates that may not follow it the next day, or the later ones", ""),
            _may("shifts", cells.words, "Templates that are counted, or the earlier ones", ""),
            _may("people", cells.words, "Who is kept together or apart", ""),
            _may("role", cells.text, "Role of those present", ""),
            _may("skill", cells.text, "Skill on each shift", ""),
            _may("level", cells.whole_number, "Of the skill, or better; 1 when empty", ""),
            _may("amount", cells.one_of(*WindowAmount), "What a window counts, such as DAYS_OFF", ""),
            _may("window_days", cells.whole_number, "Length of each window", ""),
            _may("every_days", cells.whole_number, "From one window to the next; 1 is a rolling one", ""),
            _may("weekdays", cells.weekdays, "Days of the week; all when empty", ""),
            _may("from", cells.clock, "Local time", ""),
            _may("to", cells.clock, "Local time; may run into the next day", ""),
            _may("per", cells.one_of(*CalledPer), "WEEK or RUN: how often calling somebody costs", ""),
            _may("pattern", cells.words, "Days in a row: off, any, or templates joined by +", ""),
            _may("first_weekday", cells.weekday, "On which the pattern begins; any when empty", ""),
            _may("starts_on", cells.day, "A date on which a rotation has the first day of its pattern", ""),
            _may("pairs", cells.groups, "Templates that go together on a day: Lunch + Dinner; ...", ""),
        ),
    ),
)
