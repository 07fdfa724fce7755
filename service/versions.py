"""ETag and If-Match: whoever changes a row says which version they saw, so that nobody overwrites what they have not.

https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1 and, for a missing header, https://www.rfc-editor.org/rfc/rfc6585
"""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from service.errors import RotaError, VersionMoved
from service.problems import MEDIA_TYPE
from service.schemas.base import Problem

ANY = None
"""What `If-Match: *` asks for: whatever version there is."""


class Outdated(VersionMoved):
    """The row is not at the version that If-Match names."""

    status = 412


class VersionMissing(RotaError):
    """The call needs If-Match."""

    code, status, title = "version_missing", 428, "Which version?"


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description, "content": {MEDIA_TYPE: {}}}
    for status, description in (
        (412, "If-Match names another version than the present one"),
        (428, "If-Match is missing"),
    )
}


def _expected(
    if_match: Annotated[
        str | None,
        Header(description='The ETag of what you saw, such as `"3"`; `*` for whatever there is', max_length=100),
    ] = None,
) -> int | None:
    """The version that the caller saw. Raises VersionMissing and Outdated."""
    if if_match is None:
        raise VersionMissing(
            "This call does not say which version it changes.",
            way_forward='Send the ETag that you read as If-Match: "3", or If-Match: * to change whatever there is.',
        )
    if if_match.strip() == "*":
        return ANY
    version = re.fullmatch(r'\s*"([0-9]{1,9})"\s*', if_match)
    if version is None:
        raise Outdated(
            "If-Match names no version that this could have had.", way_forward="Read it again and send its ETag."
        )
    return int(version[1])


Expected = Annotated[int | None, Depends(_expected)]


def refuse_moved(version: int, expected: int | None, what: str) -> None:
    """Raises Outdated unless `expected` is this version, or any."""
    if expected not in (ANY, version):
        raise Outdated(
            f"Somebody else changed this {what} since you looked at it.",
            way_forward="Look at it again, then repeat what is still right.",
        )


def tag(response: Response, version: int) -> None:
    """Put the version on an answer."""
    response.headers["ETag"] = f'"{version}"'
