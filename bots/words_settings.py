"""What people read about how a team is set up."""

from bots import words
from bots.languages import N_, _, number
from service.schemas.people import SwapApproval, TeamRead
from service.schemas.scheduling import ConfigWrite
from service.schemas.swaps import ClaimMode, TradePolicyRead

USUAL = "Usual"
"""The name of the config that chat makes where there is none."""
SAVED = N_("Saved. It holds for what is asked and decided from now on.")
WEIGHTS_SAVED = N_("Saved. The next /optimize goes by it.")
NOT_YOURS = N_("You are not in this team any more.")
NUMBERS_ONLY = N_("Whole numbers only, please.")
WEIGHTS_HOW = N_("A larger number counts for more; 0 does not count. Empty places always count most.")
APPROVALS = {
    SwapApproval.ALWAYS: N_("A manager decides every trade"),
    SwapApproval.ACROSS_ROLES: N_("A manager decides across roles or above the hours"),
    SwapApproval.NEVER: N_("Colleagues decide among themselves"),
}
CLAIMS = {
    ClaimMode.FIRST: N_("Whoever is first"),
    ClaimMode.FAIR: N_("Whoever it is fairest to"),
}
WEIGHTS = {
    "fairness_weight": N_("Fair shares of hours"),
    "preference_weight": N_("People's wishes"),
    "cost_weight": N_("Wages"),
    "stability_weight": N_("Leaving what was planned as it is"),
}


def heading(team: TeamRead) -> str:
    """Above the settings."""
    return _("How {team} is set up").format(team=team.name)


def team_fields(team: TeamRead) -> list[tuple[str, str]]:
    """The zone and the deadline."""
    ahead = _("{count} hours ahead").format(count=number(team.publish_deadline_hours))
    return [(_("Time zone"), team.time_zone), (_("Weeks are published"), ahead)]


def rule_fields(rules: TradePolicyRead) -> list[tuple[str, str]]:
    """The rules of the house."""
    days = ", ".join(words.day(day) for day in rules.blackout_days) or _("none")
    return [
        (_("Trades"), _(APPROVALS[rules.approval])),
        (_("A dropped shift goes to"), _(CLAIMS[rules.claim])),
        (_("Trades close"), _("{hours} before the shift").format(hours=words.hours(rules.latest_minutes))),
        (_("Time to answer"), words.hours(rules.answer_hours * 60)),
        (_("Open requests a person"), number(rules.open_per_person)),
        (_("A manager decides above"), _("{hours} a week").format(hours=words.hours(rules.over_minutes))),
        (_("Days without trades"), days),
    ]


def weight_fields(config: ConfigWrite) -> list[tuple[str, str]]:
    """What counts how much."""
    counted = [(_(label), number(getattr(config, name))) for name, label in WEIGHTS.items()]
    return [*counted, (_("Seconds to search"), number(config.time_limit_seconds))]


def unknown_day(said: str) -> str:
    """A day that nobody knows."""
    return _("“{said}” is no day that I know. Write 24 Dec or 2026-12-24.").format(said=said)
