"""The service as the bots see it: typed calls, each as the person who asks. Raises what `bots.calling` does."""

import time
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import httpx
from pydantic import BaseModel

from bots.calling import (
    CORRELATION_HEADER,
    KEY_HEADER,
    LONGEST_CORRELATION_ID,
    Answer,
    Calling,
    Refused,
    ServiceError,
    Unreachable,
    read,
)
from service.schemas.base import Page
from service.schemas.chat import (
    ChannelLink,
    ChannelMove,
    ChannelPurpose,
    ChannelRead,
    ChatAccount,
    ChatAccountGone,
    ChatPlace,
    ChatSession,
    LinkRequest,
)
from service.schemas.explaining import RunExplanation, SupposedRead, Supposition, WeekExplanation
from service.schemas.installations import InstallationRead, InstallationWrite, Removal, Workspace
from service.schemas.notifications import DeliveryDone, DeliveryFailed, DeliveryOrder
from service.schemas.people import HoursRead, LocaleWrite, TeamRead, UserRead
from service.schemas.scheduling import RunAccepted, RunOrigin, RunRead, RunRequest
from service.schemas.shifts import MyShift, PublishRequest, PublishResult, Roster, WeekCreate, WeekRead

# A token is renewed this long before it ends, so that no call is made with one that dies on the way.
RENEW_SECONDS = 30.0
KNOWN_SECONDS = 60.0
"""How long the service's word on somebody's teams and rights is taken, and on which week it is."""
# How long a call may take that lets the service solve something.
SOLVING_SECONDS = 40.0
# With how many tokens a call is tried that the service takes for one of nobody: a clock that jumps ahead, behind and
# back again, each time with a restart of the service, leaves none of the first three good.
MOST_TOKENS = 6


class Service(Calling):
    """Everything that bots ask for themselves, and the way to whoever a chat account is."""

    @cached_property
    def _sessions(self) -> dict[ChatAccount, tuple[float, ChatSession]]:
        """Whom the service knows, and until when to take its word for it."""
        return {}

    async def person(self, account: ChatAccount, *, key: str = "") -> "Person":
        """Whoever this chat account is, to call the service as them; `key` names the request they made.

        Raises Refused with the code `unknown_account` where the account belongs to nobody.
        """
        renew_at, session = self._sessions.get(account, (0.0, None))
        if session is None or time.monotonic() >= renew_at:
            session = await self.call(ChatSession, "POST", "/chat/session", body=account, repeatable=True)
            good_for = min(KNOWN_SECONDS, session.expires_in - RENEW_SECONDS)
            self._sessions[account] = (time.monotonic() + good_for, session)
        return Person(self, session, account, key)

    async def link(self, account: ChatAccount, code: str) -> ChatSession:
        """Tie the account to the user whose code this is."""
        return await self.call(ChatSession, "POST", "/chat/link", body=LinkRequest(account=account, code=code))

    async def move_channel(self, move: ChannelMove) -> None:
        """Note that a group got another id."""
        await self.call(None, "POST", "/chat/channels/move", body=move)

    async def account_gone(self, gone: ChatAccountGone) -> None:
        """Note that a platform has closed an account."""
        await self.call(None, "POST", "/chat/accounts/gone", body=gone)

    async def save_installation(self, installation: InstallationWrite) -> None:
        """Keep the installation of a workspace."""
        await self.call(None, "POST", "/chat/installations", body=installation)

    async def installation(self, where: Workspace) -> InstallationRead:
        """The installation of a workspace. Raises Refused with the code `not_installed`."""
        return await self.call(InstallationRead, "POST", "/chat/installations/find", body=where)

    async def remove_installation(self, removal: Removal) -> None:
        """Note that a workspace has thrown Rota out."""
        await self.call(None, "POST", "/chat/installations/remove", body=removal)

    def forget(self, account: ChatAccount) -> None:
        """Ask who this account is again next time."""
        self._sessions.pop(account, None)

    async def claim(self, delivery_id: int) -> DeliveryOrder:
        """Lease a delivery. Raises Refused with the code `not_due` where it is somebody else's or done."""
        return await self.call(DeliveryOrder, "POST", f"/notifications/deliveries/{delivery_id}/claim")

    async def done(self, delivery_id: int, report: DeliveryDone) -> None:
        """Report a delivery that the platform took."""
        await self._report(f"/notifications/deliveries/{delivery_id}/done", report)

    async def failed(self, delivery_id: int, report: DeliveryFailed) -> None:
        """Report a delivery that did not go through."""
        await self._report(f"/notifications/deliveries/{delivery_id}/failed", report)

    async def _report(self, path: str, report: BaseModel) -> None:
        """It names its attempt: arriving twice, or after another attempt took over, it changes nothing."""
        try:
            await self.call(None, "POST", path, body=report, repeatable=True)
        except Refused as refused:
            if refused.problem.code != "not_due":
                raise


