"""The names of buttons and forms. A value is what travels on the wire, so it never changes once released."""

from enum import StrEnum


class Action(StrEnum):
    """What a button does. The comment is the form of the button's value."""

    CANCEL_RUN = "run.cancel"  # run id
    RERUN = "run.again"  # run id
    RUN_DETAILS = "run.details"  # run id
    WHY = "run.why"  # run id
    RELAX_RUN = "run.relax"  # run id:number of the relaxation
    DISCARD_RUN = "run.discard"  # run id
    PUBLISH = "week.publish"  # week id:version
    SHOW_WEEK = "week.show"  # week id
    LANGUAGE = "person.language"  # language tag
    UNLINK = "person.unlink"  # user id
    INVITE = "person.invite"  # user id
    WHO_ELSE = "shift.who"  # planned shift id
    SWAP = "shift.swap"  # assignment ids, joined by +
    DROP = "shift.drop"  # assignment ids, joined by +
    APPROVE = "request.approve"  # kind:id
    DECLINE = "request.decline"  # kind:id
    WITHDRAW = "request.withdraw"  # kind:id:state seen
    CHANGE_AVAILABILITY = "available.change"  # nothing
    ALWAYS_AVAILABLE = "available.always"  # nothing
    REMOVE_DAY = "available.remove"  # weekday, 0 is Monday
    ADD_WISH = "prefer.add"  # nothing
    REMOVE_WISH = "prefer.remove"  # wish id
    ASK_TRADE = "trade.ask"  # own assignment ids:name of the exchange
    ASK_SEVERAL = "trade.several"  # assignment ids
    ASK_EVERYBODY = "trade.everybody"  # assignment ids
    OFFER_TO_TAKE = "trade.take"  # assignment id
    MOVE_SHIFT = "shift.move"  # assignment id
    MOVE_TO = "shift.move.to"  # assignment id>user id
    ACCEPT_TRADE = "trade.accept"  # request id:option, or request id: to claim
    DECLINE_TRADE = "trade.decline"  # request id:option
    COUNTER_TRADE = "trade.counter"  # request id
    OFFER_INSTEAD = "trade.instead"  # request id:name of the exchange
    REPAIR_WEEK = "week.repair"  # week id
    RELEASE_SHIFT = "trade.release"  # request id
    CHANGE_HOUSE_RULES = "team.rules"  # team id
    CHANGE_WEIGHTS = "team.weights"  # team id
    WORK_RULES = "team.work"  # team id
    SET_WORK_RULE = "team.work.set"  # team id:name of the rule
    REMOVE_WORK_RULE = "team.work.remove"  # team id:rule id
    FOR_TEAM = "team.for"  # team id:a command and what follows it
    NEW_CALENDAR = "calendar.new"  # nothing
    END_CALENDAR = "calendar.end"  # nothing
    FILL_PLACE = "assign.fill"  # week id:planned shift id:role id
    ASSIGN_ANYWAY = "assign.anyway"  # week id:planned shift id:role id:user id


class FormId(StrEnum):
    """What a form is for."""

    TIME_OFF = "timeoff"
    PREFERENCES = "prefer"
    AVAILABILITY = "available"
    DECLINE = "decline"
    ASSIGN = "assign"
    SWAP = "swap"
    HOUSE_RULES = "rules"
    WEIGHTS = "weights"
    WORK_RULE = "workrule"
