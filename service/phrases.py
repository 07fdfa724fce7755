"""How the sentences of the solver travel to whoever says them in another language."""

from service.schemas.base import PhraseRead
from solver.phrases import Phrase


def phrase_read(said: str | int) -> PhraseRead:
    """How a sentence is worded; one that is no phrase is said as it stands."""
    if not isinstance(said, Phrase):
        return PhraseRead(wording="{text}", values={"text": str(said)})
    values = {
        name: phrase_read(value) if isinstance(value, Phrase) else str(value) for name, value in said.values.items()
    }
    return PhraseRead(wording=said.wording, values=values)
