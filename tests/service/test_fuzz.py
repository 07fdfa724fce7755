"""Whatever is sent to any endpoint that our own OpenAPI describes, the answer is one that it describes too.

In `make fuzz` it is more than 20,000 requests to the running service; here each endpoint gets a few.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from service import security
from service.app import create_app
from service.schemas.shifts import WeekStatus
from tests.builders import a_manager, a_role, a_shift, a_team, a_template, a_user, a_week, an_assignment
from tests.service.conftest import As

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6
app = create_app()
schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture
def turns(session: Session, as_user: As, as_bot: dict[str, str]) -> Iterator[Iterator[dict[str, str]]]:
    """Who calls next, in turn: the manager of a team with a published week, its employee, an administrator, a bot,
    or somebody who has not signed in.

    Requests work in the test's transaction.
    """
    team, role = a_team(session), a_role(session)
    manager, employee = a_manager(session, team), a_user(session, team, roles=[role])
    administrator = a_user(session)
    administrator.is_admin = True
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    a_template(session, team, role)
    an_assignment(session, a_shift(session, week, role), employee, role)

    def one_request() -> Iterator[Session]:
        with session.begin_nested():
            yield session
        session.expire_all()

    app.dependency_overrides[security.database] = one_request
    app.dependency_overrides[security.units] = lambda: contextmanager(one_request)
    # Mostly the manager, who gets furthest.
    managing = as_user(manager)
    others: tuple[dict[str, str], ...] = (as_user(employee), as_user(administrator), as_bot, {})
    yield cycle([one for other in others for one in (managing, other)])
    app.dependency_overrides.clear()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    # Shrinking takes minutes, and a short example is short enough.
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_every_answer_is_as_described(case: Case[Any], turns: Iterator[dict[str, str]]) -> None:
    case.call_and_validate(headers=next(turns), checks=CHECKS)


def test_what_one_answer_names_can_be_used_in_the_next_call(turns: Iterator[dict[str, str]]) -> None:
    class Chains(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def get_call_kwargs(self, _case: Case[Any]) -> dict[str, Any]:
            return {"headers": next(turns)}

        def validate_response(self, response: Any, case: Case[Any], **_more: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Chains.run(
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )
