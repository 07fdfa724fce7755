"""The few sentences that only Telegram needs; everything else is said by the chat core."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the Telegram bot says by itself, in one language."""

    back: str
    cancel: str
    skip: str
    done: str
    keep: str
    yes: str
    none: str
    start: str
    step: str
    check: str
    cancelled: str
    answered_already: str
    too_late: str
    press_again: str
    not_yours: str
    nobody: str
    no_form: str
    only_privately: str
    anonymous: str
    wrong_date: str
    wrong_time: str
    wrong_number: str
    wrong_choice: str
    needed: str
    failed: str


ENGLISH = Words(
    back="Back",
    cancel="Cancel",
    skip="Skip",
    done="Done",
    keep="Keep “{value}”",
    yes="Yes: {label}",
    none="none",
    start="Open a chat with me",
    step="Question {number} of {count}",
    check="Is all this right?",
    cancelled="Cancelled. Nothing was changed.",
    answered_already="That question was answered already.",
    too_late="That was too long ago. Please start again.",
    press_again="Press again to confirm.",
    not_yours="This button does not belong here. Please ask again with a command.",
    nobody="Send a command, for example /myshifts. /help shows them all.",
    no_form="There is nothing to cancel.",
    only_privately="{name}, that is only for you: open a chat with me and press Start.",
    anonymous="You write anonymously here, so I cannot tell who you are. Write to me directly, please.",
    wrong_date="I do not understand that date. Write it like 2026-12-24, or pick it below.",
    wrong_time="I do not understand that time. Write it like 09:30, or pick it below.",
    wrong_number="That is not a number.",
    wrong_choice="Please choose one of these.",
    needed="This is needed.",
    failed="Something went wrong on our side. Reference: {reference}",
)

GERMAN = Words(
    back="Zurück",
    cancel="Abbrechen",
    skip="Überspringen",
    done="Fertig",
    keep="Bei „{value}“ bleiben",
    yes="Ja: {label}",
    none="keine",
    start="Chat mit mir öffnen",
    step="Frage {number} von {count}",
    check="Ist das alles richtig?",
    cancelled="Abgebrochen. Nichts wurde geändert.",
    answered_already="Diese Frage ist schon beantwortet.",
    too_late="Das ist zu lange her. Bitte noch einmal von vorn.",
    press_again="Zum Bestätigen noch einmal drücken.",
    not_yours="Diese Schaltfläche gehört nicht hierher. Bitte noch einmal mit einem Befehl fragen.",
    nobody="Schick einen Befehl, zum Beispiel /myshifts. /help zeigt alle.",
    no_form="Es gibt nichts abzubrechen.",
    only_privately="{name}, das ist nur für dich: Öffne einen Chat mit mir und drücke Start.",
    anonymous="Du schreibst hier anonym, daher weiß ich nicht, wer du bist. Schreib mir bitte direkt.",
    wrong_date="Dieses Datum verstehe ich nicht. Schreib es wie 2026-12-24 oder wähle es unten aus.",
    wrong_time="Diese Uhrzeit verstehe ich nicht. Schreib sie wie 09:30 oder wähle sie unten aus.",
    wrong_number="Das ist keine Zahl.",
    wrong_choice="Bitte wähle etwas davon aus.",
    needed="Das wird gebraucht.",
    failed="Bei uns ist etwas schiefgegangen. Kennung: {reference}",
)


def words_for(locale: str) -> Words:
    """The words of a language such as `de-AT`; English where there are none."""
    return GERMAN if locale.partition("-")[0].lower() == "de" else ENGLISH
