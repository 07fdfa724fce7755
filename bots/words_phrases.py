"""What the solver says, in the language of whoever reads it. `make messages` finds its wordings in the code."""

from collections.abc import Sequence

from bots.languages import _
from service.schemas.base import PhraseRead


def said(sentence: str, phrase: PhraseRead | None) -> str:
    """A sentence in the language that is spoken; as it is where nothing is known of its wording."""
    return sentence if phrase is None else _said(phrase)


def all_said(sentences: Sequence[str], phrases: Sequence[PhraseRead]) -> list[str]:
    """The same for several; an older service knows no wordings."""
    return list(sentences) if len(sentences) != len(phrases) else [_said(one) for one in phrases]


def _said(phrase: PhraseRead) -> str:
    values = {name: value if isinstance(value, str) else _said(value) for name, value in phrase.values.items()}
    return _(phrase.wording).format_map(values) if values else _(phrase.wording)
