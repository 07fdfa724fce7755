"""What travels in a button can be read only where it was put, and by nobody changed."""

import pytest

from bots.actions import Action, FormId
from bots.telegram.callbacks import MOST_BYTES, Callback, CallbackSigner, Forged, Press
from tests.standins.telegram_world import TOKEN

SIGNER = CallbackSigner(TOKEN)
PUBLISH = Callback(press=Press.ACT, name=Action.PUBLISH, value="3:1")


@pytest.mark.parametrize("name", [*Action, *FormId])
def test_every_action_and_form_travels_with_the_longest_value(name: Action | FormId) -> None:
    callback = Callback(press=Press.ASK, name=name, value="9" * 40)
    data = SIGNER.pack(callback, "-1001234567890")
    assert len(data.encode()) <= MOST_BYTES
    assert SIGNER.read(data, "-1001234567890") == callback


def test_a_value_too_long_for_a_button_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="too long"):
        SIGNER.pack(Callback(press=Press.ACT, name=Action.PUBLISH, value="9" * 60), "1")


def test_every_change_of_the_data_is_noticed() -> None:
    data = SIGNER.pack(PUBLISH, "1")
    for at in range(len(data)):
        changed = data[:at] + ("x" if data[at] != "x" else "y") + data[at + 1 :]
        with pytest.raises(Forged):
            SIGNER.read(changed, "1")


@pytest.mark.parametrize("data", ["", "1", "1a", "week.publish:3", "1aXXXXAAAAAAAAAAA3:1", "ü" * 30])
def test_data_of_somebody_elses_making_is_refused(data: str) -> None:
    with pytest.raises(Forged):
        SIGNER.read(data, "1")


def test_data_of_another_chat_or_another_bot_is_refused() -> None:
    with pytest.raises(Forged):
        SIGNER.read(SIGNER.pack(PUBLISH, "1"), "2")
    with pytest.raises(Forged):
        CallbackSigner("another:token").read(SIGNER.pack(PUBLISH, "1"), "1")
