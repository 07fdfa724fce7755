"""The methods of the Bot API that the stand-in knows: what each does to the world, and what it answers."""

import json
import struct
from collections.abc import Callable

from tests.standins.telegram_rules import shown
from tests.standins.telegram_world import BOT_ID, BOT_USERNAME, Json, Message, World


class Refused(Exception):
    """Telegram says no."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        self.status = status
        self.description = description
        self.parameters = parameters
        super().__init__(description)


Uploads = dict[str, tuple[str, bytes]]
Method = Callable[[World, Json, Uploads], object]

# Of a photo: https://core.telegram.org/bots/api#sendphoto.
WIDTH_AND_HEIGHT = 10_000
RATIO = 20

# These count towards the limits on what a bot may say.
LIMITED = frozenset(
    ("sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption", "editMessageMedia")
)


def message_json(world: World, message: Message) -> Json:
    """The Message object."""
    sender = me(world, {}, {}) if message.sender == BOT_ID else world.people[message.sender].as_telegram()
    body: Json = {
        "message_id": message.id,
        "date": message.at,
        "chat": chat_json(world, message.chat_id),
        "from": sender,
    }
    if message.thread is not None:
        body |= {"message_thread_id": message.thread, "is_topic_message": True}
    if message.photo is not None or message.document is not None:
        body["caption"] = message.text
    else:
        body["text"] = message.text
    if message.photo is not None:
        photo = {"file_id": f"photo{message.id}", "file_unique_id": f"u{message.id}", "width": 90, "height": 90}
        body["photo"] = [photo]
    if message.document is not None:
        body["document"] = {
            "file_id": f"document{message.id}",
            "file_unique_id": f"u{message.id}",
            "file_name": message.document[0],
        }
    if message.keyboard:
        body["reply_markup"] = {"inline_keyboard": message.keyboard}
    if message.reply_to is not None and (replied := world.find(message.chat_id, message.reply_to)):
        body["reply_to_message"] = message_json(world, replied)
    if message.text.startswith("/") and message.sender != BOT_ID:
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(message.text.split()[0])}]
    return body


def chat_json(world: World, chat_id: int) -> Json:
    """The Chat object of a group or a private chat."""
    if chat_id in world.groups:
        return world.groups[chat_id].as_telegram()
    return {"id": chat_id, "type": "private", "first_name": world.people[chat_id].name}


def me(_world: World, _arguments: Json, _uploads: Uploads) -> Json:
    """getMe."""
    return {
        "id": BOT_ID,
        "is_bot": True,
        "first_name": "Rota",
        "username": BOT_USERNAME,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def reachable(world: World, chat_id: int) -> None:
    """Raise what Telegram answers where the bot may not write."""
    if chat_id in world.people:
        person = world.people[chat_id]
        if person.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return
    group = world.groups.get(chat_id)
    if group is None:
        raise Refused(400, "Bad Request: chat not found")
    if group.moved_to is not None:
        raise Refused(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.moved_to
        )
    if not group.bot_is_member:
        raise Refused(403, "Forbidden: bot was kicked from the group chat")


def _sent(world: World, arguments: Json, text: str) -> Message:
    chat_id = int(arguments["chat_id"])
    reachable(world, chat_id)
    thread = arguments.get("message_thread_id")
    if thread is not None and thread not in (world.groups[chat_id].topics if chat_id in world.groups else ()):
        raise Refused(400, "Bad Request: message thread not found")
    message = Message(
        chat_id=chat_id,
        id=world.number(),
        sender=BOT_ID,
        text=shown(text) if arguments.get("parse_mode") == "HTML" else text,
        html=text,
        keyboard=arguments.get("reply_markup", {}).get("inline_keyboard", []),
        thread=thread,
        reply_to=arguments.get("reply_parameters", {}).get("message_id"),
        silent=bool(arguments.get("disable_notification")),
    )
    world.messages.append(message)
    return message


def _send_message(world: World, arguments: Json, _uploads: Uploads) -> Json:
    return message_json(world, _sent(world, arguments, arguments["text"]))


def _send_photo(world: World, arguments: Json, uploads: Uploads) -> Json:
    photo = _photo(arguments["photo"], uploads)
    message = _sent(world, arguments, arguments.get("caption", ""))
    message.photo = photo
    return message_json(world, message)


def _send_document(world: World, arguments: Json, uploads: Uploads) -> Json:
    message = _sent(world, arguments, arguments.get("caption", ""))
    message.document = _upload(arguments["document"], uploads)
    return message_json(world, message)


def _upload(reference: str, uploads: Uploads) -> tuple[str, bytes]:
    name = reference.removeprefix("attach://")
    if name not in uploads:
        raise Refused(400, "Bad Request: wrong remote file identifier specified")
    return uploads[name]


def _photo(reference: str, uploads: Uploads) -> bytes:
    """An uploaded PNG. Its size stands in its header: https://www.w3.org/TR/png-3/#11IHDR."""
    png = _upload(reference, uploads)[1]
    width, height = struct.unpack(">II", png[16:24])
    if width + height > WIDTH_AND_HEIGHT or max(width, height) > RATIO * min(width, height):
        raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return png


