"""The question inside a keyboard: Yes and Back in place of a button, for whoever in the group presses them."""

from bots.actions import Action
from bots.languages import speaking
from bots.telegram.callbacks import Callback, CallbackSigner, Press
from bots.telegram.confirming import asking, taken_back
from bots.telegram.render import Key

CHAT = "-100123"
SIGNER = CallbackSigner("1:token")
DISCARD = Callback(press=Press.ASK, name=Action.DISCARD_RUN, value="7")
BACK = Callback(press=Press.BACK, name=Action.DISCARD_RUN, value="7")


def test_a_question_asked_in_one_language_is_taken_back_in_another() -> None:
    keyboard = ((Key("Verwerfen", callback_data=SIGNER.pack(DISCARD, CHAT)),),)
    for asker, other in (("en", "de"), ("de", "en"), ("de", "de")):
        with speaking(asker):
            asked = asking(keyboard, DISCARD, CHAT, SIGNER).inline_keyboard
        with speaking(other):
            again = taken_back(asked, BACK, CHAT, SIGNER).inline_keyboard
        assert [[key.text for key in row] for row in again] == [["Verwerfen"]]
