"""Files that the picture and the PDF share: typefaces whose licences let them travel along.

Roboto (Apache 2.0) for Latin, Greek and Cyrillic; Noto Sans CJK (OFL, from its package) for Chinese, Japanese and
Korean; DejaVu Sans (Bitstream Vera licence) for the rest.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from cvttf_NotoSansCJK_Regular import get_TTF_path

FOLDER = Path(__file__).parent / "fonts"

CJK = ((0x1100, 0x11FF), (0x2E80, 0xA4CF), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))
EUROPEAN = ((0x0000, 0x052F), (0x1E00, 0x1FFF), (0x2010, 0x2027), (0x20A0, 0x20BF))


class Face(StrEnum):
    """A family of letters."""

    EUROPEAN = "EUROPEAN"
    CJK = "CJK"
    OTHER = "OTHER"


@lru_cache
def font_file(face: Face, *, bold: bool = False) -> Path:
    """The file with these letters; the CJK face has one weight."""
    match face:
        case Face.EUROPEAN:
            return FOLDER / ("Roboto-Bold.ttf" if bold else "Roboto-Regular.ttf")
        case Face.CJK:
            return Path(get_TTF_path())
        case Face.OTHER:
            return FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


def runs(text: str) -> Iterator[tuple[Face, str]]:
    """`text` cut where the face changes; spaces stay with what precedes them."""
    start, face = 0, None
    for place, letter in enumerate(text):
        needed = face if letter == " " and face is not None else _face_of(letter)
        if face is not None and needed is not face:
            yield face, text[start:place]
            start = place
        face = needed
    if face is not None:
        yield face, text[start:]


def _face_of(letter: str) -> Face:
    code = ord(letter)
    if any(low <= code <= high for low, high in EUROPEAN):
        return Face.EUROPEAN
    if any(low <= code <= high for low, high in CJK):
        return Face.CJK
    return Face.OTHER