class Person:
    """Calls as one person: every permission is theirs."""

    def __init__(self, service: Service, session: ChatSession, account: ChatAccount, key: str) -> None:
        self._service = service
        self.session = session
        self.user = session.user
        self.account = account
        self._headers = {"Authorization": f"Bearer {session.access_token}"}
        if key:
            self._headers[CORRELATION_HEADER] = key[:LONGEST_CORRELATION_ID]
        self._key = key

    async def hours(self, day: date) -> HoursRead:
        """The person's own hours in the week of that day."""
        return await self._call(HoursRead, "GET", "/users/me/hours", params={"week": day.isoformat()})

    async def my_shifts(self, day: date) -> list[MyShift]:
        """The person's own published shifts in the week of that day."""
        return await self._call(list[MyShift], "GET", "/shift-assignments/me", params={"week": day.isoformat()})

    async def team(self, team_id: int) -> TeamRead:
        """One of the person's teams, or of all where they may see all."""
        for own in self.user.teams:
            if own.id == team_id:
                return own
        return await self._call(TeamRead, "GET", f"/teams/{team_id}")

    async def channel(self, place: ChatPlace) -> ChannelRead:
        """The team that a place belongs to."""
        params = place.model_dump()
        return await self._call(ChannelRead, "GET", "/chat/channels", params=params)

    async def link_channel(self, place: ChatPlace, team_id: int, purpose: ChannelPurpose) -> ChannelRead:
        """Give a place to a team."""
        body = ChannelLink(place=place, team_id=team_id, purpose=purpose)
        return await self._call(ChannelRead, "POST", "/chat/channels", body=body)

    async def week_starting(self, team_id: int, week_start: date) -> WeekRead | None:
        """The team's week that begins on that day, if the person may see it."""
        params = {"team_id": team_id, "week_start": week_start.isoformat()}
        found = await self._call(Page[WeekRead], "GET", "/weekly-schedules", params=params)
        return next(iter(found.items), None)

    async def open_week(self, team_id: int, week_start: date) -> WeekRead:
        """Open a week with the shifts of the templates."""
        return await self._call(
            WeekRead, "POST", "/weekly-schedules", body=WeekCreate(team_id=team_id, week_start=week_start)
        )

    async def roster(self, week_id: int, *, proposed: bool = False) -> Roster:
        """A whole week; with `proposed` as the waiting proposal would make it."""
        params = {"proposed": str(proposed).lower()}
        return await self._call(Roster, "GET", f"/weekly-schedules/{week_id}/roster", params=params)

    async def publish(self, week_id: int, version: int) -> PublishResult:
        """Publish a week as it stood at that version."""
        path = f"/weekly-schedules/{week_id}/publish"
        return await self._call(PublishResult, "POST", path, body=PublishRequest(version=version))

    async def optimize(self, week_id: int, request: RunRequest) -> RunAccepted:
        """Ask for a run."""
        return await self._call(RunAccepted, "POST", f"/scheduling/optimize/{week_id}", body=request, once=True)

    async def run(self, run_id: int) -> RunRead:
        """A run."""
        return await self._call(RunRead, "GET", f"/scheduling/runs/{run_id}")

    async def runs(self, team_id: int, limit: int = 10) -> list[RunRead]:
        """The newest runs of a team."""
        params = {"team_id": team_id, "limit": limit}
        return (await self._call(Page[RunRead], "GET", "/scheduling/runs", params=params)).items

    async def explain_run(self, run_id: int) -> RunExplanation:
        """Why a run ended as it did."""
        return await self._call(RunExplanation, "GET", f"/scheduling/runs/{run_id}/explain")

    async def explain_week(
        self, week_id: int, *, user_id: int | None = None, shift_id: int | None = None
    ) -> WeekExplanation:
        """Why a week is as it is, or why somebody works a shift or not."""
        asked = {} if user_id is None or shift_id is None else {"user_id": user_id, "planned_shift_id": shift_id}
        return await self._call(WeekExplanation, "GET", f"/weekly-schedules/{week_id}/explain", params=asked)

    async def what_if(self, week_id: int, supposition: Supposition) -> SupposedRead:
        """What a week would be like; takes some seconds."""
        path = f"/weekly-schedules/{week_id}/what-if"
        return await self._call(SupposedRead, "POST", path, body=supposition, timeout_seconds=SOLVING_SECONDS)

    async def cancel(self, run_id: int) -> RunRead:
        """Ask a run to stop."""
        return await self._call(RunRead, "POST", f"/scheduling/runs/{run_id}/cancel")

    async def discard(self, run_id: int) -> RunRead:
        """Take what a run proposed back."""
        return await self._call(RunRead, "POST", f"/scheduling/runs/{run_id}/discard")

    async def relax(self, run_id: int, number: int) -> RunAccepted:
        """Make the changes that an impossible run offers, and run it again."""
        path = f"/scheduling/runs/{run_id}/relaxations/{number}"
        return await self._call(RunAccepted, "POST", path, once=True)

    async def unlink(self) -> None:
        """Untie the person's chat account."""
        account = self.account.model_copy(update={"email": None})
        await self._call(None, "POST", "/chat/unlink", body=account)
        self.forget_session()

    async def speak(self, locale: str) -> None:
        """Choose the language in which the person is spoken to."""
        await self._call(UserRead, "PUT", "/users/me/locale", body=LocaleWrite(locale=locale))
        self.forget_session()

    def forget_session(self) -> None:
        """Ask the service anew next time who this is and what their teams are like."""
        self._service.forget(self.account)

    async def set_origin(self, run_id: int, origin: RunOrigin) -> RunRead:
        """Say which message announced a run."""
        return await self._call(RunRead, "PUT", f"/scheduling/runs/{run_id}/origin", body=origin)

    async def export(self, week_id: int, file_format: str) -> tuple[bytes, str]:
        """A week as a file, and its media type."""
        path, params = f"/export/schedule/{week_id}", {"format": file_format}
        response = await self._request("GET", path, params=params)
        return response.content, response.headers.get("content-type", "application/octet-stream")

    async def download(self, path: str) -> bytes:
        """What is behind a path, as it comes."""
        return (await self._request("GET", path)).content

    async def call(
        self,
        kind: type[Answer] | None,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> Answer:
        """Any call as this person; `once` keeps a request that arrives twice from having two effects."""
        return await self._call(kind, method, path, body=body, params=params, once=once)

    async def _call(
        self,
        kind: type[Answer] | None,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, Any] | None = None,
        once: bool = False,
        timeout_seconds: float | None = None,
    ) -> Answer:
        headers = {KEY_HEADER: self._key} if once and self._key else {}
        response = await self._request(
            method, path, body=body, params=params, headers=headers, timeout_seconds=timeout_seconds
        )
        return read(kind, response)

    async def _request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **what: Any
    ) -> httpx.Response:
        """One call with a token that the service takes: one that it does not is replaced.

        A token can end before its time: a key was changed, or the service came back with another clock; and once
        more while it is replaced. Nothing was done then, so the same may be asked again.
        """
        for _ in range(MOST_TOKENS - 1):
            try:
                return await self._service.request(method, path, headers=self._headers | dict(headers or {}), **what)
            except Refused as refused:
                if refused.problem.code != "not_signed_in":
                    raise
            self._service.forget(self.account)
            again = await self._service.person(self.account, key=self._key)
            self.session, self.user = again.session, again.user
            self._headers |= {"Authorization": f"Bearer {self.session.access_token}"}
        return await self._service.request(method, path, headers=self._headers | dict(headers or {}), **what)


__all__ = ["Person", "Refused", "Service", "ServiceError", "Unreachable"]
