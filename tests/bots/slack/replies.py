"""Replies as commands make them, one of each kind, for golden files and the stand-in."""

from bots.actions import Action, FormId
from bots.reply import (
    Audience,
    Button,
    ButtonStyle,
    Field,
    File,
    Form,
    Image,
    Input,
    InputKind,
    Option,
    Progress,
    Reply,
    Section,
    Table,
    Tone,
)

# The smallest PNG: one transparent dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)

WEEK = Table(
    columns=("", "Mon 30", "Tue 1", "Wed 2"),
    rows=(("Ana", "09–17 Bar", "", "17–23 Bar"), ("Ben & Co", "", "<off>", "09–17 Kitchen")),
)

TIME_OFF = Form(
    form=FormId.TIME_OFF,
    title="Ask for time off",
    submit="Ask",
    inputs=(
        Input(name="from", label="First day", kind=InputKind.DATE, initial="2026-12-24"),
        Input(name="until", label="Last day", kind=InputKind.DATE, hint="The same day for a single day"),
        Input(
            name="kind",
            label="Kind",
            kind=InputKind.CHOICE,
            initial="VACATION",
            options=(Option(value="VACATION", label="Vacation"), Option(value="PERSONAL", label="Personal")),
        ),
        Input(name="reason", label="Reason", kind=InputKind.LONG_TEXT, required=False),
    ),
)

EVERY_INPUT = Form(
    form=FormId.PREFERENCES,
    title="Tell us what you would rather work and when",
    submit="Save",
    value="12",
    inputs=(
        Input(name="note", label="Note", kind=InputKind.TEXT, initial="Late <3"),
        Input(name="weight", label="How much it matters", kind=InputKind.NUMBER, initial="3"),
        Input(name="start", label="From", kind=InputKind.TIME, initial="09:00"),
        Input(
            name="days",
            label="Days",
            kind=InputKind.CHOICES,
            initial="0,6",
            options=tuple(
                Option(value=str(day), label=name)
                for day, name in enumerate(("Mon", "Tue", "Sat", "Sun", "any", "no", "x"))
            ),
        ),
        Input(
            name="shifts",
            label="Shifts",
            kind=InputKind.CHOICES,
            options=tuple(Option(value=str(n), label=f"Shift {n}", description="09–17") for n in range(30)),
        ),
        Input(
            name="person",
            label="Person",
            kind=InputKind.CHOICE,
            options=tuple(Option(value=str(n), label=f"Person {n}") for n in range(250)),
        ),
    ),
)

REPLIES: dict[str, Reply] = {
    "plain": Reply(text="You have no shifts in the week of 30 November."),
    "refusal": Reply(text="Only managers of <Bar & Grill> may do that.", tone=Tone.REFUSAL),
    "hostile": Reply(
        heading="Ana *boss* <!channel>",
        text="<!channel> *bold* _it_ ~no~ `code` <https://evil|good> see https://rota.example/c/_a_*b*.ics & done",
        fields=(Field(label="Who_", value="*Eve* <@U1>"),),
        sections=(Section(heading="*x*", text="> quote"),),
    ),
    "progress": Reply(
        text="Planning the week of 30 November for Bar.",
        progress=Progress(share=0.4, label="Best so far 1,240, at most 3.2 % from the best possible"),
        buttons=(Button(action=Action.CANCEL_RUN, value="7", label="Cancel", style=ButtonStyle.DANGER),),
        audience=Audience.CHANNEL,
        follow_run=7,
    ),
    "waiting": Reply(text="Planning.", progress=Progress(share=None, label="Waiting for a worker")),
    "week": Reply(
        heading="Bar, week of 30 November",
        text="All places are filled.",
        tone=Tone.SUCCESS,
        audience=Audience.CHANNEL,
        fields=(Field(label="Coverage", value="42 of 42"), Field(label="Gap", value="0 %")),
        image=Image(
            png=DOT,
            filename="week.png",
            alt_text="The week as a picture: Ana works Monday and Wednesday.",
            in_words="Ana: Mon 30 Nov 09:00–17:00 Bar",
        ),
        table=WEEK,
        buttons=(
            Button(
                action=Action.PUBLISH,
                value="3:1",
                label="Publish",
                style=ButtonStyle.PRIMARY,
                confirm="Everybody is told their shifts.",
            ),
            Button(action=Action.RERUN, value="7", label="Run again"),
            Button(action=Action.WHY, value="7", label="Why"),
            Button(action=Action.DISCARD_RUN, value="7", label="Discard", style=ButtonStyle.DANGER),
        ),
    ),
    "shifts": Reply(
        heading="Your shifts",
        text="2 shifts, 14 h.",
        sections=tuple(
            Section(
                heading=day,
                text="09:00–17:00 Bar",
                buttons=(
                    Button(action=Action.SWAP, value=str(number), label="Swap"),
                    Button(action=Action.DROP, value=str(number), label="Drop", confirm="Give this shift back?"),
                    Button(action=Action.WHO_ELSE, value=str(number), label="Who else is on"),
                ),
            )
            for number, day in enumerate(("Mon 30 Nov", "Wed 2 Dec"), start=1)
        ),
    ),
    "approvals": Reply(
        text="1 request waits.",
        sections=(
            Section(
                text="Ben asks for Friday off",
                buttons=(Button(action=Action.SHOW_WEEK, value="3", label="Show the week"),),
            ),
        ),
        buttons=tuple(Button(action=Action.APPROVE, value=f"timeoff:{n}", label=f"Approve {n}") for n in (1, 2)),
    ),
    "file": Reply(
        text="The week as a spreadsheet.",
        files=(File(content=b"a,b\n1,2\n", filename="week.csv", media_type="text/csv"),),
    ),
}

FORMS: dict[str, Form] = {"timeoff": TIME_OFF, "every_input": EVERY_INPUT}


def long_reply(rows: int = 300) -> Reply:
    """A reply that no single Slack message can hold."""
    return Reply(
        heading="Everybody",
        text="\n".join(f"Line {number}: " + "word " * 20 for number in range(200)),
        table=Table(
            columns=("Person", "Mon", "Tue"), rows=tuple((f"Person {n}", "09–17 Kitchen", "off") for n in range(rows))
        ),
        sections=tuple(
            Section(text=f"Section {n}", buttons=(Button(action=Action.SWAP, value=str(n), label="Swap"),))
            for n in range(70)
        ),
    )
