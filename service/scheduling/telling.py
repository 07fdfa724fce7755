"""Whom the end of a run is told: the team's channels, and whoever asked for it where those do not reach them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.notifications import service as notifications
from service.notifications.payloads import RunFinishedPayload
from service.people.models import ChatChannel, User
from service.people.service import manages
from service.scheduling.models import SchedulingRun
from service.schemas.chat import ChannelPurpose
from service.schemas.scheduling import RunOrigin


def tell_team(session: Session, run: SchedulingRun) -> None:
    """Tell the team's channels that a run has ended; once, however often it is called."""
    notifications.tell_team(session, run.team_id, RunFinishedPayload(run_id=run.id), dedupe_key=_fact(run))


def tell_asker(session: Session, run: SchedulingRun) -> None:
    """Tell whoever asked for a run that it has ended, where they asked in no channel of the team's weeks.

    Once, however often it is called. Who manages the team no more hears nothing: the week may be a draft.
    """
    if _asked_in_channel(session, run):
        return
    asker = session.scalars(select(User).where(User.id == run.requested_by).options(selectinload(User.teams))).one()
    if asker.active and manages(asker, run.team_id):
        payload = RunFinishedPayload(run_id=run.id)
        notifications.tell_user(session, asker.id, payload, dedupe_key=f"{_fact(run)}:asker")


def platforms_of(session: Session, team_ids: Iterable[int]) -> dict[int, list[str]]:
    """The platforms on which each of these teams has a channel for its weeks."""
    rows = session.execute(
        select(ChatChannel.team_id, ChatChannel.platform)
        .where(ChatChannel.team_id.in_(team_ids), ChatChannel.purpose == ChannelPurpose.WEEKS)
        .distinct()
        .order_by(ChatChannel.platform)
    )
    found: dict[int, list[str]] = {}
    for team_id, platform in rows:
        found.setdefault(team_id, []).append(platform)
    return found


def _asked_in_channel(session: Session, run: SchedulingRun) -> bool:
    """Whether what the channels are told is seen where the run was asked for; by a program, if there are any."""
    channels = select(ChatChannel.id).where(
        ChatChannel.team_id == run.team_id, ChatChannel.purpose == ChannelPurpose.WEEKS
    )
    if run.origin:
        origin = RunOrigin.model_validate(run.origin)
        channels = channels.where(
            ChatChannel.platform == origin.platform,
            ChatChannel.workspace == origin.workspace,
            ChatChannel.external_id == origin.channel,
            ChatChannel.thread == origin.thread,
        )
    return session.scalar(channels.limit(1)) is not None


def _fact(run: SchedulingRun) -> str:
    return f"run:{run.id}:finished"
