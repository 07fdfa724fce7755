"""Who a chat account is and which team a channel belongs to."""

import secrets
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from service import clock, security
from service.activity.models import ActivityLog
from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, Unprocessable
from service.notifications import service as notifications
from service.notifications.payloads import AccountReplacedPayload, LeftPlatformPayload
from service.people import service as people
from service.people.languages import UNCHOSEN, language_of_team
from service.people.models import ChatChannel, ChatIdentity, LinkCode, Team, User
from service.people.throttle import Guess, count_failure, refuse_guessing
from service.schemas.chat import (
    ChannelLink,
    ChannelMove,
    ChannelRead,
    ChatAccount,
    ChatAccountGone,
    ChatPlace,
    ChatSession,
)
from service.shifts.telling import weeks_ahead

log = structlog.get_logger()
CODE_LIFE = timedelta(minutes=30)
# No letters or digits that look alike, since people type codes from a screen.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
LINK_FIRST = "Ask your manager for a link code, then type /link and the code."


class UnknownAccount(NotFound):
    """This chat account belongs to nobody yet."""

    code, title = "unknown_account", "Who are you?"


def open_session(session: Session, account: ChatAccount) -> ChatSession:
    """A token that speaks as the user of this account, linked by verified email where there is one.

    An address does not undo a farewell: who has unlinked themself on this platform comes back with a code.

    Raises UnknownAccount, or NotAllowed for deactivated people.
    """
    user = session.scalar(_with_everything().join(ChatIdentity).where(*_is(account)))
    if user is None and account.email:
        user = session.scalar(_with_everything().where(func.lower(User.email) == account.email.lower()))
        if user is not None and _said_farewell(session, user, account.platform):
            user = None
        if user is not None:
            link(session, account, user)
    if user is None:
        raise UnknownAccount("Rota does not know this account yet.", way_forward=LINK_FIRST)
    if not user.active:
        raise NotAllowed("This account is deactivated.", way_forward="Ask your manager.")
    token, seconds = security.make_access_token(user)
    return ChatSession(access_token=token, expires_in=seconds, user=people.user_read(user))


def link(session: Session, account: ChatAccount, user: User) -> None:
    """Tie the account to the user, who hears of their shifts ahead where no message could reach them so far.

    Raises Conflict when either has another partner on this platform.
    """
    statement = (
        insert(ChatIdentity)
        .values(
            platform=account.platform,
            workspace=account.workspace,
            external_id=account.external_id,
            user_id=user.id,
        )
        .on_conflict_do_nothing()
        .returning(ChatIdentity.id)
    )
    identity_id = session.scalar(statement)
    if identity_id is None:
        mine = session.scalar(select(ChatIdentity.user_id).where(*_is(account)))
        if mine == user.id:
            return
        log.warning("chat.link_refused", platform=account.platform, account=account.external_id, user_id=user.id)
        if mine is not None:
            raise Conflict("This account is linked already, to somebody else.", way_forward="Type /unlink first.")
        raise Conflict(
            "{person} is linked already, to another account here.",
            way_forward="Go on using that one, or ask your manager for a code for this one.",
            values={"person": user.name},
        )
    if _is_first(session, user, identity_id):
        _adopt_language(account, user)
        weeks_ahead(session, user.id, identity_id)
    _record(session, user, "chat.link", identity_id, account.platform)


def _record(session: Session, user: User, action: str, identity_id: int, platform: str) -> None:
    after = {"platform": platform}
    record(session, actor_id=user.id, action=action, entity="chat_identity", entity_id=identity_id, after=after)


def _said_farewell(session: Session, user: User, platform: str) -> bool:
    """Whether the last that is known of the user on this platform is that they unlinked themself."""
    where = func.coalesce(ActivityLog.after["platform"].astext, ActivityLog.platform)
    last = (
        select(ActivityLog.action)
        .where(ActivityLog.actor_id == user.id, ActivityLog.action.in_(("chat.link", "chat.unlink")))
        .where(where == platform)
        .order_by(ActivityLog.id.desc())
        .limit(1)
    )
    return session.scalar(last) == "chat.unlink"


