"""The names of buttons and forms. A value is what travels on the wire, so it never changes once released."""

from enum import StrEnum


class Action(StrEnum):
    """What a button does. The comment is the form of the button's value."""

    CANCEL_RUN = "run.cancel"  # run id
    RERUN = "run.again"  # run id
    RUN_DETAILS = "run.details"  # run id
    WHY = "run.why"  # run id
    DISCARD_RUN = "run.discard"  # run id
    PUBLISH = "week.publish"  # week id:version
    SHOW_WEEK = "week.show"  # week id
    WHO_ELSE = "shift.who"  # planned shift id
    SWAP = "shift.swap"  # assignment id
    DROP = "shift.drop"  # assignment id
    APPROVE = "request.approve"  # kind:id
    DECLINE = "request.decline"  # kind:id


class FormId(StrEnum):
    """What a form is for."""

    TIME_OFF = "timeoff"
    PREFERENCES = "prefer"
    AVAILABILITY = "available"
