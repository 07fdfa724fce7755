"""Does what Slack sent, after it was acknowledged: asks the chat core, and says its answer on Slack."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bots import languages, words
from bots.actions import Action
from bots.desk import Asker
from bots.inbox import Job, JobKind
from bots.pace import Pace, Turn
from bots.platform import PlatformError
from bots.reply import Reply, Tone
from bots.slack import forms, home, news
from bots.slack import words as slack_words
from bots.slack.answering import Answering, Follow, Place
from bots.slack.desk import SlackDesk, account_of, place_of
from bots.slack.errors import SlackRefused, translated
from bots.slack.render import REPEAT
from bots.slack.workspaces import Workspaces

# A form is answered within its acknowledgement when the service is this quick, so that faults stand at their fields;
# else it says that it is being saved. Slack itself waits three seconds; we promise 300 ms.
QUICK_SECONDS = 0.2
# An acknowledgement and a change of the same modal must not overtake each other.
SETTLE_SECONDS = 0.3

SILENCE = Reply(text="")

log = structlog.get_logger()


class Work:
    """Does jobs of the inbox. `do` never raises."""

    def __init__(self, desk: SlackDesk, workspaces: Workspaces, follow: Follow, pace: Pace) -> None:
        self._desk = desk
        self._workspaces = workspaces
        self._follow = follow
        self._pace = pace
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        # Whose Home tab is kept up to date: who opened it since this process began.
        self._at_home: set[str] = set()

    async def form_outcome(self, key: str) -> dict[str, Any] | None:
        """How a form ended, as the body of its acknowledgement; None when that is not known quickly."""
        self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(self._waiting[key], QUICK_SECONDS)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(key, None)

    async def do(self, job: Job) -> None:
        """Do a job; an unexpected error is told to the person with a reference that is also in the log."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(platform="slack", correlation_id=job.key)
        doing = {
            JobKind.COMMAND: self._command,
            JobKind.ACTION: self._action,
            JobKind.FORM: self._form,
            JobKind.EVENT: self._event,
        }
        try:
            await doing[job.kind](job)
        except SlackRefused as error:
            # What Slack refuses is ours to mend; until then nobody shall press a button and see nothing happen.
            reference = uuid.uuid4().hex[:8]
            log.exception("slack.refused", kind=job.kind.value, code=error.code, reference=reference)
            await self._apologise(job, reference)
        except PlatformError as error:
            # The person cannot be told on the platform that fails.
            log.warning("slack.not_said", kind=job.kind.value, error=str(error))
        except Exception:  # the last line of defence: a job that fails must not stop the others
            reference = uuid.uuid4().hex[:8]
            log.exception("slack.failed", kind=job.kind.value, reference=reference)
            await self._apologise(job, reference)

    async def _command(self, job: Job) -> None:
        said = job.payload
        asker = await self._asker(job, said["user_id"], said["team_id"], said["channel_id"])
        place = Place(
            asker=asker,
            channel=said["channel_id"],
            response_url=said["response_url"],
            trigger_id=said["trigger_id"],
        )
        refusal = await self._refusal(asker)
        if refusal is not SILENCE:
            await self._answer(place, refusal or await self._desk.command(asker, line_of(said)))
            await self._refresh_home(asker)

    async def _action(self, job: Job) -> None:
        said = job.payload
        [pressed] = said["actions"]
        channel = said.get("channel", {}).get("id", "")
        container = said["container"]
        asker = await self._asker(job, said["user"]["id"], said["team"]["id"], channel)
        asker = replace(asker, alone=bool(container.get("is_ephemeral")))
        place = Place(
            asker=asker,
            channel=channel,
            response_url=said.get("response_url", ""),
            trigger_id=said["trigger_id"],
            pressed=container.get("message_ts", ""),
            ephemeral=asker.alone,
        )
        refusal = await self._refusal(asker)
        if refusal is not None:
            if refusal is not SILENCE:
                await self._answer(place, refusal)
            return
        action = Action(pressed["action_id"].partition(REPEAT)[0])
        # slack_sdk leaves an empty value out, and Slack then sends none.
        value = pressed.get("value", "")
        if container["type"] == "view":
            self._at_home.add(asker.account.external_id)
        await self._answer(place, await self._desk.action(asker, action, value))
        await self._refresh_home(asker)

    async def _form(self, job: Job) -> None:
        said = job.payload
        view = said["view"]
        context = forms.FormContext.load(view["private_metadata"])
        asker = await self._asker(job, said["user"]["id"], said["team"]["id"], context.channel)
        place = Place(
            asker=asker,
            channel=context.channel,
            response_url=context.response_url,
            pressed=context.pressed,
            ephemeral=context.ephemeral,
        )
        if await self._may_speak(asker):
            reply = await self._desk.form(asker, forms.form_of(view), context.value, forms.answers(view))
        else:
            reply = _to_outsiders()
        waiting = self._waiting.get(job.key)
        quick = waiting is not None and not waiting.done()
        outcome = _form_outcome(view, reply, context)
        seen = True
        if quick and waiting is not None:
            waiting.set_result(outcome)
        else:
            seen = await self._late_outcome(said["team"]["id"], view, reply, outcome)
        if not seen and reply.faults:
            await self._answer(place, _as_message(reply.faults))
        elif not reply.faults and reply.form is None:
            await self._answer(place, reply)
            await self._refresh_home(asker)

    async def _late_outcome(
        self, workspace: str, view: dict[str, Any], reply: Reply, outcome: dict[str, Any]
    ) -> bool:
        """Show in the modal how its form ended; False where it cannot be shown, as when it was closed meanwhile."""
        await asyncio.sleep(SETTLE_SECONDS)
        if reply.faults:
            changed = forms.with_faults(view, reply.faults)
        else:
            changed = outcome.get("view") or forms.note(view["title"]["text"], reply)
        try:
            there = await self._workspaces.at(workspace)
            with translated():
                await there.platform.client.views_update(view_id=view["id"], view=changed)
        except PlatformError as error:
            log.info("slack.form_not_shown", form=view["callback_id"], error=str(error))
            return False
        return True

    async def _event(self, job: Job) -> None:
        event = job.payload["event"]
        workspace = job.payload["team_id"]
        match event["type"]:
            case "app_home_opened" if event.get("tab", "home") == "home":
                asker = await self._asker(job, event["user"], workspace, "")
                if await self._may_speak(asker):
                    self._at_home.add(asker.account.external_id)
                    await self._refresh_home(asker)
                else:
                    there = await self._workspaces.at(workspace)
                    await home.show(there.platform, asker, _to_outsiders())
            case "message":
                await self._written(await self._asker(job, event["user"], workspace, ""))
            case news.OUTDATED if event["user"] in self._at_home:
                await self._refresh_home(await self._asker(job, event["user"], workspace, ""))
            case "user_change":
                changed = event["user"]
                (await self._workspaces.at(workspace)).people.forget(changed["id"])
                if changed.get("deleted"):
                    await self._desk.gone(account_of(workspace, changed["id"]))
            case "tokens_revoked" if not event.get("tokens", {}).get("bot"):
                log.info("slack.other_tokens_revoked", workspace=workspace)
            case "app_uninstalled" | "tokens_revoked":
                at = datetime.fromtimestamp(job.payload["event_time"], UTC)
                await self._workspaces.tokens.removed(workspace, at)
            case other:
                log.debug("slack.event_unused", event_type=other)

    async def _written(self, asker: Asker) -> None:
        """Somebody wrote to the bot as to a person."""
        refusal = await self._refusal(asker)
        if refusal is SILENCE:
            return
        await self._desk.speak_with(asker)
        await self._answer(Place(asker=asker), refusal or Reply(text=words.only_commands()))

    async def _refresh_home(self, asker: Asker) -> None:
        if asker.account.external_id in self._at_home:
            there = await self._workspaces.at(asker.account.workspace)
            # It shows what is theirs, wherever they asked for something just now.
            await home.publish(self._desk, there.platform, replace(asker, place=None))

    async def _asker(self, job: Job, account: str, workspace: str, channel: str) -> Asker:
        person = await (await self._workspaces.at(workspace)).people.find(account)
        # Until the chat core, which knows what they chose, says otherwise.
        languages.speak(person.locale)
        return Asker(
            account=account_of(workspace, account, person.email),
            place=place_of(workspace, channel),
            key=job.key,
            locale=person.locale,
        )

    async def _answer(self, place: Place, reply: Reply) -> None:
        there = await self._workspaces.at(place.asker.account.workspace)
        await Answering(there.platform, self._follow).answer(place, reply)

    async def _refusal(self, asker: Asker) -> Reply | None:
        """What somebody hears who may not ask, or not as much; SILENCE where they heard it before; else None."""
        if not await self._may_speak(asker):
            return _to_outsiders()
        match await self._pace.turn(asker.account):
            case Turn.TAKE:
                return None
            case Turn.REFUSE:
                await self._desk.speak_with(asker)
                return Reply(text=words.too_fast(), tone=Tone.WARNING)
            case Turn.IGNORE:
                return SILENCE

    async def _may_speak(self, asker: Asker) -> bool:
        there = await self._workspaces.at(asker.account.workspace)
        person = await there.people.find(asker.account.external_id)
        if person.outsider:
            log.warning("slack.outsider_refused", account=asker.account.external_id)
        return not person.outsider

    async def _apologise(self, job: Job, reference: str) -> None:
        said = job.payload
        waiting = self._waiting.get(job.key)
        sorry = Reply(text=slack_words.failed(reference), tone=Tone.WARNING)
        if waiting is not None and not waiting.done():
            waiting.set_result({"response_action": "update", "view": forms.note("Rota", sorry)})
            return
        account = said.get("user_id") or (said.get("user") or {}).get("id")
        if not account:
            return
        workspace = said.get("team_id") or (said.get("team") or {}).get("id", "")
        asker = Asker(account=account_of(workspace, account), place=None, key=job.key)
        try:
            await self._answer(Place(asker=asker, response_url=said.get("response_url", "")), sorry)
        except PlatformError as error:
            log.warning("slack.not_said", kind=job.kind.value, error=str(error))


def _to_outsiders() -> Reply:
    return Reply(text=slack_words.outsiders(), tone=Tone.REFUSAL)


def _as_message(faults: tuple[tuple[str, str], ...]) -> Reply:
    """The faults of a form that is not there any more to show them."""
    return Reply(text="\n".join(dict.fromkeys(text for _, text in faults)), tone=Tone.REFUSAL)


def line_of(said: dict[str, Any]) -> str:
    """The line that somebody typed; `/rota open` and `/rota-open` are `/open`, a word that Slack keeps for itself."""
    command, text = said["command"].removeprefix("/"), said["text"].strip()
    if command == "rota":
        return f"/{text.removeprefix('/') or 'help'}"
    return f"/{command.removeprefix('rota-')} {text}".strip()


def _form_outcome(view: dict[str, Any], reply: Reply, context: forms.FormContext) -> dict[str, Any]:
    """https://docs.slack.dev/surfaces/modals#handling_submissions"""
    if reply.faults:
        return {"response_action": "errors", "errors": forms.errors(reply.faults, view)}
    if reply.form is not None:
        following = replace(context, value=reply.form.value)
        return {"response_action": "update", "view": forms.modal(reply.form, following, reply)}
    return {}
