"""Calls about how a team is set up: its zone, its rules of the house, and what counts when a week is made."""

from typing import Any, TypeVar

from bots.client import Person
from service.schemas.base import Page
from service.schemas.people import MemberRead, RoleRead, TeamRead, TeamWrite
from service.schemas.rules import AnyRule, RuleRead
from service.schemas.scheduling import ConfigRead, ConfigWrite
from service.schemas.swaps import TradePolicyRead, TradePolicyWrite

CONFIGS = "/optimization-configs"
RULES = "/work-rules"
PAGE = 200
Read = TypeVar("Read", MemberRead, RoleRead, RuleRead)


async def house_rules(person: Person, team_id: int) -> TradePolicyRead:
    """A team's rules of the house."""
    return await person.call(TradePolicyRead, "GET", f"/teams/{team_id}/trade-policy")


async def write_house_rules(person: Person, team_id: int, wanted: TradePolicyWrite) -> TradePolicyRead:
    """New rules of the house."""
    return await person.call(TradePolicyRead, "PUT", f"/teams/{team_id}/trade-policy", body=wanted)


async def team_now(person: Person, team_id: int) -> TeamRead:
    """A team as it is now: what the person's session says of it may be as old as the session."""
    return await person.call(TeamRead, "GET", f"/teams/{team_id}")


async def change_team(person: Person, team_id: int, wanted: TeamWrite) -> TeamRead:
    """A team's name, zone and deadline."""
    changed = await person.call(TeamRead, "PUT", f"/teams/{team_id}", body=wanted)
    # The session holds the team as it was, with the zone in which the person's days are meant.
    person.forget_session()
    return changed


async def usual_config(person: Person, team_id: int) -> ConfigRead | None:
    """The config that a run uses when none is named, where the team has said one."""
    found = await person.call(Page[ConfigRead], "GET", CONFIGS, params={"team_id": team_id, "limit": 200})
    return next((one for one in found.items if one.is_default), None)


async def write_usual_config(person: Person, known: ConfigRead | None, wanted: ConfigWrite) -> ConfigRead:
    """What counts from now on."""
    if known is None:
        return await person.call(ConfigRead, "POST", CONFIGS, body=wanted)
    return await person.call(ConfigRead, "PUT", f"{CONFIGS}/{known.id}", body=wanted)


async def work_rules(person: Person, team_id: int) -> list[RuleRead]:
    """The work rules of a team that the person may see."""
    return await _all(person, Page[RuleRead], RULES, team_id=team_id)


async def add_work_rule(person: Person, wanted: AnyRule) -> RuleRead:
    """A new work rule. Raises Refused, with the code `conflict` where there is such a one."""
    return await person.call(RuleRead, "POST", RULES, body=wanted)


async def remove_work_rule(person: Person, rule_id: int) -> None:
    """Forget a work rule."""
    await person.call(None, "DELETE", f"{RULES}/{rule_id}")


async def members(person: Person, team_id: int) -> list[MemberRead]:
    """Everybody in a team."""
    return await _all(person, Page[MemberRead], f"/teams/{team_id}/members")


async def roles(person: Person) -> list[RoleRead]:
    """Every role."""
    return await _all(person, Page[RoleRead], "/roles")


async def _all(person: Person, kind: type[Page[Read]], path: str, **params: Any) -> list[Read]:
    found: list[Read] = []
    while True:
        page = await person.call(kind, "GET", path, params=params | {"limit": PAGE, "offset": len(found)})
        found += page.items
        if not page.items or len(found) >= page.total:
            return found
