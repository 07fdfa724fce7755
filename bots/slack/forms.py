"""Forms as modals: how each input looks, what travels along, what was answered, and faults at their fields.

Limits: https://docs.slack.dev/surfaces/modals.
"""

import copy
import json
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    NumberInputElement,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks import Option as SlackOption
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from bots.actions import FormId
from bots.reply import Form, Input, InputKind, Option, Reply
from bots.slack import words
from bots.slack.markup import escape, shorten
from bots.slack.render import blocks_of

TITLE = 24
HEADER = 150
LABEL = 2000
OPTION_TEXT = 75
CHECKBOXES = 10
OPTIONS = 100
VALUE = "value"
FAULT = "fault-of-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """What travels in a modal's private metadata: the form's value and where to answer.

    `pressed` is the message of the button that opened it, `ephemeral` whether only the asker sees that.
    """

    value: str
    channel: str = ""
    response_url: str = ""
    pressed: str = ""
    ephemeral: bool = False

    def dump(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> "FormContext":
        """From text; an empty one where there is none."""
        return cls(**json.loads(text)) if text else cls(value="")


def modal(form: Form, context: FormContext, reply: Reply | None = None) -> dict[str, Any]:
    """The view of a form; the text of the reply that asked it stands above the inputs."""
    intro: list[Block] = []
    if len(form.title) > TITLE:
        intro.append(HeaderBlock(text=PlainTextObject(text=shorten(form.title, HEADER))))
    if reply is not None and reply.text:
        intro.append(SectionBlock(text=MarkdownTextObject(text=escape(shorten(reply.text, 1500)))))
    view = View(
        type="modal",
        callback_id=form.form.value,
        title=PlainTextObject(text=form.title if len(form.title) <= TITLE else "Rota"),
        submit=PlainTextObject(text=shorten(form.submit, TITLE)),
        close=PlainTextObject(text=shorten(words.close(), TITLE)),
        private_metadata=context.dump(),
        blocks=[*intro, *(_input(one) for one in form.inputs)],
    )
    shown: dict[str, Any] = view.to_dict()
    return shown


def note(title: str, reply: Reply) -> dict[str, Any]:
    """A view that only says something."""
    view = View(
        type="modal",
        title=PlainTextObject(text=shorten(title, TITLE)),
        close=PlainTextObject(text=shorten(words.close(), TITLE)),
        blocks=blocks_of(reply)[:OPTIONS],
    )
    shown: dict[str, Any] = view.to_dict()
    return shown


def form_of(view: dict[str, Any]) -> FormId:
    """Which form a view is."""
    return FormId(view["callback_id"])


def answers(view: dict[str, Any]) -> dict[str, str]:
    """What was filled in, by the names of the inputs; what was left empty is left out."""
    return {
        name: text
        for name, elements in view["state"]["values"].items()
        if name and (text := _answer(elements[VALUE]))
    }


def errors(faults: tuple[tuple[str, str], ...], view: dict[str, Any]) -> dict[str, str]:
    """Faults as Slack shows them at their fields; one of an unknown field stands at the first."""
    names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return {(name if name in names else names[0]): shorten(text, LABEL) for name, text in faults}


def with_faults(view: dict[str, Any], faults: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The same modal with what was typed kept and each fault below its field, once the acknowledgement is past."""
    wrong = errors(faults, view)
    blocks: list[dict[str, Any]] = []
    for block in copy.deepcopy(view["blocks"]):
        if block.get("block_id", "").startswith(FAULT):
            continue
        blocks.append(block)
        if block["type"] != "input":
            continue
        name = block["block_id"]
        _keep(block["element"], view["state"]["values"].get(name, {}).get(VALUE, {}))
        if name in wrong:
            text = MarkdownTextObject(text=f"⚠️ {escape(wrong[name])}")
            blocks.append(SectionBlock(block_id=f"{FAULT}{name}", text=text).to_dict())
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{name: view[name] for name in kept if view.get(name)}, "blocks": blocks}


def _input(one: Input) -> InputBlock:
    return InputBlock(
        block_id=one.name,
        label=PlainTextObject(text=shorten(one.label, LABEL)),
        hint=PlainTextObject(text=shorten(one.hint, LABEL)) if one.hint else None,
        optional=not one.required,
        element=_element(one),
    )


def _element(one: Input) -> InputInteractiveElement:  # noqa: PLR0911  # one line a kind of input
    match one.kind:
        case InputKind.TEXT:
            return PlainTextInputElement(action_id=VALUE, initial_value=one.initial, max_length=one.longest)
        case InputKind.LONG_TEXT:
            return PlainTextInputElement(
                action_id=VALUE, initial_value=one.initial, multiline=True, max_length=one.longest
            )
        case InputKind.NUMBER:
            return NumberInputElement(action_id=VALUE, initial_value=one.initial, is_decimal_allowed=False)
        case InputKind.DATE:
            return DatePickerElement(action_id=VALUE, initial_date=one.initial)
        case InputKind.TIME:
            return TimePickerElement(action_id=VALUE, initial_time=one.initial)
        case InputKind.CHOICE:
            return StaticSelectElement(
                action_id=VALUE, initial_option=next(iter(_chosen(one)), None), **_options(one.options)
            )
        case InputKind.CHOICES if len(one.options) <= CHECKBOXES:
            return CheckboxesElement(
                action_id=VALUE, initial_options=_chosen(one) or None, options=[*map(_option, one.options)]
            )
        case InputKind.CHOICES:
            return StaticMultiSelectElement(
                action_id=VALUE, initial_options=_chosen(one) or None, **_options(one.options)
            )


def _options(options: tuple[Option, ...]) -> dict[str, Any]:
    """Options as a select takes them: over a hundred only in groups."""
    shown = [*map(_option, options)]
    if len(shown) <= OPTIONS:
        return {"options": shown}
    pages = [shown[start : start + OPTIONS] for start in range(0, len(shown), OPTIONS)]
    return {"option_groups": [OptionGroup(label=_span(page), options=page) for page in pages]}


def _span(page: list[SlackOption]) -> PlainTextObject:
    first, last = page[0].text, page[-1].text
    return PlainTextObject(text=f"{shorten(str(first), 30)} – {shorten(str(last), 30)}")


def _option(option: Option) -> SlackOption:
    return SlackOption(
        text=PlainTextObject(text=shorten(option.label, OPTION_TEXT)),
        value=option.value,
        description=PlainTextObject(text=shorten(option.description, OPTION_TEXT)) if option.description else None,
    )


def _chosen(one: Input) -> list[SlackOption]:
    chosen = set((one.initial or "").split(","))
    return [_option(option) for option in one.options if option.value in chosen]


def _answer(state: dict[str, Any]) -> str:
    match state["type"]:
        case "datepicker":
            return state.get("selected_date") or ""
        case "timepicker":
            return state.get("selected_time") or ""
        case "static_select":
            return str((state.get("selected_option") or {}).get("value", ""))
        case "multi_static_select" | "checkboxes":
            return ",".join(option["value"] for option in state.get("selected_options") or ())
        case _:
            return str(state.get("value") or "").strip()


_INITIAL = {
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
    "static_select": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
}


def _keep(element: dict[str, Any], state: dict[str, Any]) -> None:
    initial, current = _INITIAL.get(element["type"], ("initial_value", "value"))
    if state.get(current):
        element[initial] = state[current]
    else:
        element.pop(initial, None)