def _edited(world: World, arguments: Json, text: str | None, parse_mode: str | None) -> Message:
    chat_id = int(arguments["chat_id"])
    reachable(world, chat_id)
    message = world.find(chat_id, arguments["message_id"])
    if message is None:
        raise Refused(400, "Bad Request: message to edit not found")
    if message.sender != BOT_ID:
        raise Refused(400, "Bad Request: message can't be edited")
    keyboard = arguments.get("reply_markup", {}).get("inline_keyboard", [])
    html = message.html if text is None else text
    if html == message.html and keyboard == message.keyboard and "media" not in arguments:
        raise Refused(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message",
        )
    message.html = html
    if text is not None:
        message.text = shown(text) if parse_mode == "HTML" else text
    message.keyboard = keyboard
    message.edits += 1
    return message


def _edit_text(world: World, arguments: Json, _uploads: Uploads) -> Json:
    message = world.find(int(arguments["chat_id"]), arguments["message_id"])
    if message is not None and (message.photo is not None or message.document is not None):
        raise Refused(400, "Bad Request: there is no text in the message to edit")
    return message_json(world, _edited(world, arguments, arguments["text"], arguments.get("parse_mode")))


def _edit_caption(world: World, arguments: Json, _uploads: Uploads) -> Json:
    message = world.find(int(arguments["chat_id"]), arguments["message_id"])
    if message is not None and message.photo is None and message.document is None:
        raise Refused(400, "Bad Request: there is no caption in the message to edit")
    edited = _edited(world, arguments, arguments.get("caption", ""), arguments.get("parse_mode"))
    return message_json(world, edited)


def _edit_media(world: World, arguments: Json, uploads: Uploads) -> Json:
    media = arguments["media"]
    photo = _photo(media["media"], uploads)
    message = _edited(world, arguments, media.get("caption", ""), media.get("parse_mode"))
    message.photo = photo
    return message_json(world, message)


def _edit_markup(world: World, arguments: Json, _uploads: Uploads) -> Json:
    return message_json(world, _edited(world, arguments, None, None))


def _delete(world: World, arguments: Json, _uploads: Uploads) -> bool:
    message = world.find(int(arguments["chat_id"]), arguments["message_id"])
    if message is None:
        raise Refused(400, "Bad Request: message to delete not found")
    message.deleted = True
    return True


def _answer_callback(world: World, arguments: Json, _uploads: Uploads) -> bool:
    query = arguments["callback_query_id"]
    if query not in world.callbacks:
        raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    world.callbacks[query] = arguments
    return True


def _set_commands(world: World, arguments: Json, _uploads: Uploads) -> bool:
    key = f"{json.dumps(arguments.get('scope', {'type': 'default'}))} {arguments.get('language_code', '')}".strip()
    world.commands[key] = arguments["commands"]
    return True


def _set_webhook(world: World, arguments: Json, _uploads: Uploads) -> bool:
    world.webhook = arguments if arguments.get("url") else {}
    return True


def _delete_webhook(world: World, arguments: Json, _uploads: Uploads) -> bool:
    world.webhook = {}
    if arguments.get("drop_pending_updates"):
        world.updates.clear()
    return True


def _webhook_info(world: World, _arguments: Json, _uploads: Uploads) -> Json:
    return {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }


def _member(world: World, arguments: Json, _uploads: Uploads) -> Json:
    reachable(world, int(arguments["chat_id"]))
    group = world.groups[int(arguments["chat_id"])]
    person = world.people[arguments["user_id"]].as_telegram()
    if arguments["user_id"] in group.administrators:
        return {"status": "creator", "user": person, "is_anonymous": False}
    return {"status": "member", "user": person}


def _chat_action(world: World, arguments: Json, _uploads: Uploads) -> bool:
    reachable(world, int(arguments["chat_id"]))
    return True


METHODS: dict[str, Method] = {
    "getMe": me,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageMedia": _edit_media,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_callback,
    "setMyCommands": _set_commands,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "getChatMember": _member,
    "sendChatAction": _chat_action,
}
