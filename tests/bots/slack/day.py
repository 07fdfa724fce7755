"""Writes a day down: what people typed and pressed, and what they saw, as Markdown with pictures."""

from pathlib import Path

from tests.standins.slack_picture import draw_message, draw_modal
from tests.standins.slack_side import SlackSide
from tests.standins.slack_transcript import as_markdown, modal_as_markdown
from tests.standins.slack_world import Json, Message, Person, World

HEAD = """# A day with Rota in Slack

Written by `tests/bots/slack/test_day.py` from what the bot really sent to the stand-in Slack, with a real service,
database, queue and workers behind it. Buttons are in `[brackets]`.
"""


class Day:
    """The transcript of a day."""

    def __init__(self, side: SlackSide) -> None:
        self._world: World = side.world
        self._lines: list[str] = [HEAD]
        self.pictures: dict[str, bytes] = {}

    def chapter(self, title: str) -> None:
        """Begin a new part of the day."""
        self._lines.append(f"\n## {title}\n")

    def did(self, person: Person, what: str) -> None:
        """Somebody typed or pressed something."""
        self._lines.append(f"\n**{person.name}** {what}\n")

    def saw(self, message: Message, *, picture: str | None = None) -> None:
        """A message appeared, or was changed; with `picture` it is also drawn under that name."""
        channel = self._world.channels[message.channel]
        who = self._world.people.get(message.only_for or channel.direct_with or "")
        where = f"to {who.name} alone" if who else f"in #{channel.name}"
        self._lines.append(f"Rota, {where}:\n\n{as_markdown(message.blocks, message.text)}\n")
        if picture:
            files = {name: upload.content for name, upload in self._world.files.items()}
            self.pictures[picture] = draw_message(message.blocks, files, ephemeral=message.only_for is not None)

    def saw_form(self, view: Json, *, picture: str | None = None) -> None:
        """A form opened."""
        self._lines.append(f"{modal_as_markdown(view)}\n")
        if picture:
            self.pictures[picture] = draw_modal(view)

    def saw_home(self, person: Person) -> None:
        """Somebody's Home tab."""
        self._lines.append(
            f"The Home tab of {person.name}:\n\n{as_markdown(self._world.homes[person.id]['blocks'])}\n"
        )

    def write(self, folder: Path) -> None:
        """Write `slack-day.md` and its pictures into `folder`."""
        (folder / "slack-day.md").write_text("\n".join(self._lines).rstrip() + "\n")
        (folder / "pictures").mkdir(exist_ok=True)
        for name, png in self.pictures.items():
            (folder / "pictures" / f"slack-{name}.png").write_bytes(png)