def leave(session: Session, gone: ChatAccountGone) -> None:
    """Untie an account that its platform has closed, and tell the managers of whoever it was.

    A second report finds nothing to do.
    """
    user_id = session.scalar(
        delete(ChatIdentity)
        .where(*_is(ChatAccount(**gone.model_dump())))
        .returning(ChatIdentity.user_id)
        .execution_options(synchronize_session=False)
    )
    if user_id is None:
        return
    record(
        session,
        actor_id=None,
        action="chat.leave",
        entity="user",
        entity_id=user_id,
        after={"platform": gone.platform, "workspace": gone.workspace},
    )
    notifications.tell_managers(
        session,
        notifications.teams_of(session, user_id),
        LeftPlatformPayload(user_id=user_id, platform=gone.platform),
        dedupe_key=f"left:{gone.platform}:{gone.workspace}:{gone.external_id}:{clock.now().date()}",
        but=user_id,
    )
    log.info("chat.left", platform=gone.platform, workspace=gone.workspace, user_id=user_id)


def _is_first(session: Session, user: User, identity_id: int) -> bool:
    others = select(ChatIdentity.id).where(ChatIdentity.user_id == user.id, ChatIdentity.id != identity_id)
    return session.scalar(others.limit(1)) is None


def _adopt_language(account: ChatAccount, user: User) -> None:
    """Speak to people as their first chat does, unless somebody has already said how."""
    if account.locale and user.locale == UNCHOSEN:
        user.locale = account.locale


def unlink(session: Session, user: User, account: ChatAccount) -> None:
    """Untie an account from its user: nothing more is said to it. Raises NotFound where it is not theirs."""
    statement = delete(ChatIdentity).where(*_is(account), ChatIdentity.user_id == user.id).returning(ChatIdentity.id)
    identity_id = session.scalar(statement)
    if identity_id is None:
        raise NotFound("This account is not linked to you.")
    notifications.drop_account(session, account.platform, account.workspace, account.external_id)
    _record(session, user, "chat.unlink", identity_id, account.platform)


def _replace(session: Session, account: ChatAccount, user: User) -> None:
    """Untie the account that the user has on this platform, where there is another: a code says that they lost it.

    It is told so once, as are their accounts elsewhere. What it was still to be told goes to the new one.
    """
    if session.scalar(select(ChatIdentity.id).where(*_is(account))) is not None:
        return
    old = session.scalar(
        select(ChatIdentity).where(
            ChatIdentity.platform == account.platform,
            ChatIdentity.workspace == account.workspace,
            ChatIdentity.user_id == user.id,
        )
    )
    if old is None:
        return
    notifications.move_account(session, account.platform, account.workspace, old.external_id, account.external_id)
    notifications.tell_user(
        session,
        user.id,
        AccountReplacedPayload(platform=account.platform),
        dedupe_key=f"account_replaced:{old.id}",
    )
    session.delete(old)
    # Bots keep a token for whom they know: that of the old account ends now, not when its time is up.
    user.token_version += 1
    session.flush()
    record(
        session,
        actor_id=user.id,
        action="chat.replace",
        entity="chat_identity",
        entity_id=old.id,
        before={"platform": account.platform, "workspace": account.workspace},
    )


