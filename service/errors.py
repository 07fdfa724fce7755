"""RotaError                 code, HTTP status, a sentence with a way forward
├── NotSignedIn           401
├── NotAllowed            403
├── NotFound              404
├── Conflict              409
│   ├── AgainstRules          rules speak against it: `reasons` has each in words
│   ├── RunActive             another run holds these weeks
│   ├── VersionMoved          somebody else changed the row first
│   └── WrongState            the state machine refuses the move
├── TooLarge              413
├── Unprocessable         422  the request is well formed and still cannot be done
└── TooManyRequests       429
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from service.schemas.base import FieldFault, Wording

MOST_FAULTS = 20


class RotaError(Exception):
    """Base of every error that a caller may see. `detail` says what is wrong, `way_forward` what can be done.

    Where they name somebody or count something, they have its place, such as `{person}`, and `values` has what goes
    there: so that whoever passes them on can say them in another language. A value may be a phrase of the solver, and
    so may each of the `reasons` that stand in faults.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    reasons: tuple[str, ...] = ()

    def __init__(
        self,
        detail: str,
        *,
        way_forward: str | None = None,
        faults: tuple[FieldFault, ...] = (),
        values: Mapping[str, str | int] | None = None,
    ) -> None:
        self.wording: Wording | None = None
        self.values = values or {}
        if values:
            self.wording = Wording(
                detail=detail,
                way_forward=way_forward,
                values={name: str(value) for name, value in values.items()},
            )
            detail, way_forward = self.wording.said(detail), way_forward and self.wording.said(way_forward)
        self.detail = detail
        self.way_forward = way_forward
        self.faults = faults
        super().__init__(detail)


class NotSignedIn(RotaError):
    """No token, or one that is expired, revoked or forged."""

    code, status, title = "not_signed_in", 401, "Not signed in"


class NotAllowed(RotaError):
    """The caller is known and may not do this."""

    code, status, title = "not_allowed", 403, "Not allowed"


class NotFound(RotaError):
    """No such row, or none that the caller may know of."""

    code, status, title = "not_found", 404, "Not found"


class Conflict(RotaError):
    """The request contradicts the present state."""

    code, status, title = "conflict", 409, "Conflict"


class AgainstRules(Conflict):
    """Rules speak against it: the first of `reasons` is what is wrong, and each of them a fault."""

    def __init__(self, reasons: Sequence[str], *, way_forward: str) -> None:
        self.reasons = tuple(reasons[:MOST_FAULTS])
        super().__init__(
            "{rule}.",
            way_forward=way_forward,
            faults=tuple(FieldFault(field="rules", reason=reason) for reason in self.reasons),
            values={"rule": self.reasons[0]},
        )


class RunActive(Conflict):
    """Another run holds at least one of these weeks."""

    code, title = "run_active", "A run is active"


class VersionMoved(Conflict):
    """Somebody else changed the row since the caller read it."""

    code, title = "version_moved", "Changed by somebody else"


class WrongState(Conflict):
    """The state machine refuses the move."""

    code, title = "wrong_state", "Not possible any more"


class TooLarge(RotaError):
    """The body is larger than any that makes sense."""

    code, status, title = "too_large", 413, "Too large"


class Busy(RotaError):
    """More is asked of this process at once than it can do."""

    code, status, title = "busy", 503, "Busy"


class Unprocessable(RotaError):
    """The request is well formed and still cannot be done; `faults` names fields and reasons."""

    code, status, title = "unprocessable", 422, "Cannot be done"


class TooManyRequests(RotaError):
    """Slow down: `retry_after` seconds from now it may work."""

    code, status, title = "too_many_requests", 429, "Too many requests"

    def __init__(
        self,
        detail: str,
        *,
        way_forward: str | None = None,
        retry_after: int,
        values: Mapping[str, str | int] | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(detail, way_forward=way_forward, values=values)
