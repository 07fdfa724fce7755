"""What people do on the stand-in Telegram: write, press buttons, start the bot, join groups; and what they read."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.standins.telegram import TelegramServer
from tests.standins.telegram_methods import chat_json, message_json
from tests.standins.telegram_world import BOT_ID, Group, Json, Message, Person

Found = TypeVar("Found")

PATIENCE_SECONDS = 10.0


class TelegramSide:
    """People using Telegram."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self.world = server.world

    def say(
        self,
        person: Person,
        text: str,
        *,
        group: Group | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """Write a message in a group or to the bot; the update that it makes."""
        chat_id = group.id if group else person.id
        message = Message(
            chat_id=chat_id, id=self.world.number(), sender=person.id, text=text, thread=thread, reply_to=reply_to
        )
        self.world.messages.append(message)
        return self.deliver({"message": message_json(self.world, message)})

    def start(self, person: Person, code: str = "") -> Json:
        """Press Start, perhaps from a deep link that carries a code."""
        person.started, person.blocked = True, False
        return self.say(person, f"/start {code}".strip())

    def press(self, person: Person, message: Message, label: str) -> Json:
        """Press the first button with this label on a message."""
        pressed = next((one for row in message.keyboard for one in row if one["text"] == label), None)
        assert pressed is not None, f"no button {label!r}, only {message.labels}"
        return self.press_data(person, message, pressed["callback_data"])

    def press_data(self, person: Person, message: Message, data: str) -> Json:
        """A callback query with any data, as a modified client can send."""
        query = f"q{self.world.number()}"
        self.world.callbacks[query] = None
        return self.deliver(
            {
                "callback_query": {
                    "id": query,
                    "from": person.as_telegram(),
                    "chat_instance": str(message.chat_id),
                    "data": data,
                    "message": message_json(self.world, message),
                }
            }
        )

    def upgrade(self, group: Group) -> Group:
        """A group becomes a supergroup; both chats tell."""
        bigger = self.world.upgrade(group)
        note = {"message_id": self.world.number(), "date": int(time.time())}
        self.deliver({"message": note | {"chat": group.as_telegram(), "migrate_to_chat_id": bigger.id}})
        self.deliver({"message": note | {"chat": bigger.as_telegram(), "migrate_from_chat_id": group.id}})
        return bigger

    def membership(self, person: Person, chat_id: int, *, before: str, after: str) -> Json:
        """The bot's own membership of a chat changes: blocked, kicked, added."""
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Rota"}
        return self.deliver(
            {
                "my_chat_member": {
                    "chat": chat_json(self.world, chat_id),
                    "from": person.as_telegram(),
                    "date": int(time.time()),
                    "old_chat_member": _member(bot, before),
                    "new_chat_member": _member(bot, after),
                }
            }
        )

    def deliver(self, update: Json) -> Json:
        """Hand an update to the bot, under a new number unless it has one: then it is one delivered again."""
        numbered = {"update_id": update.get("update_id") or 1000 + self.world.number(), **update}
        self.world.updates.append(numbered)
        return numbered

    def answer_to(self, press: Json) -> Json:
        """How a press was answered, once it was."""
        query = press["callback_query"]["id"]
        return self.wait(lambda: self.world.callbacks[query], f"an answer to the press {query}")

    def next_message(self, chat_id: int, *, after: int = 0, saying: str = "") -> Message:
        """The first message of the bot in a chat after that message, once it is there."""

        def found() -> Message | None:
            said = self.world.from_bot(chat_id)
            return next((one for one in said if one.id > after and saying in one.text), None)

        return self.wait(found, f"a message saying {saying!r} in {chat_id}")

    def wait(self, look: Callable[[], Found | None], what: str, seconds: float = PATIENCE_SECONDS) -> Found:
        """The first thing found that is not None or False."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = look()
            if found:
                return found
            time.sleep(0.01)
        raise AssertionError(f"waited {seconds:.0f} s for {what}; the chats:\n{self.transcript()}")

    def settle(self, quiet: float = 0.4) -> None:
        """Wait until every update was taken and nothing was called for a while."""
        self.wait(lambda: not self.world.updates, "all updates to be taken")
        calls = -1
        while calls != len(self.world.calls):
            calls = len(self.world.calls)
            time.sleep(quiet)

    def transcript(self, chat_id: int | None = None) -> str:
        """The chats as a person would read them."""
        chats = [chat_id] if chat_id is not None else sorted({message.chat_id for message in self.world.messages})
        return "\n\n".join("\n".join(self._lines(one)) for one in chats)

    def _lines(self, chat_id: int) -> list[str]:
        chat = chat_json(self.world, chat_id)
        lines = [f"── {chat.get('title') or chat['first_name']} ({chat['type']}) ──"]
        for message in self.world.chat(chat_id):
            name = "Rota" if message.sender == BOT_ID else self.world.people[message.sender].name
            marks = [f"topic {message.thread}"] if message.thread else []
            marks += [f"edited {message.edits}×"] if message.edits else []
            lines.append(f"{name} ({', '.join(marks)}):" if marks else f"{name}:")
            lines += ["  [photo]"] if message.photo is not None else []
            lines += [f"  [file {message.document[0]}]"] if message.document is not None else []
            lines += [f"  {line}" for line in message.text.splitlines()]
            lines += ["  " + " ".join(f"[{button['text']}]" for button in row) for row in message.keyboard]
        return lines


def _member(user: Json, status: str) -> dict[str, Any]:
    return {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}