def make_code(session: Session, *, user_id: int | None = None, team_id: int | None = None) -> tuple[str, int]:
    """A one-time code for a user or a team, and its life in seconds."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    session.add(
        LinkCode(
            code_hash=security.fingerprint(code),
            user_id=user_id,
            team_id=team_id,
            expires_at=clock.now() + CODE_LIFE,
        )
    )
    return code, int(CODE_LIFE.total_seconds())


def link_by_code(session: Session, account: ChatAccount, code: str) -> ChatSession:
    """Tie the account to whoever the code is for, in place of one that they have there. The code works once.

    Raises Unprocessable, Conflict, and TooManyRequests to accounts that try many codes.
    """
    who = f"{account.platform} {account.workspace} {account.external_id}"
    refuse_guessing(Guess.LINK_CODE, who)
    user_id = _use_code(session, code, clock.now())
    if user_id is None:
        count_failure(Guess.LINK_CODE, who)
        raise Unprocessable("This code is wrong, used or expired.", way_forward="Ask for a new one.")
    # Held, so that of two accounts with a code each the later replaces the other, and neither trips over it.
    user = session.get_one(User, user_id, with_for_update=True)
    _replace(session, account, user)
    link(session, account, user)
    session.flush()
    return open_session(session, account)


def _use_code(session: Session, code: str, now: datetime) -> int | None:
    """One UPDATE, so that of two who type the same code one wins."""
    row: int | None = session.scalar(
        update(LinkCode)
        .where(
            LinkCode.code_hash == security.fingerprint(code.strip().upper()),
            LinkCode.used_at.is_(None),
            LinkCode.expires_at > now,
            LinkCode.user_id.is_not(None),
        )
        .values(used_at=now)
        .returning(LinkCode.user_id)
    )
    return row


def link_channel(session: Session, actor: User, wanted: ChannelLink) -> ChannelRead:
    """Give the place to the team; a place that belonged to another team needs that team's manager too."""
    place, team_id = wanted.place, wanted.team_id
    team = people.require_manager(session, actor, team_id)
    channel = session.scalar(select(ChatChannel).where(*_is_place(place)).with_for_update())
    if channel is None:
        channel = ChatChannel(**place.model_dump(), team_id=team_id, purpose=wanted.purpose)
        session.add(channel)
    else:
        people.require_manager(session, actor, channel.team_id)
        channel.team_id, channel.purpose = team_id, wanted.purpose
    session.flush()
    record(
        session,
        actor_id=actor.id,
        action="chat.link_channel",
        entity="chat_channel",
        entity_id=channel.id,
        team_id=team_id,
        after={"purpose": wanted.purpose},
    )
    return _channel_read(session, channel, place, team)


def find_channel(session: Session, actor: User, place: ChatPlace) -> ChannelRead:
    """The team of a place. Raises NotFound, also to those who are not in the team."""
    channel = session.scalar(select(ChatChannel).where(*_is_place(place)))
    if channel is None:
        raise NotFound("This channel belongs to no team yet.", way_forward="A manager can link it to one.")
    team = people.require_member(session, actor, channel.team_id)
    return _channel_read(session, channel, place, team)


def _channel_read(session: Session, channel: ChatChannel, place: ChatPlace, team: Team) -> ChannelRead:
    return ChannelRead(
        id=channel.id,
        place=place,
        team=people.team_read(team),
        purpose=channel.purpose,
        language=language_of_team(session, team.id),
    )


def move_channel(session: Session, move: ChannelMove) -> None:
    """Give the team of a group that got another id to the new one.

    Telegram tells of a move twice; the second finds nothing to do.
    """
    place = ChatPlace(platform=move.platform, workspace=move.workspace, external_id=move.new_id)
    known = session.scalar(select(ChatChannel.id).where(*_is_place(place)))
    if known is None:
        session.execute(
            update(ChatChannel)
            .where(
                ChatChannel.platform == move.platform,
                ChatChannel.workspace == move.workspace,
                ChatChannel.external_id == move.old_id,
            )
            .values(external_id=move.new_id)
        )
    log.info("chat.channel_moved", platform=move.platform, old=move.old_id, new=move.new_id)


def _with_everything() -> Select[User]:
    return select(User).options(selectinload(User.roles), selectinload(User.teams))


def _is(account: ChatAccount) -> tuple[ColumnElement[bool], ...]:
    return (
        ChatIdentity.platform == account.platform,
        ChatIdentity.workspace == account.workspace,
        ChatIdentity.external_id == account.external_id,
    )


def _is_place(place: ChatPlace) -> tuple[ColumnElement[bool], ...]:
    return (
        ChatChannel.platform == place.platform,
        ChatChannel.workspace == place.workspace,
        ChatChannel.external_id == place.external_id,
        ChatChannel.thread == place.thread,
    )
