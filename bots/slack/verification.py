"""Only Slack may speak to us: signatures are checked against every current signing secret."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

log = structlog.get_logger()


class SignedBySlack(AsyncMiddleware):
    """Refuses what is not signed with one of `secrets` within the last five minutes.

    Two secrets at once let an administrator rotate: https://docs.slack.dev/authentication/verifying-requests-from-slack.
    A request over Socket Mode carries no signature: its connection is authenticated by the app's own token.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._verifiers = [SignatureVerifier(secret) for secret in secrets]

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  # Bolt passes it by name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        """Pass on what Slack signed; answer the rest with 401."""
        if req.mode == "socket_mode":
            return await next()
        stamp = _first(req, "x-slack-request-timestamp")
        signature = _first(req, "x-slack-signature")
        if stamp.isdecimal() and any(v.is_valid(req.raw_body, stamp, signature) for v in self._verifiers):
            return await next()
        log.warning("slack.request_refused", timestamp=stamp[:20], signed=bool(signature))
        return BoltResponse(status=401, body='{"error": "invalid request"}')


def _first(request: AsyncBoltRequest, header: str) -> str:
    return next(iter(request.headers.get(header, ())), "")
