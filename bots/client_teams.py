"""Calls about how a team is set up: its zone, its rules of the house, and what counts when a week is made."""

from bots.client import Person
from service.schemas.base import Page
from service.schemas.people import TeamRead, TeamWrite
from service.schemas.scheduling import ConfigRead, ConfigWrite
from service.schemas.swaps import TradePolicyRead, TradePolicyWrite

CONFIGS = "/optimization-configs"


async def house_rules(person: Person, team_id: int) -> TradePolicyRead:
    """A team's rules of the house."""
    return await person.call(TradePolicyRead, "GET", f"/teams/{team_id}/trade-policy")


async def write_house_rules(person: Person, team_id: int, wanted: TradePolicyWrite) -> TradePolicyRead:
    """New rules of the house."""
    return await person.call(TradePolicyRead, "PUT", f"/teams/{team_id}/trade-policy", body=wanted)


async def change_team(person: Person, team_id: int, wanted: TeamWrite) -> TeamRead:
    """A team's name, zone and deadline."""
    return await person.call(TeamRead, "PUT", f"/teams/{team_id}", body=wanted)


async def usual_config(person: Person, team_id: int) -> ConfigRead | None:
    """The config that a run uses when none is named, where the team has said one."""
    found = await person.call(Page[ConfigRead], "GET", CONFIGS, params={"team_id": team_id, "limit": 200})
    return next((one for one in found.items if one.is_default), None)


async def write_usual_config(person: Person, known: ConfigRead | None, wanted: ConfigWrite) -> ConfigRead:
    """What counts from now on."""
    if known is None:
        return await person.call(ConfigRead, "POST", CONFIGS, body=wanted)
    return await person.call(ConfigRead, "PUT", f"{CONFIGS}/{known.id}", body=wanted)
